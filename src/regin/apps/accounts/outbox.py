"""The outbox: a mail is stored with the change it tells of, and sent by the worker.

A mail is handed to the server at most once for sure: where it is not known whether the server
took it (crash, broken connection), it stays `sending` and an administrator decides.
"""

from __future__ import annotations

import smtplib
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from typing import cast
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import BadHeaderError, EmailMessage, get_connection
from django.db import transaction
from django.db.models import F
from django.template import Context, Engine
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import get_language, override
from django_tasks import task

from regin.apps.accounts.models import Mail
from regin.apps.identity.models import User

# Seconds before the second, third, fourth and fifth attempt.
BACK_OFF = (60, 300, 1800, 7200)
SUBJECT_LENGTH = 200
MOST_ATTEMPTS = len(BACK_OFF) + 1


def post(
    recipient: User | str,
    template: str,
    context: Mapping[str, object] | None = None,
    language: str | None = None,
    *,
    address: str = "",
    keep: bool = True,
) -> Mail:
    """Write `accounts/mail/<template>.{subject,body}.txt` to `recipient`.

    It is stored in the caller's transaction and goes out only if that commits.
    The language is `language`, else the person's, else the active one; lazy texts and addresses in
    `context` (`gettext_lazy`, `reverse_lazy`) become text in it. `address` is where to, when it is
    not the person's own address. With `keep=False` the row goes once the mail is sent or given up.
    """
    user = recipient if isinstance(recipient, User) else None
    to = address or (user.email if user else cast("str", recipient))
    spoken = language or (user.language if user else get_language()) or settings.LANGUAGE_CODE
    values = {"name": user.name if user else "", "base_url": settings.REGIN_BASE_URL}
    with transaction.atomic(), override(spoken):
        mail = Mail.objects.create(
            user=user if keep else None,
            recipient=to,
            subject=_one_line(_render(template, "subject", {**values, **(context or {})})),
            body=_render(template, "body", {**values, **(context or {})}).strip() + "\n",
            language=spoken,
            is_kept=keep,
        )
        deliver.enqueue(mail.pk)
    return mail


def _render(template: str, part: str, values: Mapping[str, object]) -> str:
    """Plain text: nothing is escaped for HTML."""
    source = Engine.get_default().get_template(f"accounts/mail/{template}.{part}.txt")
    return str(source.render(Context(dict(values), autoescape=False)))


def _one_line(text: str) -> str:
    """A subject: a line break in it would start another header."""
    return Truncator(" ".join(text.split())).chars(SUBJECT_LENGTH)


@task()
def deliver(mail_id: int) -> str:
    """Send one mail unless that has been done or begun. Returns what became of it."""
    mail = _claim(mail_id)
    if mail is None:
        return "nothing to do"
    outcome, error = _hand_over(mail)
    if outcome == Mail.State.WAITING and mail.attempts >= MOST_ATTEMPTS:
        outcome = Mail.State.FAILED
    _settle(mail, outcome, error)
    return str(outcome)


def _claim(mail_id: int) -> Mail | None:
    """Take a waiting mail, committed before the server is called; None when it is not waiting."""
    with transaction.atomic():
        waiting = Mail.objects.filter(pk=mail_id, state=Mail.State.WAITING)
        if not waiting.update(state=Mail.State.SENDING, attempts=F("attempts") + 1):
            return None
        return Mail.objects.get(pk=mail_id)


def _hand_over(mail: Mail) -> tuple[Mail.State, str]:
    """Give the mail to the server; what to note about it, and the server's words."""
    connection = get_connection()
    try:
        connection.open()
    except (OSError, smtplib.SMTPException) as error:
        return Mail.State.WAITING, str(error)
    try:
        connection.send_messages([_message(mail)])
    except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused) as error:
        return (Mail.State.FAILED if _is_final(error) else Mail.State.WAITING), str(error)
    except (BadHeaderError, UnicodeError) as error:
        return Mail.State.FAILED, str(error)
    except (OSError, smtplib.SMTPException) as error:
        return Mail.State.SENDING, str(error)
    finally:
        with suppress(OSError, smtplib.SMTPException):
            connection.close()
    return Mail.State.SENT, ""


def _message(mail: Mail) -> EmailMessage:
    """The same Message-ID at every attempt, so that a mailbox can drop a second copy."""
    host = urlsplit(settings.REGIN_BASE_URL).hostname
    identity = f"<{mail.pk}.{mail.created_at:%Y%m%d%H%M%S%f}@{host}>"
    headers = {"Message-ID": identity, "Auto-Submitted": "auto-generated"}
    return EmailMessage(mail.subject, mail.body, to=[mail.recipient], headers=headers)


def _is_final(error: smtplib.SMTPResponseException | smtplib.SMTPRecipientsRefused) -> bool:
    """Whether the server's answer will not change by itself (5yz in RFC 5321, section 4.2.1)."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return False  # an administrator can mend it
    return error.smtp_code >= 500


def _settle(mail: Mail, outcome: Mail.State, error: str) -> None:
    """Note the outcome. A mail to be tried again gets its next task in the same transaction."""
    with transaction.atomic():
        over = outcome in {Mail.State.SENT, Mail.State.FAILED}
        if over and not mail.is_kept:
            Mail.objects.filter(pk=mail.pk).delete()
            return
        mail.state, mail.error = outcome, error[:300]
        mail.sent_at = timezone.now() if outcome == Mail.State.SENT else None
        mail.body = "" if over else mail.body
        mail.save(update_fields=["state", "error", "sent_at", "body"])
        if outcome == Mail.State.WAITING:
            pause = timedelta(seconds=BACK_OFF[mail.attempts - 1])
            deliver.using(run_after=timezone.now() + pause).enqueue(mail.pk)
