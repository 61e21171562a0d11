from django.apps import AppConfig


class RegionsConfig(AppConfig):
    name = "regin.apps.regions"
    label = "regions"
