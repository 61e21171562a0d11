"""The rows that find a place: made anew from names and codes whenever these change."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from django.db import transaction

from regin.apps.common.addresses import fold
from regin.apps.regions.models import Place, PlaceCode, SearchName

LONGEST = 200
_NO_WORD = re.compile(r"[\W_]+")


def words_of(text: str) -> list[str]:
    """Folded words of `text`: letters and digits only, in their order."""
    return _NO_WORD.sub(" ", fold(text)).split()


@transaction.atomic
def rebuild_search_names(places: Iterable[Place] | None = None) -> int:
    """Make the search rows of `places` anew (None: of all) and say how many there are."""
    rows = Place.objects.prefetch_related("codes", "names")
    stale = SearchName.objects.all()
    if places is not None:
        keys = [place.pk for place in places]
        rows, stale = rows.filter(pk__in=keys), stale.filter(place__in=keys)
    stale.delete()
    newest = newest_versions()
    made = [row for place in rows for row in _rows(place, newest)]
    SearchName.objects.bulk_create(made, batch_size=500)
    return len(made)


def newest_versions() -> dict[str, str]:
    """The newest version of each scheme: a code of it is current, others are superseded."""
    pairs = PlaceCode.objects.order_by().values_list("scheme", "version").distinct()
    return dict(sorted(pairs))


def _rows(place: Place, newest: dict[str, str]) -> Iterator[SearchName]:
    """Each text once per kind; the first origin that has it is the one people are told."""
    current = place.current_code
    if current is None or place.category == Place.Category.EXTRA:
        return
    seen: set[tuple[int, str]] = set()
    for kind, words, origin, shown in _texts(place):
        text = " ".join(words)[:LONGEST]
        if not text or (kind, text) in seen:
            continue
        seen.add((kind, text))
        yield SearchName(
            place=place,
            text=text,
            kind=kind,
            origin=origin,
            shown=shown[:LONGEST],
            is_current=current.version == newest[current.scheme],
            level=current.level,
        )


def _texts(place: Place) -> Iterator[tuple[int, list[str], str, str]]:
    """(kind, words, origin, as written), newest code first."""
    codes = sorted(place.codes.all(), key=lambda code: code.version, reverse=True)
    for code in codes:
        yield SearchName.Kind.CODE, words_of(code.code), code.classification, code.code
    names = [("native", place.native_name), ("latin", place.latin_name)]
    names += [(row.language, row.name) for row in place.names.all()]
    names += [(code.classification, code.name) for code in codes]
    for origin, name in names:
        yield SearchName.Kind.NAME, words_of(name), origin, name
    for origin, name in names:
        words = words_of(name)
        for start in range(1, len(words)):
            yield SearchName.Kind.LATER_WORD, words[start:], origin, name
