"""Addresses of statistics."""

from __future__ import annotations

from django.urls import path

from regin.apps.outcomes.views import (
    codes,
    columns,
    comparison,
    descriptions,
    downloads,
    embed,
    figure,
    imports,
    indicators,
    peers,
    series,
    uploads,
)

app_name = "outcomes"

urlpatterns = [
    path("", series.series_list, name="list"),
    path("new/", uploads.begin, name="begin"),
    path("new/<str:key>/", uploads.describe, name="describe"),
    path("new/<str:key>/columns/", columns.columns, name="columns"),
    path("new/<str:key>/codes/", codes.codes, name="codes"),
    path("new/<str:key>/into/<slug:slug>/", uploads.into, name="into"),
    path("new/<str:key>/forget/", uploads.forget, name="forget"),
    path("compare/", comparison.compare_regions, name="compare"),
    path("like/<slug:slug>/", peers.like, name="like"),
    path("index/", indicators.choose, name="index"),
    path("index/folder.zip", indicators.download, name="index_folder"),
    path("<slug:slug>/", series.detail, name="detail"),
    path("<slug:slug>/edit/", descriptions.edit, name="edit"),
    path("<slug:slug>/texts/", descriptions.texts, name="texts"),
    path("<slug:slug>/codes/", descriptions.codes, name="learnt_codes"),
    path("<slug:slug>/publish/", descriptions.publish, name="publish"),
    path("<slug:slug>/withdraw/", descriptions.withdraw, name="withdraw"),
    path("<slug:slug>/history/", descriptions.past, name="history"),
    path("<slug:slug>/r/<int:number>/", descriptions.revision, name="revision"),
    path("<slug:slug>/r/<int:number>.json", descriptions.revision_json, name="revision_json"),
    path("<slug:slug>/figures.csv", downloads.table, name="download"),
    path("<slug:slug>/figures.xlsx", downloads.workbook, name="workbook"),
    path("<slug:slug>/figures.json", downloads.json, name="json"),
    path("<slug:slug>/picture.svg", downloads.svg, name="svg"),
    path("<slug:slug>/picture.png", downloads.png, name="png"),
    path("<slug:slug>/embed/", embed.embed, name="embed"),
    path("<slug:slug>/figure/", figure.figure, name="figure"),
    path("<slug:slug>/import/", imports.upload, name="import"),
    path("<slug:slug>/imports/<int:number>/", imports.preview, name="preview"),
    path("<slug:slug>/imports/<int:number>/changes/", figure.changes, name="changes"),
    path("<slug:slug>/imports/<int:number>/version/", imports.version, name="version"),
    path("<slug:slug>/imports/<int:number>/convert/", imports.convert, name="convert"),
    path("<slug:slug>/imports/<int:number>/accept/", imports.accept, name="accept"),
    path("<slug:slug>/imports/<int:number>/discard/", imports.discard, name="discard"),
    path("<slug:slug>/imports/<int:number>/undo/", imports.undo, name="undo"),
]
