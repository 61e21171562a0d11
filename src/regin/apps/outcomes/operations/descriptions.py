"""What people do with the description of a series: write, translate, approve, publish, withdraw.

Each verb has the shape of docs/howto/add-a-model.md: ask the permission, lock the row, compare with
what the person saw, change, keep a revision, write to the audit log.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Max, Min
from django.utils.translation import gettext as _

from regin.apps.accounts.actor import Actor
from regin.apps.accounts.models import State, Visibility
from regin.apps.accounts.permissions import require
from regin.apps.accounts.refusals import Refused
from regin.apps.common import translating
from regin.apps.common.locking import Conflict, require_unchanged
from regin.apps.common.operations import keep_revision, lock_row, record
from regin.apps.outcomes.figures import breakdowns_with_figures
from regin.apps.outcomes.models import Import, Observation, Series, StagedPart
from regin.apps.outcomes.operations.sources import source_called
from regin.apps.outcomes.taught import without_code

# Without these a reader does not know what a figure says.
NEEDED = ("title", "unit", "definition")


class DescriptionRefused(Refused):
    """What was typed does not fit the figures. `field`: the one to change."""

    def __init__(self, field: str, sentence: str) -> None:
        self.field = field
        super().__init__(sentence)


class NotReady(Refused):
    """The series cannot be published yet; the sentence says what is missing."""


@transaction.atomic
def edit_series(actor: Actor, series: Series, values: Mapping[str, Any], seen: str) -> None:
    """Change columns and source texts. `values`: as `Series.editable_values`, with a `reason`.

    Raises Conflict when somebody saved since `seen`, DescriptionRefused for bounds that a figure
    breaks, a group without figures, or an empty text that a published series needs; Http404.
    """
    require(actor, "owned.edit", series)
    _lock(series)
    require_unchanged(seen, series.editable_values())
    _check_needed(series, values)
    _check_bounds(series, values["lowest"], values["highest"])
    series.defaults = _first_shown(series, values["first_group"])
    if values["source"] != series.source.name:
        series.source = source_called(values["source"], values["url"])
    for name in Series.plain_fields:
        setattr(series, name, values[name])
    series.save(update_fields=[*Series.plain_fields, "defaults", "source"])
    texts = {name: values[name] for name in Series.translated_fields}
    translating.write_texts(series, series.source_language, texts)
    _leave_trace(actor, series, "outcomes.series_edited", values.get("reason", ""))


def _check_needed(series: Series, values: Mapping[str, Any]) -> None:
    for name in NEEDED if series.is_published else ():
        if not values[name].strip():
            raise DescriptionRefused(name, _("A published series needs this text."))


def _check_bounds(series: Series, lowest: float | None, highest: float | None) -> None:
    """Refuse bounds that a stored figure breaks, or one that waits for a decision."""
    if lowest is not None and highest is not None and lowest > highest:
        raise DescriptionRefused("highest", _("It is less than the lowest possible value."))
    least, most = _extremes(series)
    if lowest is not None and least is not None and least < lowest:
        words = _("A figure of this series is %(value)s. Give at most that, or none.")
        raise DescriptionRefused("lowest", words % {"value": f"{least:.15g}"})
    if highest is not None and most is not None and most > highest:
        words = _("A figure of this series is %(value)s. Give at least that, or none.")
        raise DescriptionRefused("highest", words % {"value": f"{most:.15g}"})


def _extremes(series: Series) -> tuple[float | None, float | None]:
    """The least and the greatest value stored or waiting; None without any value."""
    stored = Observation.objects.filter(series=series)
    waiting = StagedPart.objects.filter(
        staged_in__series=series, staged_in__state=Import.State.STAGED
    )
    ends = [
        stored.aggregate(least=Min("value"), most=Max("value")),
        waiting.aggregate(least=Min("lowest"), most=Max("highest")),
    ]
    least = [end["least"] for end in ends if end["least"] is not None]
    most = [end["most"] for end in ends if end["most"] is not None]
    return min(least, default=None), max(most, default=None)


def _first_shown(series: Series, key: str) -> dict[str, str]:
    """The defaults that make pages show the group `key` first; those of now for their own key.

    All its parts stand in it, also empty ones: they tell it from groups that say more.
    """
    if key == series.first_group:
        return dict(series.defaults)
    found = [one for one in breakdowns_with_figures(series) if one.key == key]
    if not found:
        raise DescriptionRefused("first_group", _("This group has no figures. Choose another."))
    return found[0].parts


@transaction.atomic
def translate_series(
    actor: Actor, series: Series, language: str, texts: Mapping[str, str], seen: str
) -> list[str]:
    """Write translations and say which changed. Raises Conflict when somebody was faster."""
    require(actor, "owned.edit", series)
    _lock(series)
    require_unchanged(seen, translating.texts_and_sources(series, language))
    changed = translating.write_texts(series, language, texts)
    if changed:
        reason = f"{_('Translation')} ({language})"
        _leave_trace(actor, series, "outcomes.series_translated", reason)
    return changed


@transaction.atomic
def approve_series_text(actor: Actor, series: Series, language: str, field: str, seen: str) -> None:
    """Approve one translation as it was seen. Raises Conflict when it is another one by now."""
    require(actor, "owned.publish", series)
    _lock(series)
    require_unchanged(seen, translating.texts_and_sources(series, language))
    if not translating.approve_text(series, field, language, actor.user):
        raise Conflict([field])
    reason = f"{_('Approval')} ({language}, {field})"
    _leave_trace(actor, series, "outcomes.text_approved", reason)


def missing_for_publishing(series: Series) -> list[str]:
    """What a reader would miss, in words: texts of the original, and figures."""
    texts = translating.texts_in(series, series.source_language)
    missing = [series.label_of(name) for name in NEEDED if not texts[name]]
    if not series.imports.filter(state=Import.State.ACCEPTED).exists():
        missing.append(_("an accepted file of figures"))
    return missing


@transaction.atomic
def publish_series(actor: Actor, series: Series, visibility: Visibility, reason: str) -> None:
    """Show the series to `visibility` and keep its description as a revision.

    Raises NotReady when something is missing; Http404.
    """
    require(actor, "owned.publish", series)
    _lock(series)
    missing = missing_for_publishing(series)
    if missing:
        words = _("It cannot be published yet. Missing: %(what)s.")
        raise NotReady(words % {"what": ", ".join(missing)})
    series.state, series.visibility = State.PUBLISHED, visibility
    series.save(update_fields=["state", "visibility"])
    _leave_trace(actor, series, "outcomes.series_published", reason)


@transaction.atomic
def withdraw_series(actor: Actor, series: Series, reason: str) -> None:
    """Take a published series from the pages; the revision says why. Its history stays."""
    require(actor, "owned.publish", series)
    _lock(series)
    if not series.is_published:
        raise Conflict(["state"])
    series.state = State.RETRACTED
    series.save(update_fields=["state"])
    keep_revision(series, actor.user, reason)
    record(actor.reference, "outcomes.series_withdrawn", series.public_id)


@transaction.atomic
def forget_code(actor: Actor, series: Series, key: str) -> bool:
    """Forget what a person taught the series about one code; False when it knows no such `key`.

    Figures that came in by it stay: the next file asks again. Raises Http404.
    """
    require(actor, "owned.edit", series)
    _lock(series)
    left = without_code(series, key)
    if left is None:
        return False
    series.label_codes, series.place_codes = left
    series.save(update_fields=["label_codes", "place_codes"])
    record(actor.reference, "outcomes.code_forgotten", series.public_id)
    return True


def _lock(series: Series) -> None:
    """Wait for whoever is writing, then see what they wrote."""
    lock_row(series)
    series.refresh_from_db()


def _leave_trace(actor: Actor, series: Series, verb: str, reason: str) -> None:
    """A published series keeps every change; a draft only leaves its line in the audit log."""
    if series.is_published:
        keep_revision(series, actor.user, reason)
    record(actor.reference, verb, series.public_id)
