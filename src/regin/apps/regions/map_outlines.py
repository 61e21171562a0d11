"""The outlines that a map draws, each computed once a process."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

import numpy as np

from regin.apps.regions.map_frame import position
from regin.apps.regions.map_paths import Detail, Paths, paths_of
from regin.apps.regions.models import Boundary, BoundarySet
from regin.files.geometry import Geometry, Point, geometry_from_json

COUNTRIES = Path(__file__).parent / "data" / "country_outlines.geojson"
FINE, COARSE, REGIONS = Detail(0.04, 1), Detail(0.15, 0), Detail(0.05, 1)
# The packaged outlines end at 45° east, where the drawing goes on: land without outlines, roughly
# up to the Arctic coast, so that nobody takes it for a sea. It covers the cut itself.
BEYOND = [(44.7, north) for north in (36, 42, 46, 50, 54, 58, 62, 66, 68.5)]
BEYOND += [(47, 67.6), (50, 67.9), (55, 68.6), (60, 69.6), (85, 70), (85, 36), (44.7, 36)]


@lru_cache(maxsize=4)
def country_paths(detail: Detail) -> Paths:
    """All countries, from the packaged file."""
    content = json.loads(COUNTRIES.read_text(encoding="utf-8"))
    shapes = (geometry_from_json(json.dumps(one["geometry"])) for one in content["features"])
    drawn = [paths_of(shape, detail) for shape in shapes]
    return Paths("".join(one.main for one in drawn), "".join(one.insets for one in drawn))


@lru_cache(maxsize=1)
def beyond_path() -> str:
    """The land east of the packaged outlines."""
    return paths_of(Geometry(((np.array(BEYOND, dtype=float),),)), Detail(0, 0)).main


@dataclass(frozen=True, slots=True)
class Outline:
    """A loaded boundary on the drawing: its path (empty when no part shows it), a point inside.

    `in_insets` says that some of it lies on far islands.
    """

    path: str
    inside: Point | None
    in_insets: bool


def outlines_of(codes: Iterable[int], chosen: BoundarySet) -> dict[int, Outline]:
    """Outlines in the set `chosen` by key of their PlaceCode; codes without one are left out.

    One query for those that this process has not drawn before.
    """
    known = _drawn(chosen.pk, chosen.sha256, chosen.loaded_at)
    wanted = set(codes)
    fresh = wanted - known.keys()
    rows = Boundary.objects.filter(boundary_set=chosen, place_code__in=fresh) if fresh else ()
    known.update(dict.fromkeys(fresh))
    known.update({row.place_code_id: _outline(row) for row in rows})
    return {code: found for code in wanted if (found := known[code]) is not None}


@lru_cache(maxsize=2)
def _drawn(key: int, sha256: str, loaded_at: datetime) -> dict[int, Outline | None]:
    """What was drawn of one loading of one set; another loading begins anew."""
    return {}


def _outline(row: Boundary) -> Outline:
    drawn = paths_of(geometry_from_json(row.geometry), REGIONS)
    return Outline(drawn.whole, position(row.longitude, row.latitude), bool(drawn.insets))
