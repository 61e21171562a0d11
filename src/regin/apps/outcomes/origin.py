"""Where the figures that are seen come from: the words under every view and in every download."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from regin.apps.common.addresses import permanent
from regin.apps.common.charts import Source
from regin.apps.outcomes.seen import seen_title, unit_of
from regin.apps.outcomes.viewing import CHANGE, Selection


@dataclass(frozen=True, slots=True)
class Origin:
    """What a download says about all of its figures.

    `address` leads to the same choice on the page; `downloaded_on` is a date as 2026-11-21.
    """

    series: str
    title: str
    unit: str
    source: str
    attribution: str
    source_address: str
    licence: str
    is_sample: bool
    address: str
    downloaded_on: str
    language: str

    @property
    def sample_words(self) -> str:
        """What a picture prints about a sample; empty for a series that is none."""
        return _("Sample: not the newest figures.") if self.is_sample else ""


def origin_of(selection: Selection) -> Origin:
    """Where what `selection` shows is from, as of today."""
    series = selection.series
    return Origin(
        series=str(series.text("title") or series.code),
        title=seen_title(selection),
        unit=unit_of(selection),
        source=series.source.name,
        attribution=series.attribution,
        source_address=series.url,
        licence=series.licence,
        is_sample=series.is_sample,
        address=permanent(selection.address()),
        downloaded_on=timezone.now().date().isoformat(),
        language=get_language() or "",
    )


def chart_source(selection: Selection, *, when: str = "") -> Source:
    """The source as a chart prints it; `when`: the period, with more words where given."""
    series = selection.series
    periods = "–".join(dict.fromkeys(series.years or ()))
    return Source(
        name=series.source.name,
        url=series.url,
        licence=series.licence,
        attribution=series.attribution,
        when=when or (periods if selection.view == CHANGE else selection.period),
    )


def picture_source(selection: Selection) -> Source:
    """The source as a picture prints it that leaves the page: with the date and the address.

    The address leads back to the same choice; it stands last, so that no full stop clings to it.
    """
    plain, origin = chart_source(selection), origin_of(selection)
    words = _("%(when)s; taken on %(date)s from %(address)s") % {
        "when": "; ".join(filter(None, [plain.when, origin.sample_words.rstrip(".")])),
        "date": origin.downloaded_on,
        "address": origin.address,
    }
    return chart_source(selection, when=words)


def source_line(source: Source) -> str:
    """`source` in one line, for a map that leaves the page and says “Source:” before it."""
    named = _without_source_word(source.attribution or source.name).rstrip(".")
    licence = _("Licence: %(licence)s.") % {"licence": source.licence} if source.licence else ""
    return " ".join(filter(None, [f"{named}.", licence, source.when]))


def _without_source_word(attribution: str) -> str:
    """An office's own words without “Source:” at their beginning, in English or as here."""
    for word in ("Source:", _("Source:")):
        if attribution.casefold().startswith(word.casefold()):
            return attribution[len(word) :].strip()
    return attribution


def citation(selection: Selection) -> str:
    """How to cite the page as it is today."""
    origin = origin_of(selection)
    return _("%(attribution)s. %(title)s (%(unit)s). REGIN. %(address)s. Seen on %(date)s.") % {
        "attribution": origin.attribution or origin.source,
        "title": origin.title,
        "unit": origin.unit,
        "address": origin.address,
        "date": date_format(timezone.now(), "DATE_FORMAT"),
    }
