"""Mails: stored with the change, sent at most once, never lost silently."""

from __future__ import annotations

import ast
import inspect
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import allauth
import pytest
from django.db import transaction
from django.urls import reverse_lazy
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from regin.apps.accounts import operations, outbox
from regin.apps.accounts.adapter import MAILS
from regin.apps.accounts.models import Mail
from regin.apps.accounts.outbox import deliver, post
from regin.apps.accounts.tests.factories import make_organisation, make_user
from regin.apps.accounts.tests.smtp_sink import SmtpSink

pytestmark = pytest.mark.django_db
TEMPLATES = Path(outbox.__file__).parent / "templates" / "accounts" / "mail"
LINK = {"link": reverse_lazy("accounts:me"), "organisation": "Norvalia"}


def a_mail(**changes: Any) -> Mail:
    return post(changes.pop("to", None) or make_user(), "join_accepted", LINK, **changes)


def outcome(mail: Mail) -> str:
    deliver.call(mail.pk)
    mail.refresh_from_db()
    return mail.state


def test_a_mail_speaks_the_language_of_its_recipient() -> None:
    mail = a_mail(to=make_user(language="sv"))
    assert mail.language == "sv"
    assert "https://regin.example.org/sv/me/" in mail.body


def test_a_mail_to_an_address_speaks_the_language_it_is_told() -> None:
    assert "/ca/me/" in a_mail(to="new@example.org", language="ca").body


def test_a_change_that_is_rolled_back_leaves_no_mail_and_no_task() -> None:
    with transaction.atomic():
        a_mail()
        transaction.set_rollback(True)
    assert not Mail.objects.exists()
    assert not DBTaskResult.objects.exists()


def test_a_task_holds_nothing_but_the_key_of_its_mail() -> None:
    mail = a_mail()
    assert DBTaskResult.objects.get().args_kwargs == {"args": [mail.pk], "kwargs": {}}


def test_line_breaks_cannot_add_headers(smtp: SmtpSink) -> None:
    context = {**LINK, "organisation": "Norvalia\r\nBcc: victim@example.org"}
    mail = post(make_user(), "join_accepted", context)
    assert outcome(mail) == "sent"
    assert smtp.received[0]["Bcc"] is None


def test_plain_text_is_not_escaped_for_html() -> None:
    mail = post(make_user(), "join_accepted", {**LINK, "organisation": "Fear & <Loathing>"})
    assert "Fear & <Loathing>" in mail.subject


def test_a_server_gets_the_mail_once_and_the_text_is_forgotten(smtp: SmtpSink) -> None:
    mail = a_mail()
    assert outcome(mail) == "sent"
    assert outcome(mail) == "sent"
    [received] = smtp.received
    assert received["To"] == mail.recipient
    assert received["Auto-Submitted"] == "auto-generated"
    assert mail.body == ""
    assert mail.sent_at


def test_every_attempt_has_the_same_message_id(smtp: SmtpSink) -> None:
    mail = a_mail()
    assert (
        outbox._message(mail).message()["Message-ID"]
        == (outbox._message(Mail.objects.get(pk=mail.pk)).message()["Message-ID"])
    )


def test_files_are_written_where_no_server_is_set(settings: Any, tmp_path: Path) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    mail = a_mail()
    assert outcome(mail) == "sent"
    [written] = (tmp_path / "mail").iterdir()
    assert mail.recipient in written.read_text()


@pytest.mark.parametrize("verb", ["RCPT", "MAIL", "END"])
def test_a_final_refusal_is_not_tried_again(smtp: SmtpSink, verb: str) -> None:
    smtp.answers[verb] = "550 no such mailbox"
    mail = a_mail()
    assert outcome(mail) == "failed"
    assert "no such mailbox" in mail.error
    assert mail.body == ""
    assert DBTaskResult.objects.count() == 1


@pytest.mark.parametrize("verb", ["RCPT", "MAIL", "END"])
def test_a_temporary_refusal_is_tried_later(smtp: SmtpSink, verb: str) -> None:
    smtp.answers[verb] = "451 later"
    mail = a_mail()
    before = timezone.now()
    assert outcome(mail) == "waiting"
    later = DBTaskResult.objects.latest("enqueued_at")
    assert later.run_after >= before + timedelta(seconds=outbox.BACK_OFF[0] - 1)
    smtp.answers.clear()
    assert outcome(mail) == "sent"
    assert len(smtp.received) == 1


