"""Heads that were signed, the keys that sign them, and what each witness was shown."""

from django.db import models
from django.db.models import Q

from zhijia.audit.models.chain import Final
from zhijia.core.models import TenantModel


class SigningKey(Final):
    """The public half of a key that signs; the private half is a file (``audit.keys``)."""

    number = models.PositiveSmallIntegerField()
    key_id = models.CharField(max_length=16)
    public = models.CharField(max_length=64)
    """Ed25519, hexadecimal."""
    announcement = models.TextField(blank=True)
    """Statement about this key, signed with the one before it; empty for the first."""
    announced_at = models.DateTimeField(null=True)

    class Meta(Final.Meta):
        constraints = [
            models.UniqueConstraint(fields=["number"], name="audit_signing_key_once"),
            models.CheckConstraint(
                condition=Q(number=1, announcement="", announced_at__isnull=True)
                | Q(number__gt=1, announced_at__isnull=False) & ~Q(announcement=""),
                name="audit_key_is_announced",
            ),
        ]


class SignedHead(Final, TenantModel):
    """The head of a chain as it was at an instant, signed."""

    seq = models.PositiveBigIntegerField()
    hash = models.CharField(max_length=64)
    at = models.DateTimeField()
    """When it was signed; the heads of one round share it."""
    key_id = models.CharField(max_length=16)
    statement = models.TextField()

    class Meta(Final.Meta):
        constraints = [models.CheckConstraint(condition=Q(seq__gte=1), name="audit_signed_head_of_a_row")]
        indexes = [models.Index(fields=["tenant", "seq"], name="audit_signed_heads")]


class WitnessState(models.Model):
    """How far a witness was told. Which witnesses there are stands in the settings."""

    address = models.CharField(max_length=300)
    delivered = models.PositiveBigIntegerField(default=0)
    """Primary key of the last ``SignedHead`` that the witness confirmed."""
    head_at = models.DateTimeField(null=True)
    """When that head was signed."""
    delivered_at = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)
    """Attempts in a row that failed."""
    next_at = models.DateTimeField(null=True)
    """Not tried again before; null: at once."""
    trouble = models.CharField(max_length=200, blank=True)
    """What went wrong the last time; empty when nothing did."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["address"], name="audit_witness_once")]
