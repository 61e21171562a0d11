"""Every address of the platform. Pages carry their language; files and health do not."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from regin.apps.regions.urls import profile_urls
from regin.web import region_page, styleguide, views

handler400 = "regin.web.errors.bad_request"
handler403 = "regin.web.errors.forbidden"
handler404 = "regin.web.errors.not_found"
handler500 = "regin.web.errors.server_error"

urlpatterns = [
    path("health/", views.health, name="health"),
    path("robots.txt", views.robots, name="robots"),
    *i18n_patterns(
        path("", views.home, name="home"),
        path("about/", views.about_page, {"page": "about"}, name="about"),
        path("method/", views.about_page, {"page": "method"}, name="method"),
        path("words/", views.about_page, {"page": "words"}, name="words"),
        path("accessibility/", views.about_page, {"page": "accessibility"}, name="accessibility"),
        path("source-code/", views.about_page, {"page": "source_code"}, name="source_code"),
        path("styleguide/", styleguide.styleguide, name="styleguide"),
        path("accounts/", include("allauth.urls")),
        path("me/", include("regin.apps.accounts.urls")),
        path("organisations/", include("regin.apps.accounts.organisation_urls")),
        path("outcomes/", include("regin.apps.outcomes.urls")),
        path("regions/", include((region_page.region_urls, "regions"))),
        path("profiles/", include((profile_urls, "profiles"))),
        path("frameworks/", include("regin.apps.assessments.urls")),
        path("runs/", include("regin.apps.assessments.run_urls")),
    ),
]
