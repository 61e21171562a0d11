"""Refuse to build a wheel without what only a build step makes."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

BUILT = (
    "src/regin/web/static/vendor/bootstrap",
    "src/regin/web/static/vendor/fonts/noto-sans-regular.ttf",
    "src/regin/web/locale/sv/LC_MESSAGES/django.mo",
)


class CustomBuildHook(BuildHookInterface[Any]):
    """Checks that browser files and compiled catalogues are there; `make wheel` brings them."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Stop with what to type when a built file is missing; an editable install may lack it."""
        missing = [path for path in BUILT if not (Path(self.root) / path).exists()]
        if missing and version != "editable":
            raise FileNotFoundError(f"{', '.join(missing)} not built; type: make wheel")
