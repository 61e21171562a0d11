"""The form in which a person says once how a plain table is read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regin.apps.outcomes.labels import flag_labels
from regin.engine.errors import FaultsError
from regin.files.datasets.dataset import Role
from regin.files.datasets.mapping import (
    Across,
    Constant,
    KeyColumn,
    Notation,
    TableMapping,
    TablePlace,
    mapping_from,
    mapping_text,
)
from regin.files.datasets.mapping_proposal import Proposal, SampledColumn

SEPARATORS: Final = ((";", ";"), (",", ","), ("\t", gettext_lazy("tab")), ("|", "|"))
ENCODINGS: Final = (
    ("utf-8", "UTF-8"),
    ("cp1252", "Windows-1252"),
    ("latin-1", "Latin-1"),
)
FREQUENCIES: Final = (
    ("A", gettext_lazy("years")),
    ("S", gettext_lazy("half-years")),
    ("Q", gettext_lazy("quarters")),
    ("M", gettext_lazy("months")),
    ("W", gettext_lazy("weeks")),
)
DIMENSIONS: Final[dict[str, tuple[str, Role]]] = {
    "sex": ("sex", ""),
    "age": ("age", ""),
    "citizenship": ("citizen", ""),
    "birth": ("c_birth", ""),
    "unit": ("unit", "unit"),
}
"""Use of a column → the office's name of its dimension, and its role."""

USES: Final = (
    ("geo", gettext_lazy("codes of regions")),
    ("geo_names", gettext_lazy("names of regions")),
    ("labels", gettext_lazy("names beside the codes of regions")),
    ("time", gettext_lazy("years or other periods")),
    ("figures", gettext_lazy("figures")),
    ("flags", gettext_lazy("flags of the figures")),
    ("sex", gettext_lazy("sex")),
    ("age", gettext_lazy("age")),
    ("citizenship", gettext_lazy("citizenship")),
    ("birth", gettext_lazy("country of birth")),
    ("unit", gettext_lazy("unit")),
    ("other", gettext_lazy("something else that tells rows apart")),
    ("", gettext_lazy("not used")),
)
HEADINGS: Final = (
    ("", gettext_lazy("nothing: there is one column of figures")),
    ("time", gettext_lazy("years or other periods")),
    ("geo", gettext_lazy("regions")),
    ("sex", gettext_lazy("sex")),
    ("age", gettext_lazy("age")),
    ("citizenship", gettext_lazy("citizenship")),
    ("birth", gettext_lazy("country of birth")),
    ("other", gettext_lazy("something else")),
)
MAIN: Final = ("across", "frequency", "decimal", "thousands", "leave_out")
RARE: Final = (
    "across_name", "period", "is_sure", "shift", "last_row", "stop_at_empty_row",
)  # fmt: skip
MOST_COLUMNS: Final = 120
"""Columns with fields of their own; those beyond it are taken as proposed."""

ZERO, DROPPED = "zero", "dropped"