def test_a_server_that_is_away_is_tried_five_times_ever_later(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    mail = a_mail()
    assert [outcome(mail) for _ in range(5)] == ["waiting"] * 4 + ["failed"]
    assert outcome(mail) == "failed"
    pauses = [task.run_after for task in DBTaskResult.objects.order_by("enqueued_at")[1:]]
    assert len(pauses) == 4
    assert pauses == sorted(pauses)


def test_a_mail_the_server_may_have_taken_is_not_sent_again(smtp: SmtpSink) -> None:
    smtp.answers["END"] = "CUT"
    mail = a_mail()
    assert outcome(mail) == "sending"
    smtp.answers.clear()
    assert outcome(mail) == "sending"
    assert smtp.received == []


def test_a_mail_in_the_hands_of_a_worker_that_died_is_not_sent_again(smtp: SmtpSink) -> None:
    mail = a_mail()
    assert outbox._claim(mail.pk) is not None
    assert outcome(mail) == "sending"
    assert smtp.received == []


def test_the_claim_is_stored_before_the_server_is_called(
    smtp: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail, seen = a_mail(), []

    def dies(_: Mail) -> Any:
        seen.append(Mail.objects.get(pk=mail.pk).state)
        raise KeyboardInterrupt

    monkeypatch.setattr(outbox, "_hand_over", dies)
    with pytest.raises(KeyboardInterrupt):
        deliver.call(mail.pk)
    assert seen == ["sending"]


@pytest.mark.parametrize("answer", ["250 ok", "550 no"])
def test_a_mail_that_is_not_kept_leaves_no_row(smtp: SmtpSink, answer: str) -> None:
    smtp.answers["END"] = answer
    mail = a_mail(keep=False)
    deliver.call(mail.pk)
    assert not Mail.objects.exists()


def test_a_mail_whose_person_is_gone_is_not_sent(smtp: SmtpSink) -> None:
    mail = a_mail()
    Mail.objects.all().delete()
    deliver.call(mail.pk)
    assert smtp.received == []


def test_every_mail_allauth_can_send_here_has_a_template_of_ours() -> None:
    never = re.compile(r"login_code|password_reset_code|webauthn|socialaccount")
    found = set()
    for path in Path(allauth.__file__).parent.rglob("*.py"):
        for prefix in re.findall(r'"((?:account|mfa)/email/\w+)"', path.read_text()):
            found.add(prefix)
    assert {prefix for prefix in found if not never.search(prefix)} <= set(MAILS)
    assert len(found) > 10


def mails_in_code() -> set[str]:
    """Names given to `post` in the operations, and those of allauth's mails."""
    folder = Path(inspect.getfile(operations)).parent
    names = set(MAILS.values())
    for path in folder.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "outbox.post":
                names |= {n.value for n in ast.walk(node.args[1]) if isinstance(n, ast.Constant)}
    return names


def test_every_mail_has_subject_and_body_and_no_template_is_left_over() -> None:
    on_disk = {path.name.split(".")[0] for path in TEMPLATES.iterdir()} - {"base", "notice"}
    assert on_disk == mails_in_code()
    for name in on_disk:
        assert (TEMPLATES / f"{name}.subject.txt").is_file()
        assert (TEMPLATES / f"{name}.body.txt").is_file()


@pytest.mark.parametrize("name", sorted(mails_in_code()))
def test_every_mail_says_what_it_is_given(name: str) -> None:
    words = ("organisation", "role", "link", "address", "activate_url", "signup_url")
    words += ("password_reset_url", "from_email", "to_email", "removed")
    context = {word: f"<{word}>" for word in words}
    mail = post(make_user(name="Ada"), name, {**context, "roles": ["<roles>"]})
    source = (TEMPLATES / f"{name}.body.txt").read_text()
    for word in words:
        assert (f"<{word}>" in mail.body) == bool(re.search(rf"{{{{ {word} }}}}", source))
    assert mail.body.startswith("Hello Ada,")
    assert mail.subject
    assert len(mail.subject) <= outbox.SUBJECT_LENGTH


def test_a_long_name_still_fits_in_the_subject() -> None:
    organisation = make_organisation(name="N" * 200)
    mail = post(make_user(), "roles_changed", {"organisation": organisation.name, "roles": []})
    mail.refresh_from_db()
    assert len(mail.subject) == outbox.SUBJECT_LENGTH
