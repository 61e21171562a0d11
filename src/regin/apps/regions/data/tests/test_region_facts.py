"""The starter facts agree with themselves and with the genuine file that needs them."""

import csv
import json
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pytest

DATA = Path(__file__).resolve().parents[1]
APPS = DATA.parents[1]
LANGUAGES = ["en", "ca", "es", "it", "pt", "sv", "fr", "de"]
SAME_TERRITORY = {"recode", "rename", "unchanged"}
OTHER_TERRITORY = {"split", "merge", "boundary"}


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def document(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


CODES = table(DATA / "nuts_codes.csv")
CHANGES = table(DATA / "nuts_changes.csv")
POSITIONS = table(DATA / "city_positions.csv")
BY_CODE = {(row["version"], row["code"]): row for row in CODES}


def ends(change: dict[str, str]) -> tuple[tuple[str, str], tuple[str, str]]:
    return (change["from_version"], change["from_code"]), (change["to_version"], change["to_code"])


def test_a_code_stands_once_per_version() -> None:
    counts = Counter((row["version"], row["code"]) for row in CODES)
    assert [key for key, count in counts.items() if count > 1] == []


def test_every_parent_is_one_level_up_in_the_same_version() -> None:
    for row in CODES:
        if row["level"] == "0":
            assert row["parent"] == ""
            continue
        parent = BY_CODE[row["version"], row["parent"]]
        assert int(parent["level"]) == int(row["level"]) - 1, row


def test_level_and_parent_follow_from_the_code() -> None:
    for row in CODES:
        assert len(row["code"]) == int(row["level"]) + 2
        assert row["code"].startswith(row["parent"])
        assert row["name_native"].strip() == row["name_native"] != ""
        assert row["kind"] in {"nuts", "statistical", "extra"}


def test_latin_names_hold_no_other_script() -> None:
    foreign = [r["name_latin"] for r in CODES if any("Ͱ" <= c <= "ӿ" for c in r["name_latin"])]
    assert foreign == []


@pytest.mark.parametrize(
    ("version", "level", "kind", "count"),
    # Counts of the 27 member states without extra-regio, as Eurostat publishes them.
    [
        ("2021", "1", "nuts", 92),
        ("2021", "2", "nuts", 242),
        ("2021", "3", "nuts", 1166),
        ("2024", "0", "nuts", 27),
        ("2024", "1", "nuts", 92),
        ("2024", "2", "nuts", 244),
        ("2024", "3", "nuts", 1165),
    ],
)
def test_as_many_regions_as_the_regulation_has(
    version: str, level: str, kind: str, count: int
) -> None:
    union = [row for row in CODES if not row["code"].startswith("UK")]
    found = [r for r in union if (r["version"], r["level"], r["kind"]) == (version, level, kind)]
    assert len(found) == count


def test_every_end_of_a_change_is_a_known_code() -> None:
    for change in CHANGES:
        before, after = ends(change)
        assert before == ("", "") or before in BY_CODE, change
        assert after == ("", "") or after in BY_CODE, change
        assert (before == ("", "")) == (change["kind"] == "new")
        assert (after == ("", "")) == (change["kind"] == "discontinued")


def test_a_code_that_changes_territory_does_so_in_every_line() -> None:
    kinds = defaultdict(set)
    for change in CHANGES:
        kinds[ends(change)[0]].add(change["kind"] in SAME_TERRITORY)
    kinds.pop(("", ""))
    assert [key for key, found in kinds.items() if len(found) > 1] == []


def test_recodes_keep_the_place_and_changed_territories_get_their_own() -> None:
    for change in CHANGES:
        before, after = (BY_CODE.get(end, {}).get("place") for end in ends(change))
        if change["kind"] in SAME_TERRITORY:
            assert before == after, change
        elif change["kind"] in OTHER_TERRITORY:
            assert before != after, change


def test_a_place_has_at_most_one_code_in_a_version() -> None:
    counts = Counter((row["version"], row["place"]) for row in CODES)
    assert [key for key, count in counts.items() if count > 1] == []


def test_a_place_never_changes_its_level() -> None:
    levels = defaultdict(set)
    for row in CODES:
        levels[row["place"]].add(row["level"])
    assert [place for place, found in levels.items() if len(found) > 1] == []


def test_codes_of_one_place_differ_only_where_a_change_says_so() -> None:
    recoded = {ends(c) for c in CHANGES if c["kind"] in SAME_TERRITORY}
    sources = {before for before, _ in recoded}
    codes = defaultdict(list)
    for row in CODES:
        codes[row["place"]].append((row["version"], row["code"]))
    for keys in codes.values():
        newest = max(keys)
        strays = [key for key in keys if key[1] != newest[1] and key not in sources]
        assert strays == []


def test_a_place_is_named_after_its_newest_code() -> None:
    newest: dict[str, tuple[str, str]] = {}
    for row in CODES:
        key = (row["version"], row["code"])
        newest[row["place"]] = max(newest.get(row["place"], key), key)
    for place, (version, code) in newest.items():
        assert place in {f"nuts-{code}", f"nuts-{code}-{version}"}


def test_disappeared_codes_of_2021_have_a_line_that_says_where_they_went() -> None:
    told = {ends(change)[0] for change in CHANGES}
    gone = {k for k in BY_CODE if k[0] == "2021" and ("2024", k[1]) not in BY_CODE}
    assert gone - told == set()


def test_codes_that_2024_brought_have_a_line_that_says_where_they_came_from() -> None:
    told = {ends(change)[1] for change in CHANGES}
    fresh = {k for k in BY_CODE if k[0] == "2024" and ("2021", k[1]) not in BY_CODE}
    newcomers = {"BA", "UA", "XK"}  # countries whose level 0 the workbook does not list
    assert {code for _, code in fresh - told} == newcomers


def test_every_code_of_the_genuine_file_is_a_region_or_an_aggregate() -> None:
    codes = (DATA / "tests/lfst_codes.txt").read_text(encoding="utf-8").split()
    aggregates = {row["code"] for row in table(DATA / "aggregates.csv")}
    regions = {row["code"] for row in CODES}
    assert len(codes) == 467
    assert [code for code in codes if code not in regions | aggregates] == []
    assert len([code for code in codes if code in aggregates]) == 6


def test_no_aggregate_is_also_a_region() -> None:
    aggregates = [row["code"] for row in table(DATA / "aggregates.csv")]
    assert len(aggregates) == len(set(aggregates))
    assert set(aggregates) & {row["code"] for row in CODES} == set()


def test_country_names_are_complete_in_eight_languages() -> None:
    rows = table(DATA / "country_names.csv")
    assert {r["code"] for r in rows} == {r["code"] for r in CODES if r["level"] == "0"}
    assert all(row[language] for row in rows for language in LANGUAGES)


def test_every_place_of_levels_0_to_2_has_a_position_on_earth() -> None:
    placed = {row["place"] for row in POSITIONS}
    wanted = {r["place"] for r in CODES if r["level"] != "3" and r["kind"] != "extra"}
    assert placed - wanted == {"nuts-SE224"}
    assert wanted - placed == set()
    assert len(placed) == len(POSITIONS)
    for row in POSITIONS:
        assert row["city"]
        assert -22 < float(row["lat"]) < 80, row
        assert -64 < float(row["lon"]) < 60, row


def bounds(feature: dict[str, Any]) -> tuple[float, float, float, float]:
    points = [p for part in feature["geometry"]["coordinates"] for ring in part for p in ring]
    lons, lats = zip(*points, strict=True)
    return min(lons), min(lats), max(lons), max(lats)


def test_outlines_are_small_closed_and_inside_the_frame() -> None:
    path = DATA / "country_outlines.geojson"
    assert path.stat().st_size < 350_000
    features = document(path)["features"]
    codes = [feature["properties"]["code"] for feature in features]
    assert len(codes) == len(set(codes))
    assert {r["code"] for r in CODES if r["level"] == "0"} - {"GR"} <= set(codes)
    for feature in features:
        west, south, east, north = bounds(feature)
        assert -32 <= west < east <= 45
        assert 27 <= south < north <= 72
        rings = [ring for part in feature["geometry"]["coordinates"] for ring in part]
        assert all(ring[0] == ring[-1] and len(ring) >= 4 for ring in rings)


def test_most_positions_lie_within_the_frame_of_their_country() -> None:
    frames = {f["properties"]["code"]: bounds(f) for f in outlines()}
    overseas = {"FRY", "FRY1", "FRY2", "FRY3", "FRY4", "FRY5", "FR9", "FR91", "NO0B"}
    for row in POSITIONS:
        code = row["place"].removeprefix("nuts-")
        if code in overseas:
            continue
        west, south, east, north = frames[code[:2]]
        assert west - 0.2 <= float(row["lon"]) <= east + 0.2, row
        assert south - 0.2 <= float(row["lat"]) <= north + 0.2, row


def outlines() -> list[dict[str, Any]]:
    features: list[dict[str, Any]] = document(DATA / "country_outlines.geojson")["features"]
    return features


def test_the_six_pilots_have_profiles_complete_in_eight_languages() -> None:
    whole = document(DATA / "profiles.json")
    pilots = {"nuts-PT20", "nuts-ITF3", "nuts-ES51", "nuts-ES62", "nuts-ITF4", "nuts-SE224"}
    assert {profile["place"] for profile in whole["profiles"]} == pilots
    assert list(whole["states"]) == whole["languages"] == LANGUAGES
    for profile in whole["profiles"]:
        assert profile["authority"]
        assert profile["source"].startswith("REGIN project")
        for field in ("governs", "powers", "model", "regin_role"):
            text = profile["texts"][field]
            assert text is None or (list(text) == LANGUAGES and all(text.values())), field
        assert profile["texts"]["governs"] is not None


def test_each_pilot_has_exactly_one_latest_known_profile() -> None:
    latest = Counter[str]()
    for profile in document(DATA / "profiles.json")["profiles"]:
        latest[profile["place"]] += profile["latest_known"]
        assert profile["valid_from"] is profile["valid_to"] is None
    assert set(latest.values()) == {1}


def test_published_scores_point_to_known_regions_and_carry_no_group() -> None:
    rows = table(APPS / "assessments/data/published_scores.csv")
    assert len(rows) == 8
    assert "group" not in rows[0]
    for row in rows:
        assert row["place"] == BY_CODE[row["version"], row["code"]]["place"]
        assert 0 <= float(row["score"]) <= 100
        assert row["axis"] == "overall"
        assert row["source_url"].startswith("https://")


def test_the_sample_keeps_every_code_and_both_flags_of_the_genuine_file() -> None:
    path = APPS / "outcomes/data/unemployment_sample.tsv"
    lines = path.read_bytes().decode("ascii").split("\n")
    assert path.stat().st_size < 250_000
    assert lines[0].startswith("age,sex,geo\\time\t2013 \t2012 ")
    keys = [line.split("\t")[0].split(",") for line in lines[1:] if line]
    codes = set((DATA / "tests/lfst_codes.txt").read_text(encoding="utf-8").split())
    assert {key[2] for key in keys} == codes
    assert Counter(key[1] for key in keys) == {"F": 467, "M": 467, "T": 467}
    assert {cell[-1] for line in lines[1:] for cell in line.split("\t")[1:]} == {" ", "b", "u"}


@pytest.mark.parametrize(
    "path", sorted((APPS / "outcomes/data/series").glob("*.json")), ids=lambda path: path.stem
)
def test_every_starter_series_is_described_in_eight_languages(path: Path) -> None:
    texts = document(path)["texts"]
    assert set(texts) == {"title", "definition", "unit", "quality", "updates"}
    assert all(list(text) == LANGUAGES and all(text.values()) for text in texts.values())
    assert (APPS / "outcomes/data" / document(path)["file"]).stat().st_size < 400_000


@pytest.mark.parametrize("name", sorted(path.name for path in DATA.glob("*.csv")))
def test_tables_are_sorted_utf8_with_unix_line_ends(name: str) -> None:
    raw = (DATA / name).read_bytes()
    assert b"\r" not in raw
    assert raw.endswith(b"\n")
    rows = [tuple(row.values()) for row in table(DATA / name)]
    assert rows == sorted(rows)
