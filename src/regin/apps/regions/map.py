"""Maps of Europe as a page shows them: drawn on the server, links instead of scripts.

A page writes `{% include map.template with map=map %}`. Right without boundaries (symbols at
main cities over country outlines), better with them (`regin boundaries load`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regin.apps.common.charts.numbers import coordinate, number
from regin.apps.common.charts.scale import SCORES, Scale
from regin.apps.regions.map_drawing import (
    NO_VALUE,
    drawn_insets,
    not_seen,
    plain_mark,
    table_rows,
    value_legend,
    valued_mark,
    view_box,
)
from regin.apps.regions.map_frame import HEIGHT, INSET_HEIGHT, INSET_WIDTH, WIDTH
from regin.apps.regions.map_labels import labels_of
from regin.apps.regions.map_outlines import COARSE, FINE, beyond_path, country_paths
from regin.apps.regions.map_parts import EuropeMap, LegendEntry, Mark, Spot, Value
from regin.apps.regions.map_places import Gathered, gather
from regin.apps.regions.models import Place

__all__ = ["EuropeMap", "Value", "europe_map", "locator_map", "value_map"]

BACKGROUND_LEVEL = 2
MOST_LINKS = 40


def europe_map(
    places: Iterable[Place],
    *,
    title: str = "",
    sign: str = "",
    background: bool = True,
    key: str = "map",
) -> EuropeMap:
    """`places` as labelled links, every other region of level 2 small and quiet behind them.

    `sign` says in the legend what `places` have in common; `key` makes ids unique on a page.
    """
    places = list(places)
    gathered = gather(places, background_level=BACKGROUND_LEVEL if background else None)
    spots = [gathered.spots[place.pk] for place in places]
    others = [gathered.spots[other] for other in gathered.background]
    labels = labels_of(spots)
    legend = [LegendEntry("content", sign or _("region with a page of its own content"), None)]
    if others:
        outlined = all(spot.path for spot in others if spot.at)
        legend.append(LegendEntry("other-area" if outlined else "other", _("other region"), None))
    return _drawn(
        key,
        "europe",
        title or _("Regions of Europe"),
        gathered,
        spots,
        marks=[plain_mark(spot, "content", labels.get(spot.key)) for spot in spots],
        others=[plain_mark(spot, "other") for spot in others],
        legend=legend,
    )


def value_map(
    places: Iterable[Place],
    values: Mapping[int, Value],
    *,
    title: str,
    unit: str = "",
    scale: Scale = SCORES,
    key: str = "map",
) -> EuropeMap:
    """`places` in the colours of `scale`; `values` by key of the place, others are missing.

    `unit` is that of the scale where none is given. Raises ValueError for a figure on a scale
    without steps.
    """
    return drawn_values(gather(places), values, title=title, unit=unit, scale=scale, key=key)


def drawn_values(
    gathered: Gathered,
    values: Mapping[int, Value],
    *,
    title: str,
    unit: str = "",
    scale: Scale = SCORES,
    key: str = "map",
) -> EuropeMap:
    """As `value_map`, of regions that are gathered already, without a query."""
    unit = unit or scale.unit
    known = {key: values.get(key, NO_VALUE) for key in gathered.spots}
    spots = [_as_published(spot, known[spot.key]) for spot in gathered.spots.values()]
    marks = [valued_mark(spot, known[spot.key], unit, scale) for spot in spots]
    # More links than anybody tabs through: the mouse has them, the keyboard has the table, and
    # with map_walk.js the arrow keys.
    dense = len(marks) > MOST_LINKS
    return _drawn(
        key,
        "values",
        title,
        gathered,
        spots,
        marks=() if dense else marks,
        others=marks if dense else (),
        legend=value_legend(known.values(), scale),
        values=known,
        unit=unit,
        scale=scale,
    )


def _as_published(spot: Spot, value: Value) -> Spot:
    """The spot under the code that its figure was published for."""
    return replace(spot, code=value.code) if value.code not in ("", spot.code) else spot


def locator_map(place: Place, *, key: str = "locator") -> EuropeMap | None:
    """A small map that shows where `place` lies; None when no position of it is known."""
    gathered = gather([place])
    spot = gathered.spots[place.pk]
    mark = plain_mark(spot, "here")
    if mark is None:
        return None
    title = _("Where %(name)s lies in Europe") % {"name": spot.name}
    drawn = _drawn(key, "locator", title, gathered, [spot], marks=[mark], legend=())
    said = _("Map of Europe with a mark at %(name)s (%(code)s).")
    return replace(drawn, description=said % {"name": spot.name, "code": spot.code})


def _drawn(
    key: str,
    kind: str,
    title: str,
    gathered: Gathered,
    spots: Sequence[Spot],
    *,
    marks: Sequence[Mark | None],
    legend: Sequence[LegendEntry],
    others: Sequence[Mark | None] = (),
    values: Mapping[int, Value] | None = None,
    unit: str = "",
    scale: Scale = SCORES,
) -> EuropeMap:
    """Put the parts together; what the map has no place for is said in its notes."""
    insets = drawn_insets(gathered.spots.values())
    countries = country_paths(COARSE if kind == "locator" else FINE)
    return EuropeMap(
        key=key,
        title=title,
        description=_description(len(spots)),
        kind=kind,
        view_box=view_box(insets),
        width=coordinate(WIDTH),
        height=coordinate(HEIGHT),
        inset_width=coordinate(INSET_WIDTH),
        inset_height=coordinate(INSET_HEIGHT),
        countries=countries.main,
        islands=countries.insets if insets else "",
        beyond=beyond_path(),
        insets=insets,
        marks=tuple(mark for mark in marks if mark is not None),
        others=tuple(mark for mark in others if mark is not None),
        legend=tuple(legend),
        notes=not_seen(spots),
        attribution=attribution(gathered.attribution),
        rows=table_rows(spots, values, scale),
        unit=unit,
        all_url="" if values is not None else reverse("regions:list"),
    )


def attribution(boundaries: str) -> tuple[str, ...]:
    """The lines printed on every map; that of the boundaries when any is drawn."""
    lines = [
        _("Country outlines: Natural Earth, public domain."),
        _("City positions: GeoNames, CC BY 4.0."),
    ]
    return (*lines, boundaries) if boundaries else tuple(lines)


def _description(count: int) -> str:
    words = ngettext(
        "Map of Europe with %(count)s region. The table below it says the same.",
        "Map of Europe with %(count)s regions. The table below it says the same.",
        count,
    )
    return words % {"count": number(count, 0)}
