"""Every page type in a real browser: nothing serious for axe, nothing wider than the screen,
no script or style that the policy refuses, every picture and style sheet there."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page

from tests.browser.conftest import Site, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.any_database]

ID = re.compile(r"[0-9a-hj-km-np-tv-z]{13}/$")
# What the law asks for (EN 301 549: WCAG A and AA); of what is in order, no list.
AXE = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    },
    "resultTypes": ["violations"],
}
LANGUAGES = ("en", "sv", "ar-xb")
WIDTHS = (1280, 320)
# One address a page type. `/a/ >> /b/`: the first link on /a/ that leads below /b/ (see `resolve`);
# a third part is appended to what was found.
VISITOR_PAGES = {
    "home": "/",
    "regions": "/regions/",
    "find": "/regions/find/?q=skane",
    "find nothing": "/regions/find/?q=zzzz",
    "real region": "/regions/find/?q=ES51 >> /regions/",
    "fictional region": "/regions/find/?q=norvalia >> /regions/",
    "not there": "/regions/nowhere-0000000000000/",
    "index": "/frameworks/",
    "framework": "/frameworks/ >> /frameworks/",
    "outcomes": "/outcomes/",
    "series": "/outcomes/ >> /outcomes/",
    "framework history": "/frameworks/ >> /frameworks/ >> history/",
    "framework revision": "/frameworks/ >> /frameworks/ >> history/1/",
    "run": "/regions/find/?q=norvalia >> /regions/ >> #runs",
    "profile": "/regions/find/?q=ES51 >> /regions/ >> #profiles",
    "profile history": "/regions/find/?q=ES51 >> /regions/ >> #profiles history/",
    "profile revision": "/regions/find/?q=ES51 >> /regions/ >> #profiles r/1/",
    "organisations": "/organisations/",
    "organisation": "/organisations/ >> /organisations/",
    "about": "/about/",
    "method": "/method/",
    "source code": "/source-code/",
    "account deleted": "/me/deleted/",
    "invitation that cannot be used": "/me/invitations/nothing/",
    "words": "/words/",
    "accessibility": "/accessibility/",
    "sign in": "/accounts/login/",
    "sign up": "/accounts/signup/",
    "forgotten password": "/accounts/password/reset/",
    "styleguide": "/styleguide/",
}
PERSON_PAGES = {
    "my page": "/me/",
    "my data": "/me/data/",
    "security": "/accounts/2fa/",
    "authenticator": "/accounts/2fa/totp/activate/",
    "e-mail": "/accounts/email/",
    "password": "/accounts/password/change/",
    "name and language": "/me/edit/",
    "delete": "/me/delete/",
    "own organisation": "/organisations/ >> /organisations/",
    "people": "/organisations/ >> /organisations/region-of-norvalia >> people/",
    "leave": "/organisations/ >> /organisations/region-of-norvalia >> leave/",
    "change organisation": "/organisations/ >> /organisations/region-of-norvalia >> edit/",
    "join": "/organisations/ >> /organisations/regin-starter-content >> join/",
    "write a profile": "/regions/find/?q=norvalia >> /regions/ >> #profiles/about",
}
# What only the administrator of the demonstration may open: the starter content.
ADMINISTRATOR_PAGES = {
    "edit a profile": "/regions/find/?q=ES51 >> /regions/ >> #profiles edit/",
    "translate a profile": "/regions/find/?q=ES51 >> /regions/ >> #profiles texts/",
    "import": "/outcomes/ >> /outcomes/ >> import/",
    "preview": "/outcomes/ >> /outcomes/ >> imports/1/",
    "make an organisation": "/organisations/new/",
}


def resolve(page: Page, site: Site, language: str, address: str) -> str:
    """`/a/ >> /b/`: open /a/ and take its first link under /b/ that goes deeper. `>> c/` adds c/
    to it; `>> #kind c/` opens it, takes its first link under /kind/, and adds c/."""
    first, prefix, more = ([*address.split(" >> "), "", ""])[:3]
    url = f"{site.url}/{language}{first}"
    if not prefix:
        return url
    url = first_link(page, site, url, f"/{language}{prefix}")
    if not more.startswith("#"):
        return url + more
    kind, _, rest = more[1:].partition(" ")
    return first_link(page, site, url, f"/{language}/{kind}/") + rest


def first_link(page: Page, site: Site, url: str, start: str) -> str:
    """The first link of `url` to an object below `start`."""
    html = page.context.request.get(url).text().partition("<main")[2].partition("</main>")[0]
    links = re.findall(r'<a [^>]*href="(/[^"#?]*)', html)
    skip = tuple(f"{start}{word}/" for word in ("find", "create", "new", "import", "about"))
    found = [link for link in links if link.startswith(start) and ID.search(link)]
    found = [link for link in found if not link.startswith(skip)]
    assert found, f"no link under {start} on {url}"
    return f"{site.url}{found[0]}"


def look(page: Page, url: str, width: int) -> list[str]:
    """Open `url` and list what is wrong with the page."""
    troubles: list[str] = []
    page.on("console", lambda m: troubles.append(f"console: {m.text}") if m.type == "error" else 0)
    page.on("requestfailed", lambda r: troubles.append(f"not loaded: {r.url}"))
    page.set_viewport_size({"width": width, "height": 900})
    answer = page.goto(url)
    assert answer
    if answer.status >= 500:
        troubles.append(f"status {answer.status}")
    # A page that is not there is also reported on the console; that is no trouble.
    troubles = [t for t in troubles if "404 (Not Found)" not in t or answer.status != 404]
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    if wide > 0:
        troubles.append(f"{wide} px wider than the screen")
    if page.locator("h1").count() != 1:
        troubles.append(f"{page.locator('h1').count()} main headings")
    for violation in Axe().run(page, options=AXE).response["violations"]:
        if violation["impact"] in {"serious", "critical"}:
            where = [node["html"][:120] for node in violation["nodes"][:3]]
            troubles.append(f"axe {violation['id']}: {where}")
    return troubles


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_visitor_pages_are_sound(
    context: BrowserContext, site: Site, language: str, width: int
) -> None:
    found = {}
    for name, address in VISITOR_PAGES.items():
        page = context.new_page()
        url = resolve(page, site, language, address)
        found[name] = look(page, url, width)
        page.close()
    assert {name: troubles for name, troubles in found.items() if troubles} == {}


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("person", ["officer", "admin"])
def test_person_pages_are_sound(
    context: BrowserContext,
    site: Site,
    person: str,
    language: str,
    width: int,
) -> None:
    sign_in(context.new_page(), site, person)
    found = {}
    pages = PERSON_PAGES if person == "officer" else ADMINISTRATOR_PAGES
    for name, address in pages.items():
        page = context.new_page()
        found[name] = look(page, resolve(page, site, language, address), width)
        page.close()
    assert {name: troubles for name, troubles in found.items() if troubles} == {}


def test_dark_pages_have_contrast(browser, site: Site) -> None:  # type: ignore[no-untyped-def]  # a fixture
    context = browser.new_context(color_scheme="dark", viewport={"width": 1280, "height": 900})
    found = {}
    for name in ("home", "real region", "fictional region", "series", "sign in", "styleguide"):
        page = context.new_page()
        found[name] = look(page, resolve(page, site, "en", VISITOR_PAGES[name]), 1280)
        page.close()
    context.close()
    assert {name: troubles for name, troubles in found.items() if troubles} == {}


def test_right_to_left_pages_are_laid_out_right_to_left(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/ar-xb/regions/")
    assert page.get_attribute("html", "dir") == "rtl"
    heading = page.locator("h1").bounding_box()
    assert heading
    assert page.evaluate("getComputedStyle(document.querySelector('h1')).direction") == "rtl"
