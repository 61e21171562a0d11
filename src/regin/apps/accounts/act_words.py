"""The audit log in words: one sentence for each verb that `record` is called with.

The log itself keeps codes, so that its hashes do not depend on anybody's language.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from regin.apps.accounts.models import InstanceRole, Role

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

ACTS: dict[str, StrOrPromise] = {
    "boundaries.load": _("You loaded the boundaries of regions."),
    "demo.people_loaded": _("You loaded the people of the demonstration."),
    "frameworks.load_illustrative": _("You loaded the illustrative framework."),
    "installation.made": _("You set up this installation."),
    "instance.restored": _("You restored this installation from a backup."),
    "invitation.accepted": _("You accepted an invitation to an organisation."),
    "invitation.revoked": _("You took an invitation back."),
    "invitation.sent": _("You invited somebody to an organisation."),
    "join.accepted": _("You accepted a request to join an organisation."),
    "join.asked": _("You asked to join an organisation."),
    "join.declined": _("You declined a request to join an organisation."),
    "join.withdrawn": _("You withdrew your request to join an organisation."),
    "organisation.created": _("You created an organisation."),
    "organisation.edited": _("You changed the description of an organisation."),
    "organisation.left": _("You left an organisation."),
    "outcomes.accepted": _("You took over the figures of a file of statistics."),
    "outcomes.converted": _("You had figures of changed regions computed."),
    "outcomes.code_forgotten": _("You made a series of statistics forget a code."),
    "outcomes.discarded": _("You discarded a file of statistics."),
    "outcomes.fetch_failed": _("You looked for a newer file of statistics; it could not be had."),
    "outcomes.fetched": _("You fetched a file of statistics."),
    "outcomes.nothing_newer": _("You looked for a newer file of statistics; nothing was new."),
    "outcomes.sample_completed": _("You completed a sample of statistics."),
    "outcomes.sample_loaded": _("You loaded a sample of statistics."),
    "outcomes.series_made": _("You made a series of statistics."),
    "outcomes.series_taught": _("You said what columns or codes of a series mean."),
    "outcomes.series_edited": _("You changed the description of a series of statistics."),
    "outcomes.series_published": _("You published a series of statistics."),
    "outcomes.series_translated": _("You translated the description of a series of statistics."),
    "outcomes.series_withdrawn": _("You withdrew a series of statistics."),
    "outcomes.text_approved": _("You approved a translation of a series of statistics."),
    "outcomes.undone": _("You took back an import of statistics."),
    "outcomes.staged": _("You read in a file of statistics."),
    "person.corrected": _("You changed the name or language of an account."),
    "person.erased": _("You deleted an account."),
    "person.exported": _("You downloaded the data of an account."),
    "places.load": _("You loaded the list of regions."),
    "places.load_fictional": _("You loaded the fictional regions."),
    "profiles.approve_text": _("You approved a translation of a profile."),
    "profiles.create": _("You wrote the draft of a profile."),
    "profiles.edit": _("You changed a profile."),
    "profiles.load_starter": _("You loaded the profiles of the starter content."),
    "profiles.publish": _("You published a profile."),
    "profiles.translate": _("You translated a profile."),
    "profiles.withdraw": _("You withdrew a profile."),
    "published_scores.load": _("You loaded scores that were published elsewhere."),
    "revision.kept": _("A revision of what you wrote was kept."),
    "role.given": _("You gave somebody a role in this installation."),
    "role.withdrawn": _("You took a role in this installation from somebody."),
    "roles.changed": _("You changed the roles of somebody in an organisation."),
    "run.recorded": _("You recorded a run of a framework."),
}

DETAILS: dict[str, StrOrPromise] = {
    "codes": _("codes"),
    "erased": _("people erased again"),
    "fault": _("code of the fault"),
    "faults": _("faults"),
    "input": _("fingerprint of the input"),
    "made_at": _("made on"),
    "number": _("number"),
    "person": _("random reference of the person"),
    "places": _("regions"),
    "profiles": _("profiles"),
    "role": _("role"),
    "roles": _("roles"),
    "scores": _("scores"),
    "sha256": _("fingerprint"),
    "subject": _("object"),
    "stored": _("boundaries stored"),
    "told": _("what was said of the fault"),
}

# The sentence of the act says whether of an organisation or of the installation.
ROLES: dict[str, StrOrPromise] = {
    "administrator": _("administrator"),
    "coordinator": InstanceRole.Name.NETWORK_COORDINATOR.label,
}


def act_in_words(verb: str) -> str:
    """The sentence for `verb`; a verb of a later version goes by its code."""
    return str(ACTS.get(verb, verb))


def details_in_words(details: Mapping[str, Any]) -> str:
    """`details` as “label: value; label: value”, in the order of their labels' codes."""
    pairs = [
        _now("%(label)s: %(value)s") % {"label": DETAILS.get(key, key), "value": _value(key, value)}
        for key, value in sorted(details.items())
    ]
    return "; ".join(pairs)


def _value(key: str, value: Any) -> str:
    if key in {"role", "roles"}:
        labels = dict(Role.choices) | ROLES
        return ", ".join(str(labels.get(role, role)) for role in str(value).split(",") if role)
    return str(value)
