from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class AccountsConfig(AppConfig):
    name = "regin.apps.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Read what every installed app says about personal data in its `personal_data.py`."""
        autodiscover_modules("personal_data")
