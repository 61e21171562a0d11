"""`regin demo`: an instance marked demo, with everything there is to show."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from django.db import transaction

from regin.apps.accounts.actor import Actor, command_actor
from regin.apps.accounts.operations import load_demo_people
from regin.apps.assessments.operations import load_illustrative, load_published_scores
from regin.apps.common.models import Installation
from regin.apps.common.operations import record
from regin.apps.identity.models import User
from regin.apps.outcomes.operations import load_starter_series
from regin.apps.regions.operations import load_starter_places, load_starter_profiles
from regin.web.operations import schema
from regin.web.operations.errors import OperationError

# Everything that fills a demonstration, from the bottom up; each can run again.
CONTENT: tuple[Callable[[Actor], object], ...] = (
    load_starter_places,
    load_starter_profiles,
    load_starter_series,
    load_illustrative,
    load_published_scores,
)


def prepare_demo() -> tuple[list[User], str]:
    """Fill the demonstration, or bring it up to date: (its people, their password made anew).

    Raises OperationError for a production instance.
    """
    present = schema.installation_row()
    if present and present["mode"] != Installation.Mode.DEMO:
        raise OperationError(
            "This is a production instance: fiction never gets into it. Name another folder:"
            " regin demo --dir var/demo"
        )
    schema.refuse_newer(schema.applied_migrations(), "The demonstration")
    schema.bring_up_to_date()
    actor = command_actor("demo")
    if present is None:
        with transaction.atomic():
            installation = Installation.objects.create(pk=1, mode=Installation.Mode.DEMO)
            record(actor.reference, "installation.made", installation.reference.hex)
    for load in CONTENT:
        load(actor)
    password = secrets.token_urlsafe(12)
    return load_demo_people(actor, password), password
