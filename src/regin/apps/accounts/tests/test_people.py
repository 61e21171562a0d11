"""My data: shown, exported, corrected, erased without a trace."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import connection
from django.http import Http404
from django.test import Client
from django.urls import reverse

from regin.apps.accounts import erasures
from regin.apps.accounts.actor import actor_of, command_actor
from regin.apps.accounts.models import InstanceRole, Invitation, JoinRequest, Mail, Role
from regin.apps.accounts.operations import (
    ask_to_join,
    correct_person,
    erase_again,
    erase_person,
    export_person,
    invite,
    obstacles,
)
from regin.apps.accounts.outbox import deliver, post
from regin.apps.accounts.refusals import Refused
from regin.apps.accounts.tests.factories import (
    PASSWORD,
    make_administrator,
    make_invitation,
    make_member,
    make_organisation,
    make_user,
)
from regin.apps.common import personal
from regin.apps.common.models import AuditEntry, Revision
from regin.apps.common.operations import broken_links, keep_revision
from regin.apps.identity.models import User

pytestmark = pytest.mark.django_db
NAME, EMAIL = "Quirina Unmistakable", "quirina.unmistakable@example.org"


def somebody_with_everything() -> User:
    """A person with a row in every table that can hold one."""
    organisation = make_organisation(name="Norvalia")
    make_member(organisation, Role.ADMINISTRATOR)
    user = make_member(organisation, Role.CODER, name=NAME, email=EMAIL)
    make_invitation(make_organisation(), EMAIL)
    invite(make_administrator(), make_organisation(), EMAIL, Role.EDITOR)
    ask_to_join(actor_of(user), make_organisation(), f"Yours, {NAME}")
    InstanceRole.objects.create(user=user, role=InstanceRole.Name.NETWORK_COORDINATOR)
    Authenticator.objects.create(user=user, type="totp", data={"secret": "unmistakable-secret"})
    post("other@example.org", "account_unknown", {"address": EMAIL}, address=EMAIL)
    post(user, "roles_changed", {"organisation": "Norvalia", "roles": []})
    other = invite(make_administrator(), make_organisation(), "third@example.org", Role.MEMBER)
    Invitation.objects.filter(pk=other.pk).update(invited_by=user)
    Client().force_login(user)
    _publish(organisation, user)
    return user


def _publish(organisation: Any, user: User) -> None:
    organisation.revision_schema = 1
    organisation.revision_body = lambda: {"name": organisation.name}
    keep_revision(organisation, user, "first")


def whole_database() -> str:
    """Every value of every table as text."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        dump = []
        for table in tables:
            cursor.execute(f'SELECT * FROM "{table}"')
            dump += [repr(row) for row in cursor.fetchall()]
    return "\n".join(dump)


def test_an_erased_person_leaves_no_trace_in_the_database() -> None:
    user = somebody_with_everything()
    session = Session.objects.get()
    traces = [NAME, "Unmistakable", EMAIL, "unmistakable-secret", session.session_key]
    before = whole_database()
    assert all(trace in before for trace in traces)
    erase_person(actor_of(user), user)
    deliver.call(Mail.objects.get(recipient=EMAIL, is_kept=False).pk)
    after = whole_database()
    assert [trace for trace in traces if trace.lower() in after.lower()] == []


def test_the_confirmation_is_the_last_mail_and_goes_out() -> None:
    from django.core import mail as outgoing

    user = make_user(email=EMAIL, name=NAME, language="es")
    erase_person(actor_of(user), user)
    [waiting] = Mail.objects.all()
    assert waiting.language == "es"
    deliver.call(waiting.pk)
    [sent] = outgoing.outbox
    assert sent.to == [EMAIL]


def test_what_was_published_stays_without_its_author() -> None:
    user = somebody_with_everything()
    erase_person(actor_of(user), user)
    revision = Revision.objects.get()
    assert revision.author is None
    assert revision.is_intact()
    assert Invitation.objects.get(email="third@example.org").invited_by is None


def test_the_audit_log_stays_whole_and_says_that_somebody_was_erased() -> None:
    user = somebody_with_everything()
    erase_person(actor_of(user), user)
    assert list(broken_links()) == []
    last = AuditEntry.objects.latest("number")
    assert last.verb == "person.erased"
    assert user.reference not in f"{last.actor}{last.target}{last.details}"


def test_the_list_of_erasures_holds_the_reference_and_nothing_else() -> None:
    user = make_user(name=NAME, email=EMAIL)
    erase_person(actor_of(user), user)
    [line] = erasures.path().read_text().splitlines()
    assert set(json.loads(line)) == {"at", "reference"}
    assert list(erasures.references()) == [user.reference]


def test_a_crash_before_the_commit_errs_to_erasing_again(monkeypatch: pytest.MonkeyPatch) -> None:
    user, note = make_user(), erasures.note

    def dies(reference: str) -> None:
        note(reference)
        raise KeyboardInterrupt

    monkeypatch.setattr(erasures, "note", dies)
    with pytest.raises(KeyboardInterrupt):
        erase_person(actor_of(user), user)
    assert User.objects.filter(reference=user.reference).exists()
    assert list(erasures.references()) == [user.reference]


def test_nothing_is_deleted_when_the_list_cannot_be_written(settings: Any, tmp_path: Path) -> None:
    settings.REGIN_DIR = tmp_path / "not-there"
    user = make_user()
    with pytest.raises(OSError, match="not-there"):
        erase_person(actor_of(user), user)
    assert User.objects.filter(reference=user.reference).exists()


