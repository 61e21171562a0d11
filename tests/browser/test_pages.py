"""Every page type in a real browser: nothing serious for axe, nothing wider than the screen,
no script or style that the policy refuses, every picture and style sheet there."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect

from tests.browser.conftest import Site, code_now, sign_in

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
# Colours do not depend on the language, and looking at them takes two thirds of the time: every
# page is looked at for contrast in English, wide and narrow, and in the dark.
AXE_BUT_CONTRAST = {**AXE, "rules": {"color-contrast": {"enabled": False}}}
AXE_SCRIPT = Axe().axe_script
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
    "series ranking": "/outcomes/ >> /outcomes/ >> ?view=ranking&level=0",
    "series table": "/outcomes/ >> /outcomes/ >> ?view=table&level=0",
    "series method": "/outcomes/ >> /outcomes/ >> ?view=about",
    "what a file changed": "/outcomes/ >> /outcomes/ >> imports/1/changes/",
    "series in a frame": "/outcomes/ >> /outcomes/ >> embed/?view=change",
    # Catalonia, South Sweden and the starter series have these ids in every installation.
    "compare regions": "/outcomes/compare/?region=h35gfh3v1vxhf&region=zsfb51523ja36&find=cat",
    "regions like one": "/outcomes/like/h35gfh3v1vxhf/?context=xwgd976y70vzj",
    "build an index": "/outcomes/index/?series=xwgd976y70vzj",
    "framework history": "/frameworks/ >> /frameworks/ >> history/",
    "framework revision": "/frameworks/ >> /frameworks/ >> r/1/",
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
    "password asked again": "/accounts/2fa/totp/activate/",
    "e-mail": "/accounts/email/",
    "password": "/accounts/password/change/",
    "name and language": "/me/edit/",
    "delete": "/me/delete/",
    "own organisation": "/organisations/ >> /organisations/region-of-norvalia",
    "another organisation": "/organisations/ >> /organisations/regin-starter-content",
    "people": "/organisations/ >> /organisations/region-of-norvalia >> people/",
    "leave": "/organisations/ >> /organisations/region-of-norvalia >> leave/",
    "change organisation": "/organisations/ >> /organisations/region-of-norvalia >> edit/",
    "join": "/organisations/ >> /organisations/regin-starter-content >> join/",
    "load a file": "/outcomes/new/",
    "write a profile": "/regions/find/?q=norvalia >> /regions/ >> #profiles/about",
}
NOT_THERE = {"not there", "invitation that cannot be used"}
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


@dataclass
class Looker:
    """One tab that opens pages and lists what is wrong with each, wide and narrow."""

    page: Page
    contrast: bool = True
    troubles: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._said)
        self.page.on("requestfailed", self._not_loaded)

    def _not_loaded(self, request: Request) -> None:
        """A request that was given up since the page was left is no trouble of either page."""
        if request.failure != "net::ERR_ABORTED":
            self.troubles.append(f"not loaded: {request.url}")

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.troubles.append(f"console: {message.text}")

    def look(self, url: str, status: int = 200) -> list[str]:
        """Open `url` once and look at it in every width: loading costs more than looking."""
        self.troubles.clear()
        self.page.set_viewport_size({"width": WIDTHS[0], "height": 900})
        answer = self.page.goto(url)
        assert answer
        if answer.status != status:
            self.troubles.append(f"status {answer.status}, not {status}")
        # A page that is not there is also reported on the console; that is no trouble.
        self.troubles[:] = [
            t for t in self.troubles if "404 (Not Found)" not in t or answer.status != 404
        ]
        return self.look_here()

    def look_here(self) -> list[str]:
        """Look at the page that is open, however it was reached."""
        said = self.troubles.copy()
        if self.page.locator("h1").count() != 1:
            said.append(f"{self.page.locator('h1').count()} main headings")
        self.page.evaluate(AXE_SCRIPT)
        return said + [f"{width} px: {t}" for width in WIDTHS for t in self._at(width)]

    def _at(self, width: int) -> list[str]:
        self.page.set_viewport_size({"width": width, "height": 900})
        wide = self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        found = [f"{wide} px wider than the screen"] if wide > 0 else []
        options = AXE if self.contrast else AXE_BUT_CONTRAST
        for violation in self.page.evaluate("options => axe.run(options)", options)["violations"]:
            if violation["impact"] in {"serious", "critical"}:
                where = [node["html"][:120] for node in violation["nodes"][:3]]
                found.append(f"axe {violation['id']}: {where}")
        return found


def look_at(page: Page, site: Site, language: str, pages: dict[str, str]) -> dict[str, list[str]]:
    """What is wrong with each of `pages`; those without trouble are left out."""
    looker = Looker(page, contrast=language == "en")
    found = {
        name: looker.look(resolve(page, site, language, address), 404 if name in NOT_THERE else 200)
        for name, address in pages.items()
    }
    return {name: troubles for name, troubles in found.items() if troubles}


@pytest.mark.parametrize("half", [0, 1])
@pytest.mark.parametrize("language", LANGUAGES)
def test_visitor_pages_are_sound(page: Page, site: Site, language: str, half: int) -> None:
    pages = dict(list(VISITOR_PAGES.items())[half::2])
    assert look_at(page, site, language, pages) == {}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("person", ["officer", "admin"])
def test_person_pages_are_sound(page: Page, site: Site, person: str, language: str) -> None:
    sign_in(page, site, person)
    pages = PERSON_PAGES if person == "officer" else ADMINISTRATOR_PAGES
    assert look_at(page, site, language, pages) == {}


def test_pages_of_two_step_sign_in_are_sound(page: Page, site: Site) -> None:
    """Reached by turning it on, signing in with it, and turning it off, as a person does."""
    looker, found, send = Looker(page), {}, "main form button[type=submit]"
    sign_in(page, site, "coder")
    page.goto(f"{site.url}/sv/accounts/2fa/totp/activate/")
    page.fill("input[name=password]", site.password)
    page.click(send)
    key = page.locator("figure.qr code").inner_text()
    found["key"] = looker.look_here()
    page.fill("input[name=code]", code_now(key))
    page.click(send)
    expect(page.locator("ul.codes li")).to_have_count(10)
    found["recovery codes"] = looker.look_here()
    recovery = page.locator("ul.codes li").first.inner_text()
    found["switched on"] = looker.look(f"{site.url}/sv/accounts/2fa/")
    found["make new codes"] = looker.look(f"{site.url}/sv/accounts/2fa/recovery-codes/generate/")
    found["switch off"] = looker.look(f"{site.url}/sv/accounts/2fa/totp/deactivate/")
    page.context.clear_cookies()
    sign_in(page, site, "coder")
    found["second step"] = looker.look_here()
    page.fill("input[name=code]", recovery)
    page.click("main form button[type=submit] >> nth=0")
    page.goto(f"{site.url}/en/me/")
    expect(page.locator("main")).to_contain_text("coder@demo.example")
    page.goto(f"{site.url}/en/accounts/2fa/totp/deactivate/")
    page.fill("input[name=password]", site.password)
    page.click(send)
    page.click(send)
    page.goto(f"{site.url}/en/accounts/2fa/")
    expect(page.locator("main")).to_contain_text("Switched off.")
    assert {name: troubles for name, troubles in found.items() if troubles} == {}


SDMX_CSV = """DATAFLOW,freq,unit,sex,isced11,geo,TIME_PERIOD,OBS_VALUE,OBS_FLAG
ESTAT:{name}(1.0),A,PC,T,ED0-2,SE,2023,12.5,b
ESTAT:{name}(1.0),A,PC,T,ED5-8,SE,2023,22.5,
ESTAT:{name}(1.0),A,PC,F,ED5-8,ES51,2023,,u
"""
SAID = {"unit": "percent", "licence": "CC BY 4.0", "attribution": "Source: an office"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_from_a_file_to_a_series_are_sound(page: Page, site: Site, language: str) -> None:
    """An officer brings a broken file, then a good one, describes it, accepts it, takes it back."""
    looker, found = Looker(page, contrast=language == "en"), {}
    send = "main form button[type=submit] >> nth=0"
    sign_in(page, site, "officer")
    name = f"a-rather-long-name-of-a-file-without-any-blank-in-it-{language}"
    for content in ("DATAFLOW,geo\nx,SE\n", SDMX_CSV.format(name=language.upper())):
        page.goto(f"{site.url}/{language}/outcomes/new/")
        file = {"name": f"{name}.csv", "mimeType": "text/csv", "buffer": content.encode()}
        page.set_input_files("input[name=file]", file)  # type: ignore[arg-type]  # a FilePayload
        page.click(send)
        page.wait_for_load_state()
        found["described" if found else "with faults"] = looker.look_here()
        # The console tells the 422 of a page with faults; it is no trouble, there or later.
        looker.troubles[:] = [t for t in looker.troubles if "422" not in t]
    page.select_option("[name=of_isced11]", "ED5-8")
    for field_name, text in {**SAID, "title": name, "source": "Office"}.items():
        page.fill(f"[name={field_name}]", text)
    page.locator("form:has([name=title]) button[type=submit]").click()
    page.wait_for_url("**/imports/1/")
    found["preview"] = looker.look_here()
    page.locator("form[action$='/accept/'] button").click()
    page.wait_for_load_state()
    found["series"] = looker.look_here()
    page.locator("nav.view-tabs a[href*='view=about']").click()
    page.locator("a[href$='/imports/1/']").click()
    found["accepted"] = looker.look_here()
    page.locator("form[action$='/undo/'] button").click()
    page.wait_for_load_state()
    found["undone"] = looker.look_here()
    expected = [t for t in found.pop("with faults") if "422" not in t]
    assert expected == []
    assert {where: troubles for where, troubles in found.items() if troubles} == {}


PLAIN_TABLE = """Region;Sex;2021;2022
DE41;F;9,8;9,1
DE42;F;7,1;..
Bergslagen;F;7,9;7,0
"""


def test_pages_of_a_plain_table_are_sound(page: Page, site: Site) -> None:
    """An officer names columns, says what a code means, and has a merged region computed."""
    looker, found = Looker(page, contrast=False), {}
    sign_in(page, site, "officer")
    page.goto(f"{site.url}/ar-xb/outcomes/new/")
    file = {"name": "plain.csv", "mimeType": "text/csv", "buffer": PLAIN_TABLE.encode()}
    page.set_input_files("input[name=file]", file)  # type: ignore[arg-type]  # a FilePayload
    page.click("main form button[type=submit] >> nth=0")
    page.wait_for_url("**/columns/")
    found["columns"] = looker.look_here()
    page.click("main form.form-wide button[type=submit]")
    page.wait_for_url("**/codes/")
    found["codes"] = looker.look_here()
    page.fill("[name=typed_0]", "SE311")
    page.click("main form.form-wide button[type=submit]")
    page.wait_for_selector("[name=title]")
    found["describe"] = looker.look_here()
    said = {**SAID, "title": "Plain", "source": "Office", "code": "plain", "dataset": "own"}
    for field_name, text in said.items():
        page.fill(f"[name={field_name}]", text)
    page.locator("form:has([name=title]) button[type=submit]").click()
    page.wait_for_url("**/imports/1/")
    found["preview"] = looker.look_here()
    page.check("[name=yes_DE40]")
    page.fill("[name=weight_DE40_DE41]", "3")
    page.fill("[name=weight_DE40_DE42]", "1")
    page.locator("form[action$='/convert/'] button").click()
    page.wait_for_load_state()
    expect(page.locator("main")).to_contain_text("DE41 × 3, DE42 × 1")
    assert {where: troubles for where, troubles in found.items() if troubles} == {}


def test_dark_pages_have_contrast(browser: Browser, site: Site) -> None:
    context = browser.new_context(color_scheme="dark")
    names = ("home", "real region", "fictional region", "series", "sign in", "styleguide")
    found = look_at(context.new_page(), site, "en", {name: VISITOR_PAGES[name] for name in names})
    context.close()
    assert found == {}


def test_what_is_wrong_with_a_page_is_seen(page: Page, site: Site) -> None:
    """The checks above can fail: a page with one fault of each kind shows them all."""
    faulty = """<html lang=en><title>t</title><h1>a</h1><h1>b</h1><img src=/nothing.png>
    <p style="color:#999;background:#aaa">unreadable<div style="width:400px">wide</div>
    <script>throw Error("broken")</script>"""
    page.route("**/faulty/", lambda r: r.fulfill(body=faulty, content_type="text/html"))
    page.route("**/nothing.png", lambda r: r.abort())
    found = "\n".join(Looker(page).look(f"{site.url}/faulty/"))
    for trouble in (
        "2 main headings",
        "not loaded: ",
        "1280 px: axe color-contrast",
        "320 px: axe image-alt",
        "320 px: 88 px wider",
    ):
        assert trouble in found, found


def test_right_to_left_pages_are_laid_out_right_to_left(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/ar-xb/regions/")
    assert page.get_attribute("html", "dir") == "rtl"
    heading = page.locator("h1").bounding_box()
    assert heading
    assert page.evaluate("getComputedStyle(document.querySelector('h1')).direction") == "rtl"
