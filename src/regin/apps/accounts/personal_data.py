"""What is held on people here, in the layers below, and in the tables of libraries."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress, EmailConfirmation
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from regin.apps.accounts.act_words import act_in_words, details_in_words
from regin.apps.accounts.models import Invitation, Mail
from regin.apps.common.models import AuditEntry, TranslatedText
from regin.apps.common.personal import OnErasure, Personal, Words, declare, declare_free
from regin.apps.common.translating import language_name
from regin.apps.identity.models import User

SECRET = _("a secret that protects your account")
TECHNICAL = _("a mark the platform works with")
OTHERS = _("it says something about somebody else")


def addresses_of(user: User) -> Q:
    """Condition on `email`: any confirmed address of the person; others prove nothing."""
    confirmed = EmailAddress.objects.filter(user=user, verified=True)
    condition = Q(pk__in=[])
    for email in confirmed.values_list("email", flat=True):
        condition |= Q(email__iexact=email)
    return condition


def _person(user: User) -> QuerySet[Any]:
    return User.objects.filter(pk=user.pk)


def invitations_for(user: User) -> QuerySet[Invitation]:
    """Invitations to any of the person's confirmed addresses."""
    return Invitation.objects.filter(addresses_of(user)).select_related("organisation")


def _mails(user: User) -> QuerySet[Any]:
    rows = Mail.objects.alias(email=F("recipient"))
    return rows.filter(Q(user=user) | addresses_of(user))


def _sessions(user: User) -> QuerySet[Any]:
    """Sessions name their person inside their signed content, so each has to be opened."""
    keys = [row.pk for row in Session.objects.iterator() if _is_session_of(row, user)]
    return Session.objects.filter(pk__in=keys)


def _is_session_of(session: Session, user: User) -> bool:
    return bool(session.get_decoded().get("_auth_user_id") == str(user.pk))


def _confirmations(user: User) -> QuerySet[Any]:
    rows: QuerySet[Any] = EmailConfirmation.objects.filter(email_address__user=user)
    return rows


def _acts(user: User) -> QuerySet[Any]:
    return AuditEntry.objects.filter(actor=user.reference)


SECOND_STEPS: dict[str, Words] = {
    "totp": _("one-time codes from an app"),
    "recovery_codes": _("recovery codes"),
    "webauthn": _("security key"),
}


def _second_step(kind: str) -> Words:
    return SECOND_STEPS.get(kind, kind)


def _kind_of_object(kind: ContentType) -> Words:
    """What people call a model; the code of one that is gone."""
    model = kind.model_class()
    return model._meta.verbose_name or kind.model if model is not None else kind.model


declare(
    Personal(
        "identity.User",
        _("Your account"),
        OnErasure.DELETE,
        owner="reference",
        rows=_person,
        shown=(
            "email",
            "name",
            "language",
            "date_joined",
            "last_login",
            "reference",
            "is_active",
            "is_superuser",
        ),
        withheld={"password": SECRET},
        labels={
            "last_login": _("last signed in"),
            "is_superuser": _("administrator of this installation"),
        },
        words={"language": language_name},
    ),
    Personal(
        "account.EmailAddress",
        _("Your e-mail addresses"),
        OnErasure.DELETE,
        shown=("email", "verified", "primary"),
        labels={
            "email": _("e-mail address"),
            "verified": _("confirmed"),
            "primary": _("mails go here"),
        },
    ),
    Personal(
        "account.EmailConfirmation",
        _("Confirmations of your e-mail addresses"),
        OnErasure.DELETE,
        owner="email_address",
        rows=_confirmations,
        shown=("created", "sent"),
        labels={"created": _("written on"), "sent": _("sent on")},
        withheld={"key": SECRET},
    ),
    Personal(
        "mfa.Authenticator",
        _("Your second step at sign-in"),
        OnErasure.DELETE,
        shown=("type", "created_at", "last_used_at"),
        labels={
            "type": _("kind"),
            "created_at": _("set up on"),
            "last_used_at": _("last used on"),
        },
        words={"type": _second_step},
        withheld={"data": SECRET},
    ),
    Personal(
        "sessions.Session",
        _("Browsers you are signed in with"),
        OnErasure.DELETE,
        owner="session_data",
        rows=_sessions,
        shown=("expire_date",),
        labels={"expire_date": _("ends on")},
        withheld={"session_key": SECRET, "session_data": SECRET},
    ),
    Personal(
        "accounts.Membership",
        _("Your roles in organisations"),
        OnErasure.DELETE,
        shown=("organisation", "role", "since"),
    ),
    Personal(
        "accounts.InstanceRole",
        _("Your roles in the network"),
        OnErasure.DELETE,
        shown=("role",),
    ),
    Personal(
        "accounts.JoinRequest",
        _("Organisations you asked to join"),
        OnErasure.DELETE,
        shown=("organisation", "message", "answer", "created_at", "answered_at"),
    ),
    Personal(
        "accounts.Invitation",
        _("Invitations to you"),
        OnErasure.DELETE,
        owner="email",
        rows=invitations_for,
        shown=("organisation", "email", "role", "created_at", "expires_at", "accepted_at"),
        withheld={"token_sha256": SECRET},
    ),
    Personal(
        "accounts.Invitation",
        _("Invitations you sent"),
        OnErasure.CLEAR,
        owner="invited_by",
        shown=("organisation", "role", "created_at"),
        withheld={"email": OTHERS},
        because=_("The invitation stays valid; that you sent it is forgotten."),
    ),
    Personal(
        "accounts.Mail",
        _("Mails from this platform to you"),
        OnErasure.DELETE,
        owner="user",
        rows=_mails,
        shown=("recipient", "subject", "language", "state", "created_at", "sent_at"),
        words={"language": language_name},
        withheld={"body": SECRET, "attempts": TECHNICAL, "error": TECHNICAL, "is_kept": TECHNICAL},
    ),
    Personal(
        "identity.User_groups",
        _("Your groups"),
        OnErasure.DELETE,
        shown=("group",),
        labels={"group": _("group")},
    ),
    Personal(
        "identity.User_user_permissions",
        _("Your single permissions"),
        OnErasure.DELETE,
        shown=("permission",),
        labels={"permission": _("permission")},
    ),
    Personal(
        "common.Revision",
        _("Versions you published"),
        OnErasure.CLEAR,
        owner="author",
        shown=("content_type", "object_id", "number", "reason", "created_at"),
        words={"content_type": _kind_of_object},
        because=_("The version stays, without its author."),
    ),
    Personal(
        TranslatedText,
        _("Texts you approved"),
        OnErasure.CLEAR,
        owner="approved_by",
        shown=("parent", "field", "language"),
        labels={"parent": _("belongs to"), "field": _("field"), "language": _("language")},
        words={"language": language_name},
        because=_("The text stays, without who approved it."),
    ),
    Personal(
        "common.AuditEntry",
        _("Acts noted in the audit log"),
        OnErasure.KEEP,
        owner="actor",
        rows=_acts,
        shown=("at", "verb", "target", "details"),
        words={"verb": act_in_words, "details": details_in_words},
        withheld={"number": TECHNICAL, "previous": TECHNICAL, "sha256": TECHNICAL},
        because=_("The log names you by a random reference that leads nowhere once you are gone."),
    ),
)

declare_free("accounts.Organisation", "name", because="names a body, not a person")
declare_free("auth.Group", "name", because="names a role")
declare_free("auth.Permission", "name", because="names an act")
declare_free(
    "django_tasks_database.DBTaskResult",
    "queue_name",
    "backend_name",
    because="tasks take keys of rows as arguments, never values; these name machinery",
)
