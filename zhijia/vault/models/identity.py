"""To learn who a person is takes two officers."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from zhijia.core.models import TenantModel
from zhijia.unions.models import UnionBody
from zhijia.vault.enums import RequestState


class IdentityRequest(TenantModel):
    """One officer asks, in writing, to open a sealed part; another one decides."""

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    owner = models.CharField(max_length=120)
    part = models.CharField(max_length=40)
    body = models.ForeignKey(UnionBody, models.PROTECT, db_index=False, related_name="+")
    """Whose custodians decide, or those of a body above."""
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, db_index=False, related_name="+")
    asked_at = models.DateTimeField()
    reason = models.BinaryField()
    """Sealed: what an officer types may name somebody."""
    state = models.CharField(max_length=10, choices=RequestState, default=RequestState.ASKED)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, db_index=False, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    answer = models.BinaryField()
    """Sealed: why it was refused, or what was said along with the approval."""
    expires_at = models.DateTimeField()
    """Until when it waits for a decision; after an approval, until when the part opens."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "public_id"], name="vault_request_public_id"),
            models.UniqueConstraint(
                fields=["tenant", "owner", "part", "asked_by"],
                condition=Q(state__in=[RequestState.ASKED, RequestState.APPROVED]),
                name="vault_one_live_request_each",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by")), name="vault_never_by_oneself"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[RequestState.APPROVED, RequestState.REFUSED], decided_by__isnull=False)
                | Q(state=RequestState.ASKED, decided_by=None)
                | Q(state__in=[RequestState.EXPIRED, RequestState.WITHDRAWN]),
                name="vault_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(decided_at=None, decided_by=None)
                | Q(decided_at__isnull=False, decided_by__isnull=False),
                name="vault_decided_whole",
            ),
            models.CheckConstraint(condition=Q(state__in=RequestState.values), name="vault_request_state"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("asked_at")), name="vault_request_ends"),
        ]
        indexes = [
            models.Index(fields=["tenant", "owner"], name="vault_requests_about"),
            models.Index(
                fields=["tenant", "expires_at"],
                name="vault_requests_due",
                condition=Q(state__in=[RequestState.ASKED, RequestState.APPROVED]),
            ),
        ]

    @property
    def audit_reference(self) -> str:
        """Return how the audit names it."""
        return f"identity-request:{self.public_id}"

    def place(self, text: str) -> str:
        """Return the associated data that binds a sealed text to this row."""
        return f"identity|{self.public_id}|{text}"
