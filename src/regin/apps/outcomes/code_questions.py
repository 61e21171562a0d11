"""Codes and labels of a file that nobody knows yet, as questions with proposed answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

import numpy as np
from django.db.models import Q

from regin.apps.outcomes.office_labels import code_of, is_one_of_a_kind, own_name
from regin.apps.outcomes.resolving import BATCH, aggregate_codes, resolve
from regin.apps.outcomes.selecting import rows_among
from regin.apps.outcomes.worded_units import unit_codes
from regin.apps.regions.models import Place, PlaceCode, SearchName
from regin.apps.regions.operations.search_names import words_of
from regin.files.datasets.dataset import Dataset, Dimension

MOST_QUESTIONS = 300
MOST_PROPOSALS = 5
SHORTEST_BEGINNING = 4
MOST_BEGINNINGS = 100
GEO = "geo"

Learnt = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A known place that a text may mean: its code, its name, in which versions it is known."""

    code: str
    name: str
    classification: str

    @property
    def words(self) -> str:
        """How an option names it."""
        return f"{self.code}: {self.name} ({self.classification})"


@dataclass(frozen=True, slots=True)
class Question:
    """A text of a dimension that has no known meaning; `row` is the first of its `rows`.

    `name`: under which the answer is kept; `is_place`: the answer is a place, else any code.
    `candidates` are offered; `proposed` is the code of the only one that is called just so, or
    one made from the words of a unit.
    """

    name: str
    column: str
    text: str
    row: int
    rows: int
    is_place: bool
    candidates: tuple[Candidate, ...] = ()
    proposed: str = ""


def questions_of(dataset: Dataset, learnt: Learnt) -> list[Question]:
    """What has to be asked about `dataset` when `learnt` is known already.

    At most `MOST_QUESTIONS`: a file with more is of other places than this installation has.
    A constant number of queries for each five hundred texts.
    """
    found: list[Question] = []
    made = unit_codes(dataset, learnt)
    for at, dimension in enumerate(dataset.dimensions):
        if dimension.role != "time":
            unknown = _unknown(dimension, learnt.get(own_name(dimension), {}))
            found += _questions(dataset, at, unknown, made.get(own_name(dimension), {}))
    return found[:MOST_QUESTIONS]


def _unknown(dimension: Dimension, learnt: Mapping[str, str]) -> list[str]:
    """Texts of a dimension that nobody knows, in the order of the file."""
    left = [code for code in dimension.codes if code not in learnt]
    if dimension.is_labelled:
        codes = {text: code_of(dimension, text, {}) for text in left}
        missing = [text for text in left if codes[text] is None]
        if dimension.role != GEO:
            return [] if is_one_of_a_kind(dimension) else missing
        known = set(_places_of(missing))
        return [text for text in missing if text not in known]
    if dimension.role != GEO:
        return []
    resolved = resolve(left)
    return list(resolved.unknown)


def _places_of(texts: Sequence[str]) -> list[str]:
    """Those of `texts` that are codes of places, or of what stands for no region."""
    resolved = resolve(texts)
    return [text for text in texts if text in resolved.places or text in aggregate_codes()]


def _questions(
    dataset: Dataset, at: int, texts: Sequence[str], codes: Mapping[str, str]
) -> list[Question]:
    """A question for each of `texts`; `codes`: those that were made from them."""
    dimension = dataset.dimensions[at]
    is_place = dimension.role == GEO
    texts = texts[:MOST_QUESTIONS]
    candidates = candidates_of(texts) if is_place else {}
    similar = similar_to(text for text in texts if not candidates[text]) if is_place else {}
    proposed = {**_proposed(candidates), **codes}
    place = {text: number for number, text in enumerate(dimension.codes)}
    made = []
    for text in texts:
        cells = np.asarray(dataset.index[:, at] == place[text])
        rows = dataset.rows[cells]
        made.append(
            Question(
                name=own_name(dimension),
                column=text if dataset.across == at else dimension.name,
                text=text,
                row=int(rows[0]) if len(rows) else 1,
                rows=rows_among(dataset, cells),
                is_place=is_place,
                candidates=candidates.get(text) or similar.get(text, ()),
                proposed=proposed.get(text, ""),
            )
        )
    return made


