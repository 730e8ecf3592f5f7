"""The posts people hold and whom they work for."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zhijia.core.models import TenantModel
from zhijia.unions.enums import Role, Tie
from zhijia.unions.models.bodies import UnionBody
from zhijia.unions.models.employers import Employer


class PostQuerySet(models.QuerySet["Post"]):
    def held_on(self, on: dt.date) -> "PostQuerySet":
        """Posts in force on a day: begun, not past their term, not ended."""
        term = Q(until_on=None) | Q(until_on__gte=on)
        return self.filter(term, from_on__lte=on, ended_at=None)

    def visible_to(self, user: Any) -> "PostQuerySet":
        """Officers see who holds which post; others see nothing here."""
        return self if getattr(user, "is_officer", False) else self.none()


class Post(TenantModel):
    """A role that a person holds in a union body for a term."""

    body = models.ForeignKey(UnionBody, on_delete=models.PROTECT, db_index=False, related_name="posts")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="posts")
    role = models.CharField(_("role"), max_length=16, choices=Role.choices)
    from_on = models.DateField(_("first day"))
    until_on = models.DateField(_("last day"), null=True, blank=True)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )

    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "body", "user", "role"],
                condition=Q(ended_at=None),
                name="one_such_post_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gte=models.F("from_on")), name="post_dates_in_order"
            ),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="post_role_known"),
            # Nobody ended a post that goes on; one whose term ran out ended without anybody.
            models.CheckConstraint(
                condition=Q(ended_by=None) | Q(ended_at__isnull=False), name="post_ended_by_means_ended"
            ),
        ]
        indexes = [models.Index(fields=["tenant", "body", "role"], name="post_by_body")]

    def is_held_on(self, on: dt.date) -> bool:
        """Say whether the post is in force on a day; the row form of ``held_on``."""
        return self.ended_at is None and self.from_on <= on and (self.until_on is None or on <= self.until_on)


class Affiliation(TenantModel):
    """What ties an officer to an employer; its matters are hidden from him until 24 months after.

    Declared by himself or by the steward of a body where he holds a post.
    """

    kind = models.CharField(_("tie"), max_length=8, choices=Tie, default=Tie.WORK)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="affiliations")
    employer = models.ForeignKey(Employer, on_delete=models.PROTECT, related_name="affiliations")
    from_on = models.DateField(_("first day"))
    until_on = models.DateField(_("last day"), null=True, blank=True)
    declared_at = models.DateTimeField(_("declared at"))
    declared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )

    class Meta:
        verbose_name = _("declared tie")
        verbose_name_plural = _("declared ties")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "user", "employer", "kind", "from_on"], name="affiliation_once"
            ),
            models.CheckConstraint(condition=Q(kind__in=Tie.values), name="affiliation_kind_known"),
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gte=models.F("from_on")),
                name="affiliation_dates_in_order",
            ),
        ]
