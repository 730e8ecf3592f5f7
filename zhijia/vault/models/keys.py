"""Who holds which key. A private half is nowhere except sealed to somebody."""

from django.db import models
from django.db.models import F, Q

from zhijia.core.models import TenantModel
from zhijia.vault.models.parts import SealedPart


class KeyPair(models.Model):
    """A key of a person (``user:5``), of the officers of a body (``desk:3``) or of the recovery."""

    holder = models.CharField(max_length=40)
    number = models.PositiveSmallIntegerField()
    """1 for the first; a later one takes its place when it was lost or changed."""
    public = models.BinaryField()
    made_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)
    """Since when nothing new is sealed to it; what lies under it still opens."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["holder", "number"], name="vault_key_number_once"),
            models.UniqueConstraint(
                fields=["holder"], condition=Q(retired_at=None), name="vault_one_key_in_use"
            ),
            models.CheckConstraint(condition=~Q(holder="") & Q(number__gte=1), name="vault_key_named"),
        ]


class KeyGrant(models.Model):
    """The private half of a pair, sealed to somebody who may use it."""

    pair = models.ForeignKey(KeyPair, models.CASCADE, db_index=False, related_name="grants")
    to = models.CharField(max_length=60)
    """``user:5``, ``desk:1`` (the body above), ``recovery``, ``password`` or ``token:9``."""
    to_pair = models.ForeignKey(KeyPair, models.CASCADE, null=True, db_index=False, related_name="+")
    box = models.BinaryField()
    granted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["pair", "to"], name="vault_one_grant_to_each"),
            models.CheckConstraint(
                condition=Q(to_pair=None) | ~Q(to_pair=F("pair")), name="vault_not_granted_to_itself"
            ),
        ]
        indexes = [models.Index(fields=["to_pair"], name="vault_grants_to")]

    @property
    def place(self) -> str:
        """Return the associated data that binds the box to this row."""
        return f"key-grant|{self.pair.holder}#{self.pair.number}|{self.to}"


class PartKey(TenantModel):
    """The private half of a part's key, sealed to one reader."""

    part = models.ForeignKey(SealedPart, models.CASCADE, db_index=False, related_name="keys")
    to = models.CharField(max_length=60)
    """``desk:3``, ``custody:3``, ``user:5``, ``recovery``, ``receipt``, or ``platform``."""
    to_pair = models.ForeignKey(KeyPair, models.PROTECT, null=True, db_index=False, related_name="+")
    box = models.BinaryField()
    lent_until = models.DateTimeField(null=True)
    """When a key that was lent for a time ends."""
    granted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "part", "to"], name="vault_one_part_key_to_each")
        ]
        indexes = [
            models.Index(fields=["tenant", "to"], name="vault_part_keys_to"),
            models.Index(
                fields=["tenant", "part"], name="vault_keys_of_platform", condition=Q(to="platform")
            ),
            models.Index(fields=["tenant", "to_pair"], name="vault_part_keys_under"),
            models.Index(
                fields=["tenant", "lent_until"], name="vault_part_keys_lent", condition=~Q(lent_until=None)
            ),
        ]
