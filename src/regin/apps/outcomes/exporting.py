"""All figures of a series as one dataset that can be imported again, with the same result."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from regin.apps.accounts.refusals import Refused
from regin.apps.outcomes.models import Breakdown, Observation, Series
from regin.apps.outcomes.resolving import resolve
from regin.files.datasets.building import DatasetBuilder
from regin.files.datasets.dataset import ROLES, Dataset, Dimension, Head
from regin.files.limits import FaultLog

FORMAT: Final = "regin-export"
NAMES: Final[Mapping[str, str]] = {
    "sex": "sex",
    "age": "age",
    "citizenship": "citizen",
    "birth": "c_birth",
}
"""Dimensions of a Breakdown by the names that Eurostat gives them, which an import knows."""


class ExportRefused(Refused):
    """One file cannot hold these figures; the sentence says which part to ask for."""


def dataset_of_series(
    series: Series, *, version: str = "", dimensions: str | None = None
) -> tuple[Dataset, str]:
    """Every figure of `series`, and the version of NUTS to name when it is imported again.

    `version`: only figures whose codes are of it. `dimensions`: only those of groups that are
    told apart by exactly these, such as `sex,age`. A missing value stays missing with its flags.
    Raises ExportRefused where a file could not say what is stored: a code in two versions, or
    groups by different dimensions; FaultsError dataset_no_cells, too_many_cells.
    """
    groups = _groups(series, dimensions)
    rows = _rows(series, version).filter(breakdown__in=groups)
    named = version or _version_of(rows)
    own = _own_dimensions(series)
    told = [name for name in NAMES if any(group[name] for group in groups.values())]
    names = [*own, *(NAMES[name] for name in told), "geo", "time"]
    builder = DatasetBuilder(
        _head(series),
        [Dimension(name, (), role=ROLES.get(name, "")) for name in names],
        FaultLog(series.code),
    )
    fixed = tuple(own.values())
    geo = len(names) - 2
    for row, (group, code, called, period, value, flags) in enumerate(_cells(rows), start=2):
        parts = (groups[group][name] for name in told)
        builder.add((*fixed, *parts, code, period), value, flags, row)
        builder.label(geo, code, called)
    return builder.built(), named


def _rows(series: Series, version: str) -> QuerySet[Observation]:
    rows = Observation.objects.filter(series=series)
    return rows.filter(place_code__version=version) if version else rows


def _cells(rows: QuerySet[Observation]) -> Iterator[tuple[Any, ...]]:
    columns = ("breakdown", "place_code__code", "place_code__name", "period", "value", "flags")
    return rows.order_by("breakdown", "place_code__code", "period").values_list(*columns).iterator()


def _head(series: Series) -> Head:
    return Head(
        file=series.code,
        format=FORMAT,
        code=series.dataset,
        title=str(series.text("title") or ""),
        source=series.attribution,
        language=series.source_language,
    )


def _own_dimensions(series: Series) -> dict[str, str]:
    """Dimensions of which the whole series has one code: frequency, unit, its selection."""
    unit = {"unit": series.unit_code} if series.unit_code else {}
    return {"freq": series.frequency, **unit, **series.selection}


def _groups(series: Series, dimensions: str | None) -> dict[int, dict[str, str]]:
    """The groups to export by their keys: all of them are told apart by the same dimensions."""
    used = Observation.objects.filter(series=series).order_by().values("breakdown").distinct()
    found = {one.pk: one.parts for one in Breakdown.objects.filter(series=series, pk__in=used)}
    kinds = {key: ",".join(n for n in NAMES if parts[n]) for key, parts in found.items()}
    if dimensions is not None:
        wanted = {name.strip() for name in dimensions.split(",") if name.strip()}
        kept = {key for key, kind in kinds.items() if set(filter(None, kind.split(","))) == wanted}
        found = {key: parts for key, parts in found.items() if key in kept}
    elif len(set(kinds.values())) > 1:
        listed = "; ".join(sorted(kind or "''" for kind in set(kinds.values())))
        raise ExportRefused(
            _(
                "The groups of this series have different dimensions, which no one file can hold. "
                "Name those of one file with --dimensions: %(listed)s"
            )
            % {"listed": listed}
        )
    if not found:
        raise ExportRefused(_("There are no figures to export."))
    return found


def _version_of(rows: QuerySet[Observation]) -> str:
    """The version under which an import gives every code the place that it has here."""
    pairs = set(rows.order_by().values_list("place_code__code", "place_code").distinct())
    places = dict(pairs)
    versions = sorted(set(rows.values_list("place_code__version", flat=True).distinct()))
    if len(places) == len(pairs):
        usual = resolve(places)
        for version in [usual.version, *reversed(versions)]:
            if resolve(places, version).places == places:
                return version
    raise ExportRefused(
        _(
            "The codes of these figures are of several versions of NUTS, which a file cannot say. "
            "Name those of one file with --version: %(listed)s"
        )
        % {"listed": ", ".join(versions)}
    )
