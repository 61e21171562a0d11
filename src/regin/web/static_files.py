"""Static addresses that carry the version, so that browsers keep files until an upgrade."""

from django.conf import settings
from django.contrib.staticfiles.storage import StaticFilesStorage


class VersionedStorage(StaticFilesStorage):
    """Serves files under their own names, with `?v=<version>` in the address."""

    def url(self, name: str | None) -> str:
        """The address of `name`, ending in the running version."""
        return f"{super().url(name)}?v={settings.REGIN_VERSION}"
