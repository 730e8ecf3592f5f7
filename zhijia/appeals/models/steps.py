"""What happened to an appeal: each step a row with its date and its person."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from zhijia.appeals.enums import Clock, HoldReason, Mark, Opinion, ReviewDecision, ReviewKind, RoutingKind
from zhijia.appeals.models.appeal import Appeal
from zhijia.core.models import TenantModel
from zhijia.core.sealed_fields import SealedTextField
from zhijia.unions.models import Employer, UnionBody


class Step(TenantModel):
    """A row that belongs to one appeal."""

    appeal = models.ForeignKey(Appeal, models.CASCADE, db_index=False, related_name="%(class)ss")

    class Meta:
        abstract = True

    @property
    def sealing_public(self) -> bytes:
        """Return the half of the matter's key to which texts are sealed."""
        return self.appeal.sealing_public

    @property
    def sealed_as(self) -> str:
        """Return the matter to which texts are bound."""
        return self.appeal.owner


def _officer(**options: Any) -> models.ForeignKey:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, db_index=False, related_name="+", **options
    )


class Assignment(Step):
    """Who had it, from when to when; a hand-over ends one row and begins another."""

    round = models.PositiveSmallIntegerField()
    handler = _officer()
    assigned_at = models.DateTimeField()
    assigned_by = models.CharField(max_length=60)
    signed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = SealedTextField(_("why it was handed over"), blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "appeal"], condition=Q(ended_at=None), name="one_open_assignment"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("assigned_at")),
                name="assignment_dates_in_order",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "appeal", "assigned_at"], name="assignment_history")]


class Talk(Step):
    """A message between the worker and the body, both ways; anonymous workers use the receipt."""

    is_from_worker = models.BooleanField()
    author = models.CharField(max_length=80)
    """Actor id; never a name."""
    text = SealedTextField()
    said_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["tenant", "appeal", "said_at"], name="talk_in_order")]


class Reply(Step):
    """The final answer of a round (处理意见书): opinion, facts, basis."""

    appeal = models.ForeignKey(Appeal, models.CASCADE, db_index=False, related_name="replies")
    round = models.PositiveSmallIntegerField()
    text = SealedTextField()
    opinion = models.CharField(max_length=14, choices=Opinion)
    legal_basis = SealedTextField(blank=True)
    correction = SealedTextField(_("what is put right"), blank=True)
    replied_by = models.CharField(max_length=60)
    replied_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "replies"
        constraints = [
            models.UniqueConstraint(fields=["tenant", "appeal", "round"], name="one_reply_a_round")
        ]


class Rating(Step):
    """The worker's judgement of one round."""

    round = models.PositiveSmallIntegerField()
    result = models.CharField(max_length=14, choices=Mark)
    attitude = models.CharField(max_length=14, choices=Mark)
    comment = SealedTextField(blank=True)
    rated_at = models.DateTimeField()
    rated_by = models.CharField(max_length=80)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "appeal", "round"], name="one_rating_a_round")
        ]


class Hold(Step):
    """A time in which the clock stands, with the reason the worker reads."""

    reason = models.CharField(max_length=12, choices=HoldReason)
    explanation = SealedTextField()
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "appeal"], condition=Q(ended_at=None), name="one_open_hold"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at")), name="hold_dates_in_order"
            ),
        ]
        indexes = [models.Index(fields=["tenant", "appeal", "started_at"], name="hold_history")]


class Extension(Step):
    """More time: asked with a reason, decided by another person."""

    round = models.PositiveSmallIntegerField()
    days = models.PositiveSmallIntegerField()
    reason = SealedTextField()
    asked_by = _officer()
    asked_at = models.DateTimeField()
    is_approved = models.BooleanField(null=True, blank=True)
    decided_by = _officer(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "appeal", "round"],
                condition=~Q(is_approved=False),
                name="one_extension_a_round",
            ),
            models.CheckConstraint(
                condition=Q(is_approved=None, decided_at=None, decided_by=None)
                | Q(is_approved__isnull=False, decided_at__isnull=False, decided_by__isnull=False),
                name="extension_decided_whole",
            ),
            models.CheckConstraint(condition=~Q(asked_by=F("decided_by")), name="extension_by_two_people"),
            models.CheckConstraint(condition=Q(days__gte=1), name="extension_days_positive"),
        ]


