"""What stands around every page, and the pages about the site itself."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import translation

from regin.apps.common.models import Installation
from regin.apps.identity.models import User
from regin.web import context, errors
from regin.web.views import doors, loop_steps

pytestmark = pytest.mark.django_db

PAGES = ["home", "about", "method", "words", "accessibility", "source_code", "styleguide"]
LANGUAGES = [*settings.CONTENT_LANGUAGES, "ar"]


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """A request leaves its language behind in the thread."""
    with translation.override("en"):
        yield


def test_every_page_about_the_site_answers(client: Client) -> None:
    for name in PAGES:
        response = client.get(reverse(name))
        html = response.content.decode()
        assert response.status_code == 200, name
        assert html.count("<h1>") == 1, name
        assert 'id="main"' in html


@pytest.mark.parametrize("language", LANGUAGES)
def test_home_and_style_guide_answer_in_every_language(client: Client, language: str) -> None:
    for page in ("", "styleguide/"):
        html = client.get(f"/{language}/{page}").content.decode()
        assert f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}">' in html


def test_right_to_left_pages_load_the_mirrored_sheet(client: Client) -> None:
    assert "bootstrap.rtl.min.css" in client.get("/ar/").content.decode()
    assert "bootstrap.rtl.min.css" not in client.get("/en/").content.decode()


def test_the_pseudo_language_is_laid_out_from_right_to_left_and_never_offered(
    client: Client,
) -> None:
    html = client.get(f"/{settings.PSEUDO_LANGUAGE}/styleguide/").content.decode()
    assert 'dir="rtl"' in html
    assert f'hreflang="{settings.PSEUDO_LANGUAGE}"' not in html


def test_the_language_menu_leads_to_the_same_page(client: Client) -> None:
    html = client.get("/en/styleguide/?x=1").content.decode()
    for code in settings.CONTENT_LANGUAGES:
        assert f'<a href="/{code}/styleguide/?x=1" lang="{code}"' in html
    assert 'lang="en" dir="auto" hreflang="en" aria-current="true"' in html


def test_arabic_is_offered_only_where_a_person_must_understand(client: Client) -> None:
    arabic = '<a href="/ar/'
    assert arabic not in client.get("/en/").content.decode()
    assert arabic in client.get(reverse("account_login")).content.decode()
    assert arabic in client.get("/en/no-such-page/").content.decode()
    assert arabic in client.get("/ar/").content.decode()


def test_a_page_without_language_sends_to_the_home_page_of_another() -> None:
    assert context.in_language("/health/", "en", "sv") == "/sv/"
    assert context.in_language("/en/a/?b=/en/c/", "en", "sv") == "/sv/a/?b=/en/c/"


def test_entries_whose_part_does_not_exist_are_absent() -> None:
    entries = context.existing([("There", "home"), ("Not there", "nowhere:list")], "/en/x/")
    assert [entry.label for entry in entries] == ["There"]
    assert entries[0].here


def test_the_bar_only_has_parts_that_exist(client: Client) -> None:
    bar = context.bar_entries()
    html = client.get("/en/").content.decode()
    assert "Network" not in [entry.label for entry in bar]
    assert all(f'<a href="{entry.url}">{entry.label}</a>' in html for entry in bar)


def test_steps_and_doors_are_links_only_to_parts_that_exist() -> None:
    steps = loop_steps()
    assert [bool(step["url"]) for step in steps[1:]] == [False] * 4
    assert len(steps) == 5
    assert all(door["url"] for door in doors())


def test_a_visitor_can_sign_in_and_a_person_can_sign_out(client: Client) -> None:
    assert reverse("account_login") in client.get("/en/").content.decode()
    client.force_login(User.objects.create_user("ann@example.org", name="Ann Example"))
    html = client.get("/en/").content.decode()
    assert "Ann Example" in html
    assert f'action="{reverse("account_logout")}"' in html
    assert f'class="sign-in" href="{reverse("account_login")}"' not in html


def test_a_demonstration_says_so_on_every_page(client: Client) -> None:
    assert "demo-banner" not in client.get("/en/").content.decode()
    Installation.objects.create(pk=1, mode=Installation.Mode.DEMO)
    for page in ("/en/", "/en/about/", "/en/accounts/login/", "/en/no-such-page/"):
        assert client.get(page).content.decode().count('class="demo-banner"') == 1, page


def test_a_production_site_shows_no_demonstration_banner(client: Client) -> None:
    Installation.objects.create(pk=1, mode=Installation.Mode.PRODUCTION)
    assert "demo-banner" not in client.get("/en/").content.decode()


def test_the_frame_costs_one_query(
    client: Client, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    with django_assert_num_queries(1):  # type: ignore[operator]  # a fixture that is a function
        client.get("/en/about/")


def test_base_needs_neither_session_nor_person() -> None:
    request = RequestFactory().get("/en/no-such-page/")
    assert errors.not_found(request).status_code == 404
    request.user = AnonymousUser()
    assert errors.not_found(request).status_code == 404


def test_every_page_is_independent_in_its_footer(client: Client) -> None:
    html = client.get("/en/words/").content.decode()
    assert "not a product of CIDOB, MPG, CPMR or the European Union" in html
    assert f"Version {settings.REGIN_VERSION}" in html


@pytest.mark.parametrize("name", PAGES)
def test_no_page_needs_what_its_own_policy_forbids(client: Client, name: str) -> None:
    response = client.get(reverse(name))
    html = response.content.decode()
    policy = response["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=", html)
    assert all(" src=" in tag for tag in re.findall(r"<script[^>]*>", html))
    assert not re.search(
        r'(?:src|href)="https?://(?!example\.org)(?!127\.0\.0\.1)[^"]*\.(?:js|css)', html
    )


def test_ids_are_unique_on_every_page(client: Client) -> None:
    for name in PAGES:
        ids = re.findall(r'\sid="([^"]+)"', client.get(reverse(name)).content.decode())
        assert len(ids) == len(set(ids)), name


def test_health_says_that_all_is_well(client: Client) -> None:
    response = client.get("/health/")
    assert response.status_code == 200
    assert response.json() == {
        "status": "ok",
        "database": "ok",
        "version": settings.REGIN_VERSION,
    }
    assert "no-cache" in response["Cache-Control"]


def test_robots_keep_out_of_pages_of_a_person(client: Client) -> None:
    response = client.get("/robots.txt")
    assert response["Content-Type"].startswith("text/plain")
    assert "Disallow: /sv/accounts/" in response.content.decode()


def test_pages_are_read_and_not_written(client: Client) -> None:
    for name in [*PAGES, "health", "robots"]:
        assert client.post(reverse(name)).status_code == 405, name
