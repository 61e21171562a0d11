"""Addresses of statistics."""

from __future__ import annotations

from django.urls import path

from regin.apps.outcomes.views import imports, series

app_name = "outcomes"

urlpatterns = [
    path("", series.series_list, name="list"),
    path("<slug:slug>/", series.detail, name="detail"),
    path("<slug:slug>/figures.csv", series.download, name="download"),
    path("<slug:slug>/import/", imports.upload, name="import"),
    path("<slug:slug>/imports/<int:number>/", imports.preview, name="preview"),
    path("<slug:slug>/imports/<int:number>/version/", imports.version, name="version"),
    path("<slug:slug>/imports/<int:number>/accept/", imports.accept, name="accept"),
    path("<slug:slug>/imports/<int:number>/discard/", imports.discard, name="discard"),
]
