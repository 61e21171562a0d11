"""Whatever breaks, people and programs learn what to do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NoReturn

import pytest
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.exceptions import BadRequest, PermissionDenied
from django.db import InterfaceError, OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import Client, RequestFactory
from django.utils import translation

from regin.web import errors, middleware, views


@pytest.fixture
def database_down(db: None) -> Iterator[None]:
    def refuse(*_: object, **__: object) -> NoReturn:
        raise OperationalError("could not connect")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseWrapper, "cursor", refuse)
        yield


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("view", "status"),
    [(errors.bad_request, 400), (errors.forbidden, 403), (errors.not_found, 404)],
)
def test_each_error_page_has_its_status_and_a_way_on(view: object, status: int) -> None:
    response = view(RequestFactory().get("/en/x/"))  # type: ignore[operator]  # one of three views
    assert response.status_code == status
    assert 'class="ways"' in response.content.decode()


@pytest.mark.django_db
def test_an_unknown_address_is_a_page_with_status_404(client: Client) -> None:
    for path in ("/en/nothing/", "/sv/nothing/", "/en/%00/", "/en/" + "a" * 2000 + "/"):
        assert client.get(path).status_code == 404
        assert "<h1>" in client.get(path).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(("error", "status"), [(PermissionDenied, 403), (BadRequest, 400)])
def test_refusals_of_views_get_our_pages(
    error: type[Exception], status: int, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "loop_steps", _raiser(error("no")))
    response = client.get("/en/")
    assert response.status_code == status
    assert "site-footer" in response.content.decode()


@pytest.mark.django_db
def test_a_form_without_its_token_explains_itself() -> None:
    response = Client(enforce_csrf_checks=True).post("/en/accounts/login/", {"login": "a"})
    assert response.status_code == 403
    assert "Nothing was saved" in response.content.decode()


@pytest.mark.django_db
def test_a_host_that_is_not_ours_gets_a_page_with_status_400(client: Client) -> None:
    response = client.get("/en/", headers={"host": "evil.example"})
    assert response.status_code == 400
    assert "evil.example" not in response.content.decode()


@pytest.mark.usefixtures("database_down")
@pytest.mark.parametrize("path", ["/en/", "/en/about/", "/en/nothing/", "/en/accounts/login/"])
def test_without_the_database_every_page_says_back_soon(path: str) -> None:
    response = Client(raise_request_exception=False).get(path)
    assert response.status_code == 503
    assert response["Retry-After"] == str(errors.RETRY_AFTER)
    assert "Back soon" in response.content.decode()


@pytest.mark.usefixtures("database_down")
def test_health_without_the_database_is_honest(client: Client) -> None:
    response = client.get("/health/")
    assert response.status_code == 503
    assert response.json()["database"] == "unreachable"


@pytest.mark.usefixtures("database_down")
def test_static_files_are_served_without_the_database(client: Client) -> None:
    assert client.get("/static/regin/tokens.css").status_code == 200


@pytest.mark.django_db
def test_a_session_that_cannot_be_kept_says_back_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    error = OperationalError("database or disk is full")
    monkeypatch.setattr(SessionMiddleware, "process_response", _raiser(error))
    response = Client(raise_request_exception=False).get("/sv/")
    assert response.status_code == 503
    assert '<html lang="sv"' in response.content.decode()


@pytest.mark.parametrize("error", [OperationalError("x"), InterfaceError("x")])
def test_both_ways_of_losing_the_database_are_known(error: Exception) -> None:
    layer = middleware.FriendlyErrors(lambda _request: errors.HttpResponse())
    answer = layer.process_exception(RequestFactory().get("/en/"), error)
    assert answer is not None
    assert answer.status_code == 503
    assert layer.process_exception(RequestFactory().get("/en/"), ValueError("x")) is None


@pytest.mark.django_db
def test_a_broken_view_says_what_to_do_and_shows_no_traceback(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(views, "loop_steps", _raiser(ValueError("secret detail")))
    response = Client(raise_request_exception=False).get("/en/")
    html = response.content.decode()
    assert response.status_code == 500
    assert "try once more" in html
    assert "secret detail" not in html
    assert "Traceback" not in html


def test_the_page_for_a_broken_site_needs_no_database_session_or_person() -> None:
    # No database mark: pytest-django refuses every query here.
    for language in ("en", "ar"):
        request = RequestFactory().get(f"/{language}/x/")
        assert errors.server_error(request).status_code == 500
        assert f'lang="{language}"' in errors.unavailable(request).content.decode()


def test_the_language_of_the_thread_stays_what_it_was() -> None:
    with translation.override("de"):
        errors.unavailable(RequestFactory().get("/sv/"))
        assert translation.get_language() == "de"


@pytest.mark.parametrize(("view", "status"), [("server_error", 500), ("unavailable", 503)])
def test_programs_get_a_problem_they_can_read(view: str, status: int) -> None:
    request = RequestFactory().get("/en/x/", headers={"accept": "application/json"})
    response = getattr(errors, view)(request)
    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    assert b'"status": %d' % status in response.content


def _raiser(error: Exception) -> object:
    def fail(*_: object, **__: object) -> NoReturn:
        raise error

    return fail