def _proposed(candidates: Mapping[str, Sequence[Candidate]]) -> dict[str, str]:
    """The code of the only place that a text may mean.

    Of “Wien 1” and “Wien 2” neither is proposed as Wien: there the number tells places apart.
    """
    only = {text: found[0].code for text, found in candidates.items() if len(found) == 1}
    texts_of = Counter(only.values())
    return {
        text: code
        for text, code in only.items()
        if texts_of[code] == 1 or not _without_number(words_of(text))
    }


def candidates_of(texts: Iterable[str]) -> dict[str, tuple[Candidate, ...]]:
    """Known places that each text may mean by its name or by a code spelt otherwise, best first.

    Where it is neither, those whose name it is without a number beside it: “25 Norrbottens län”.
    """
    words = {text: words_of(text) for text in texts}
    spellings = {text: sorted({" ".join(own), "".join(own)}) for text, own in words.items()}
    bare = {text: _without_number(own) for text, own in words.items()}
    names = _places_called([*(one for both in spellings.values() for one in both), *bare.values()])
    keys = {
        text: [key for one in both for _kind, key in names.get(one, ())]
        or [key for kind, key in names.get(bare[text], ()) if kind == SearchName.Kind.NAME]
        for text, both in spellings.items()
    }
    known = _known_places({key for own in keys.values() for key in own})
    return {
        text: tuple(known[key] for key in dict.fromkeys(own) if key in known)[:MOST_PROPOSALS]
        for text, own in keys.items()
    }


def _places_called(names: Iterable[str]) -> dict[str, list[tuple[int, int]]]:
    """Folded name or code → kind and key of each place that is called so, best first."""
    wanted = sorted({one for one in names if one})
    found: dict[str, list[tuple[int, int]]] = {}
    for start in range(0, len(wanted), BATCH):
        rows = SearchName.objects.filter(text__in=wanted[start : start + BATCH]).exclude(
            kind=SearchName.Kind.LATER_WORD
        )
        ordered = rows.order_by("kind", "-is_current", "level")
        for text, kind, key in ordered.values_list("text", "kind", "place"):
            found.setdefault(text, []).append((kind, key))
    return found


def _without_number(words: Sequence[str]) -> str:
    """The words without a number before or after them; "" when that leaves none, or all."""
    left = words[1:] if words and words[0].isdigit() else words
    left = left[:-1] if left and left[-1].isdigit() else left
    return "" if len(left) == len(words) else " ".join(left)


def similar_to(texts: Iterable[str]) -> dict[str, tuple[Candidate, ...]]:
    """Known places whose name begins with each text: “Västra Götaland”, “Västra Götalands län”.

    A number beside the text does not count. A query for each hundred texts.
    """
    split = {text: words_of(text) for text in texts}
    words = {text: _without_number(own) or " ".join(own) for text, own in split.items()}
    wanted = sorted({one for one in words.values() if len(one) >= SHORTEST_BEGINNING})
    names = SearchName.objects.exclude(kind__in=(SearchName.Kind.CODE, SearchName.Kind.LATER_WORD))
    places: dict[str, list[int]] = {}
    for start in range(0, len(wanted), MOST_BEGINNINGS):
        batch = wanted[start : start + MOST_BEGINNINGS]
        rows = names.filter(reduce(or_, (Q(text__startswith=one) for one in batch)))
        for text, key in rows.order_by("-is_current", "level", "text").values_list("text", "place"):
            for one in batch:
                if text.startswith(one):
                    places.setdefault(one, []).append(key)
    nearest = {one: list(dict.fromkeys(keys))[:MOST_PROPOSALS] for one, keys in places.items()}
    known = _known_places({key for keys in nearest.values() for key in keys})
    return {
        text: tuple(known[key] for key in nearest.get(folded, ()) if key in known)
        for text, folded in words.items()
    }


def _known_places(keys: Iterable[int]) -> dict[int, Candidate]:
    """Candidates by the key of their place, under its newest NUTS code."""
    codes = PlaceCode.objects.filter(place__in=list(keys), scheme=PlaceCode.NUTS)
    rows = codes.select_related("place").prefetch_related("place__names").order_by("version")
    return {
        row.place_id: Candidate(row.code, row.place.name, row.classification)
        for row in rows
        if row.place.category != Place.Category.EXTRA
    }


def known_codes(codes: Iterable[str]) -> set[str]:
    """Those of `codes` that are known, of a place or of an aggregate."""
    wanted = [code for code in dict.fromkeys(codes) if code]
    return set(_places_of(wanted))
