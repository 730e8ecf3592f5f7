"""Files that people hand in: a row here, the bytes sealed on disk."""

import uuid

from django.db import models
from django.db.models import Q

from zhijia.core.models import TenantModel


class Attachment(TenantModel):
    """One file. The original is kept unaltered under seal; what people open is the rendition."""

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    owner = models.CharField(max_length=120)
    """``type:id`` of the record it belongs to."""
    name = models.CharField(max_length=120)
    """Safe display name with the extension of its true type."""
    kind = models.CharField(max_length=8)
    """Key of ``types.ALLOWED``, e.g. ``jpeg``."""
    size = models.PositiveIntegerField()
    """Bytes of the original."""
    sha256 = models.CharField(max_length=64)
    """Of the original, taken while it came in: evidence that it is unaltered."""
    rendition_kind = models.CharField(max_length=8, blank=True)
    """Type of the cleaned copy; empty when the original is served as it is."""
    rendition_size = models.PositiveIntegerField()
    added_at = models.DateTimeField()
    added_by = models.CharField(max_length=80)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "public_id"], name="attachment_public_id"),
            models.CheckConstraint(
                condition=Q(size__gt=0) & Q(rendition_size__gt=0), name="attachment_not_empty"
            ),
            models.CheckConstraint(condition=~Q(owner="") & ~Q(name=""), name="attachment_named"),
        ]
        indexes = [models.Index(fields=["tenant", "owner", "added_at"], name="attachments_of_owner")]

    @property
    def audit_reference(self) -> str:
        """Return how the audit names it."""
        return f"attachment:{self.public_id}"

    @property
    def served_kind(self) -> str:
        """Return the type of what ``open_rendition`` yields."""
        return self.rendition_kind or self.kind
