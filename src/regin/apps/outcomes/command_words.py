"""What the commands of statistics print, line by line."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _

from regin.apps.common.faults import ShownFault, shown_faults
from regin.apps.outcomes.figures import figure_text
from regin.apps.outcomes.forms import code_choices
from regin.apps.outcomes.labels import emptied_words, format_words
from regin.apps.outcomes.models import Import, Series
from regin.apps.outcomes.operations import Answers, Refreshed
from regin.apps.outcomes.selecting import is_group
from regin.apps.outcomes.structure import note_words
from regin.engine.errors import FaultsError
from regin.files.datasets.dataset import Dataset, Dimension

SHOWN_CODES = 6


def faults_text(error: FaultsError) -> str:
    """Every fault on a line of its own, what can be typed against it, that nothing was stored."""
    lines = [*map(_fault_line, shown_faults(error)), *_answer_lines(error)]
    return "\n".join([*lines, _("Nothing was stored.")])


def _answer_lines(error: FaultsError) -> Iterator[str]:
    """How a command answers what the page would ask."""
    codes = {fault.code for fault in error.faults}
    if codes & {"outcomes_unknown_code", "outcomes_unknown_label"}:
        yield _(
            "To say what such a code or label means, import the file with --means "
            "DIMENSION:TEXT=CODE, once for each (such as %(example)s; without CODE its rows are "
            "left out), or load the file on the page."
        ) % {"example": _example_answer(error)}
    if "dataset_needs_mapping" in codes:
        yield _(
            "Write a mapping (docs/reference/table-mapping.md) and give it with --mapping FILE, "
            "or load the file on the page."
        )


def _example_answer(error: FaultsError) -> str:
    """An answer to the first code or label that nobody knows, as a shell takes it."""
    for fault in error.faults:
        if fault.code == "outcomes_unknown_code":
            return "--means " + shlex.quote(f"geo:{fault.params['code']}=CODE")
        if fault.code == "outcomes_unknown_label":
            name = (fault.column or "").lower()
            return "--means " + shlex.quote(f"{name}:{fault.params['label']}=CODE")
    return ""


def _fault_line(fault: ShownFault) -> str:
    where = [fault.file]
    if fault.row is not None:
        where.append(_("row %(row)s") % {"row": fault.row})
    if fault.column:
        where.append(_("column %(column)s") % {"column": fault.column})
    said = f"{fault.what} {fault.advice}"
    named = ", ".join(part for part in where if part)
    return f"{named}: {said}" if named else said


def preview_lines(staged: Import) -> Iterator[str]:
    """What the file would change, in words."""
    summary = staged.summary
    yield _("%(file)s: %(rows)s rows, read as NUTS %(version)s") % {
        "file": staged.file_name,
        "rows": summary["rows"],
        "version": staged.version,
    }
    counts = ", ".join(f"{version}: {count}" for version, count in summary["versions"].items())
    yield _("Codes by version: %(counts)s") % {"counts": counts}
    yield from _left_out_lines(summary)
    yield from (_("Look twice: %(note)s") % {"note": note_words(one)} for one in summary["notes"])
    yield _(
        "Figures: %(new)s new, %(changed)s changed (%(emptied)s), "
        "%(same)s the same, %(gone)s stored that the file does not hold"
    ) % {
        **{name: summary[name] for name in ("new", "changed", "same", "gone")},
        "emptied": emptied_words(summary["emptied"]),
    }
    yield from _conversion_lines(staged)
    for example in summary["examples"]:
        yield _example(example, staged.series.decimals)


def unit_lines(made: Answers) -> Iterator[str]:
    """Which codes were made for units that the file states in words alone."""
    for name, codes in made.items():
        for text, code in codes.items():
            yield _(
                "The %(name)s “%(text)s” has no code in the file: %(code)s is taken. To take "
                "another, add --means %(example)s"
            ) % {
                "name": name,
                "text": text,
                "code": code,
                "example": shlex.quote(f"{name}:{text}=CODE"),
            }


def _left_out_lines(summary: dict[str, Any]) -> Iterator[str]:
    codes = ", ".join(summary["aggregates"])
    said = {"codes": codes, "rows": summary["aggregate_rows"]}
    text = _("Aggregates left out: %(codes)s (rows with them: %(rows)s)")
    yield text % said if codes else _("Aggregates left out: none")
    for name, rows in summary["left_out"].items():
        text = _("Rows of another %(name)s, left out: %(rows)s")
        yield text % {"name": name, "rows": rows}


def _conversion_lines(staged: Import) -> Iterator[str]:
    """That figures which were computed at the last file are not in this one."""
    accepted = staged.series.imports.filter(state=Import.State.ACCEPTED).order_by("-number")
    last = accepted.first()
    if last is not None and last.conversions and not staged.conversions:
        yield _(
            "At the last file figures were computed for changed regions (%(codes)s). This file has "
            "none computed, so they count among those that it does not hold. They can be computed "
            "on the page, before the file is accepted."
        ) % {"codes": ", ".join(sorted(last.conversions))}


def _example(example: dict[str, Any], decimals: int) -> str:
    return _("  row %(row)s: %(code)s, %(period)s, %(group)s: %(before)s → %(after)s") % {
        **{name: example[name] for name in ("row", "code", "period", "group")},
        "before": _printed(example["before"], decimals),
        "after": _printed(example["after"], decimals),
    }


def _printed(figure: list[Any], decimals: int) -> str:
    value, flags = figure
    return figure_text(value, flags, decimals)


def file_lines(dataset: Dataset, candidates: Iterable[Series]) -> Iterator[str]:
    """What a file is, and what can be done with it: its series, or how to begin one."""
    head = dataset.head
    yield _("%(file)s: %(format)s") % {"file": head.file, "format": format_words(head.format)}
    said = {_("Dataset"): head.code, _("Title"): head.title, _("Source"): head.source}
    for label, text in {**said, _("Updated by the office"): head.updated}.items():
        if text:
            yield _labelled(label, text)
    yield _labelled(_("Cells"), str(len(dataset)))
    for dimension in dataset.dimensions:
        yield _dimension_line(dimension)
    found = list(candidates)
    for series in found:
        yield _("Series of the same dataset: %(code)s (%(owner)s)") % {
            "code": series.code,
            "owner": series.organisation.name,
        }
    yield _("Nothing was stored. Name a series with --series, or begin one with --new.")


def _labelled(label: str, text: str) -> str:
    return _("%(label)s: %(value)s") % {"label": label, "value": text}


def _dimension_line(dimension: Dimension) -> str:
    roles = {"geo": _("place"), "time": _("time"), "unit": _("unit"), "frequency": _("frequency")}
    group = _("Group of people") if is_group(dimension) else ""
    role = roles.get(dimension.role, "") or group
    shown = ", ".join(words for _code, words in code_choices(dimension)[:SHOWN_CODES])
    more = ", …" if len(dimension.codes) > SHOWN_CODES else ""
    return _("  %(name)s%(role)s, codes: %(count)s: %(codes)s") % {
        "name": dimension.text or dimension.name,
        "role": f" ({role})" if role else "",
        "count": len(dimension.codes),
        "codes": shown + more,
    }


def refreshed_line(found: Refreshed) -> str:
    """What looking for a newer file of a series came to."""
    code = found.series.code
    if found.staged is not None:
        summary = found.staged.summary
        return _(
            "%(code)s: a file waits for a decision: %(new)s new, %(changed)s changed, "
            "%(gone)s stored that it does not hold"
        ) % {"code": code, **{name: summary[name] for name in ("new", "changed", "gone")}}
    if found.error is not None:
        first = shown_faults(found.error)[0]
        return _("%(code)s: failed: %(why)s") % {"code": code, "why": _fault_line(first)}
    return _("%(code)s: nothing new") % {"code": code}
