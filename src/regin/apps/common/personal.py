"""What is held on a person: each app declares it in its `personal_data.py`, once for each model.

Showing, exporting and erasing walk these declarations. `unclassified()` names every field that
could hold something about a person and that nobody has declared; a test wants it empty.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.functional import Promise

from regin.apps.identity.models import User

Words = str | Promise
LIKE_A_NAME = re.compile(
    r"(^|_)(names?|e?mail|phone|contact|person|people|author|recipient|username|actor|ip|by)$"
)


class OnErasure(StrEnum):
    """What happens to the rows when the person is erased."""

    DELETE = "delete"
    CLEAR = "clear"
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class Personal:
    """How rows of one model belong to a person.

    `model` is a label ("accounts.Membership") or an abstract class, then all models made from it
    are meant. `owner` is the field that names the person; `rows` finds their rows when that is not
    a plain reference. `shown` are the fields a person sees, `withheld` field → why they do not.
    `because` says why rows are kept, or what stays when the reference is cleared. `labels` names
    fields of models that are not ours, `words` says values that are no choices of their field.
    """

    model: str | type[models.Model]
    title: Words
    on_erasure: OnErasure
    owner: str = "user"
    shown: tuple[str, ...] = ()
    withheld: Mapping[str, Words] = field(default_factory=dict)
    because: Words = ""
    rows: Callable[[User], models.QuerySet[Any]] | None = None
    labels: Mapping[str, Words] = field(default_factory=dict)
    words: Mapping[str, Callable[[Any], Words]] = field(default_factory=dict)

    def meant(self) -> list[type[models.Model]]:
        """The models meant."""
        if isinstance(self.model, str):
            return [apps.get_model(self.model)]
        return [model for model in apps.get_models() if issubclass(model, self.model)]

    def label_of(self, model: type[models.Model], name: str) -> Words:
        """What people call the field `name` of `model`."""
        item: Any = model._meta.get_field(name)
        label: Words = self.labels.get(name) or item.verbose_name
        return label

    def of(self, user: User, model: type[models.Model]) -> models.QuerySet[Any]:
        """The person's rows in `model`, past every scope: they are theirs."""
        if self.rows is not None:
            return self.rows(user)
        return model._base_manager.filter(**{self.owner: user})


@dataclass(frozen=True, slots=True)
class Section:
    """The rows of one declaration, as values under the names of their fields."""

    title: Words
    on_erasure: OnErasure
    because: Words
    labels: Mapping[str, Words]
    rows: list[dict[str, Any]]


_declared: list[Personal] = []
_free: dict[str, frozenset[str]] = {}


def declare(*declarations: Personal) -> None:
    """Say how rows belong to people."""
    _declared.extend(declarations)


def declare_free(model: str, *fields: str, because: str) -> None:
    """Say that `fields` of `model` look personal and are not, and why."""
    if not because:
        raise ValueError(f"say why {model} {fields} hold nothing about a person")
    _free[model] = _free.get(model, frozenset()) | frozenset(fields)


def declarations() -> Iterator[tuple[Personal, type[models.Model]]]:
    """Every declaration with each of its models."""
    for declaration in _declared:
        for model in declaration.meant():
            yield declaration, model


def held_on(user: User) -> list[Section]:
    """Everything held on `user`; declarations without rows are left out."""
    sections = [_section(found, model, user) for found, model in declarations() if found.shown]
    return [section for section in sections if section.rows]


def _section(declaration: Personal, model: type[models.Model], user: User) -> Section:
    labels = {name: declaration.label_of(model, name) for name in declaration.shown}
    rows = [
        {name: _value(declaration, row, name) for name in declaration.shown}
        for row in declaration.of(user, model)
    ]
    return Section(declaration.title, declaration.on_erasure, declaration.because, labels, rows)


def _value(declaration: Personal, row: models.Model, name: str) -> Any:
    """The value as people read it: choices and codes in words, other objects by their name."""
    value = getattr(row, name)
    if name in declaration.words:
        return str(declaration.words[name](value))
    choices = dict(getattr(row._meta.get_field(name), "flatchoices", None) or ())
    if value in choices.keys() - {None, ""}:
        return str(choices[value])
    return str(value) if isinstance(value, models.Model) else value


def erase(user: User) -> None:
    """Delete or clear everything declared, then the person. Runs in the caller's transaction.

    All rows are found before the first is touched: some are found through others.
    """
    found = [(one, model, _keys(one, model, user)) for one, model in declarations()]
    for declaration, model, keys in found:
        rows = model._base_manager.filter(pk__in=keys)
        if declaration.on_erasure == OnErasure.CLEAR:
            rows.update(**{declaration.owner: None})
        elif declaration.on_erasure == OnErasure.DELETE and model is not User:
            rows.delete()
    user.delete()


def _keys(declaration: Personal, model: type[models.Model], user: User) -> list[Any]:
    return list(declaration.of(user, model).order_by().values_list("pk", flat=True))


def unclassified() -> list[str]:
    """`app.Model.field` of everything that could hold something about a person, undeclared."""
    known = _known_fields()
    return sorted(
        f"{model._meta.label}.{item.name}"
        for model in apps.get_models(include_auto_created=True)
        for item in model._meta.concrete_fields
        if _could_be_personal(model, item) and item.name not in known.get(model, frozenset())
    )


def _known_fields() -> dict[type[models.Model], frozenset[str]]:
    known = {apps.get_model(label): fields for label, fields in _free.items()}
    for declaration, model in declarations():
        named = {declaration.owner, *declaration.shown, *declaration.withheld}
        known[model] = known.get(model, frozenset()) | named
    return known


def _could_be_personal(model: type[models.Model], item: Any) -> bool:
    """Everything on a model whose rows are a person's; elsewhere what refers or sounds like one."""
    theirs = {found for declaration, found in declarations() if _is_about(declaration)}
    if model in theirs:
        return not item.primary_key
    if item.is_relation:
        return item.related_model is User or item.related_model in theirs
    if isinstance(item, models.EmailField | models.GenericIPAddressField):
        return True
    return isinstance(item, models.CharField | models.TextField | models.JSONField) and bool(
        LIKE_A_NAME.search(item.name)
    )


def _is_about(declaration: Personal) -> bool:
    return declaration.on_erasure != OnErasure.CLEAR


def contradictions() -> list[str]:
    """Declarations that promise another fate than the database gives rows of a deleted person."""
    fates = {OnErasure.DELETE: models.CASCADE, OnErasure.CLEAR: models.SET_NULL}
    wrong = []
    for declaration, model in declarations():
        if declaration.rows is not None or declaration.on_erasure == OnErasure.KEEP:
            continue
        found = model._meta.get_field(declaration.owner)
        if found.remote_field.on_delete is not fates[declaration.on_erasure]:  # type: ignore[union-attr]  # an owner is a reference
            wrong.append(f"{model._meta.label}.{declaration.owner}")
    return wrong
