"""What is forgotten by itself, and when."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.sessions.models import Session
from django.utils import timezone
from django_tasks import task

from regin.apps.accounts import mail_files
from regin.apps.accounts.models import Invitation, JoinRequest, Mail

MAIL_DAYS = 90
INVITATION_DAYS = 30
REQUEST_DAYS = 90
UNKEPT_DAYS = 1


def forget_old() -> int:
    """Delete sessions that ended, mails and answered requests after 90 days, invitations 30 days
    after their end or acceptance, unkept mails that a crash left, and mails that lie as files
    after 30 days. Returns how many rows and files went.
    """
    now = timezone.now()
    old = [
        Session.objects.filter(expire_date__lt=now),
        Mail.objects.filter(created_at__lt=now - timedelta(days=MAIL_DAYS)),
        Mail.objects.filter(is_kept=False, created_at__lt=now - timedelta(days=UNKEPT_DAYS)),
        Invitation.objects.filter(expires_at__lt=now - timedelta(days=INVITATION_DAYS)),
        JoinRequest.objects.filter(answered_at__lt=now - timedelta(days=REQUEST_DAYS)),
    ]
    return sum(rows.delete()[0] for rows in old) + mail_files.remove_old()


@task()
def forget_old_task() -> int:
    """`forget_old` for the worker."""
    return forget_old()
