"""The download of what is seen as JSON, `docs/reference/series-downloads.md` says its shape."""

from __future__ import annotations

from typing import Any

from regin.apps.outcomes.downloads import files_of, published
from regin.apps.outcomes.labels import flag_words, group_words
from regin.apps.outcomes.models import Breakdown, Import, Observation, Series
from regin.apps.outcomes.origin import Origin, origin_of
from regin.apps.outcomes.seen import SeenFigure, figures_of
from regin.apps.outcomes.viewing import CHANGE, Selection

SCHEMA = 1


def figures_json(selection: Selection) -> dict[str, Any]:
    """Everything that the view shows: values, flags and units, and where each figure is from.

    A missing value is null, never 0, and `reason` says why. `decimals` are those printed: values
    are whole, as published or computed.
    """
    origin, figures = origin_of(selection), figures_of(selection)
    letters = {letter for one in figures for letter in one.flags}
    return {
        "schema": SCHEMA,
        "title": origin.title,
        "link": origin.address,
        "downloaded_on": origin.downloaded_on,
        "language": origin.language,
        "series": _series(selection.series, origin),
        "choice": _choice(selection),
        "unit": origin.unit,
        "flags": {letter: flag_words(letter) for letter in sorted(letters)},
        "files": [_file(one) for one in files_of(figures)],
        "figures": [_figure(one) for one in figures],
    }


def _series(series: Series, origin: Origin) -> dict[str, Any]:
    return {
        "id": series.public_id,
        "code": series.code,
        "title": origin.series,
        "definition": str(series.text("definition") or ""),
        "unit": str(series.text("unit") or series.unit_code),
        "unit_code": series.unit_code,
        "measure": series.measure,
        "decimals": series.decimals,
        "frequency": series.frequency,
        "source": origin.source,
        "dataset": series.dataset,
        "source_address": origin.source_address,
        "attribution": origin.attribution,
        "licence": origin.licence,
        "is_sample": origin.is_sample,
    }


def _choice(selection: Selection) -> dict[str, Any]:
    return {
        "view": selection.view,
        "shows": selection.show,
        "period": None if selection.view == CHANGE else selection.period,
        "groups": [_group(one) for one in selection.groups],
        "country": selection.country or None,
        "level": selection.level,
        "regions": list(selection.marked),
    }


def _group(group: Breakdown) -> dict[str, Any]:
    parts = {name: code for name, code in group.parts.items() if code}
    return {"key": group.key, "words": group_words(group), **parts}


def _file(one: Import) -> dict[str, Any]:
    return {
        "number": one.number,
        "name": one.file_name,
        "format": one.format,
        "sha256": one.sha256,
        "published": one.published or None,
        "accepted_on": one.decided_at.date().isoformat() if one.decided_at else None,
    }


def _figure(one: SeenFigure) -> dict[str, Any]:
    return {
        "code": one.code,
        "classification": one.place_code.classification,
        "level": one.place_code.level,
        "region": one.place.name,
        "region_id": one.place.public_id,
        "period": one.period,
        "value": one.value,
        "flags": one.flags,
        "reason": one.reason or None,
        "unreliable": one.unreliable,
        "computed_from": one.computed_from or None,
        "made_of": [_part(row) for row in published(one)],
    }


def _part(row: Observation) -> dict[str, Any]:
    return {
        "group": row.breakdown.key,
        "value": row.value,
        "flags": row.flags,
        "file": row.imported_in.number,
        "row": row.row,
    }
