"""Files that people hand in: a row here, the bytes sealed on disk."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zhijia.attachments.enums import CopyState, Standing, State
from zhijia.core.models import TenantModel
from zhijia.core.sealed_fields import KeptTextField

_COPY_NOTES = {
    "docx": _("Opens as a copy with text, tables and pictures, without the layout."),
    "xlsx": _("Opens as a copy with the values, without formulas and colours."),
}


class Attachment(TenantModel):
    """One file. The original is kept unaltered under seal; what people open is the rendition."""

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    owner = models.CharField(max_length=120)
    """``type:id`` of the record it belongs to."""
    name = KeptTextField()
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
    state = models.CharField(max_length=12, choices=State.choices, default=State.UNSCANNED)
    verdict = models.CharField(max_length=80, blank=True)
    """What the scanner named, or the code of why it could not say."""
    checked_at = models.DateTimeField(null=True, blank=True)
    copy_state = models.CharField(max_length=12, choices=CopyState.choices, default=CopyState.AS_IT_CAME)
    sealed_to = models.BinaryField(default=b"", blank=True)
    """Public half of the matter's evidence key; empty: the installation's own key."""
    original_key = models.BinaryField(default=b"", blank=True)
    """The key of the original's bytes, sealed to ``sealed_to`` or by the installation."""
    rendition_key = models.BinaryField(default=b"", blank=True)
    work_key = models.BinaryField(default=b"", blank=True)
    """The key of the working copy, sealed by the installation; gone when the work is done."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "public_id"], name="attachment_public_id"),
            models.CheckConstraint(
                condition=Q(size__gt=0) & Q(rendition_size__gt=0), name="attachment_not_empty"
            ),
            models.CheckConstraint(condition=~Q(owner="") & ~Q(name=""), name="attachment_named"),
        ]
        indexes = [
            models.Index(fields=["tenant", "owner", "added_at"], name="attachments_of_owner"),
            models.Index(
                fields=["tenant", "added_at"],
                name="attachments_in_work",
                condition=Q(state="quarantined") | Q(copy_state="preparing"),
            ),
        ]

    @property
    def audit_reference(self) -> str:
        """Return how the audit names it."""
        return f"attachment:{self.public_id}"

    @property
    def served_kind(self) -> str:
        """Return the type of what ``open_rendition`` yields."""
        return self.rendition_kind or self.kind

    @property
    def part(self) -> str:
        """Return which of the sealed files people open: the ``rendition`` or the ``original``."""
        return "rendition" if self.rendition_kind else "original"

    @property
    def standing(self) -> Standing:
        """Return what a person who may see the file is told about it."""
        if self.state == State.REFUSED:
            return Standing.HELD_BACK
        if self.state == State.QUARANTINED:
            return Standing.CHECKING
        if self.copy_state == CopyState.PREPARING:
            return Standing.PREPARING
        return Standing.UNREADABLE if self.copy_state == CopyState.IMPOSSIBLE else Standing.READY

    @property
    def copy_note(self) -> str:
        """Return how the copy differs from what was handed in, for types where a reader would wonder."""
        return str(_COPY_NOTES.get(self.rendition_kind, ""))

    @property
    def can_be_opened(self) -> bool:
        """Say whether there is something to open."""
        return self.standing == Standing.READY
