"""Addresses of places and profiles. `web` adds `regions:detail`, which shows upper apps' data."""

from __future__ import annotations

from django.urls import path

from regin.apps.regions.views import places, profiles

place_urls = [
    path("", places.region_list, name="list"),
    path("find/", places.region_find, name="find"),
]

profile_urls = [
    path("about/<slug:slug>/", profiles.create, name="create"),
    path("<slug:slug>/", profiles.detail, name="detail"),
    path("<slug:slug>/edit/", profiles.edit, name="edit"),
    path("<slug:slug>/texts/", profiles.texts, name="texts"),
    path("<slug:slug>/publish/", profiles.publish, name="publish"),
    path("<slug:slug>/withdraw/", profiles.withdraw, name="withdraw"),
    path("<slug:slug>/history/", profiles.past, name="history"),
    path("<slug:slug>/r/<int:number>/", profiles.revision, name="revision"),
    path("<slug:slug>/r/<int:number>.json", profiles.revision_json, name="revision_json"),
]
