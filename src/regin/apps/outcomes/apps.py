from django.apps import AppConfig


class OutcomesConfig(AppConfig):
    name = "regin.apps.outcomes"
    label = "outcomes"
