"""What every app keeps alike."""

import uuid

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


class JournalEntry(models.Model):
    """A submission on its way into the intake journal; commits in the same transaction as its rows.

    Holds the sealed envelope until the journal on disk has it. Names nobody: who sent, and what it is
    about, stand as keyed look-up keys.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    token = models.CharField(max_length=32)
    """Look-up key of scope and idempotency key."""
    about = models.CharField(max_length=32)
    """Look-up key of the record that the submission made, e.g. of ``appeal:UUID``."""
    sealed = models.BinaryField()
    """The envelope; empty once the journal has it."""
    files = models.JSONField(default=list)
    """Sealed files that belong to it: ``[name, sha256]``, the name below ``ZHIJIA_ATTACHMENTS``."""
    since_file = models.CharField(max_length=40, blank=True)
    """File and byte where the journal ended when this was made: it can only stand behind that."""
    since_end = models.PositiveBigIntegerField(default=0)
    file = models.CharField(max_length=40, blank=True)
    """File of the journal in which it stands, and the byte at which it ends there."""
    end = models.PositiveBigIntegerField(default=0)
    made_at = models.DateTimeField()
    local_at = models.DateTimeField(null=True)
    """When it was seen to stand in the journal of this installation."""
    second_at = models.DateTimeField(null=True)
    """When the second place had it on its disk."""
    forget_at = models.DateTimeField(null=True)
    """When its contents were to be made unreadable, because the record was erased."""
    forgotten_at = models.DateTimeField(null=True)
    """When they were, in both places."""

    class Meta:
        indexes = [
            models.Index(fields=["token"], name="journal_token"),
            models.Index(fields=["about"], name="journal_about"),
            models.Index(fields=["made_at"], name="journal_not_here", condition=models.Q(local_at=None)),
            models.Index(fields=["made_at"], name="journal_one_copy", condition=models.Q(second_at=None)),
            models.Index(
                fields=["made_at"],
                name="journal_to_forget",
                condition=models.Q(forget_at__isnull=False, forgotten_at=None),
            ),
        ]


class PolicyReport(models.Model):
    """How often browsers reported on a day that a page broke the content policy. Names nobody."""

    counted_on = models.DateField()
    directive = models.CharField(max_length=40)
    """The part of the policy, from a closed list, else ``other``."""
    page = models.CharField(max_length=80)
    """Name of the page's address, e.g. ``appeals:new``; never the address itself."""
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["counted_on", "directive", "page"], name="one_count_per_day_and_page"
            )
        ]
