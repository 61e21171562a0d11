"""A view of a public series in a frame on another site."""

import html
import re

import pytest

from regin.apps.accounts.models import Role, State, Visibility
from regin.apps.outcomes.models import Series
from regin.apps.regions.tests.factories import make_actor, make_place

from .factories import load, tsv, write
from .test_pages import at, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def series(two_groups):
    return two_groups


def embedded(client, series, query: str = ""):
    return client.get(at("embed", series) + query)


@pytest.mark.parametrize("view", ["map", "ranking", "change", "spread", "table"])
def test_the_frame_shows_the_view_its_source_and_the_way_back(client, series, view):
    page = embedded(client, series, f"?view={view}&year=2012")
    words, content = text_of(page), page.content.decode()
    assert "Unemployment" in words
    assert "Source: Office (dataset)" in words
    assert "site-nav" not in content
    back = re.findall(r'href="([^"]+)"[^>]*>Open it on REGIN', content)
    assert f"view={view}&amp;year=2012" in back[0]
    assert '<base target="_blank">' in content


def test_any_site_may_frame_this_page_and_no_other(client, series):
    page = embedded(client, series)
    assert "frame-ancestors *;" in page["Content-Security-Policy"] + ";"
    assert "script-src 'none'" in page["Content-Security-Policy"]
    assert "X-Frame-Options" not in page
    other = client.get(at("detail", series))
    assert other["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in other["Content-Security-Policy"]


def test_it_sets_no_cookie_and_may_be_kept(client, series):
    page = embedded(client, series)
    assert not page.cookies
    assert "public" in page["Cache-Control"]
    assert "<script" not in page.content.decode()


@pytest.mark.parametrize(
    "hidden",
    [{"state": State.DRAFT}, {"visibility": Visibility.MEMBERS}, {"state": State.RETRACTED}],
)
def test_what_not_everybody_may_see_is_in_no_frame_for_anybody(client, series, hidden):
    Series._base_manager.filter(pk=series.pk).update(**hidden)
    assert embedded(client, series).status_code == 404
    keeper = make_actor(series.organisation, Role.ADMINISTRATOR)
    client.force_login(keeper.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert embedded(client, series).status_code == 404
    page = client.get(at("detail", series))
    assert page.status_code == 200
    assert "iframe" not in page.content.decode()


def test_a_signed_in_reader_sees_what_everybody_sees(client, series):
    keeper = make_actor(series.organisation, Role.ADMINISTRATOR)
    before = embedded(client, series).content
    client.force_login(keeper.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = embedded(client, series)
    assert page.content == before
    assert "no-store" in page["Cache-Control"]


def test_the_page_offers_the_code_to_copy(client, series):
    series.set_text("title", "en", '"><script>alert(1)</script>')
    page = client.get(at("detail", series) + "?view=ranking&year=2012").content.decode()
    assert "<script>alert" not in page
    code = html.unescape(re.findall(r"<textarea[^>]*readonly[^>]*>(.*?)</textarea>", page)[0])
    assert "<script>" not in code
    assert f"{at('embed', series)}?view=ranking&amp;year=2012" in code


def frame_title(client, series, query: str) -> str:
    page = client.get(at("detail", series) + query).content.decode()
    code = html.unescape(re.findall(r"<textarea[^>]*readonly[^>]*>(.*?)</textarea>", page)[0])
    return html.unescape(re.findall(r'title="([^"]*)"', code)[0])


def test_the_title_of_a_frame_has_the_year_only_where_the_frame_keeps_to_it(client, series):
    assert ", 2012: " in frame_title(client, series, "?view=map&year=2012")
    newest = frame_title(client, series, "?view=map&year=2013")
    assert newest.startswith("Unemployment: ")
    assert "2013" not in newest


def test_markup_in_names_is_text(client, series, tmp_path):
    make_place("<img src=x onerror=alert(1)>", "AT19")
    load(series, write(tmp_path, tsv("T,AT19=1|2"), name="new.tsv"))
    for view in ("map", "ranking", "table"):
        assert "<img src=x" not in embedded(client, series, f"?view={view}").content.decode()