class TablePlaceForm(forms.Form):
    """Where the table is in its file: what the proposal begins from."""

    sheet = forms.ChoiceField(label=gettext_lazy("Sheet"), required=False)
    separator = forms.ChoiceField(
        label=gettext_lazy("Sign between the columns"), choices=SEPARATORS, required=False
    )
    encoding = forms.ChoiceField(label=gettext_lazy("Encoding"), choices=ENCODINGS, required=False)
    heading_row = forms.IntegerField(
        label=gettext_lazy("Row of the headings"), min_value=1, max_value=1000, required=False
    )

    def __init__(self, proposal: Proposal, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        place = proposal.mapping.place
        if proposal.sheets:
            self.fields["sheet"].choices = [(name, name) for name in proposal.sheets]  # type: ignore[attr-defined]  # it is a ChoiceField
            del self.fields["separator"], self.fields["encoding"]
        else:
            del self.fields["sheet"]
        for name in self.fields:
            self.initial.setdefault(name, getattr(place, name))


def place_said(data: Any) -> TablePlace | None:
    """What a query says of the place of the table; None when it says nothing usable."""
    separator, encoding = data.get("separator", ""), data.get("encoding", "")
    row = data.get("heading_row", "")
    said = TablePlace(
        sheet=data.get("sheet", ""),
        separator=separator if separator in dict(SEPARATORS) else "",
        encoding=encoding if encoding in dict(ENCODINGS) else "utf-8",
        heading_row=int(row) if row.isascii() and row.isdigit() and len(row) < 5 else 0,
    )
    return said if said != TablePlace(heading_row=0) else None


@dataclass(frozen=True, slots=True)
class ColumnRow:
    """One column in the form: its heading, what stands in it, its fields."""

    heading: str
    texts: tuple[str, ...]
    use: forms.BoundField
    name: forms.BoundField
    code: forms.BoundField

    @property
    def fields(self) -> tuple[forms.BoundField, ...]:
        """The three, in the order of the table."""
        return self.use, self.name, self.code


class ColumnsForm(forms.Form):
    """What each column holds and how figures are written, filled in as proposed.

    Fields of the column at place n: `use_n`, `name_n` (of something else), `code_n` (what its
    heading means when it holds figures).
    """

    across = forms.ChoiceField(
        label=gettext_lazy("What the headings of the figures mean"),
        choices=HEADINGS,
        required=False,
        help_text=gettext_lazy("In a table with a column for each year: the years."),
    )
    across_name = forms.SlugField(
        label=gettext_lazy("Name of that something else"), max_length=60, required=False
    )
    frequency = forms.ChoiceField(label=gettext_lazy("Periods are"), choices=FREQUENCIES)
    period = forms.CharField(
        label=gettext_lazy("Period of the whole table"),
        max_length=10,
        required=False,
        help_text=gettext_lazy("Only where no column and no heading says it, such as 2023."),
    )
    decimal = forms.ChoiceField(
        label=gettext_lazy("Decimal sign"),
        choices=(("", gettext_lazy("none: whole numbers")), (",", ","), (".", ".")),
        required=False,
    )
    thousands = forms.ChoiceField(
        label=gettext_lazy("Sign between thousands"),
        choices=(
            ("", gettext_lazy("none")),
            (".", "."),
            (",", ","),
            ("blank", gettext_lazy("blank")),
            ("'", "'"),
        ),
        required=False,
    )
    is_sure = forms.BooleanField(
        label=gettext_lazy("I have checked that 1.234 is meant as these two signs say"),
        required=False,
    )
    shift = forms.IntegerField(
        label=gettext_lazy("Move the decimal point to the right by"),
        min_value=-9,
        max_value=9,
        required=False,
        help_text=gettext_lazy("2 makes 12.5 of 0.125, for cells that are shown as per cent."),
    )
    last_row = forms.IntegerField(
        label=gettext_lazy("Last row of the table"),
        min_value=0,
        max_value=10_000_000,
        required=False,
        help_text=gettext_lazy("0: as far as it goes."),
    )
    stop_at_empty_row = forms.BooleanField(
        label=gettext_lazy("An empty row ends the table"), required=False
    )
    leave_out = forms.CharField(
        label=gettext_lazy("Rows that are no regions, such as totals"),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        help_text=gettext_lazy("What stands in the column of regions, one a line."),
    )

    def __init__(self, proposal: Proposal, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.proposal = proposal
        self.marks = marks_of(proposal)
        self.signs = signs_of(proposal)
        for at, column in enumerate(proposal.columns[:MOST_COLUMNS]):
            self._add_column(at, column)
        for at, mark in enumerate(self.marks):
            self.fields[f"mark_{at}"] = self._mark_field(mark)
        for at, sign in enumerate(self.signs):
            self.fields[f"sign_{at}"] = self._sign_field(sign)
        self.initial = {**_initial(proposal), **self.initial}
        if self.asks_for_shift:
            self.fields["shift"].required = True
            self.initial["shift"] = None

    def _add_column(self, at: int, column: SampledColumn) -> None:
        said = {"column": column.heading}
        self.fields[f"use_{at}"] = forms.ChoiceField(
            label=_("What “%(column)s” holds") % said, choices=USES, required=False
        )
        self.fields[f"name_{at}"] = forms.SlugField(
            label=_("Name of what “%(column)s” tells apart") % said, max_length=60, required=False
        )
        self.fields[f"code_{at}"] = forms.CharField(
            label=_("What the heading “%(column)s” means") % said, max_length=60, required=False
        )

    def _mark_field(self, mark: str) -> forms.ChoiceField:
        choices = [
            ("", _("choose")),
            ("missing", _("missing, for no stated reason")),
            *((letter, _("missing: %(why)s") % {"why": words}) for letter, words in _flags()),
            (ZERO, _("exactly zero")),
        ]
        shown = mark or _("(empty cell)")
        label = _("What “%(mark)s” means where figures are") % {"mark": shown}
        return forms.ChoiceField(label=label, choices=choices)

    def _sign_field(self, sign: str) -> forms.ChoiceField:
        choices = [("", _("choose")), *_flags(), (DROPPED, _("nothing: leave it away"))]
        label = _("What “%(sign)s” after a figure means") % {"sign": sign}
        return forms.ChoiceField(label=label, choices=choices)

    @property
    def asks_for_shift(self) -> bool:
        """Whether cells may show per cent, which is a factor of a hundred: a person must say."""
        return any(note.reason.code == "proposal_shares" for note in self.proposal.questions)

    @property
    def more_columns(self) -> int:
        """How many columns have no fields."""
        return max(len(self.proposal.columns) - MOST_COLUMNS, 0)

    def rows(self) -> Iterator[ColumnRow]:
        """The columns of the table with their fields."""
        for at, column in enumerate(self.proposal.columns[:MOST_COLUMNS]):
            fields = (self[f"{name}_{at}"] for name in ("use", "name", "code"))
            yield ColumnRow(column.heading, column.texts, *fields)

    def main_fields(self) -> list[forms.BoundField]:
        """What most tables need: headings, how figures are written, what marks mean."""
        marks = [f"mark_{at}" for at in range(len(self.marks))]
        signs = [f"sign_{at}" for at in range(len(self.signs))]
        asked = ["shift"] if self.asks_for_shift else []
        return [self[name] for name in (*MAIN, *asked, *marks, *signs)]

    def rare_fields(self) -> list[forms.BoundField]:
        """What few tables need."""
        return [self[name] for name in RARE if not (name == "shift" and self.asks_for_shift)]

    def has_rare_error(self) -> bool:
        """Whether one of the rare fields has an error, so that they are shown."""
        return any(name in self.errors for name in RARE)

    def mapping(self) -> TableMapping:
        """What was said, once the form is valid; it may have faults that its check finds."""
        return _Said(self).mapping()


class MappingTextForm(forms.Form):
    """The same as a text, for who keeps mappings elsewhere or needs more than the form has."""

    text = forms.CharField(
        label=gettext_lazy("Mapping as TOML"), widget=forms.Textarea(attrs={"rows": 24})
    )

    def mapping(self) -> TableMapping:
        """Read it. Raises FaultsError with every fault."""
        return mapping_from(self.cleaned_data["text"])


def text_of(proposal: Proposal) -> str:
    """The proposal as TOML."""
    return mapping_text(proposal.mapping)


def _flags() -> list[tuple[str, str]]:
    return [(letter, f"{letter}: {words}") for letter, words in flag_labels().items()]


def marks_of(proposal: Proposal) -> list[str]:
    """Texts that stand where figures are: those with a proposed meaning, then those without."""
    notation = proposal.mapping.notation
    asked = _asked(proposal, {"proposal_unknown_mark", "proposal_dash"})
    return list(dict.fromkeys([*notation.missing, *notation.zeros, *asked]))


def signs_of(proposal: Proposal) -> list[str]:
    """Signs behind figures: those with a proposed meaning, then those without."""
    asked = _asked(proposal, {"proposal_unknown_sign"})
    return list(dict.fromkeys([*proposal.mapping.notation.signs, *asked]))


def _asked(proposal: Proposal, codes: set[str]) -> list[str]:
    found = (note.reason for note in proposal.questions if note.reason.code in codes)
    return [str(reason.params["text"]) for reason in found]


def _initial(proposal: Proposal) -> dict[str, Any]:
    """The proposal as values of the form."""
    mapping = proposal.mapping
    place, notation = mapping.place, mapping.notation
    across, constants = mapping.across, {one.role: one.code for one in mapping.constants}
    said: dict[str, Any] = {
        "across": _use_of(across) if across else "",
        "across_name": across.dimension if across and _use_of(across) == "other" else "",
        "frequency": mapping.frequency,
        "period": constants.get("time", ""),
        "decimal": notation.decimal,
        "thousands": "blank" if notation.thousands == " " else notation.thousands,
        "is_sure": notation.is_sure,
        "shift": notation.shift,
        "last_row": place.last_row,
        "stop_at_empty_row": place.stop_at_empty_row,
        "leave_out": "\n".join(text for texts in mapping.leave_out.values() for text in texts),
    }
    for at, column in enumerate(proposal.columns):
        said |= {f"{name}_{at}": value for name, value in _column_said(mapping, column).items()}
    for at, mark in enumerate(marks_of(proposal)):
        said[f"mark_{at}"] = _mark_said(notation, mark)
    for at, sign in enumerate(signs_of(proposal)):
        known = sign in notation.signs
        said[f"sign_{at}"] = (notation.signs[sign] or DROPPED) if known else ""
    return said


def _mark_said(notation: Notation, mark: str) -> str:
    if mark in notation.zeros:
        return ZERO
    return (notation.missing[mark] or "missing") if mark in notation.missing else ""


def _column_said(mapping: TableMapping, column: SampledColumn) -> dict[str, str]:
    """Use, name and code that the mapping gives a column."""
    heading = column.heading
    for key in mapping.columns:
        if key.heading == heading:
            use = _use_of(key)
            name = key.dimension if use == "other" else ""
            return {"use": "geo_names" if use == "geo" and key.is_labelled else use, "name": name}
        if key.labels == heading:
            return {"use": "labels"}
    if mapping.across is not None and heading in mapping.across.columns:
        return {"use": "figures", "code": mapping.across.columns[heading]}
    if heading == mapping.value:
        return {"use": "figures"}
    is_period = mapping.across is not None and mapping.across.role == "time"
    if is_period and heading not in mapping.ignored and heading != mapping.flags:
        return {"use": "figures"}
    return {"use": "flags" if heading == mapping.flags else ""}


def _use_of(one: KeyColumn | Across) -> str:
    if one.role in ("geo", "time", "unit"):
        return one.role
    by_name = {name: use for use, (name, _role) in DIMENSIONS.items()}
    return by_name.get(one.dimension.lower(), "other")


class _Said:
    """A mapping made from what stands in a valid `ColumnsForm`."""

    def __init__(self, form: ColumnsForm) -> None:
        self._form, self._said = form, form.cleaned_data
        self._proposed = form.proposal.mapping
        proposed = _initial(form.proposal)
        self._uses = {
            column.heading: self._said.get(f"use_{at}", proposed.get(f"use_{at}", ""))
            for at, column in enumerate(form.proposal.columns)
        }
        self._codes = {
            heading: self._said.get(f"code_{at}", proposed.get(f"code_{at}", ""))
            for at, heading in enumerate(self._uses)
        }

    def mapping(self) -> TableMapping:
        """Return the mapping, unchecked."""
        said, proposed = self._said, self._proposed
        place = replace(
            proposed.place,
            last_row=said["last_row"] or 0,
            stop_at_empty_row=said["stop_at_empty_row"],
        )
        figures, across = self._with_use("figures"), self._across()
        return replace(
            proposed,
            place=place,
            notation=self._notation(),
            columns=tuple(self._columns()),
            value="" if across or not figures else figures[0],
            flags=next(iter(self._with_use("flags")), ""),
            across=across,
            constants=self._constants(),
            frequency=said["frequency"],
            ignored=tuple(self._with_use("")),
            leave_out=self._left_out(),
        )

    def _with_use(self, use: str) -> list[str]:
        return [heading for heading, one in self._uses.items() if one == use]

    def _columns(self) -> Iterator[KeyColumn]:
        known = {column.heading: column for column in self._proposed.columns}
        labels = next(iter(self._with_use("labels")), "")
        for at, (heading, use) in enumerate(self._uses.items()):
            if use in ("", "figures", "flags", "labels"):
                continue
            name, role = self._dimension(use, at)
            before = known.get(heading, KeyColumn(heading, name))
            is_same = (before.dimension, before.role) == (name, role)
            yield replace(
                before if is_same else KeyColumn(heading, name),
                dimension=name,
                role=role,
                is_labelled=use == "geo_names" or (is_same and use != "geo" and before.is_labelled),
                labels=labels if use == "geo" else "",
            )

    def _dimension(self, use: str, at: int) -> tuple[str, Role]:
        if use in ("geo", "geo_names"):
            return "geo", "geo"
        if use == "time":
            return "time", "time"
        if use == "other":
            return self._said.get(f"name_{at}") or f"column{at + 1}", ""
        return DIMENSIONS[use]

    def _across(self) -> Across | None:
        """The dimension that heads the figures; periods speak for themselves."""
        use = self._said["across"]
        if not use:
            return None
        if use == "other":
            name, role = self._said["across_name"] or "heading", ""
        else:
            name, role = self._dimension(use, 0)
        codes = {
            heading: self._codes[heading]
            for heading, one in self._uses.items()
            if one == "figures" and (self._codes[heading] or use != "time")
        }
        return Across(name, role, codes)  # type: ignore[arg-type]  # roles of `_dimension`

    def _constants(self) -> tuple[Constant, ...]:
        others = tuple(one for one in self._proposed.constants if one.role != "time")
        period = self._said["period"].strip()
        return (*others, Constant("time", period, "time")) if period else others

    def _left_out(self) -> dict[str, tuple[str, ...]]:
        texts = tuple(
            dict.fromkeys(" ".join(one.split()) for one in self._said["leave_out"].splitlines())
        )
        place = next(iter([*self._with_use("geo"), *self._with_use("geo_names")]), "")
        kept = tuple(text for text in texts if text)
        return {place: kept} if place and kept else {}

    def _notation(self) -> Notation:
        said = self._said
        marks = {mark: said[f"mark_{at}"] for at, mark in enumerate(self._form.marks)}
        signs = {sign: said[f"sign_{at}"] for at, sign in enumerate(self._form.signs)}
        return Notation(
            decimal=said["decimal"],
            thousands=" " if said["thousands"] == "blank" else said["thousands"],
            shift=said["shift"] or 0,
            is_sure=said["is_sure"],
            missing={
                mark: "" if meaning == "missing" else meaning
                for mark, meaning in marks.items()
                if meaning != ZERO
            },
            zeros=tuple(mark for mark, meaning in marks.items() if meaning == ZERO),
            signs={sign: "" if means == DROPPED else means for sign, means in signs.items()},
        )


def faults_or_mapping(form: ColumnsForm | MappingTextForm) -> tuple[FaultsError | None, Any]:
    """The mapping of a valid form, or the faults of its text."""
    try:
        return None, form.mapping()
    except FaultsError as error:
        return error, None
