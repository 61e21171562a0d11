"""Ownership: who may see a row. The rule stands here once, for every app.

An owned model is reached through `Model.objects.visible_to(actor)`. Anything else on `objects`
raises, unless code that really means all rows says so with `scopes_disabled()`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_scopes import get_scope
from django_scopes.manager import DisabledQuerySet

from regin.apps.accounts.models.organisation import Organisation, Role

if TYPE_CHECKING:
    from regin.apps.accounts.actor import Actor

OwnedModel = TypeVar("OwnedModel", bound="Owned")


class Visibility(models.TextChoices):
    """The widest circle that sees a published row. Drafts stay within the organisation."""

    PRIVATE = "private", _("editors of the organisation")
    ORGANISATION = "organisation", _("the organisation")
    MEMBERS = "members", _("members of any organisation")
    PUBLIC = "public", pgettext_lazy("visibility", "everyone")


class State(models.TextChoices):
    """Where a row is on its way."""

    DRAFT = "draft", _("draft")
    PUBLISHED = "published", _("published")
    RETRACTED = "retracted", _("withdrawn")


class UnscopedQuerySet(DisabledQuerySet):  # type: ignore[misc]  # django-scopes ships no types
    """Raises ScopeError also where django-scopes does not, for example at `exists()`."""

    exists = contains = in_bulk = exclude = DisabledQuerySet.error
    select_related = prefetch_related = defer = distinct = DisabledQuerySet.error
    extra = alias = reverse = bulk_update = explain = DisabledQuerySet.error
    intersection = difference = DisabledQuerySet.error


class OwnedManager(models.Manager[OwnedModel]):
    """Raises on every use but `visible_to`, inside a request as well as outside."""

    def get_queryset(self) -> models.QuerySet[OwnedModel]:
        if get_scope().get("_enabled", True):
            return UnscopedQuerySet(self.model, using=self._db, missing_scopes={"actor"})
        return super().get_queryset()

    def visible_to(self, actor: Actor) -> models.QuerySet[OwnedModel]:
        """The rows `actor` may see, whatever they may do with them."""
        return super().get_queryset().filter(visible_filter(actor))

    def create(self, **fields: Any) -> OwnedModel:
        """Store a row; operations check beforehand that the actor may."""
        return super().get_queryset().create(**fields)


def visible_filter(actor: Actor) -> models.Q:
    """The rule: published and public to all; published and members to members of any
    organisation; the organisation's own to its members; private to its editors and administrators.
    """
    if actor.is_instance_administrator:
        return models.Q()
    published = models.Q(state=State.PUBLISHED)
    seen = published & models.Q(visibility=Visibility.PUBLIC)
    if actor.roles:
        own = models.Q(organisation__in=actor.organisation_ids)
        keepers = actor.organisations_where(Role.EDITOR, Role.ADMINISTRATOR)
        seen |= published & models.Q(visibility=Visibility.MEMBERS)
        seen |= own & ~models.Q(visibility=Visibility.PRIVATE)
        seen |= models.Q(organisation__in=keepers)
    return seen


class Owned(models.Model):
    """A row that belongs to an organisation."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    visibility = models.CharField(
        _("visible to"), max_length=12, choices=Visibility.choices, default=Visibility.ORGANISATION
    )
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)

    objects: ClassVar[OwnedManager[Any]] = OwnedManager()

    class Meta:
        abstract = True

    @property
    def is_published(self) -> bool:
        return self.state == State.PUBLISHED

    @property
    def seen_by(self) -> str:
        """Words for who sees the row today: `visibility` counts from publishing to withdrawing."""
        circle = Visibility(self.visibility)
        if not self.is_published and circle != Visibility.PRIVATE:
            circle = Visibility.ORGANISATION
        return str(circle.label)
