"""No field that could hold something about a person is undeclared."""

from __future__ import annotations

from collections.abc import Iterator
from unittest.mock import patch

import pytest
from django.apps import apps
from django.db import models
from django.test.utils import isolate_apps
from django.utils.functional import Promise

from regin.apps.common import personal
from regin.apps.common.personal import OnErasure, Personal
from regin.apps.identity.models import User

LOWER = {"identity", "common", "accounts", "account", "mfa", "sessions", "auth", "contenttypes"}
LOWER |= {"django_tasks_database"}


def test_every_field_that_could_be_personal_is_declared() -> None:
    assert personal.unclassified() == []


def test_every_field_of_these_layers_is_declared() -> None:
    assert [name for name in personal.unclassified() if name.split(".")[0] in LOWER] == []


def test_what_is_declared_is_what_the_database_does() -> None:
    assert personal.contradictions() == []


def test_every_declared_field_exists() -> None:
    for declaration, model in personal.declarations():
        for name in (declaration.owner, *declaration.shown, *declaration.withheld):
            assert model._meta.get_field(name)


def test_every_row_that_is_kept_or_cleared_says_why() -> None:
    for declaration, model in personal.declarations():
        if declaration.on_erasure != OnErasure.DELETE:
            assert declaration.because, model


def test_every_shown_field_of_these_layers_has_a_translated_label() -> None:
    untranslated = [
        f"{model._meta.label}.{name}"
        for declaration, model in personal.declarations()
        for name in declaration.shown
        if model._meta.app_label in LOWER
        and not isinstance(declaration.label_of(model, name), Promise)
    ]
    assert untranslated == []


@pytest.fixture
def a_model() -> Iterator[type[models.Model]]:
    with isolate_apps("regin.apps.accounts"):

        class Stray(models.Model):  # noqa: DJ008  # nobody reads its name
            contact_email = models.CharField(max_length=10)
            written_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
            whom = models.ForeignKey(User, models.CASCADE, related_name="+")
            source_ip = models.GenericIPAddressField()
            mailbox = models.EmailField()
            author = models.JSONField()
            height = models.IntegerField()
            text = models.TextField()

            class Meta:
                app_label = "accounts"

        yield Stray


def test_a_new_field_about_a_person_is_noticed(a_model: type[models.Model]) -> None:
    every = [*apps.get_models(include_auto_created=True), a_model]
    with patch.object(apps, "get_models", return_value=every):
        found = {name.rsplit(".", 1)[1] for name in personal.unclassified() if "Stray" in name}
    assert found == {"contact_email", "written_by", "whom", "source_ip", "mailbox", "author"}


def test_a_new_field_on_a_persons_row_is_noticed_whatever_its_name() -> None:
    known = personal._known_fields()
    known[User] -= {"language"}
    with patch.object(personal, "_known_fields", return_value=known):
        assert "identity.User.language" in personal.unclassified()


def test_a_wrong_promise_is_noticed() -> None:
    wrong = Personal("accounts.Membership", "x", OnErasure.CLEAR, because="x")
    with patch.object(personal, "_declared", [wrong]):
        assert personal.contradictions() == ["accounts.Membership.user"]


def test_freedom_needs_a_reason() -> None:
    with pytest.raises(ValueError, match="say why"):
        personal.declare_free("accounts.Organisation", "name", because="")
