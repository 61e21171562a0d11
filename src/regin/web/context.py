"""What every page knows: the bar, the languages, the links of the person and of the footer.

Nothing here touches the database before a template asks, so that error pages can use it too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from regin.apps.common.models import Installation


@dataclass(frozen=True, slots=True)
class Entry:
    """A link of the bar, of a menu or of the footer; `here` marks the part one is in."""

    label: str
    url: str
    here: bool = False


@dataclass(frozen=True, slots=True)
class Language:
    """The same page in another language. `offered`: in the menu of every page."""

    code: str
    name: str
    url: str
    here: bool
    offered: bool


def address(name: str) -> str | None:
    """The address called `name` in the active language; None when its part does not exist yet."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return None


def existing(pairs: list[tuple[str, str]], path: str = "") -> list[Entry]:
    """Entries for the (label, url name) pairs whose part exists; `path` is where one is."""
    found = [(label, address(name)) for label, name in pairs]
    return [Entry(label, url, bool(path) and path.startswith(url)) for label, url in found if url]


def bar_entries(path: str = "") -> list[Entry]:
    """The entries of the bar, in their order."""
    pairs = [
        (_("Regions"), "regions:list"),
        (pgettext("the composite", "Index"), "frameworks:list"),
        (_("Outcomes"), "outcomes:list"),
        (_("Practices"), "practices:list"),
        (_("Measures"), "measures:list"),
        (_("Toolkit"), "toolkit:list"),
        (pgettext("of regions", "Network"), "network:list"),
        (_("Publications"), "publications:list"),
    ]
    return existing(pairs, path)


def person_entries() -> list[Entry]:
    """What a signed-in person finds under their name."""
    return existing(
        [
            (_("My page"), "accounts:me"),
            (_("Organisations"), "organisations:list"),
            (_("My data"), "accounts:data"),
            (_("Two-step sign-in"), "mfa_index"),
        ]
    )


def footer_entries() -> list[Entry]:
    """What stands under every page."""
    return existing(
        [
            (_("About and independence"), "about"),
            (_("Method"), "method"),
            (_("Data"), "data"),
            (_("Words"), "words"),
            (_("Accessibility statement"), "accessibility"),
            (_("Status"), "health"),
            (_("Source code"), "source_code"),
        ]
    )


def in_language(path: str, active: str | None, code: str) -> str:
    """`path` in the language `code`; the home page when `path` carries no language."""
    prefix = f"/{active}/"
    return f"/{code}/{path.removeprefix(prefix)}" if path.startswith(prefix) else f"/{code}/"


def languages(request: HttpRequest) -> list[Language]:
    """This page in every language of the site, each under its own name."""
    path, active = request.get_full_path(), get_language()
    names = [pair for pair in settings.LANGUAGES if pair[0] != settings.PSEUDO_LANGUAGE]
    return [
        Language(
            code=code,
            name=str(name),
            url=in_language(path, active, code),
            here=code == active,
            offered=code in settings.CONTENT_LANGUAGES,
        )
        for code, name in names
    ]


def is_demo() -> bool:
    """Whether this database holds the demonstration."""
    installation = Installation.current()
    return installation is not None and installation.is_demo


def page(request: HttpRequest) -> dict[str, Any]:
    """Variables of `base.html`. `is_demo` costs one query, and only where it is asked for."""
    return {
        "bar": bar_entries(request.path),
        "find_url": address("regions:find"),
        "languages": languages(request),
        "person_links": person_entries(),
        "about_links": footer_entries(),
        "site_url": settings.REGIN_BASE_URL,
        "regin_version": settings.REGIN_VERSION,
        "is_demo": SimpleLazyObject(is_demo),
    }
