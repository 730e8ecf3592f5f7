"""Who did and read what: one chain of rows a tenant, only ever added to."""

from typing import Any, NoReturn

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zhijia.audit.enums import Kind
from zhijia.audit.errors import AuditIsFinal
from zhijia.core.models import TenantModel


class FinalQuerySet(models.QuerySet[Any]):
    """Reads; every way to change rows is closed."""

    def _refuse(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AuditIsFinal("a row of the audit is never changed or deleted")

    update = _refuse
    delete = _refuse
    bulk_update = _refuse
    bulk_create = _refuse
    update_or_create = _refuse
    _raw_delete = _refuse
    _update = _refuse


class Final(models.Model):
    """A row that is written once."""

    objects = FinalQuerySet.as_manager()

    class Meta:
        abstract = True
        base_manager_name = "objects"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert; an existing row refuses."""
        if not self._state.adding:
            raise AuditIsFinal("a row of the audit is never changed")
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse."""
        raise AuditIsFinal("a row of the audit is never deleted")


class Head(models.Model):
    """The last row of each tenant's chain. Locked last in a transaction, it orders the writers."""

    tenant = models.PositiveSmallIntegerField(_("tenant"))
    seq = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64)
    at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant"], name="audit_one_head_per_tenant")]


class Entry(Final, TenantModel):
    """One deed or one sensitive read. Refers to people and things by id, never by foreign key."""

    seq = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    actor = models.CharField(max_length=80)
    """``user:12``, ``system``, ``receipt:…`` (``core.actors.actor_id``)."""
    kind = models.CharField(max_length=8, choices=Kind)
    purpose = models.CharField(max_length=32, blank=True)
    action = models.CharField(max_length=80)
    """Past participle, e.g. ``appeal.assigned``; its label stands in a manifest."""
    object = models.CharField(max_length=120)
    """``type:id``."""
    data = models.TextField()
    """Canonical JSON object of ids and codes; kept as text because its bytes are hashed."""
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta(Final.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "seq"], name="audit_seq_once"),
            models.UniqueConstraint(fields=["tenant", "previous"], name="audit_no_fork"),
            models.CheckConstraint(condition=Q(seq__gte=1), name="audit_seq_from_one"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="audit_kind_known"),
            models.CheckConstraint(
                condition=~Q(action="") & ~Q(actor="") & ~Q(object=""), name="audit_says_who_what_whom"
            ),
        ]
        indexes = [models.Index(fields=["tenant", "object", "seq"], name="audit_about")]
