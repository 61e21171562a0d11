"""Outlines of places from GeoJSON, as GISCO publishes NUTS and as other offices do.

The file is a FeatureCollection of Polygons and MultiPolygons in degrees (EPSG:4326). Size,
nesting and number of points are bounded before the text is parsed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from regin.engine.errors import N_, Message, fail, register
from regin.files.geojson_rings import MOST_POINTS, BadShape, read_shape
from regin.files.geometry import Geometry, Point
from regin.files.inner_point import inner_point
from regin.files.limits import LIMITS, MIB, FaultLog, Limits, open_bytes

register(
    {
        "geojson_syntax": Message(
            N_("The file is not JSON: it goes wrong at line %(line)s, character %(character)s."),
            N_("Download it again as GeoJSON."),
        ),
        "geojson_number": Message(
            N_("The file holds %(text)s, which is not a number in JSON."),
            N_("Export it again without empty or infinite coordinates."),
        ),
        "geojson_nesting": Message(
            N_("The file is nested too deeply to be GeoJSON."), N_("Download it again as GeoJSON.")
        ),
        "geojson_too_many_parts": Message(
            N_("The file holds more than %(limit)s points or objects."),
            N_("Choose a coarser scale, such as 1:20 million, or split the file."),
        ),
        "geojson_outline_too_long": Message(
            N_("One outline of the file has more than %(limit)s points."),
            N_("Choose a coarser scale, such as 1:20 million."),
        ),
        "geojson_topojson": Message(
            N_("The file is TopoJSON."), N_("Download the GeoJSON form of the same boundaries.")
        ),
        "geojson_collection": Message(
            N_("The file is not a GeoJSON FeatureCollection with at least one feature."),
            N_("Load a file of regions: one feature a region, with its code and outline."),
        ),
        "geojson_crs": Message(
            N_("The coordinates are in %(crs)s."),
            N_("Choose EPSG:4326 (longitude and latitude in degrees) where you download it."),
        ),
        "geojson_feature": Message(
            N_("This is not a feature with properties and a geometry."),
            N_("Remove it, or export the file again."),
        ),
        "geojson_no_code": Message(
            N_("The feature has no code."),
            N_("Give it a property “NUTS_ID” or “id”: 1 to 64 characters, no space."),
        ),
        "geojson_duplicate_code": Message(
            N_("The code %(place)s was used by feature %(first)s already."),
            N_("Keep one feature a code; join its outlines into one MultiPolygon."),
        ),
        "geojson_level": Message(
            N_("The level of %(place)s is not 0, 1, 2 or 3."),
            N_("Write the property “LEVL_CODE” as a whole number, or leave it out."),
        ),
    }
)

MOST_BYTES: Final = 64 * MIB
OUTLINE_POINTS: Final = 1_000_000
MOST_OBJECTS: Final = 400_000
WORLD: Final = frozenset({"crs84", "4326"})
_CODE: Final = re.compile(r"[^\s\x00-\x1f\x7f]{1,64}")


@dataclass(frozen=True, slots=True, eq=False)
class Boundary:
    """The outline of one place.

    `level` 0-3 where the file states one; `country` and `name` as published. `box` is (west,
    south, east, north), `inner` a point inside, both in degrees.
    """

    code: str
    level: int | None
    country: str | None
    name: str | None
    geometry: Geometry
    box: tuple[float, float, float, float]
    inner: Point


@dataclass(frozen=True, slots=True, eq=False)
class Boundaries:
    """All outlines of a file, by code, in the order of the file."""

    file: str
    by_code: dict[str, Boundary]

    def __len__(self) -> int:
        """Return the number of places."""
        return len(self.by_code)

    def __iter__(self) -> Iterator[Boundary]:
        """Go through the outlines in the order of the file."""
        return iter(self.by_code.values())


def read_boundaries(path: Path, limits: Limits = LIMITS) -> Boundaries:
    """Read a GeoJSON file of places, plain or gzip, up to 64 MiB and 5 million points.

    One outline may have a million of them. The code is the property `NUTS_ID`, else `id`, else
    the feature's own `id`. Heights are dropped. Whether an outline crosses itself is not looked
    at.
    Raises FaultsError: every faulty feature (`column` is “features[n]”, counted from 0), or the
    one thing that makes the file unusable.
    """
    log = FaultLog(path.name, limits)
    features = _features(_parse(_content(path, limits), path.name), path.name)
    found: dict[str, Boundary] = {}
    first: dict[str, int] = {}
    for number, feature in enumerate(features):
        place = _place(feature, f"features[{number}]", log)
        if place is not None and first.setdefault(place.code, number) != number:
            column = f"features[{number}]"
            name = f"features[{first[place.code]}]"
            log.add("geojson_duplicate_code", None, column, place=place.code, first=name)
        elif place is not None:
            found[place.code] = place
    log.raise_found()
    return Boundaries(path.name, {code: _located(place) for code, place in found.items()})


def _content(path: Path, limits: Limits) -> str:
    """Read the text, refusing what would cost too much to parse."""
    most = min(MOST_BYTES, limits.file_bytes)
    bounded = replace(limits, file_bytes=most, unpacked_bytes=min(most + 1, limits.unpacked_bytes))
    with open_bytes(path, bounded) as stream:
        content = stream.read(most + 1)
    if len(content) > most:
        raise fail("file_too_large", file=path.name, limit=most // MIB)
    if not content:
        raise fail("file_empty", file=path.name)
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise fail("encoding_utf16", file=path.name)
    _check_parts(content, path.name)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        byte = error.start - content.rfind(b"\n", 0, error.start)
        raise fail("encoding", file=path.name, row=row, byte=byte) from None


def _check_parts(content: bytes, name: str) -> None:
    """Count brackets and commas, in all and between two braces, where one outline must fit.

    What the parser would build costs up to 30 times the text; this bounds it beforehand.
    """
    if content.count(b"[") > MOST_POINTS * 1.1 or content.count(b"{") > MOST_OBJECTS:
        raise fail("geojson_too_many_parts", file=name, limit=MOST_POINTS)
    start = 0
    while start < len(content):
        end = content.find(b"{", start + 1)
        end = len(content) if end < 0 else end
        if (
            content.count(b"[", start, end) > OUTLINE_POINTS
            or content.count(b",", start, end) > OUTLINE_POINTS * 4
        ):
            raise fail("geojson_outline_too_long", file=name, limit=OUTLINE_POINTS)
        start = end


def _parse(text: str, name: str) -> Any:
    def refuse(constant: str) -> None:
        raise fail("geojson_number", file=name, text=constant)

    try:
        return json.loads(text, parse_constant=refuse, object_hook=read_shape)
    except json.JSONDecodeError as error:
        line, character = error.lineno, error.colno
        raise fail("geojson_syntax", file=name, row=line, line=line, character=character) from None
    except RecursionError:
        raise fail("geojson_nesting", file=name) from None
    except ValueError as error:
        if type(error) is not ValueError:
            raise
        raise fail("geojson_number", file=name, text="a number of thousands of digits") from None


def _features(content: Any, name: str) -> list[Any]:
    kind = content.get("type") if isinstance(content, dict) else None
    if kind == "Topology":
        raise fail("geojson_topojson", file=name)
    features = content.get("features") if kind == "FeatureCollection" else None
    if not isinstance(features, list) or not features:
        raise fail("geojson_collection", file=name)
    crs = _crs(content.get("crs"))
    if crs is not None and re.split("[:/#]", crs.lower())[-1] not in WORLD:
        raise fail("geojson_crs", file=name, crs=crs[:60])
    return features


def _crs(stated: Any) -> str | None:
    """Name of the coordinate system that the old member `crs` states; None when there is none."""
    if stated is None:
        return None
    properties = stated.get("properties") if isinstance(stated, dict) else None
    named = properties.get("name") if isinstance(properties, dict) else None
    return named if isinstance(named, str) and named.isprintable() else "?"


def _place(feature: Any, column: str, log: FaultLog) -> Boundary | None:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(properties, dict) or feature.get("type") != "Feature":
        log.add("geojson_feature", None, column)
        return None
    code = _code(properties, feature)
    if code is None:
        log.add("geojson_no_code", None, column)
        return None
    return _outlined(code, properties, feature.get("geometry"), column, log)


def _outlined(
    code: str, properties: dict[str, Any], shape: Any, column: str, log: FaultLog
) -> Boundary | None:
    level = properties.get("LEVL_CODE")
    good = level is None or (type(level) in (int, float) and level in (0, 1, 2, 3))
    if not good:
        log.add("geojson_level", None, column, place=code)
    if not isinstance(shape, Geometry):
        bad = shape if isinstance(shape, BadShape) else BadShape("geojson_geometry")
        log.add(bad.code, None, column, place=code, **bad.params)
        return None
    country, name = (
        _text(properties, "CNTR_CODE"),
        _text(properties, "NAME_LATN", "NUTS_NAME", "name"),
    )
    number = None if level is None or not good else int(level)
    return Boundary(code, number, country, name, shape, shape.box, (0.0, 0.0))


def _located(place: Boundary) -> Boundary:
    return replace(place, inner=inner_point(place.geometry))


def _code(properties: dict[str, Any], feature: dict[str, Any]) -> str | None:
    for candidate in (properties.get("NUTS_ID"), properties.get("id"), feature.get("id")):
        if type(candidate) is int and 0 <= candidate < 10**18:
            return str(candidate)
        if isinstance(candidate, str) and candidate:
            return candidate if _CODE.fullmatch(candidate) else None
    return None


def _text(properties: dict[str, Any], *names: str) -> str | None:
    """First of these properties that is a printable text, cut to 200 characters."""
    for name in names:
        value = properties.get(name)
        if isinstance(value, str) and value.strip() and value.isprintable():
            return value.strip()[:200]
    return None
