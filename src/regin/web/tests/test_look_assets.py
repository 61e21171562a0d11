"""Own files for the browser, and the pinned ones of others."""

from __future__ import annotations

import importlib.util
import json
import re
from pathlib import Path
from types import ModuleType

import pytest

from regin.apps.common.charts.palette import LIGHT
from regin.apps.common.charts.png import FONTS

WEB = Path(__file__).resolve().parent.parent
ROOT = WEB.parent.parent.parent
OWN = WEB / "static/regin"
SCRIPTS = (
    OWN,
    WEB.parent / "apps/common/static/common",
    WEB.parent / "apps/regions/static/regions",
)
SCRIPT_LIMIT = 20_000

# (text, ground): what stands on what. Every pair must reach 4.5 to 1 in both modes.
TEXT_PAIRS = [
    *[
        (text, ground)
        for text in ("ink", "quiet", "primary", "primary-hover", "visited", "danger", "caution")
        for ground in ("surface", "paper")
    ],
    ("success", "surface"),
    ("on-mark", "mark"),
    ("on-primary", "primary"),
    ("on-primary", "primary-hover"),
    ("on-danger", "danger"),
    ("surface", "quiet"),
    *[("on-scale-low", f"scale-{step}") for step in (1, 2, 3, 4)],
    *[("on-scale-high", f"scale-{step}") for step in (5, 6)],
]
# Borders of fields and the focus ring: 3 to 1.
SHAPE_PAIRS = [("line-strong", "surface"), ("line-strong", "paper"), ("ink", "surface")]
# On a map: the outline of what is unreliable, and the dots of gaps below zero.
SHAPE_PAIRS += [("on-scale-low", f"scale-{step}") for step in (1, 2, 3, 4)]
SHAPE_PAIRS += [("on-scale-high", f"scale-{step}") for step in (5, 6)]
SHAPE_PAIRS += [("on-scale-low", f"gap-{step}") for step in (2, 3, 4, 5, 6)]
SHAPE_PAIRS += [("on-scale-high", f"gap-{step}") for step in (1, 7)]


def tokens(dark: bool) -> dict[str, str]:
    sheet = (OWN / "tokens.css").read_text(encoding="utf-8")
    light, darker = sheet.split("@media (prefers-color-scheme: dark)")
    found = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", light))
    if dark:
        found |= dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", darker))
    return found


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_computed_as_wcag_says() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("text", "ground", "least"),
    [(*pair, 4.5) for pair in TEXT_PAIRS] + [(*pair, 3.0) for pair in SHAPE_PAIRS],
)
def test_every_colour_can_be_read_on_its_ground(
    text: str, ground: str, least: float, dark: bool
) -> None:
    colours = tokens(dark)
    assert contrast(colours[text], colours[ground]) >= least


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_scales_go_from_light_to_dark_so_that_they_are_read_without_colours(dark: bool) -> None:
    colours = tokens(dark)
    scale = [luminance(colours[f"scale-{step}"]) for step in range(1, 7)]
    gaps = [luminance(colours[f"gap-{step}"]) for step in range(1, 8)]
    assert scale == sorted(scale, reverse=True)
    assert gaps[:4] == sorted(gaps[:4])
    assert gaps[3:] == sorted(gaps[3:], reverse=True)


def test_pictures_to_take_away_have_the_colours_of_the_light_mode() -> None:
    colours = tokens(dark=False)
    assert {name: colours[name] for name in LIGHT} == LIGHT


def test_sheets_take_their_colours_from_the_tokens() -> None:
    for sheet in OWN.glob("*.css"):
        if sheet.name in {"tokens.css", "print.css"}:
            continue
        values = re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[;\s])", sheet.read_text(encoding="utf-8"))
        # The ground of a picture that cameras read is white in both modes.
        assert set(values) <= {"#ffffff"}, sheet.name


def test_sheets_know_no_left_and_right() -> None:
    sided = re.compile(r"(?:margin|padding|border|inset)-(?:left|right)|text-align: (?:left|right)")
    for sheet in OWN.glob("*.css"):
        assert not sided.search(sheet.read_text(encoding="utf-8")), sheet.name


def test_own_scripts_stay_small() -> None:
    scripts = [path for folder in SCRIPTS for path in folder.glob("*.js")]
    assert {"menus.js", "map_walk.js", "slider.js"} <= {path.name for path in scripts}
    assert sum(path.stat().st_size for path in scripts) < SCRIPT_LIMIT


def test_the_lock_file_names_no_host_and_pins_every_package() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    asked = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["dependencies"]
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert all("resolved" not in entry for entry in packages.values())
    assert all(entry["integrity"].startswith("sha512-") for entry in packages.values())
    for name, version in asked.items():
        assert packages[f"node_modules/{name}"]["version"] == version


def assets() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_assets", ROOT / "scripts/build_assets.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def templates() -> str:
    found = (ROOT / "src/regin").glob("**/templates/**/*.html")
    return "\n".join(path.read_text(encoding="utf-8") for path in found)


def test_every_icon_in_a_template_is_built_and_every_built_one_is_used() -> None:
    used = set(re.findall(r'"partials/icon\.html" with name="([\w-]+)"', templates()))
    assert used == set(assets().ICONS)


def test_every_vendor_file_in_a_template_is_built() -> None:
    used = set(re.findall(r"'vendor/([^']+)'", templates()))
    assert used
    assert used <= {*assets().FILES, "icons.svg"}


def test_every_own_file_in_a_template_is_there() -> None:
    used = re.findall(r"'regin/([^']+)'", templates())
    assert used
    assert all((OWN / name).is_file() for name in used)


def test_every_font_of_the_sheet_is_built() -> None:
    sheet = (OWN / "fonts.css").read_text(encoding="utf-8")
    used = set(re.findall(r'url\("\.\./vendor/([^"]+)"\)', sheet))
    assert len(used) == 3
    assert used <= set(assets().FILES)


def test_every_font_of_a_picture_is_built() -> None:
    assert {f"fonts/{name}" for name in FONTS} <= set(assets().FILES)


def test_the_sprite_holds_each_icon_under_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build = assets()
    folder = tmp_path / "bootstrap-icons/icons"
    folder.mkdir(parents=True)
    for name in build.ICONS:
        (folder / f"{name}.svg").write_text(
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path d="M0 0"/></svg>',
            encoding="utf-8",
        )
    monkeypatch.setattr(build, "MODULES", tmp_path)
    made = build.sprite().decode()
    assert all(f'id="{name}"' in made for name in build.ICONS)
    assert made.count("<path") == len(build.ICONS)


def test_assets_are_built_again_when_a_pin_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build = assets()
    monkeypatch.setattr(build, "ROOT", tmp_path)
    (tmp_path / "package-lock.json").write_text("one", encoding="utf-8")
    first = build.stamp()
    assert build.stamp() == first
    (tmp_path / "package-lock.json").write_text("two", encoding="utf-8")
    assert build.stamp() != first
