"""Build an index of outcomes from published series, and download its folder."""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from regin.apps.accounts.middleware import ActorRequest
from regin.apps.common.addresses import fold
from regin.apps.common.faults import shown_faults
from regin.apps.outcomes.choosing import Catalogue, catalogue
from regin.apps.outcomes.indicators import (
    LEVELS,
    MOST_COLUMNS,
    IndicatorChoices,
    PeriodRule,
    Unreliable,
    indicator_columns,
    regions_of,
    regions_with_values,
    usual_direction,
)
from regin.apps.outcomes.operations import write_indicator_folder
from regin.apps.outcomes.views.comparison import periods_of
from regin.apps.regions.facts import countries
from regin.apps.regions.models import PlaceCode
from regin.engine.errors import FaultsError

UNUSABLE: Final = 422
SIGN: Final = "="
# A moment that is not one: the same choice gives the same bytes.
NO_DATE: Final = (1980, 1, 1, 0, 0, 0)


@require_safe
def choose(request: ActorRequest) -> HttpResponse:
    """What an index can be built from, and what the choice so far comes to."""
    return _page(request)


@require_safe
def download(request: ActorRequest) -> HttpResponse:
    """The folder as a ZIP file; a choice that gives none leads back to the form, with why."""
    offered = catalogue(request.actor, for_arithmetic=True, only_published=True)
    choices = choices_in(request.GET, offered)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "outcomes-index"
        try:
            write_indicator_folder(request.actor, choices, folder)
        except FaultsError as error:
            return _page(request, error)
        content = zipped(folder)
    response = HttpResponse(content, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{folder.name}.zip"'
    return response


def zipped(folder: Path) -> bytes:
    """The files of `folder` under its name, in the order of their names."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.iterdir()):
            entry = zipfile.ZipInfo(f"{folder.name}/{path.name}", NO_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, path.read_bytes())
    return stream.getvalue()


def choices_in(asked: QueryDict, offered: Catalogue) -> IndicatorChoices:
    """The choices that an address carries; what nobody may choose is put right silently, but for
    statistics, which `write_indicator_folder` refuses."""
    tokens = [token for token in asked.getlist("series") if token]
    chosen, _strange = offered.found(tokens)
    directions = dict(one.rpartition(SIGN)[::2] for one in asked.getlist("direction"))
    known = {one.token: directions.get(one.token, str(usual_direction(one))) for one in chosen}
    columns = {token: -1 if sign == "-1" else 1 for token, sign in known.items()}
    named = {*columns, *(one.series.public_id for one in chosen if one.is_first)}
    level = asked.get("level", "")
    period = _one_of(asked.get("period", ""), periods_of(offered.series))
    return IndicatorChoices(
        # One that is not known stays, so that it is refused and not forgotten.
        columns=columns | {token: 1 for token in tokens if token not in named},
        level=int(level) if level in map(str, LEVELS) else 2,
        country=_one_of(asked.get("country", ""), [code.code for code in countries()]),
        period=period,
        # Exactly a period needs one; without one the newest figure counts.
        rule=PeriodRule.EXACT if period and asked.get("rule") == "exact" else PeriodRule.NEWEST,
        unreliable=Unreliable(_one_of(asked.get("unreliable", ""), Unreliable.values) or "keep"),
    )


def _one_of(asked: str, known: Iterable[str]) -> str:
    return asked if asked in set(known) else ""


def _page(request: ActorRequest, error: FaultsError | None = None) -> HttpResponse:
    offered = catalogue(request.actor, for_arithmetic=True, only_published=True)
    choices = choices_in(request.GET, offered)
    regions = regions_of(choices.level, choices.country)
    context: dict[str, Any] = {"columns": []}
    if choices.columns and error is None:
        try:
            columns = indicator_columns(offered, choices, regions)
            rows = len(regions_with_values(columns, regions))
            context |= {"columns": columns, "address": _address(choices)}
            context |= {"rows": rows, "left_out": len(regions) - rows}
        except FaultsError as found:
            error = found
    chosen, _strange = offered.found(choices.columns)
    context |= {
        "faults": shown_faults(error) if error else None,
        "chosen": [(one, choices.columns.get(one.token, 1)) for one in chosen],
        "choices": choices,
        "offered": offered.grouped(),
        "levels": _levels(),
        "countries": _countries(),
        "periods": periods_of(offered.series),
        "rules": PeriodRule.choices,
        "unreliable": Unreliable.choices,
        "most": MOST_COLUMNS,
        "crumbs": [(_("Outcomes"), reverse("outcomes:list")), (_("Build an index"), None)],
    }
    status = UNUSABLE if error else 200
    return render(request, "outcomes/indicators.html", context, status=status)


def _levels() -> list[tuple[int, str]]:
    names = (_("countries"), _("regions, level 1"), _("regions, level 2"), _("regions, level 3"))
    return list(zip(LEVELS, names, strict=True))


def _countries() -> list[PlaceCode]:
    return sorted(countries(), key=lambda code: fold(code.place.name))


def _address(choices: IndicatorChoices) -> str:
    """The address of the download of `choices`."""
    pairs = [("series", token) for token in choices.columns]
    pairs += [("direction", f"{token}{SIGN}{sign}") for token, sign in choices.columns.items()]
    pairs += [("level", str(choices.level)), ("country", choices.country)]
    pairs += [("period", choices.period), ("rule", choices.rule.value)]
    pairs += [("unreliable", choices.unreliable.value)]
    query = urlencode([(name, value) for name, value in pairs if value])
    return f"{reverse('outcomes:index_folder')}?{query}"
