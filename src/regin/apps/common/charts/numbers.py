"""Numbers as people read them, and as SVG wants them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Context, Decimal

from django.utils.formats import number_format
from django.utils.translation import get_language_bidi

# The largest number of a computer has 309 digits; decimals come to them.
LONG = Context(prec=400)
# A real minus sign has the width of the digits beside it.
MINUS = "\N{MINUS SIGN}"
# Between words from right to left a minus would stand behind its number.
MINUS_FROM_LEFT = f"\N{LEFT-TO-RIGHT MARK}{MINUS}"


def rounded(value: float, decimals: int) -> Decimal:
    """`value` as it is printed, halves rounded away from zero."""
    exact = Decimal(repr(float(value)))
    return exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP, LONG)


def number(value: float, decimals: int) -> str:
    """`value` in the active language, halves rounded away from zero; never “-0”."""
    printed = rounded(value, decimals)
    text = number_format(printed.copy_abs(), decimals, use_l10n=True, force_grouping=True)
    if printed >= 0:
        return text
    return f"{MINUS_FROM_LEFT if get_language_bidi() else MINUS}{text}"


def coordinate(value: float) -> str:
    """`value` for an SVG attribute: a point, at most two decimals, no language."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def percent(share: float) -> str:
    """A share of 1 as an SVG length: `62.5%` of the width there is."""
    return f"{coordinate(100 * share)}%"


def round_step(span: float, most: int) -> float:
    """The smallest of 1, 2, 5 · 10ⁿ that cuts `span` (above 0) into at most `most` parts."""
    unit = 10.0 ** math.floor(math.log10(span / most))
    steps = (factor * unit for factor in (1, 2, 5, 10, 20))
    return next(step for step in steps if span / step <= most + 1e-9)


def ticks(low: float, high: float, step: float) -> Iterator[float]:
    """Multiples of `step` from `low` to `high`, both included when they are multiples."""
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return (index * step for index in range(first, last + 1))
