from django.apps import AppConfig


class IdentityConfig(AppConfig):
    name = "regin.apps.identity"
    label = "identity"
