"""Organisations, under /organisations/."""

from django.urls import path

from regin.apps.accounts.views import organisations, people

app_name = "organisations"

urlpatterns = [
    path("", organisations.organisation_list, name="list"),
    path("new/", organisations.create, name="create"),
    path("<slug:slug>/", organisations.detail, name="detail"),
    path("<slug:slug>/edit/", organisations.edit, name="edit"),
    path("<slug:slug>/join/", people.join, name="join"),
    path("<slug:slug>/leave/", people.leave, name="leave"),
    path("<slug:slug>/people/", people.people, name="people"),
    path("<slug:slug>/people/<str:reference>/", people.roles, name="roles"),
    path("<slug:slug>/invitations/<int:pk>/revoke/", people.revoke, name="revoke"),
    path("<slug:slug>/requests/<int:pk>/", people.answer, name="answer"),
]
