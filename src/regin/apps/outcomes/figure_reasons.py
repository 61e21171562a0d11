"""Why a region has no figure of its own, and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from regin.apps.accounts.permissions import may
from regin.apps.outcomes import permissions  # noqa: F401  # declares the rules that `may` asks
from regin.apps.outcomes.key_figures import KeyFigure
from regin.apps.outcomes.known_figures import Known
from regin.apps.outcomes.labels import flag_words
from regin.apps.outcomes.models import Observation
from regin.apps.regions.models import Place, PlaceCode

OFFICE = "https://ec.europa.eu/eurostat/databrowser/product/view/"


def reason_of(wanted: KeyFigure, known: Known) -> str:
    """Why the region has no figure of its own, a sentence."""
    if known.lineage.places[0].is_fictional:
        return _("This region is made up: no statistical office counts it.")
    if wanted.concept not in {one.concept for one in known.series}:
        return _("No series about this is loaded here.")
    if not known.candidates[wanted.key]:
        return _("The series loaded here have this for other groups of people only.")
    own = _missing(wanted, known) or _not_published(wanted, known)
    return " ".join(filter(None, [own, _missing_country(wanted, known)]))


def _missing(wanted: KeyFigure, known: Known) -> str:
    """The source has the cell, but no value in it. Empty when it has no cell either."""
    held = _held(wanted, known, known.lineage.places[0])
    words = _reserve(held)
    if words:
        return _("The source gives no value for this region: %(why)s.") % {"why": words}
    return _("The source gives no value for this region.") if held else ""


def _missing_country(wanted: KeyFigure, known: Known) -> str:
    """Why the country's figure does not stand in: its cell is empty too.

    Empty for a country itself, without such a cell, and where something else stands in.
    """
    own, *above = known.lineage.places
    country = known.lineage.country
    stands_in = any(
        row.value is not None
        for place in (own, *above)
        for rows in _held(wanted, known, place)
        for row in rows
    )
    held = _held(wanted, known, country) if country else []
    if stands_in or country is None or not held:
        return ""
    words = {"country": country.name, "why": _reserve(held)}
    if not words["why"]:
        return _("It gives none for %(country)s either.") % words
    return _("It gives none for %(country)s either: %(why)s.") % words


def _held(wanted: KeyFigure, known: Known, place: Place) -> list[Sequence[Observation]]:
    """What the source has of `place`, with and without values: the rows of each series."""
    return [
        known.rows[breakdown.pk, place.pk]
        for _fit, _series, breakdown in known.candidates[wanted.key]
        if (breakdown.pk, place.pk) in known.rows
    ]


def _reserve(held: Sequence[Sequence[Observation]]) -> str:
    """What the source says of the newest rows; empty where it says nothing."""
    return next((flag_words(rows[-1].flags) for rows in held if rows[-1].flags), "")


def _not_published(wanted: KeyFigure, known: Known) -> str:
    code = known.lineage.code
    groups = {breakdown.pk for _fit, _series, breakdown in known.candidates[wanted.key]}
    if code is None or code.scheme != PlaceCode.NUTS or groups & known.beside:
        return _("The source has none for this region.")
    return _("The source has no figures here for regions of this level in this country.")


def advice_of(wanted: KeyFigure, known: Known) -> tuple[str, str]:
    """What to do about a line without a figure, and the address where; both may be empty."""
    candidates = known.candidates[wanted.key]
    if known.lineage.places[0].is_fictional:
        return "", ""
    if candidates:
        address = candidates[0][1].get_absolute_url()
        return _("See which regions and years the series has."), address
    return _load(wanted) if may(known.actor, "outcomes.upload") else _ask(wanted)


def _load(wanted: KeyFigure) -> tuple[str, str]:
    """For who may load a file."""
    address = reverse("outcomes:begin")
    if not wanted.table:
        return _("Load a file that has it."), address
    words = _("Load a file, for example Eurostat’s table %(table)s.")
    return words % {"table": wanted.table}, address


def _ask(wanted: KeyFigure) -> tuple[str, str]:
    """For everybody else."""
    if not wanted.table:
        return _("Any editor of an organisation can load a file that has it."), ""
    words = _("Any editor of an organisation can load it, for example Eurostat’s table %(table)s.")
    return words % {"table": wanted.table}, f"{OFFICE}{wanted.table}"
