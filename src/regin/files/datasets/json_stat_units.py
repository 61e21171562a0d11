"""Units that a JSON-stat table states for single categories, as dimensions of their own.

JSON-stat lets each category of a measure have its unit (persons, %), where SDMX has a dimension
of units. `Dataset` follows SDMX, so these units become a dimension “unit”, whose codes are the
words of the office, and their powers of ten one “unit_mult”.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from regin.engine.errors import N_, Message, register
from regin.files.datasets.dataset import Dimension, Role
from regin.files.datasets.json_text import Part, one_line

register(
    {
        "json_stat_multiplier": Message(
            N_("The multiplier is not a whole number from -24 to 24."),
            N_("Write the power of ten: 3 for thousands, 6 for millions."),
        ),
    }
)

MOST_POWER = 24


@dataclass(frozen=True, slots=True)
class Units:
    """A dimension that depends on another: `places[category of that]` is its own category."""

    dimension: Dimension
    places: tuple[int, ...]


def read_units(category: Part, keys: Sequence[str]) -> list[Units]:
    """Return the dimensions that the units of these categories make; none when none is stated.

    The code of a unit is its words (`label`, or Sweden's `base`) with its symbol on the side it
    stands on (“$ million”), "" for a category without; that of a multiplier the power of ten,
    "" where none is stated. `decimals` say how to print and are left out.
    Logs: json_not_object, json_not_text, json_stat_multiplier.
    """
    if category["unit"].content is None or not category["unit"].members():
        return []
    stated = [category["unit"][key] for key in keys]
    read = [_unit(part) if part.content is not None else ("", "") for part in stated]
    words, powers = [unit for unit, _ in read], [power for _, power in read]
    found = [_units("unit", "unit", words, labelled=True)] if any(words) else []
    return found + ([_units("unit_mult", "attribute", powers)] if any(powers) else [])


def _unit(part: Part) -> tuple[str, str]:
    if not part.members():
        return "", ""
    words = part["label"].text() or part["base"].text()
    symbol = part["symbol"].text()
    before = part["position"].content == "start"
    parts = (symbol, words) if before else (words, symbol)
    return one_line(" ".join(parts), 200), _power(part["multiplier"])


def _power(part: Part) -> str:
    number = part.content
    if number is None:
        return ""
    if type(number) is float and number.is_integer() and abs(number) <= MOST_POWER:
        return str(int(number))
    part.fault("json_stat_multiplier")
    return ""


def _units(name: str, role: Role, codes: list[str], *, labelled: bool = False) -> Units:
    own = {code: at for at, code in enumerate(dict.fromkeys(codes))}
    dimension = Dimension(name, tuple(own), role=role, is_labelled=labelled)
    return Units(dimension, tuple(own[code] for code in codes))