def test_a_line_cut_by_a_crash_is_passed_over() -> None:
    erasures.note("first")
    with erasures.path().open("a") as log:
        log.write('{"at": "2026-01-01", "refe')
    assert list(erasures.references()) == ["first"]


def test_a_line_after_a_cut_one_is_read() -> None:
    with erasures.path().open("a") as log:
        log.write('{"at": "2026-01-01", "refe')
    erasures.note("second")
    assert list(erasures.references()) == ["second"]


def test_somebody_a_backup_brought_back_is_erased_again_once() -> None:
    user = somebody_with_everything()
    assert erase_again(user.reference) is True
    assert EMAIL not in whole_database()
    assert erase_again(user.reference) is False
    assert erase_again("never-existed") is False
    assert not erasures.path().exists()


def test_only_oneself_and_the_installations_administrator_erase() -> None:
    user = make_user()
    with pytest.raises(Http404):
        erase_person(actor_of(make_user()), user)
    erase_person(command_actor("doctor"), user)
    assert not User.objects.filter(reference=user.reference).exists()


def test_the_last_administrator_of_others_is_told_what_to_do_first() -> None:
    organisation = make_organisation(name="Norvalia")
    boss, other = make_member(organisation, Role.ADMINISTRATOR), make_member(organisation)
    with pytest.raises(Refused, match=r"Norvalia.*Make another member"):
        erase_person(actor_of(boss), boss)
    assert len(obstacles(boss)) == 1
    assert not erasures.path().exists()
    organisation.memberships.create(user=other, role=Role.ADMINISTRATOR)
    assert obstacles(boss) == []
    erase_person(actor_of(boss), boss)


def test_an_unconfirmed_address_gives_no_power_over_others_mails() -> None:
    thief = make_user()
    thief.emailaddress_set.create(email=EMAIL, verified=False)
    make_invitation(make_organisation(), EMAIL)
    assert EMAIL not in str([s.rows for s in personal.held_on(thief) if "nvit" in str(s.title)])
    erase_person(actor_of(thief), thief)
    assert Invitation.objects.filter(email=EMAIL).exists()


def test_the_export_holds_every_row_and_says_where_from_when_and_for_whom() -> None:
    user = somebody_with_everything()
    everything = export_person(actor_of(user), user)
    assert everything["source"] == "https://regin.example.org"
    assert everything["made_at"]
    assert "no licence" in everything["for"]
    titles = {section["title"] for section in everything["sections"]}
    assert {"Your account", "Invitations to you", "Organisations you asked to join"} <= titles
    assert {"Mails from this platform to you", "Versions you published"} <= titles
    text = json.dumps(everything, default=str)
    assert NAME in text
    assert "unmistakable-secret" not in text
    assert "third@example.org" not in text


def test_nobody_exports_or_corrects_somebody_else() -> None:
    with pytest.raises(Http404):
        export_person(make_administrator(), make_user())
    with pytest.raises(Http404):
        correct_person(make_administrator(), make_user(), name="x", language="en")


def test_a_language_the_platform_does_not_speak_is_refused() -> None:
    user = make_user()
    with pytest.raises(ValueError, match="xx"):
        correct_person(actor_of(user), user, name="x", language="xx")


def page(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_the_page_shows_and_the_file_holds_the_same() -> None:
    user = somebody_with_everything()
    client = page(user)
    shown = client.get(reverse("accounts:data")).content.decode()
    assert EMAIL in shown
    answer = client.get(reverse("accounts:export"))
    assert "attachment" in answer["Content-Disposition"]
    assert json.loads(answer.content)["sections"][0]["rows"][0]["email"] == EMAIL


def test_the_page_and_the_file_speak_words_and_no_codes() -> None:
    user = somebody_with_everything()
    client = page(user)
    shown = client.get(reverse("accounts:data")).content.decode()
    held = json.loads(client.get(reverse("accounts:export")).content)
    for text in (shown, json.dumps(held["sections"])):
        assert "You asked to join an organisation." in text
        assert "one-time codes from an app" in text
        assert "network coordinator" in text
        for code in ("join.asked", "totp", "network_coordinator", "{&#x27;", "date joined"):
            assert code not in text


def test_deleting_asks_for_the_password_and_signs_out() -> None:
    user = make_user()
    client = page(user)
    client.post(reverse("accounts:delete"), {"password": "wrong"})
    assert User.objects.filter(reference=user.reference).exists()
    answer = client.post(reverse("accounts:delete"), {"password": PASSWORD}, follow=True)
    assert "Account deleted" in answer.content.decode()
    assert not User.objects.filter(reference=user.reference).exists()
    assert SESSION_KEY not in client.session


def test_sessions_in_other_browsers_end_with_the_account() -> None:
    user = make_user()
    other = page(user)
    erase_person(actor_of(user), user)
    assert other.get(reverse("accounts:me")).status_code == 302
    assert not Session.objects.exists()


def test_correcting_the_language_switches_the_page() -> None:
    user = make_user()
    client = page(user)
    answer = client.post(reverse("accounts:edit"), {"name": "New", "language": "sv"})
    assert answer["Location"] == "/sv/me/"
    assert User.objects.get().name == "New"


def test_withdrawing_somebody_elses_request_finds_nothing() -> None:
    asked = ask_to_join(actor_of(make_user()), make_organisation())
    address = reverse("accounts:withdraw", kwargs={"pk": asked.pk})
    assert page(make_user()).post(address).status_code == 404
    assert page(asked.user).post(address).status_code == 302
    assert not JoinRequest.objects.exists()
