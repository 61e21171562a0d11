"""The permission matrix: who may send which request to which address, for whose things.

A row without an allowed role for a relation means: for this relation nobody may. Every route of the
platform has its rows here; a new one without any fails `test_every_address_has_its_rows`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from regin.apps.accounts.models import Organisation
from tests.permissions.world import (
    EVERYONE,
    INSTANCE,
    NOBODY,
    NONE,
    OTHER,
    OWN,
    SAME,
    SIGNED_IN,
    World,
)

OURS = frozenset({"member", "editor", "coder", "reviewer", "administrator"})
EDITORS = frozenset({"editor", "administrator"}) | INSTANCE
REVIEWERS = frozenset({"reviewer", "administrator"}) | INSTANCE
ADMINISTRATORS = frozenset({"administrator"}) | INSTANCE
VISITOR = frozenset({"visitor"})

LOGIN, HIDDEN = "login", "hidden"
Build = Callable[[World, str], dict[str, Any]]


def nothing(_: World, __: str) -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class Row:
    """One request. `allowed`: relation → roles that get an answer; all others are turned away,
    a visitor to sign-in (`login`) or, like everybody else, with 404 (`hidden`)."""

    route: str
    method: str
    allowed: Mapping[str, frozenset[str]]
    kwargs: Build = nothing
    data: Build = nothing
    visitor: str = HIDDEN
    query: str = ""
    # Statuses that count as “you may”, beside those below 400: a form that asks for more.
    accepts: frozenset[int] = field(default_factory=frozenset)

    def __str__(self) -> str:
        return f"{self.method} {self.route}"


def get(route: str, allowed: Mapping[str, frozenset[str]], **more: Any) -> Row:
    return Row(route, "GET", allowed, **more)


def post(route: str, allowed: Mapping[str, frozenset[str]], **more: Any) -> Row:
    return Row(route, "POST", allowed, **more)


def slug_of(name: str) -> Build:
    return lambda world, relation: {"slug": world.thing(name, relation).slug}


def of_organisation(world: World, relation: str) -> dict[str, Any]:
    return {"slug": world.organisation(relation).slug}


def with_key(name: str) -> Build:
    def build(world: World, relation: str) -> dict[str, Any]:
        return of_organisation(world, relation) | {"pk": world.thing(name, relation).pk}

    return build


def of_colleague(world: World, relation: str) -> dict[str, Any]:
    return of_organisation(world, relation) | {
        "reference": world.thing("colleague", relation).reference
    }


def of_import(world: World, relation: str) -> dict[str, Any]:
    staged = world.thing("import", relation)
    return {"slug": staged.series.slug, "number": staged.number}


def of_accepted_import(world: World, relation: str) -> dict[str, Any]:
    done = world.thing("accepted import", relation)
    return {"slug": done.series.slug, "number": done.number}


def series_of(name: str) -> Build:
    return lambda world, relation: {"slug": world.thing(name, relation).series.slug}


def of_upload(world: World, relation: str) -> dict[str, Any]:
    return {"key": world.thing("upload", relation).key}


def of_upload_and_series(world: World, relation: str) -> dict[str, Any]:
    return of_upload(world, relation) | {"slug": world.thing("series", relation).slug}


def numbered(name: str) -> Build:
    return lambda world, relation: {"slug": world.thing(name, relation).slug, "number": 1}


def always(**values: Any) -> Build:
    return lambda _, __: values


ANYBODY = {NONE: EVERYONE}
THE_PERSON = {NONE: SIGNED_IN}
BOTH_PUBLIC = {SAME: EVERYONE, OTHER: EVERYONE}
MEMBERS = {SAME: OURS | INSTANCE, OTHER: INSTANCE}
THEIR_EDITORS = {SAME: EDITORS, OTHER: INSTANCE}
THEIR_REVIEWERS = {SAME: REVIEWERS, OTHER: INSTANCE}
THEIR_TRANSLATORS = {SAME: EDITORS | REVIEWERS, OTHER: INSTANCE}
THEIR_ADMINISTRATORS = {SAME: ADMINISTRATORS, OTHER: INSTANCE}
MAKERS_OF_ORGANISATIONS = {NONE: INSTANCE | {"network_coordinator"}}
# Who belongs to an organisation does not ask to join it again.
OUTSIDERS = {SAME: SIGNED_IN - OURS, OTHER: SIGNED_IN}
INSIDERS = {SAME: OURS, OTHER: NOBODY}

PAGES = [
    get(route, ANYBODY)
    for route in (
        "health",
        "robots",
        "home",
        "about",
        "method",
        "words",
        "accessibility",
        "source_code",
        "styleguide",
        "regions:list",
        "regions:find",
        "frameworks:list",
        "outcomes:list",
        "outcomes:compare",
        "outcomes:index",
        "organisations:list",
        "accounts:erased",
    )
]

ACCOUNT = [
    *[
        get(r, ANYBODY)
        for r in (
            "account_login",
            "account_signup",
            "account_reset_password",
            "account_inactive",
            "account_email_verification_sent",
            "account_reset_password_done",
            "account_reset_password_from_key_done",
        )
    ],
    *[
        post(r, ANYBODY, accepts=frozenset({422}))
        for r in (
            "account_login",
            "account_signup",
            "account_reset_password",
        )
    ],
    get("account_confirm_email", ANYBODY, kwargs=always(key="wrong-key")),
    get("account_reset_password_from_key", ANYBODY, kwargs=always(uidb36="1", key="wrong-key")),
    *[
        Row(r, m, THE_PERSON, visitor=LOGIN)
        for m in ("GET", "POST")
        for r in (
            "account_email",
            "account_change_password",
            "account_set_password",
            "account_reauthenticate",
            "mfa_activate_totp",
            "mfa_deactivate_totp",
            "mfa_generate_recovery_codes",
            "mfa_reauthenticate",
        )
    ],
    *[
        get(route, THE_PERSON, visitor=LOGIN)
        for route in ("mfa_index", "mfa_view_recovery_codes", "mfa_download_recovery_codes")
    ],
    Row("account_logout", "GET", ANYBODY),
    Row("account_logout", "POST", ANYBODY),
]

OWN_PAGES = [
    *[
        get(r, THE_PERSON, visitor=LOGIN)
        for r in (
            "accounts:me",
            "accounts:edit",
            "accounts:data",
            "accounts:export",
            "accounts:delete",
        )
    ],
    post("accounts:edit", THE_PERSON, data=always(name="Me", language="sv"), visitor=LOGIN),
    post("accounts:delete", THE_PERSON, data=always(password="wrong"), visitor=LOGIN),
    # Somebody else's invitation or request: nobody, not even an administrator, acts on it here.
    post(
        "accounts:accept",
        {OTHER: NOBODY, SAME: NOBODY},
        visitor=LOGIN,
        kwargs=lambda w, r: {"pk": w.thing("invitation", r).pk},
    ),
    post(
        "accounts:withdraw",
        {OTHER: NOBODY, SAME: NOBODY},
        visitor=LOGIN,
        kwargs=lambda w, r: {"pk": w.thing("join request", r).pk},
    ),
]

ORGANISATIONS = [
    get("organisations:create", MAKERS_OF_ORGANISATIONS, visitor=LOGIN),
    post(
        "organisations:create",
        MAKERS_OF_ORGANISATIONS,
        visitor=LOGIN,
        data=always(name="A third", category="region", administrator_email="first@world.example"),
    ),
    get("organisations:detail", BOTH_PUBLIC, kwargs=of_organisation),
    get("organisations:edit", THEIR_ADMINISTRATORS, kwargs=of_organisation, visitor=LOGIN),
    post(
        "organisations:edit",
        THEIR_ADMINISTRATORS,
        kwargs=of_organisation,
        visitor=LOGIN,
        data=always(name="Renamed", category="technical"),
    ),
    get("organisations:people", THEIR_ADMINISTRATORS, kwargs=of_organisation, visitor=LOGIN),
    post(
        "organisations:people",
        THEIR_ADMINISTRATORS,
        kwargs=of_organisation,
        visitor=LOGIN,
        data=always(email="guest@world.example", role="editor"),
    ),
    get("organisations:roles", THEIR_ADMINISTRATORS, kwargs=of_colleague, visitor=LOGIN),
    post(
        "organisations:roles",
        THEIR_ADMINISTRATORS,
        kwargs=of_colleague,
        visitor=LOGIN,
        data=always(roles=["editor"]),
    ),
    post(
        "organisations:revoke", THEIR_ADMINISTRATORS, kwargs=with_key("invitation"), visitor=LOGIN
    ),
    post(
        "organisations:answer",
        THEIR_ADMINISTRATORS,
        kwargs=with_key("join request"),
        visitor=LOGIN,
        data=always(answer="accept"),
    ),
    get("organisations:join", OUTSIDERS, kwargs=of_organisation, visitor=LOGIN),
    post(
        "organisations:join",
        OUTSIDERS,
        kwargs=of_organisation,
        visitor=LOGIN,
        data=always(message="May I?"),
    ),
    get("organisations:leave", INSIDERS, kwargs=of_organisation, visitor=LOGIN),
    post("organisations:leave", INSIDERS, kwargs=of_organisation, visitor=LOGIN),
]

PROFILE_FIELDS = {"authority_name": "Body", "source": "A law", "is_current": "on"}
WRITERS = {SAME: frozenset({"editor", "administrator"})}
REGIONS = [
    get("regions:detail", {SAME: EVERYONE}, kwargs=slug_of("place")),
    get("profiles:create", WRITERS, kwargs=slug_of("place")),
    post(
        "profiles:create",
        WRITERS,
        kwargs=slug_of("place"),
        data=lambda w, _: PROFILE_FIELDS | {"organisation": w.ours.pk, "language": "en"},
    ),
    *[
        get(route, allowed, kwargs=build(name))
        for name, allowed in (("profile", MEMBERS), ("published profile", BOTH_PUBLIC))
        for route, build in (
            ("profiles:detail", slug_of),
            ("profiles:history", slug_of),
            ("profiles:revision", numbered),
            ("profiles:revision_json", numbered),
        )
    ],
    get("profiles:edit", THEIR_EDITORS, kwargs=slug_of("profile")),
    post(
        "profiles:edit",
        THEIR_EDITORS,
        kwargs=slug_of("profile"),
        data=always(**PROFILE_FIELDS),
        accepts=frozenset({409}),
    ),
    post(
        "profiles:edit",
        THEIR_EDITORS,
        kwargs=slug_of("published profile"),
        data=always(**PROFILE_FIELDS, reason="why"),
        accepts=frozenset({409}),
    ),
    get("profiles:texts", THEIR_TRANSLATORS, kwargs=slug_of("profile")),
    post(
        "profiles:texts",
        THEIR_TRANSLATORS,
        kwargs=slug_of("profile"),
        data=always(governs="Text"),
        query="?language=sv",
        accepts=frozenset({409}),
    ),
    post(
        "profiles:publish",
        THEIR_REVIEWERS,
        kwargs=slug_of("profile"),
        data=always(visibility="public", reason="first"),
    ),
    post(
        "profiles:withdraw",
        THEIR_REVIEWERS,
        kwargs=slug_of("published profile"),
        data=always(reason="wrong"),
    ),
]

# A file without a series is its uploader's alone: not the organisation's, not an administrator's.
UPLOADERS = {SAME: frozenset({"editor"}), OTHER: NOBODY}
SERIES_FIELDS = {
    "title": "Title",
    "definition": "Definition",
    "unit": "percent",
    "measure": "share",
    "decimals": "1",
    "source": "Office",
    "dataset": "figures",
    "licence": "CC BY 4.0",
    "attribution": "Source: Office",
    "refresh_every": "never",
}
OUTCOMES = [
    get("outcomes:detail", MEMBERS, kwargs=slug_of("series")),
    get("outcomes:download", MEMBERS, kwargs=slug_of("series")),
    *[
        get(route, allowed, kwargs=build(name))
        for name, allowed in (("series", MEMBERS), ("published series", BOTH_PUBLIC))
        for route, build in (
            ("outcomes:history", slug_of),
            ("outcomes:revision", numbered),
            ("outcomes:revision_json", numbered),
        )
    ],
    get("outcomes:edit", THEIR_EDITORS, kwargs=slug_of("series")),
    post(
        "outcomes:edit",
        THEIR_EDITORS,
        kwargs=slug_of("series"),
        data=always(**SERIES_FIELDS),
        accepts=frozenset({409}),
    ),
    post(
        "outcomes:edit",
        THEIR_EDITORS,
        kwargs=slug_of("published series"),
        data=always(**SERIES_FIELDS, reason="why"),
        accepts=frozenset({409}),
    ),
    get("outcomes:texts", THEIR_TRANSLATORS, kwargs=slug_of("series")),
    post(
        "outcomes:texts",
        THEIR_TRANSLATORS,
        kwargs=slug_of("series"),
        data=always(title="Text"),
        query="?language=sv",
        accepts=frozenset({409}),
    ),
    get("outcomes:learnt_codes", THEIR_EDITORS, kwargs=slug_of("series")),
    post("outcomes:learnt_codes", THEIR_EDITORS, kwargs=slug_of("series"), data=always(key="none")),
    get("outcomes:publish", THEIR_REVIEWERS, kwargs=slug_of("described series")),
    post(
        "outcomes:publish",
        THEIR_REVIEWERS,
        kwargs=slug_of("described series"),
        data=always(visibility="public", reason="first"),
    ),
    get("outcomes:withdraw", THEIR_REVIEWERS, kwargs=slug_of("published series")),
    post(
        "outcomes:withdraw",
        THEIR_REVIEWERS,
        kwargs=slug_of("published series"),
        data=always(reason="wrong"),
    ),
    get("outcomes:workbook", MEMBERS, kwargs=slug_of("series")),
    get("outcomes:json", MEMBERS, kwargs=slug_of("series")),
    get("outcomes:svg", MEMBERS, kwargs=series_of("figure"), query="?view=ranking"),
    get("outcomes:png", MEMBERS, kwargs=series_of("figure"), query="?view=ranking"),
    # A frame knows no reader: what not everybody may see, nobody sees there.
    get("outcomes:embed", {SAME: EVERYONE, OTHER: NOBODY}, kwargs=series_of("shown figure")),
    get(
        "outcomes:figure",
        MEMBERS,
        kwargs=series_of("figure"),
        query="?code=MX1&period=2013&group=T...",
    ),
    get("outcomes:changes", MEMBERS, kwargs=of_accepted_import),
    get("outcomes:import", THEIR_EDITORS, kwargs=slug_of("series")),
    post("outcomes:import", THEIR_EDITORS, kwargs=slug_of("series"), accepts=frozenset({422})),
    get("outcomes:preview", THEIR_EDITORS, kwargs=of_import),
    post("outcomes:version", THEIR_EDITORS, kwargs=of_import, data=always(version="2021")),
    post("outcomes:convert", THEIR_EDITORS, kwargs=of_import),
    post("outcomes:accept", THEIR_EDITORS, kwargs=of_import),
    post("outcomes:discard", THEIR_EDITORS, kwargs=of_import),
    get("outcomes:like", {SAME: EVERYONE}, kwargs=slug_of("place")),
    get("outcomes:index_folder", ANYBODY, accepts=frozenset({422})),
    get("outcomes:begin", {NONE: frozenset({"editor", "administrator"})}),
    post(
        "outcomes:begin",
        {NONE: frozenset({"editor", "administrator"})},
        accepts=frozenset({422}),
    ),
    get("outcomes:describe", UPLOADERS, kwargs=of_upload),
    post("outcomes:describe", UPLOADERS, kwargs=of_upload, accepts=frozenset({422})),
    get("outcomes:columns", UPLOADERS, kwargs=of_upload, accepts=frozenset({422})),
    post("outcomes:columns", UPLOADERS, kwargs=of_upload, accepts=frozenset({422})),
    get("outcomes:codes", UPLOADERS, kwargs=of_upload),
    post("outcomes:codes", UPLOADERS, kwargs=of_upload, accepts=frozenset({422})),
    post("outcomes:into", UPLOADERS, kwargs=of_upload_and_series, accepts=frozenset({422})),
    post("outcomes:forget", UPLOADERS, kwargs=of_upload),
    post("outcomes:undo", THEIR_EDITORS, kwargs=of_accepted_import),
]

INDEX = [
    get("frameworks:detail", MEMBERS, kwargs=slug_of("framework")),
    get("frameworks:history", MEMBERS, kwargs=slug_of("framework")),
    get("frameworks:revision", MEMBERS, kwargs=numbered("framework")),
    get("frameworks:revision_json", MEMBERS, kwargs=numbered("framework")),
    get("runs:detail", MEMBERS, kwargs=slug_of("run")),
    get("runs:input", MEMBERS, kwargs=slug_of("run")),
    get("runs:scores", MEMBERS, kwargs=slug_of("run")),
]

ROWS: list[Row] = [*PAGES, *ACCOUNT, *OWN_PAGES, *ORGANISATIONS, *REGIONS, *OUTCOMES, *INDEX]

# Reached with a key of their own instead of a role; their own tests say who gets in.
BY_KEY = {
    "accounts:invitation": "accounts/tests/test_invitations.py",
    "mfa_authenticate": "only in the middle of a sign-in",
    "account_confirm_login_code": "only in the middle of a sign-in",
}


def owner_of(world: World, relation: str) -> Organisation | None:
    """The organisation that a relation is about; None where nothing is owned."""
    return None if relation in {NONE, OWN} else world.organisation(relation)
