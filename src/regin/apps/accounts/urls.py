"""One's own pages, under /me/."""

from django.urls import path

from regin.apps.accounts.views import invitations, me

app_name = "accounts"

urlpatterns = [
    path("", me.me, name="me"),
    path("edit/", me.edit, name="edit"),
    path("data/", me.data, name="data"),
    path("data/export/", me.export, name="export"),
    path("delete/", me.delete, name="delete"),
    path("deleted/", me.erased, name="erased"),
    path("invitations/<str:token>/", invitations.invitation, name="invitation"),
    path("invitations/<int:pk>/accept/", invitations.accept, name="accept"),
    path("requests/<int:pk>/withdraw/", me.withdraw, name="withdraw"),
]
