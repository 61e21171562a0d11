"""What differs between the assumptions of two robustness runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from regin.engine.compare import RecipeDifference, told

Written = Sequence[Mapping[str, object]]
"""Assumptions as their file writes them."""

NAME = "name"


def compare_assumptions(one: Written, two: Written) -> Iterator[RecipeDifference]:
    """Yield what differs, entry by entry; assumptions are paired by their names.

    `do` is the name, `place_1` and `place_2` the places in the files, from 1. Where only one run
    has the assumption, `field` is “name”. Random numbers depend on the place of an assumption, so
    another order of those in both is a difference too, with an empty name and the field “order”.
    """
    first, second = _by_name(one), _by_name(two)
    for name in {**first, **second}:
        (place, own), (place_2, other) = first.get(name, NONE), second.get(name, NONE)
        if own is None or other is None:
            yield RecipeDifference(place, place_2, name, NAME, own, other)
            continue
        for entry in dict.fromkeys((*own, *other)):
            values = own.get(entry), other.get(entry)
            if told(values[0]) != told(values[1]):
                yield RecipeDifference(place, place_2, name, entry, *values)
    orders = [name for name in first if name in second], [name for name in second if name in first]
    if orders[0] != orders[1]:
        yield RecipeDifference(None, None, "", "order", *orders)


Placed = tuple[int | None, Mapping[str, object] | None]
NONE: Placed = (None, None)


def _by_name(written: Written) -> dict[str, Placed]:
    return {str(one.get(NAME)): (place, one) for place, one in enumerate(written, start=1)}
