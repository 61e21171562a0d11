from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "regin.web"
    label = "web"
