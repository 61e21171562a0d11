"""Mails that lie as files go with the person they name, and in time."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import pytest
from django.core.mail import EmailMessage

from regin.apps.accounts import mail_files
from regin.apps.accounts.actor import actor_of
from regin.apps.accounts.models import Mail
from regin.apps.accounts.operations import erase_again, erase_person, forget_old
from regin.apps.accounts.outbox import deliver, post
from regin.apps.accounts.tests.factories import make_user

pytestmark = pytest.mark.django_db
EMAIL = "quirina@example.org"


@pytest.fixture
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")
    return tmp_path / "mail"


def everything_in(folder: Path) -> str:
    return "".join(path.read_text() for path in folder.iterdir())


@pytest.mark.parametrize("again", [False, True])
def test_an_erased_person_stands_in_no_mail_file(folder: Path, again: bool) -> None:
    user, other = make_user(email=EMAIL), make_user(email=f"not-{EMAIL}")
    for person in (user, other):
        deliver.call(post(person, "codes_made").pk)
    assert f"To: {EMAIL}" in everything_in(folder)
    if again:
        assert erase_again(user.reference)
    else:
        erase_person(actor_of(user), user)
    for waiting in Mail.objects.filter(state=Mail.State.WAITING):
        deliver.call(waiting.pk)
    assert f"To: {EMAIL}" not in everything_in(folder)
    assert f"To: not-{EMAIL}" in everything_in(folder)


def test_an_address_is_found_however_it_is_written(folder: Path) -> None:
    folder.mkdir()
    encoded = EmailMessage("x", f"{'é' * 500} {EMAIL} {'é' * 500}", "a@b.eu", ["c@b.eu"])
    folder.joinpath("1.log").write_bytes(encoded.message().as_bytes())
    folder.joinpath("2.log").write_text(f"To: {EMAIL.upper()}\n\nx\n")
    folder.joinpath("3.log").write_text(f"To: {EMAIL}.uk\n\nx\n")
    folder.joinpath("4.log").write_bytes(b"\xff\x00")
    assert mail_files.remove_naming([EMAIL, ""]) == 2
    assert sorted(path.name for path in folder.iterdir()) == ["3.log", "4.log"]
    assert mail_files.remove_naming([]) == 0


def test_mail_files_older_than_thirty_days_are_forgotten(folder: Path) -> None:
    assert forget_old() == 0
    folder.mkdir()
    for days in (29, 31):
        path = folder / f"{days}.log"
        path.touch()
        os.utime(path, (time.time() - days * 86400,) * 2)
    assert forget_old() == 1
    assert [path.name for path in folder.iterdir()] == ["29.log"]
