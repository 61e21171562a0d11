"""What only style sheets do: the ring of focus, tables that show all of themselves, paper."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site

pytestmark = [pytest.mark.browser, pytest.mark.any_database]

# Catalonia, South Sweden, Skåne and the starter series have these ids in every installation.
SERIES = "/en/outcomes/xwgd976y70vzj/"
REGIONS = "region=h35gfh3v1vxhf&region=zsfb51523ja36"
RING = """() => {
  const shown = getComputedStyle(document.activeElement);
  return [document.activeElement.localName, shown.outlineWidth, shown.outlineStyle];
}"""


def tabbed(page: Page, names: set[str]) -> dict[str, list[str]]:
    """Walk by the tab key until each of `names` was focused once; element → its outline."""
    found: dict[str, list[str]] = {}
    for _step in range(80):
        page.keyboard.press("Tab")
        name, *outline = page.evaluate(RING)
        found.setdefault(name, outline)
        if names <= found.keys():
            break
    return {name: found.get(name, []) for name in names}


def test_every_kind_of_control_has_the_same_ring_of_focus(page: Page, site: Site) -> None:
    page.goto(f"{site.url}{SERIES}")
    names = {"a", "button", "input", "select", "summary"}
    assert tabbed(page, names) == {name: ["3px", "solid"] for name in names}


@pytest.mark.parametrize(
    "address",
    [
        f"/en/outcomes/compare/?{REGIONS}",
        "/en/outcomes/like/h35gfh3v1vxhf/?context=xwgd976y70vzj",
        "/en/outcomes/",
    ],
)
def test_a_table_that_is_no_long_list_hides_no_row(page: Page, site: Site, address: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 500})
    page.goto(f"{site.url}{address}")
    wrap = page.locator("main .table-wrap").first
    # A scroll bar from side to side may take some of the height.
    assert wrap.evaluate("it => it.scrollHeight - it.clientHeight") <= 1


@pytest.mark.parametrize("view", ["map", "change", "spread"])
def test_paper_has_the_figures_and_no_form(page: Page, site: Site, view: str) -> None:
    page.goto(f"{site.url}{SERIES}?view={view}")
    shown = "it => it.checkVisibility()"
    twin = page.locator("main details:is(.map-twin, .chart-twin) table").first
    assert not twin.evaluate(shown)
    page.emulate_media(media="print")
    assert twin.evaluate(shown)
    for hidden in ("form.choice", ".view-tabs", "details:has(table) > summary"):
        expect(page.locator(f"main {hidden}").first).to_be_hidden()
