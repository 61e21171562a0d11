from django.apps import AppConfig


class AssessmentsConfig(AppConfig):
    name = "regin.apps.assessments"
    label = "assessments"
