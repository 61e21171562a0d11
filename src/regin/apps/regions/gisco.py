"""GISCO's distribution service: the address of the outlines of one version of NUTS.

The name of a file says what is in it, as GISCO publishes: `NUTS_RG_20M_2024_4326.geojson` are
regions of all levels at 1:20 million of NUTS 2024, in degrees. No live reply was at hand when this
was written.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from django.conf import settings

from regin.apps.common.downloading import Bounds, download
from regin.engine.errors import N_, FaultsError, Message, fail, register
from regin.files.limits import MIB

register(
    {
        "gisco_unknown": Message(
            N_("GISCO has no outlines of NUTS %(version)s at the scale %(scale)s."),
            N_("Choose another version or scale; 20M is right for maps of Europe."),
        ),
        "gisco_version": Message(
            N_("“%(version)s” is not the year of a version of NUTS."),
            N_("Write a year, such as 2024."),
        ),
    }
)

SCALES: Final = ("01M", "03M", "10M", "20M", "60M")
USUAL_SCALE: Final = "20M"
# What `load_boundaries` takes.
BOUNDS: Final = Bounds(file_bytes=64 * MIB)
NOT_FOUND: Final = 404
_YEAR: Final = re.compile(r"(?:19|20)[0-9]{2}")


def fetch_outlines(
    version: str, folder: Path, scale: str = USUAL_SCALE, bounds: Bounds = BOUNDS
) -> Path:
    """Download the outlines of NUTS `version` into `folder`; return the file.

    `scale`: one of `SCALES`. Raises FaultsError: gisco_…, download_….
    """
    if not _YEAR.fullmatch(version):
        raise fail("gisco_version", version=version[:40])
    path = folder / f"NUTS_RG_{scale}_{version}_4326.geojson"

    def explain(status: int, _beginning: bytes) -> FaultsError | None:
        if status != NOT_FOUND:
            return None
        return fail("gisco_unknown", file=path.name, version=version, scale=scale)

    download(address_of(path.name), path, bounds=bounds, explain=explain)
    return path


def address_of(file: str) -> str:
    """The address of one of GISCO's files of regions."""
    return f"{settings.REGIN_GISCO_URL}/nuts/geojson/{file}"
