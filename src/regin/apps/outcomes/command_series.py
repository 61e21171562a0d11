"""Which series, organisation or table somebody means who types a command."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from django.core.management.base import CommandError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from regin.apps.accounts.actor import Actor
from regin.apps.accounts.models import Organisation
from regin.apps.outcomes.forms import SeriesForm
from regin.apps.outcomes.models import Series
from regin.apps.outcomes.office_labels import own_name
from regin.apps.outcomes.operations import Answers, Description
from regin.files.datasets.dataset import Dataset, Dimension
from regin.files.datasets.mapping import mapping_from
from regin.files.limits import read_lines

# Options whose names are not those of the fields of the form.
OPTIONS: Final = {"code": "--new", "source_url": "--source-url"}
ASKED: Final = (
    *("title", "definition", "unit", "source", "source_url", "dataset"),
    *("licence", "attribution", "measure", "concept", "decimals", "lowest", "highest"),
)


def series_called(actor: Actor, name: str) -> Series:
    """The series with this code or id. Raises CommandError when none has it, or several."""
    found = list(_visible(actor).filter(Q(code=name) | Q(public_id=name)))
    if not found:
        text = _("No series is called “%(name)s”. Type: regin outcomes list")
        raise CommandError(text % {"name": name})
    if len(found) > 1:
        text = _("Several series have the code “%(name)s”. Name one by its id: %(ids)s")
        raise CommandError(text % {"name": name, "ids": _listed(found)})
    return found[0]


def series_of_dataset(actor: Actor, code: str) -> list[Series]:
    """The series of the table `code` of an office; none for a file that does not name it."""
    return list(_visible(actor).filter(dataset__iexact=code)) if code else []


def only_series_of(actor: Actor, code: str) -> Series | None:
    """The one series of the table `code`, None when there is none. Raises CommandError."""
    found = series_of_dataset(actor, code)
    if len(found) > 1:
        text = _("Several series are of the table “%(code)s”. Name one with --series: %(ids)s")
        raise CommandError(text % {"code": code, "ids": _listed(found)})
    return found[0] if found else None


def _visible(actor: Actor) -> QuerySet[Series]:
    return Series.objects.visible_to(actor).select_related("organisation", "source")


def _listed(found: list[Series]) -> str:
    return ", ".join(f"{one.public_id} ({one.code}, {one.organisation.name})" for one in found)


def organisation_called(name: str) -> Organisation:
    """The organisation with this id or name. Raises CommandError that lists them all."""
    found = Organisation.objects.filter(Q(public_id=name) | Q(name=name)).first()
    if found is not None:
        return found
    listed = ", ".join(f"{one.public_id} ({one.name})" for one in Organisation.objects.all())
    text = _("No organisation has the id or name “%(name)s”. There are: %(listed)s")
    raise CommandError(text % {"name": name, "listed": listed or _("none")})


def mapping_in(path: Path) -> str:
    """The text of a mapping that can be read. Raises FaultsError with every fault in it."""
    text = "\n".join(line for _number, line in read_lines(path))
    mapping_from(text, path.name)
    return text


@dataclass(frozen=True, slots=True)
class Beginning:
    """A series that a command begins: what was typed, by the fields of the page's form."""

    organisation: Organisation
    language: str
    said: Mapping[str, Any]
    chosen: Mapping[str, str]

    def description(self, dataset: Dataset) -> Description:
        """What was said, checked as the page checks it. Raises CommandError with all that is wrong.

        A dimension with one code needs no choice.
        """
        form = SeriesForm(dataset, self.organisation, self._data(dataset))
        for dimension in form.dimensions:
            field = f"of_{dimension.name.lower()}"
            # An empty code that was chosen is no field that was left empty.
            form.fields[field].required = form.data[field] != "" or "" not in dimension.codes
        wrong = [*self._unknown(form), *_errors(form)]
        if wrong:
            raise CommandError("\n".join(wrong))
        return form.description(self.language)

    def _data(self, dataset: Dataset) -> dict[str, Any]:
        """Every field: as typed, else as the file says, else as the form proposes."""
        empty = SeriesForm(dataset, self.organisation)
        data = {
            name: empty.get_initial_for_field(field, name) for name, field in empty.fields.items()
        }
        for dimension in empty.dimensions:
            if len(dimension.codes) == 1:
                data[f"of_{dimension.name.lower()}"] = dimension.codes[0]
        for name, code in self.chosen.items():
            found = dimension_called(name, empty.dimensions)
            if found is not None:
                data[f"of_{found.name.lower()}"] = code_called(code, found)
        return data | {name: value for name, value in self.said.items() if value is not None}

    def _unknown(self, form: SeriesForm) -> Iterator[str]:
        names = ", ".join(dimension.name.lower() for dimension in form.dimensions)
        for name in self.chosen:
            if dimension_called(name, form.dimensions) is None:
                text = _("--select %(name)s: the file has these to choose from: %(names)s")
                yield text % {"name": name, "names": names or _("none")}


