"""The arrow keys on a map and the slider of periods, with the site's own files."""

from __future__ import annotations

import re

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from playwright.sync_api import Browser, Page, expect

from regin.apps.common.charts.scale import scale_of
from regin.apps.regions.map import drawn_values
from regin.apps.regions.map_frame import position
from regin.apps.regions.map_parts import Spot, Value
from regin.apps.regions.map_places import Gathered
from tests.browser.conftest import Site

pytestmark = [pytest.mark.browser, pytest.mark.any_database]

# Invented regions, by where they stand: (longitude, latitude).
CROSS = {
    "Middle": (10, 50),
    "West": (5, 50),
    "East": (15, 50),
    "North": (10, 54),
    "South": (10, 46),
}
FRAME = """<!doctype html><html lang="{lang}" dir="{way}"><meta charset="utf-8"><title>Map</title>
<link rel="stylesheet" href="/static/regin/tokens.css">
<link rel="stylesheet" href="/static/regions/map.css">
<a href="#before" id="before">before</a>{body}<a href="#after" id="after">after</a>
<script src="/static/regions/map_walk.js" defer></script></html>"""


def page_with(names: dict[str, tuple[float, float]], lang: str = "en", way: str = "ltr") -> str:
    """A page with a map of figures 1, 2, 3 … in places called `names`."""
    spots = {
        key: Spot(key, name, name[:2].upper(), f"/en/about/?{name}", position(*at))
        for key, (name, at) in enumerate(names.items())
    }
    values = {key: Value(float(key)) for key in spots}
    scale = scale_of([one.figure for one in values.values()], decimals=0, unit="points")
    with translation.override(lang):
        drawn = drawn_values(Gathered(spots, (), ""), values, title="Figures", scale=scale)
        body = render_to_string(drawn.template, {"map": drawn})
    return FRAME.format(lang=lang, way=way, body=body)


def show(page: Page, site: Site, html: str) -> None:
    page.route("**/walk/", lambda route: route.fulfill(body=html, content_type="text/html"))
    page.goto(f"{site.url}/walk/")
    page.locator("#before").focus()
    page.keyboard.press("Tab")


def line(page: Page) -> str:
    return page.locator("[data-map-line]").inner_text().split(" (")[0]


def test_arrows_walk_to_the_nearest_region_and_the_map_is_one_tab_stop(
    page: Page, site: Site
) -> None:
    show(page, site, page_with(CROSS))
    walked = [line(page)]
    for key in ("ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "ArrowDown", "End", "Home"):
        page.keyboard.press(key)
        walked.append(line(page))
    assert walked == ["Middle", "West", "Middle", "North", "Middle", "South", "South", "Middle"]
    for key in ("ArrowRight", "ArrowRight", "Escape"):
        page.keyboard.press(key)
    expect(page.locator("a.mark:focus")).to_have_attribute("aria-label", "East (EA): 2 (points)")
    page.keyboard.press("Tab")
    expect(page.locator("summary")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    assert line(page) == "East"
    page.keyboard.press("Enter")
    page.wait_for_url("**/en/about/?East")


def test_right_stays_right_in_a_language_from_right_to_left(page: Page, site: Site) -> None:
    show(page, site, page_with(CROSS, "ar-xb", "rtl"))
    page.keyboard.press("ArrowRight")
    assert "East" in line(page)


def test_a_dense_map_is_walked_from_one_stop_and_its_line_speaks(page: Page, site: Site) -> None:
    names = {f"R{n} at {n % 9}": (n % 9, 45 + n // 9) for n in range(90)}
    show(page, site, page_with(names))
    expect(page.locator("svg[role=application]")).to_be_focused()
    assert line(page) == "R0 at 0"
    for key in ("ArrowRight", "ArrowUp", "ArrowUp"):
        page.keyboard.press(key)
    assert line(page) == "R19 at 1"
    expect(page.locator("[data-map-line]")).to_have_attribute("aria-live", "polite")
    expect(page.locator(".ring > *")).to_have_count(2)
    # What screen readers do not see is never focused.
    assert page.evaluate("document.activeElement.closest('[aria-hidden=true]')") is None
    page.keyboard.press("Tab")
    expect(page.locator(".ring > *")).to_have_count(0)
    expect(page.locator("summary")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/en/about/\?R19"))


def test_without_scripts_few_regions_are_links_and_many_leave_the_keyboard_to_the_table(
    browser: Browser, site: Site
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    show(page, site, page_with(CROSS))
    expect(page.locator("a.mark >> nth=0")).to_be_focused()
    expect(page.locator("[data-map-line]")).to_be_hidden()
    page.keyboard.press("Tab")
    expect(page.locator("a.mark >> nth=1")).to_be_focused()
    page.unroute("**/walk/")
    show(page, site, page_with({f"R{n}": (n % 9, 45 + n // 9) for n in range(90)}))
    expect(page.locator("summary")).to_be_focused()
    context.close()


def test_a_slider_sends_its_form_keeps_the_focus_and_tells_its_period(
    page: Page, site: Site
) -> None:
    page.goto(f"{site.url}/en/styleguide/?period=2015")
    slider = page.get_by_label("Period", exact=True)
    expect(slider).to_have_attribute("aria-valuetext", "2015")
    expect(page.locator("select[name=period]")).to_be_hidden()
    slider.focus()
    for _ in range(2):
        page.keyboard.press("ArrowRight")
    expect(slider).to_have_attribute("aria-valuetext", "2017")
    page.wait_for_url("**/styleguide/?period=2017")
    expect(slider).to_be_focused()
    expect(slider).to_have_attribute("aria-valuetext", "2017")


def test_playing_goes_to_the_last_period_and_stops(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/en/styleguide/?period=2017")
    page.get_by_role("button", name="Play").click()
    page.wait_for_url("**/styleguide/?period=2018")
    expect(page.get_by_role("button", name="Stop")).to_be_focused()
    page.wait_for_url("**/styleguide/?period=2019")
    expect(page.get_by_role("button", name="Play")).to_be_focused()


def test_who_wants_less_motion_gets_no_play_and_without_scripts_there_is_a_select(
    browser: Browser, site: Site
) -> None:
    calm = browser.new_context(reduced_motion="reduce")
    page = calm.new_page()
    page.goto(f"{site.url}/en/styleguide/")
    expect(page.get_by_role("slider")).to_be_visible()
    expect(page.locator(".slider-play")).to_have_count(0)
    calm.close()
    plain = browser.new_context(java_script_enabled=False)
    page = plain.new_page()
    page.goto(f"{site.url}/en/styleguide/")
    page.get_by_label("Period", exact=True).select_option("2014")
    page.get_by_role("button", name="Show", exact=True).click()
    page.wait_for_url("**/styleguide/?period=2014")
    expect(page.get_by_label("Period", exact=True)).to_have_value("2014")
    plain.close()
