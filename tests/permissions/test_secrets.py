"""Goal A3: what is planted in one organisation never shows anywhere for people of another."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import mail
from django.db import transaction
from django.urls import reverse

from regin.apps.accounts.models import Mail
from regin.apps.common.addresses import id_in
from tests.counts import FULL, count
from tests.permissions.matrix import ROWS, Row
from tests.permissions.world import OTHER, ROLES, World, build_world, client_of

# Who sees what is decided by queries that the matrix tries on both databases.
pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

# Each round plants anew; twenty make the 500 markers and 20,000 requests of the goal.
ROUNDS = count(20, divisor=20, least=1)
OUTSIDERS = [role for role in ROLES if role != "instance_administrator"]


def plant(world: World) -> list[str]:
    """Write a marker into every text of every thing of theirs; returns the markers."""
    markers: list[str] = []

    def marker(where: str) -> str:
        markers.append(f"zq{len(markers):03d}marker{where}")
        return markers[-1]

    for name in ("profile", "series", "framework"):
        thing = world.thing(name, OTHER)
        for field in thing.translated_fields:
            for language in ("en", "sv"):
                thing.set_text(field, language, marker(field))
    profile = world.thing("profile", OTHER)
    for field in ("authority_name", "unit_name", "parent_body", "source"):
        setattr(profile, field, marker(field))
    profile.save()
    staged = world.thing("import", OTHER)
    staged.file_name = marker("file")
    staged.save()
    request = world.thing("join request", OTHER)
    request.message = marker("message")
    request.save()
    invitation = world.thing("invitation", OTHER)
    invitation.email = f"{marker('email')}@world.example"
    invitation.save()
    colleague = world.thing("colleague", OTHER)
    colleague.name = marker("person")
    colleague.save()
    return markers


def requests(world: World) -> list[tuple[Row, str]]:
    """Every GET of the matrix, for their things where it is about things, and searches."""
    wanted = []
    for row in ROWS:
        if row.method == "GET":
            relation = OTHER if OTHER in row.allowed else next(iter(row.allowed))
            kwargs = row.kwargs(world, relation)
            if "slug" in kwargs:
                # The words of an address are the asker's own, and pages repeat the address.
                kwargs["slug"] = id_in(kwargs["slug"])
            wanted.append((row, reverse(row.route, kwargs=kwargs)))
    find = next(row for row in ROWS if row.route == "regions:find")
    place = world.thing("place", OTHER)
    wanted += [(find, f"{reverse('regions:find')}?q={word}") for word in ("zq000", "zq", "MX1")]
    wanted.append((find, reverse("regions:detail", kwargs={"slug": place.slug})))
    return wanted


def read(client: Any, address: str) -> str:
    answer = client.get(address, follow=True)
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return f"{answer.headers}{body.decode('utf-8', errors='replace')}"


def languages(turn: int) -> tuple[str, ...]:
    """Those to ask in: on an ordinary day one, in turns, so that every address meets both."""
    both = ("en", "sv")
    return both if FULL else (both[turn % 2],)


def one_round() -> tuple[int, int]:
    """Plant, ask for everything as everybody, look: (markers, requests)."""
    world = build_world()
    markers = plant(world)
    addresses = requests(world)
    leaks, sent = [], 0
    for turn, role in enumerate(OUTSIDERS):
        client = client_of(world, role)
        for place, (_, address) in enumerate(addresses):
            for language in languages(turn + place):
                text = read(client, address.replace("/en/", f"/{language}/", 1))
                sent += 1
                leaks += [f"{m} to {role} at {address}" for m in markers if m in text]
    assert leaks == []
    letters = [*mail.outbox, *Mail.objects.exclude(recipient__contains="marker")]
    assert [m for m in markers for letter in letters if m in str(vars(letter))] == []
    return len(markers), sent


def test_planted_texts_never_reach_people_of_another_organisation() -> None:
    markers = sent = 0
    for _ in range(ROUNDS):
        with transaction.atomic():
            planted, asked = one_round()
            transaction.set_rollback(True)
        markers, sent = markers + planted, sent + asked
    print(f"A3: {markers} markers, {sent} requests")
    assert markers >= count(500)
    assert sent >= count(20_000)


def test_the_markers_are_there_for_those_who_may_see_them() -> None:
    """Else the test above would also pass if nothing had been planted."""
    world = build_world()
    markers = plant(world)
    client = client_of(world, "instance_administrator")
    seen = "".join(read(client, address) for _, address in requests(world))
    assert len([m for m in markers if m in seen]) >= len(markers) // 2