def dimension_called(name: str, dimensions: Sequence[Dimension]) -> Dimension | None:
    """The dimension with this name, else with this text as the file words it; None for none.

    Capitals or not; `geo` is that of places, whatever its name.
    """
    wanted = name.strip().casefold()
    for calls in (own_name, lambda one: one.name, lambda one: one.text):
        for dimension in dimensions:
            if calls(dimension).casefold() == wanted:
                return dimension
    return None


def code_called(text: str, dimension: Dimension) -> str:
    """The code that `text` is, else the only one that the file words so; else `text` itself."""
    words = zip(dimension.codes, dimension.labels, strict=bool(dimension.labels))
    called = [code for code, label in words if label == text]
    return called[0] if text not in dimension.codes and len(called) == 1 else text


def _errors(form: SeriesForm) -> Iterator[str]:
    for name, errors in form.errors.items():
        yield f"{_option(form, name)}: {' '.join(map(str, errors))}"


def _option(form: SeriesForm, name: str) -> str:
    """The option for a field; of a dimension with its codes."""
    if not name.startswith("of_"):
        return OPTIONS.get(name, f"--{name}")
    own = name.removeprefix("of_")
    codes = next(one.codes for one in form.dimensions if one.name.lower() == own)
    listed = ", ".join(code or '""' for code in codes[:8])
    return f"--select {own}=CODE ({listed}{' …' if len(codes) > 8 else ''})"


def choices_of(pairs: Sequence[str]) -> dict[str, str]:
    """`["unit=PC"]` → `{"unit": "PC"}`. Raises CommandError for what is no such pair.

    `unit=` chooses the empty code.
    """
    found: dict[str, str] = {}
    for pair in pairs:
        name, equals, code = pair.partition("=")
        if not (name.strip() and equals):
            raise CommandError(_("--select takes DIMENSION=CODE, such as unit=PC."))
        found[name.strip()] = code.strip()
    return found


def answers_of(said: Sequence[str], dataset: Dataset) -> Answers:
    """What codes and labels of a file mean: `["geo:Wien=AT13"]` → `{"geo": {"Wien": "AT13"}}`.

    A text may hold any sign, a code no `=`. Raises CommandError for what is of another form, or
    of a dimension that the file does not have.
    """
    dimensions = [one for one in dataset.dimensions if one.role != "time"]
    found: dict[str, dict[str, str]] = {}
    for one in said:
        name, colon, meaning = one.partition(":")
        text, equals, code = meaning.rpartition("=")
        if not (colon and equals and text.strip()):
            raise CommandError(_("--means takes DIMENSION:TEXT=CODE, such as geo:Wien=AT13."))
        dimension = dimension_called(name, dimensions)
        if dimension is None:
            words = _("--means %(name)s: the file has these dimensions: %(names)s")
            listed = ", ".join(own_name(one) for one in dimensions)
            raise CommandError(words % {"name": name, "names": listed or _("none")})
        found.setdefault(own_name(dimension), {})[text.strip()] = code.strip()
    return found


def joined_answers(first: Answers, second: Answers) -> Answers:
    """Both, dimension by dimension; where both know a text, the `second` one counts."""
    return {name: {**first.get(name, {}), **second.get(name, {})} for name in {**first, **second}}
