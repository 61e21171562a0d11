"""Words for codes: groups of people, ages, flags. A code without words is shown as it is."""

from __future__ import annotations

import re
from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from regin.apps.common.charts.numbers import number
from regin.apps.outcomes.models import Breakdown, Import
from regin.files.observations import KNOWN_FLAGS

DIMENSIONS = {
    "sex": gettext_lazy("Sex"),
    "age": gettext_lazy("Age"),
    "citizenship": gettext_lazy("Citizenship"),
    "birth": gettext_lazy("Country of birth"),
}
SEX = {
    "F": gettext_lazy("Women"),
    "M": gettext_lazy("Men"),
    "T": gettext_lazy("Women and men"),
}
EVERYBODY = pgettext_lazy("citizenship or birth", "All")
CITIZENSHIP = {
    "TOTAL": EVERYBODY,
    "NAT": gettext_lazy("Nationals"),
    "FOR": gettext_lazy("Foreigners"),
    "FOR_STLS": gettext_lazy("Foreigners and stateless people"),
    "EU27_2020_FOR": gettext_lazy("Citizens of another EU country"),
    "NEU27_2020_FOR": gettext_lazy("Citizens of a country outside the EU"),
}
BIRTH = {
    "TOTAL": EVERYBODY,
    "NAT": gettext_lazy("Born in the country"),
    "FOR": gettext_lazy("Born abroad"),
    "EU27_2020_FOR": gettext_lazy("Born in another EU country"),
    "NEU27_2020_FOR": gettext_lazy("Born outside the EU"),
}
WORDS: Mapping[str, Mapping[str, object]] = {
    "sex": SEX,
    "citizenship": CITIZENSHIP,
    "birth": BIRTH,
}
_AT_LEAST = re.compile(r"Y_GE([0-9]+)")
_BELOW = re.compile(r"Y_LT([0-9]+)")
_BETWEEN = re.compile(r"Y([0-9]+)-([0-9]+)")


FREQUENCIES: Mapping[str, object] = {
    "A": gettext_lazy("yearly"),
    "S": gettext_lazy("every half year"),
    "Q": gettext_lazy("every quarter"),
    "M": gettext_lazy("monthly"),
    "W": gettext_lazy("weekly"),
}


def frequency_words(letter: str) -> str:
    """`A` in words: yearly; a letter without words is shown as it is."""
    return str(FREQUENCIES.get(letter, letter))


def group_words(breakdown: Breakdown) -> str:
    """The people a breakdown means: `Women and men, 15 years and over`."""
    parts = (code_words(name, code) for name, code in breakdown.parts.items() if code)
    return ", ".join(parts) or _("Everybody")


def code_words(dimension: str, code: str) -> str:
    """The words for one code of one dimension, or the code itself."""
    if dimension == "age":
        return age_words(code)
    return str(WORDS.get(dimension, {}).get(code, code))


def age_words(code: str) -> str:
    """`Y_GE15`, `Y_LT25`, `Y20-64` or `TOTAL` in words."""
    if code == "TOTAL":
        return _("All ages")
    if found := _AT_LEAST.fullmatch(code):
        return _("%(age)s years and over") % {"age": found[1]}
    if found := _BELOW.fullmatch(code):
        return _("Under %(age)s years") % {"age": found[1]}
    if found := _BETWEEN.fullmatch(code):
        return _("%(first)s to %(last)s years") % {"first": found[1], "last": found[2]}
    return code


def flag_labels() -> dict[str, str]:
    """Every flag letter with its words in the active language."""
    return {letter: _(words) for letter, words in KNOWN_FLAGS.items()}


def flag_words(flags: str) -> str:
    """The flags of one figure in words; empty without flags."""
    known = (KNOWN_FLAGS.get(letter) for letter in flags)
    return ", ".join(
        _(words) if words else letter for letter, words in zip(flags, known, strict=True)
    )


def why_missing(flags: str) -> str:
    """Why there is no value: what its flags say, else that the source has none."""
    return flag_words(flags) or _("The source has no figure here.")


def accepted_words(written: int, removed: int) -> str:
    """What accepting a file came to: a sentence for each number that is not zero."""
    sentences = []
    if written:
        words = ngettext(
            "%(count)s figure was written.", "%(count)s figures were written.", written
        )
        sentences.append(words % {"count": number(written, 0)})
    if removed:
        words = ngettext(
            "%(count)s figure was removed.", "%(count)s figures were removed.", removed
        )
        sentences.append(words % {"count": number(removed, 0)})
    nothing = _("There was nothing to change: the series holds these figures already.")
    return " ".join([_("The file is accepted."), *sentences]) if sentences else nothing


def computed_words(brought: Import, code: str) -> str:
    """From which former regions an import computed the figures of `code`: “AT11 × 0.4, AT12 × 0.6”.

    Empty for a region whose figures are the source's own.
    """
    weights: dict[str, float] = brought.conversions.get(code, {})
    # Weights may be populations: every digit that a person typed is said.
    return ", ".join(f"{part} × {weight:.12g}" for part, weight in weights.items())


FORMATS = {
    "eurostat-tsv": "Eurostat TSV",
    "sdmx-csv": "SDMX-CSV",
    "oecd-csv": "OECD CSV",
    "sdmx-ml": "SDMX-ML",
    "sdmx-json": "SDMX-JSON",
    "json-stat": "JSON-stat",
}
"""Names of formats: the same in every language."""


def format_words(name: str) -> str:
    """The name of a format of `files.datasets`; what a person mapped is a table."""
    return FORMATS.get(name) or _("table with a mapping")


def undone_words(undone: Import) -> str:
    """What taking an import back came to."""
    return _(
        "Import %(number)s was undone: figures taken back: %(taken)s, of these put back as they"
        " were before: %(restored)s."
    ) % {
        "number": undone.number,
        "taken": number(undone.summary["taken_back"], 0),
        "restored": number(undone.summary["restored"], 0),
    }


def emptied_words(count: int) -> str:
    """How many of the changed figures lose their value."""
    words = ngettext("%(count)s of them becomes missing", "%(count)s of them become missing", count)
    return words % {"count": number(count, 0)}
