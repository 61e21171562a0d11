"""From regions with a position or an outline to the parts that the template prints."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regin.apps.common.charts.numbers import coordinate, number
from regin.apps.common.charts.scale import Scale
from regin.apps.regions.map_frame import (
    HEIGHT,
    INSET_HEIGHT,
    INSET_TOP,
    INSET_WIDTH,
    INSETS,
    WIDTH,
    Inset,
)
from regin.apps.regions.map_labels import Label
from regin.apps.regions.map_parts import DrawnInset, LegendEntry, MapRow, Mark, Spot, Value

NO_VALUE = Value(None)


def plain_mark(spot: Spot, css: str, label: Label | None = None) -> Mark | None:
    """A region without a value; None when the map has no place for it."""
    return _mark(spot, css, _("%(name)s (%(code)s)") % _words(spot), label)


def valued_mark(spot: Spot, value: Value, unit: str, scale: Scale) -> Mark | None:
    """A region in the colour of its step, hatched when missing; None without a place."""
    words = _words(spot) | {"unit": unit}
    if value.figure is None:
        words["reason"] = value.reason or _("not known")
        return _mark(spot, "missing", _("%(name)s (%(code)s): %(reason)s") % words)
    words["value"] = number(value.figure, scale.decimals)
    said = _("%(name)s (%(code)s): %(value)s (%(unit)s)") % words
    if value.flag_words:
        said = _("%(figure)s; %(flags)s") % {"figure": said, "flags": value.flag_words}
    elif value.unreliable:
        said = _("%(figure)s; unreliable") % {"figure": said}
    reserve = " unreliable" if value.unreliable else ""
    return _mark(spot, f"{scale.css(scale.step(value.figure))}{reserve}", said)


def _words(spot: Spot) -> dict[str, str]:
    return {"name": spot.name, "code": spot.code}


def _mark(spot: Spot, css: str, words: str, label: Label | None = None) -> Mark | None:
    if spot.at is None:
        return None
    x, y = spot.at
    return Mark(
        name=spot.name,
        code=spot.code,
        url=spot.url,
        words=words,
        css=css,
        path=spot.path,
        x=coordinate(x),
        y=coordinate(y),
        label=spot.name if label else "",
        in_inset=y > HEIGHT,
        is_crowded=bool(label and label.is_crowded),
        label_x=coordinate(label.x) if label else "",
        label_y=coordinate(label.y) if label else "",
        anchor=label.anchor if label else "",
    )


def drawn_insets(spots: Iterable[Spot]) -> tuple[DrawnInset, ...]:
    """All frames when one of `spots` reaches into one, so that the row never changes its order."""
    below = any(spot.in_insets or (spot.at is not None and spot.at[1] > HEIGHT) for spot in spots)
    return tuple(_inset(inset) for inset in INSETS) if below else ()


def _inset(inset: Inset) -> DrawnInset:
    return DrawnInset(
        inset.name,
        inset.code,
        coordinate(inset.left),
        coordinate(INSET_TOP),
        coordinate(inset.left + INSET_WIDTH / 2),
        coordinate(INSET_TOP + INSET_HEIGHT + 20),
    )


def view_box(insets: Sequence[DrawnInset]) -> str:
    """The box of the drawing, with the row of insets when there is one."""
    below = INSET_TOP + INSET_HEIGHT + 26 if insets else HEIGHT
    return f"0 0 {coordinate(WIDTH)} {coordinate(below)}"


def value_legend(values: Iterable[Value], scale: Scale) -> tuple[LegendEntry, ...]:
    """Every step with its count, then what is missing with its count, even when that is 0."""
    values = list(values)
    known = Counter(scale.step(one.figure) for one in values if one.figure is not None)
    steps = range(1, scale.steps + 1)
    entries = [LegendEntry(scale.css(step), scale.label(step), known[step]) for step in steps]
    missing = sum(one.figure is None for one in values)
    entries.append(LegendEntry("missing", _("missing"), missing))
    unreliable = sum(one.unreliable and one.figure is not None for one in values)
    if unreliable:
        entries.append(LegendEntry("unreliable", _("unreliable"), unreliable))
    return tuple(entries)


def table_rows(
    spots: Iterable[Spot], values: Mapping[int, Value] | None, scale: Scale
) -> tuple[MapRow, ...]:
    """The table twin, in the order of codes; `values` by key, or None for a map without."""
    ordered = sorted(spots, key=lambda spot: (spot.code, spot.name))
    return tuple(_row(spot, (values or {}).get(spot.key, NO_VALUE), scale) for spot in ordered)


def _row(spot: Spot, value: Value, scale: Scale) -> MapRow:
    known = value.figure is not None
    return MapRow(
        name=spot.name,
        code=spot.code,
        url=spot.url,
        value=number(value.figure, scale.decimals) if value.figure is not None else "",
        reason="" if known else value.reason or _("not known"),
        unreliable=known and value.unreliable,
        flags=value.flags,
        flag_words=value.flag_words,
        classification=value.classification,
    )


def not_seen(spots: Sequence[Spot]) -> tuple[str, ...]:
    """Sentences about the regions that the map cannot show; none when it shows all."""
    notes = []
    if nowhere := sum(spot.at is None for spot in spots):
        words = ngettext(
            "%(count)s region has no place on this map; the table names it.",
            "%(count)s regions have no place on this map; the table names them.",
            nowhere,
        )
        notes.append(words % {"count": number(nowhere, 0)})
    if hidden := _hidden(spots):
        words = ngettext(
            "%(count)s region lies under another at the same city; the table names it.",
            "%(count)s regions lie under others at the same city; the table names them.",
            hidden,
        )
        notes.append(words % {"count": number(hidden, 0)})
    return tuple(notes)


def _hidden(spots: Iterable[Spot]) -> int:
    """How many symbols have another drawn over them at the very same point."""
    symbols = [spot.at for spot in spots if spot.at is not None and not spot.path]
    return len(symbols) - len(set(symbols))
