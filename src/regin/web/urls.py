"""Every address of the platform. Pages carry their language; files and health do not."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from regin.web import views

urlpatterns = [
    *i18n_patterns(
        path("", views.home, name="home"),
        path("accounts/", include("allauth.urls")),
    ),
]