class RoutingStep(Step):
    """A move from one body to another."""

    kind = models.CharField(max_length=10, choices=RoutingKind)
    from_body = models.ForeignKey(UnionBody, models.PROTECT, null=True, db_index=False, related_name="+")
    to_body = models.ForeignKey(UnionBody, models.PROTECT, db_index=False, related_name="+")
    reason = SealedTextField(blank=True)
    moved_by = models.CharField(max_length=60)
    moved_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["tenant", "appeal", "moved_at"], name="routing_history")]


class Note(Step):
    """A note among officers; the worker never sees it."""

    text = SealedTextField()
    noted_by = _officer()
    noted_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["tenant", "appeal", "noted_at"], name="notes_in_order")]


class Supervision(Step):
    """A body above urges the one that handles (督办)."""

    body = models.ForeignKey(UnionBody, models.PROTECT, db_index=False, related_name="+")
    demand = SealedTextField()
    supervised_by = _officer()
    supervised_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["tenant", "appeal", "supervised_at"], name="supervision_history")]


class Escalation(Step):
    """The clock ran out and the platform told the body above."""

    round = models.PositiveSmallIntegerField()
    clock = models.CharField(max_length=5, choices=Clock)
    level = models.PositiveSmallIntegerField()
    to_body = models.ForeignKey(UnionBody, models.PROTECT, db_index=False, related_name="+")
    due_at = models.DateTimeField()
    escalated_at = models.DateTimeField()
    next_at = models.DateTimeField()
    """If nothing has moved by then, the next body up is told."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "appeal", "round", "clock", "level"], name="one_escalation_a_level"
            )
        ]
        indexes = [models.Index(fields=["tenant", "escalated_at"], name="escalation_by_age")]


class Review(Step):
    """Review (复查) and final review (复核) by a body above."""

    kind = models.CharField(max_length=9, choices=ReviewKind)
    round = models.PositiveSmallIntegerField()
    body = models.ForeignKey(UnionBody, models.PROTECT, db_index=False, related_name="+")
    reason = SealedTextField()
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    decision = models.CharField(max_length=10, choices=ReviewDecision, blank=True)
    text = SealedTextField(blank=True)
    decided_by = models.CharField(max_length=60, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "appeal"], condition=Q(decided_at=None), name="one_open_review"
            ),
            models.CheckConstraint(
                condition=Q(decided_at=None, decided_by="", decision="")
                | (Q(decided_at__isnull=False) & ~Q(decided_by="") & ~Q(decision="")),
                name="review_decided_whole",
            ),
            models.CheckConstraint(
                condition=Q(decided_by="") | Q(decided_by__startswith="user:"),
                name="review_decided_by_a_person",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "appeal", "asked_at"], name="review_history")]


class EmployerFlag(TenantModel):
    """Five or more people against one employer within the window: the body above is told."""

    employer = models.ForeignKey(Employer, models.PROTECT, db_index=False, related_name="+")
    to_body = models.ForeignKey(UnionBody, models.PROTECT, db_index=False, related_name="+")
    people_count = models.PositiveIntegerField()
    raised_at = models.DateTimeField()
    window_start_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True, blank=True)
    seen_by = _officer(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "employer"], condition=Q(seen_at=None), name="one_open_flag"
            ),
            models.CheckConstraint(
                condition=Q(seen_at=None, seen_by=None) | Q(seen_at__isnull=False, seen_by__isnull=False),
                name="flag_seen_whole",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "to_body", "seen_at"], name="flag_by_body")]
