"""Sealed parts of records, and who opened them."""

from django.db import models
from django.db.models import Q

from zhijia.core.models import TenantModel
from zhijia.vault.enums import Group, Purpose


class SealedPart(TenantModel):
    """One part of one record (e.g. the complainant of an appeal), with a key of its own.

    Whatever belongs to the part is sealed to its public half; the private half is kept only in
    ``PartKey``, once for each of its readers.
    """

    owner = models.CharField(max_length=120)
    """``type:id`` of the record it belongs to."""
    part = models.CharField(max_length=40)
    group = models.CharField(max_length=8, choices=Group, blank=True)
    """Which officers of ``body`` may hold its key; empty when no officer reads it."""
    body = models.PositiveBigIntegerField(null=True)
    """Id of the union body whose officers hold the key (or those of the nearest one above)."""
    public = models.BinaryField()
    """Public half of its key; empty once erased."""
    content = models.BinaryField()
    """A box with JSON, bound to tenant, owner and part; empty once erased."""
    sealed_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "owner", "part"], name="vault_part_once"),
            models.CheckConstraint(condition=~Q(owner="") & ~Q(part=""), name="vault_part_named"),
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True, content__gt=b"", public__gt=b"")
                | Q(erased_at__isnull=False, content=b"", public=b""),
                name="vault_erased_means_empty",
            ),
            models.CheckConstraint(condition=Q(group="") | Q(body__isnull=False), name="vault_group_of_body"),
        ]
        indexes = [models.Index(fields=["tenant", "body"], name="vault_parts_of_body")]

    @property
    def place(self) -> str:
        """Return the associated data that binds the content to this row."""
        return f"vault|{self.tenant}|{self.owner}|{self.part}"


class Disclosure(TenantModel):
    """One opening of sealed parts, as the worker reads it; written before the seal opens."""

    owner = models.CharField(max_length=120)
    part = models.CharField(max_length=40)
    opened_by = models.CharField(max_length=80)
    """``user:12`` and the like; outlives the account."""
    office = models.CharField(max_length=120, blank=True)
    """Name of the union body for which it was opened, as it was then."""
    purpose = models.CharField(max_length=32, choices=Purpose)
    reason = models.BinaryField()
    """Sealed: what an officer types may name somebody."""
    opened_at = models.DateTimeField()
    audit_seq = models.PositiveBigIntegerField()
    """Row of the tenant's audit chain that bears witness."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "audit_seq"], name="vault_one_disclosure_per_audit_row"
            ),
            models.CheckConstraint(condition=Q(purpose__in=Purpose.values), name="vault_purpose_known"),
        ]
        indexes = [models.Index(fields=["tenant", "owner", "opened_at"], name="vault_disclosures")]

    @property
    def place(self) -> str:
        """Return the associated data that binds the reason to this row."""
        return f"disclosure|{self.tenant}|{self.owner}|{self.audit_seq}"
