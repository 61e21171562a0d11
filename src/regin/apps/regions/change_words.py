"""What became of a place from one version of a classification to the next, as a sentence."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from regin.apps.regions.models import Place, PlaceChange, PlaceCode


@dataclass(frozen=True, slots=True)
class ChangeWords:
    """One sentence, the other region it speaks of (None: no other), its share, who says so."""

    sentence: str
    other: Place | None
    share: float | None
    source: str

    @property
    def percent(self) -> float | None:
        return None if self.share is None else self.share * 100


def in_words(change: PlaceChange, place: Place) -> ChangeWords:
    """`change` as the page of `place` tells it."""
    sentence, other = _told(change, place)
    return ChangeWords(sentence, other, change.share, change.source)


def _told(change: PlaceChange, place: Place) -> tuple[str, Place | None]:
    before, after, kind = change.before, change.after, PlaceChange.Kind(change.change)
    if after is None:
        return _("After %(classification)s it is no longer listed.") % _words(before), None
    if before is None:
        return _("It is new in %(classification)s.") % _words(after), None
    if before.place_id == after.place_id:
        return _same_place(kind, before, after), None
    if before.place_id == place.pk:
        return _what_came(kind) % _words(after), after.place
    return _what_was(kind) % _words(before), before.place


def _same_place(kind: PlaceChange.Kind, before: PlaceCode, after: PlaceCode) -> str:
    words = _words(after) | {"old": before.code, "old_name": before.name}
    if kind == PlaceChange.Kind.RENAME:
        return _("%(classification)s calls it %(name)s; before, it was %(old_name)s.") % words
    return _("%(classification)s gives it the code %(code)s; before, it was %(old)s.") % words


def _what_came(kind: PlaceChange.Kind) -> str:
    """The place was before: the sentence about what came after it."""
    sentences = {
        PlaceChange.Kind.SPLIT: _(
            "It was split; a part is in %(code)s %(name)s (%(classification)s)."
        ),
        PlaceChange.Kind.MERGE: _("It was merged into %(code)s %(name)s (%(classification)s)."),
        PlaceChange.Kind.BOUNDARY: _(
            "Its boundary was moved; the region with the new boundary is %(code)s %(name)s"
            " (%(classification)s)."
        ),
    }
    return sentences.get(kind, _("It was followed by %(code)s %(name)s (%(classification)s)."))


def _what_was(kind: PlaceChange.Kind) -> str:
    """The place came after: the sentence about what was before it."""
    sentences = {
        PlaceChange.Kind.SPLIT: _(
            "It was made from a part of %(code)s %(name)s (%(classification)s)."
        ),
        PlaceChange.Kind.MERGE: _(
            "It was made by merging; one part was %(code)s %(name)s (%(classification)s)."
        ),
        PlaceChange.Kind.BOUNDARY: _(
            "It was made by moving the boundary of %(code)s %(name)s (%(classification)s)."
        ),
    }
    return sentences.get(kind, _("It follows %(code)s %(name)s (%(classification)s)."))


def _words(code: PlaceCode | None) -> dict[str, str]:
    if code is None:
        return {}
    return {"code": code.code, "name": code.name, "classification": code.classification}
