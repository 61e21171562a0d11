"""Permanent addresses: a random public id an object, `/<lang>/<kind>/<slug>-<id>/`."""

from __future__ import annotations

import hashlib
import secrets
import unicodedata
from typing import ClassVar, TypeVar

from django.conf import settings
from django.db import models
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.text import slugify

AnyModel = TypeVar("AnyModel", bound=models.Model)

# Crockford's alphabet: no i, l, o, u, so an id can be read out and is no word.
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
LENGTH = 13


def random_id() -> str:
    """A public id of 65 random bits: two installations do not meet on one."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def known_id(name: str) -> str:
    """The id of something that every installation knows under the same `name` (a NUTS territory).

    It is the same everywhere, so that installations can point at each other's regions.
    """
    number = int.from_bytes(hashlib.sha256(name.encode()).digest(), "big")
    return "".join(ALPHABET[(number >> (5 * place)) & 31] for place in range(LENGTH))


def fold(text: str) -> str:
    """`text` for comparison: lower case, without accents, one space between words."""
    # Twice: taking a letter apart can bring out a capital, and the other way round.
    plain = unicodedata.normalize("NFKD", text.casefold()).casefold()
    decomposed = unicodedata.normalize("NFKD", plain)
    letters = "".join(c for c in decomposed if not unicodedata.combining(c))
    return " ".join(letters.translate(_LETTERS).split())


# Letters that Unicode does not take apart but people type without their stroke.
_LETTERS = str.maketrans(
    {"ø": "o", "đ": "d", "ł": "l", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "ħ": "h"}
)


class Addressed(models.Model):
    """A public object with an address of its own. Subclasses set `kind` and `address_name`."""

    public_id = models.CharField(max_length=LENGTH, unique=True, default=random_id, editable=False)

    kind: ClassVar[str]

    class Meta:
        abstract = True

    def get_absolute_url(self) -> str:
        """The address in the language that is active."""
        return reverse(f"{self.kind}:detail", kwargs={"slug": self.slug})

    def address_name(self) -> str:
        """What the readable part of the address is made from; it may change, the id never."""
        return str(self)

    @property
    def slug(self) -> str:
        """`<words>-<id>`, the last part of the address."""
        words = slugify(fold(self.address_name()))[:60].strip("-")
        return f"{words}-{self.public_id}" if words else self.public_id


def permanent(path: str) -> str:
    """The whole address of `path` as it may be cited: under the name of the instance, whatever
    name the request happened to use."""
    return f"{settings.REGIN_BASE_URL}{path}"


def id_in(slug: str) -> str:
    """The public id at the end of an address part; whatever is before it does not matter."""
    return slug.rsplit("-", 1)[-1]


def at_address(rows: models.QuerySet[AnyModel], slug: str) -> AnyModel:
    """The one of `rows` that `slug` names. Raises Http404: not there, or not for this reader."""
    row = rows.filter(public_id=id_in(slug)[: LENGTH + 1]).first()
    if row is None:
        raise Http404
    return row


def to_canonical(request: HttpRequest, subject: Addressed) -> HttpResponseRedirect | None:
    """Where the reader should be instead, if the words of the address are not today's.

    A temporary redirect: names change back, and a browser keeps a permanent one for good.
    """
    match = request.resolver_match
    if match is None or request.method not in {"GET", "HEAD"}:
        return None
    if match.kwargs.get("slug") == subject.slug:
        return None
    address = reverse(match.view_name, kwargs={**match.kwargs, "slug": subject.slug})
    query = request.META.get("QUERY_STRING", "")
    return redirect(f"{address}?{query}" if query else address)
