from django.apps import AppConfig


class CommonConfig(AppConfig):
    name = "regin.apps.common"
    label = "common"
