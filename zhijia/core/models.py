"""What every app keeps alike."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class TenantModel(models.Model):
    """A business row. ``tenant`` comes first in every index and unique constraint.

    The tenant is the province (GB/T 2260 code: 13 for Hebei) or, from 100 on, a national
    industry federation; 0 is the national federation itself. It is a plain number, not a
    foreign key, so that the tables can be spread over machines later.
    """

    tenant = models.PositiveSmallIntegerField(_("tenant"))

    class Meta:
        abstract = True


class IdempotencyRecord(models.Model):
    """The answer given to a submission, kept so that sending twice makes one.

    Commits in the same transaction as the effect. The answer may hold a receipt, so it is sealed.
    """

    scope = models.CharField(max_length=80)
    """Operation and actor, e.g. ``appeals.submit|user:12``."""
    key = models.CharField(max_length=64)
    body_hash = models.CharField(max_length=64)
    answer = models.BinaryField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "key"], name="one_answer_per_key")]
        indexes = [models.Index(fields=["created_at"], name="idempotency_age")]
