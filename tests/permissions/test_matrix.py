"""Every address × method × role × relation has an expectation, and each is carried out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import get_resolver, reverse

from tests.permissions.matrix import BY_KEY, HIDDEN, LOGIN, ROWS, Row
from tests.permissions.world import ROLES, World, build_world, client_of

pytestmark = pytest.mark.django_db

METHODS = ("GET", "POST")


def routes() -> Iterator[str]:
    """The name of every address, namespaces included."""

    def walk(patterns: Any, spaces: tuple[str, ...]) -> Iterator[str]:
        for pattern in patterns:
            if hasattr(pattern, "url_patterns"):
                inner = (*spaces, pattern.namespace) if pattern.namespace else spaces
                yield from walk(pattern.url_patterns, inner)
            else:
                yield ":".join((*spaces, pattern.name or f"unnamed {pattern.pattern}"))

    return walk(get_resolver().url_patterns, ())


@pytest.fixture
def world() -> World:
    return build_world()


def ask(client: Client, row: Row, world: World, relation: str) -> HttpResponse:
    """Send the row's request, then undo what it changed."""
    address = reverse(row.route, kwargs=row.kwargs(world, relation)) + row.query
    data = row.data(world, relation)
    with transaction.atomic():
        point = transaction.savepoint()
        answer: Any = client.get(address) if row.method == "GET" else client.post(address, data)
        if getattr(answer, "streaming", False):
            b"".join(answer.streaming_content)
        transaction.savepoint_rollback(point)
    return answer  # type: ignore[no-any-return]  # the test client has no types


def outcome(answer: HttpResponse, row: Row) -> str:
    """`ok`, `login`, `hidden`, or the status that is neither."""
    location = answer.headers.get("Location", "")
    if answer.status_code in (301, 302) and "/accounts/login/" in location:
        return LOGIN
    if answer.status_code == 404:
        return HIDDEN
    if answer.status_code < 400 or answer.status_code in row.accepts:
        return "ok"
    return str(answer.status_code)


def expected(row: Row, role: str, relation: str) -> str:
    if role in row.allowed[relation]:
        return "ok"
    return row.visitor if role == "visitor" else HIDDEN


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_row(row: Row, world: World, record_property: Any) -> None:
    """Every role for every relation of one row: the allowed get in, all others are turned away."""
    wrong, cells = {}, 0
    for relation in row.allowed:
        for role in ROLES:
            got = outcome(ask(client_of(world, role), row, world, relation), row)
            wanted = expected(row, role, relation)
            cells += 1
            if got != wanted:
                wrong[f"{role} / {relation}"] = f"{got}, not {wanted}"
    record_property("cells", cells)
    assert wrong == {}


def test_every_address_has_its_rows() -> None:
    named = {row.route for row in ROWS} | BY_KEY.keys()
    assert set(routes()) - named == set()
    assert named - set(routes()) == set()


def test_every_turned_away_role_meets_an_allowed_one() -> None:
    """A row that turns everybody away would also pass with a broken address."""
    without = [str(row) for row in ROWS if not any(row.allowed.values())]
    assert without == ["POST accounts:accept", "POST accounts:withdraw"]


@pytest.mark.parametrize("route", sorted({row.route for row in ROWS}))
def test_methods_without_a_row_do_nothing(route: str, world: World) -> None:
    """A method nobody thought of is refused, or is a page that changes nothing."""
    from django.apps import apps

    rows = [row for row in ROWS if row.route == route]
    row, has = rows[0], {row.method for row in rows}
    relation = next(iter(row.allowed))
    address = reverse(route, kwargs=row.kwargs(world, relation))
    client = client_of(world, "instance_administrator")
    models = [m for m in apps.get_models() if m._meta.app_label not in {"sessions", "web"}]
    before = {model.__name__: model._base_manager.count() for model in models}
    for method in {"POST", "PUT", "PATCH", "DELETE", "OPTIONS"} - has:
        answer = client.generic(method, address)
        assert answer.status_code < 500, method
    after = {model.__name__: model._base_manager.count() for model in models}
    assert before == after
