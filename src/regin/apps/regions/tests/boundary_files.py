"""Small boundary files for tests."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def square(code: str, west: float, south: float, **properties: Any) -> dict[str, Any]:
    """A feature one degree wide and high."""
    corners = [(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)]
    ring = [[west + across, south + up] for across, up in corners]
    return {
        "type": "Feature",
        "properties": {"NUTS_ID": code, **properties},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


def write(folder: Path, features: list[dict[str, Any]], name: str = "regions.geojson") -> Path:
    path = folder / name
    content = {"type": "FeatureCollection", "features": features}
    path.write_text(json.dumps(content), encoding="utf-8")
    return path
