"""Sealed parts of records, and who opened them."""

from django.db import models
from django.db.models import Q

from zhijia.core.models import TenantModel
from zhijia.vault.enums import Purpose


class SealedPart(TenantModel):
    """One part of one record (e.g. the complainant of an appeal), readable only through ``open_part``."""

    owner = models.CharField(max_length=120)
    """``type:id`` of the record it belongs to."""
    part = models.CharField(max_length=40)
    content = models.BinaryField()
    """AES-256-GCM over JSON, bound to tenant, owner and part; empty once erased."""
    sealed_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "owner", "part"], name="vault_part_once"),
            models.CheckConstraint(condition=~Q(owner="") & ~Q(part=""), name="vault_part_named"),
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True, content__gt=b"")
                | Q(erased_at__isnull=False, content=b""),
                name="vault_erased_means_empty",
            ),
        ]

    @property
    def place(self) -> str:
        """Return the associated data that binds the content to this row."""
        return f"vault|{self.tenant}|{self.owner}|{self.part}"


class Disclosure(TenantModel):
    """One opening of a sealed part, as the worker reads it; written before the seal opens."""

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
