"""`regin init`: a folder, a secret, a database, one administrator; all of it or nothing."""

from __future__ import annotations

import getpass
import sys
from pathlib import Path

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from regin.apps.accounts.actor import command_actor
from regin.apps.common.models import Installation
from regin.apps.common.operations import record
from regin.apps.identity.models import User
from regin.web.operations import schema
from regin.web.operations.errors import OperationError


def refuse_used_database() -> None:
    """Raise OperationError unless the database is free for a new instance."""
    present = schema.installation_row()
    if present and present["mode"] == "demo":
        raise OperationError(
            "The database holds a demonstration, and a demonstration never becomes production."
            " Name an empty database in DATABASE_URL."
        )
    if present:
        raise OperationError(
            "The database holds an instance already. Name an empty database in DATABASE_URL."
        )
    foreign = schema.table_names() - schema.our_tables()
    if foreign:
        raise OperationError(
            f"The database holds tables that are not REGIN's ({min(foreign)})."
            " Name an empty database in DATABASE_URL."
        )


def make_production(email: str, password: str, language: str) -> Installation:
    """Prepare the database of a production instance and its first administrator."""
    refuse_used_database()
    administrator = _checked(email, password, language)
    with schema.built_in_one_go():
        return _make(administrator, password)


def _make(administrator: User, password: str) -> Installation:
    schema.bring_up_to_date()
    with transaction.atomic():
        installation = Installation.objects.create(pk=1, mode=Installation.Mode.PRODUCTION)
        _store(administrator, password)
        record("command:init", "installation.made", installation.reference.hex)
        _load_reference_content()
    return installation


def _load_reference_content() -> None:
    """Places, profiles from the REGIN project, scores published elsewhere; nothing fictional."""
    from regin.apps.assessments.operations import load_published_scores
    from regin.apps.regions.operations import load_starter_places, load_starter_profiles

    for load in (load_starter_places, load_starter_profiles, load_published_scores):
        load(command_actor("init"))


def _checked(email: str, password: str, language: str) -> User:
    if language not in settings.CONTENT_LANGUAGES:
        known = ", ".join(settings.CONTENT_LANGUAGES)
        raise OperationError(f"--language {language} is none of {known}. Name one of them.")
    user = User(email=email.lower(), language=language, is_superuser=True)
    try:
        validate_email(user.email)
    except ValidationError:
        raise OperationError(
            f"{email} is no e-mail address. A valid example: --admin-email you@example.org"
        ) from None
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise OperationError(f"The password cannot be used. {' '.join(error.messages)}") from None
    return user


def _store(user: User, password: str) -> None:
    """Store the administrator with a confirmed address: no mail has to arrive before signing in."""
    user.set_password(password)
    user.save()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)


def ask_email() -> str:
    """Ask on the terminal. Raises OperationError when there is none."""
    _need_terminal("--admin-email you@example.org")
    return input("E-mail address of the first administrator: ").strip()


def read_password(file: str | None) -> str:
    """The password in `file`, else asked for, twice."""
    if file is not None:
        try:
            lines = Path(file).expanduser().read_text(encoding="utf-8").splitlines()
        except UnicodeDecodeError:
            raise OperationError(
                f"{file} is no text file. Write the password on one line."
            ) from None
        if not lines or not lines[0]:
            raise OperationError(f"The first line of {file} is empty. Write the password there.")
        return lines[0]
    _need_terminal("--password-file FILE (a file whose first line is the password)")
    first = getpass.getpass("Password (12 characters or more): ")
    if getpass.getpass("The same again: ") != first:
        raise OperationError("The two passwords differ. Type the command again.")
    return first


def _need_terminal(option: str) -> None:
    if not sys.stdin.isatty():
        raise OperationError(f"There is no terminal to ask on. Add {option}")
