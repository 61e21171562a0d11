"""Frameworks: what the bar calls Index."""

from django.urls import path

from regin.apps.assessments import views

app_name = "frameworks"

urlpatterns = [
    path("", views.framework_list, name="list"),
    path("<slug:slug>/", views.framework_detail, name="detail"),
    path("<slug:slug>/history/", views.framework_history, name="history"),
    path("<slug:slug>/r/<int:number>/", views.framework_revision, name="revision"),
    path(
        "<slug:slug>/r/<int:number>.json",
        views.framework_revision_json,
        name="revision_json",
    ),
]
