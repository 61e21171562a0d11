"""Organisations and what people are in them."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from regin.apps.common.addresses import Addressed

STARTER_NAME = "REGIN starter content"
INVITATION_DAYS = 14


class Organisation(Addressed):
    """A body that owns content: a regional authority, a partner, an association.

    Where it governs is said by `regions.Authority`, so an organisation has no place of its own.
    """

    class Kind(models.TextChoices):
        REGION = "region", _("regional authority")
        TECHNICAL = "technical", _("technical partner")
        ASSOCIATED = "associated", _("associated partner")
        VOLUNTARY = "voluntary", _("civil society organisation")
        STARTER = "starter", _("starter content")

    kind = "organisations"

    name = models.CharField(_("name"), max_length=200, unique=True)
    category = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    website = models.URLField(_("website"), blank=True)
    is_fictional = models.BooleanField(_("fictional"), default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    """What a person does in an organisation. Who has any of these is a member."""

    MEMBER = "member", pgettext_lazy("role", "member")
    EDITOR = "editor", pgettext_lazy("role", "editor")
    CODER = "coder", pgettext_lazy("role", "coder")
    REVIEWER = "reviewer", pgettext_lazy("role", "reviewer")
    ADMINISTRATOR = "administrator", pgettext_lazy("role", "organisation administrator")


class Membership(models.Model):
    """One role of one person in one organisation."""

    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.CASCADE,
        related_name="memberships",
        verbose_name=_("organisation"),
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships"
    )
    role = models.CharField(_("role"), max_length=14, choices=Role.choices, default=Role.MEMBER)
    since = models.DateTimeField(_("since"), default=timezone.now, editable=False)

    class Meta:
        ordering = ["user__name", "role"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "user", "role"], name="accounts_membership_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.role} – {self.organisation}"


class InstanceRole(models.Model):
    """A role in the whole installation; instance administrators are marked on the user."""

    class Name(models.TextChoices):
        NETWORK_COORDINATOR = "network_coordinator", _("network coordinator")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="instance_roles"
    )
    role = models.CharField(_("role"), max_length=24, choices=Name.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "role"], name="accounts_instancerole_once")
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.role}"


def token_hash(token: str) -> str:
    """What is stored of a token; the token itself only stands in the mail."""
    return hashlib.sha256(token.encode()).hexdigest()


def random_token() -> str:
    """256 random bits for an address that is its own key."""
    return secrets.token_urlsafe(32)


def invitation_end() -> Any:
    """When an invitation made now stops working."""
    return timezone.now() + timedelta(days=INVITATION_DAYS)


class Invitation(models.Model):
    """A mailed offer to join, good once and for two weeks."""

    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.CASCADE,
        related_name="invitations",
        verbose_name=_("organisation"),
    )
    email = models.EmailField(_("e-mail address"))
    role = models.CharField(_("role"), max_length=14, choices=Role.choices, default=Role.MEMBER)
    token_sha256 = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(_("sent on"), auto_now_add=True)
    expires_at = models.DateTimeField(_("valid until"), default=invitation_end)
    accepted_at = models.DateTimeField(_("accepted on"), null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                "organisation",
                "role",
                condition=models.Q(accepted_at__isnull=True),
                name="accounts_invitation_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.email} → {self.organisation}"

    @property
    def is_open(self) -> bool:
        return self.accepted_at is None and self.expires_at > timezone.now()


class JoinRequest(models.Model):
    """A person asks to join; an administrator of the organisation decides."""

    class Answer(models.TextChoices):
        WAITING = "waiting", _("waiting")
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")

    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.CASCADE,
        related_name="join_requests",
        verbose_name=_("organisation"),
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="join_requests"
    )
    message = models.TextField(_("message"), max_length=1000, blank=True)
    answer = models.CharField(
        _("answer"), max_length=10, choices=Answer.choices, default=Answer.WAITING
    )
    created_at = models.DateTimeField(_("asked on"), auto_now_add=True)
    answered_at = models.DateTimeField(_("answered on"), null=True, blank=True)

    class Meta:
        ordering = ["created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "user"],
                condition=models.Q(answer="waiting"),
                name="accounts_joinrequest_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} → {self.organisation} ({self.answer})"
