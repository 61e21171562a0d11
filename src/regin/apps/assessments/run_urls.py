"""Runs: one computation each, with what it was made from."""

from django.urls import path

from regin.apps.assessments import views

app_name = "runs"

urlpatterns = [
    path("<slug:slug>/", views.run_detail, name="detail"),
    path("<slug:slug>/input.zip", views.run_input, name="input"),
    path("<slug:slug>/scores.csv", views.run_scores, name="scores"),
]
