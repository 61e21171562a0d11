from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "regin.apps.accounts"
    label = "accounts"
