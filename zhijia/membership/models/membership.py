"""Memberships: which worker belonged to which union, from when until when, and each step between."""

import datetime as dt
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from zhijia.core.models import TenantModel
from zhijia.core.sealed_fields import KeptTextField
from zhijia.membership.enums import (
    Channel,
    CorrectionState,
    Ending,
    Kind,
    Provable,
    ReminderState,
    State,
    TransferState,
)
from zhijia.membership.models.person import Worker
from zhijia.unions.conflict import conflicted_employer_ids
from zhijia.unions.enums import KEEPERS_OF_THE_ROLL as KEEPERS
from zhijia.unions.models import Employer, UnionBody
from zhijia.unions.selectors import scope


def by_person(**options: Any) -> Any:
    """Return a key to the account of whoever did something; without an index of its own."""
    told = {"on_delete": models.PROTECT, "related_name": "+", "db_index": False, "null": True, **options}
    return models.ForeignKey(settings.AUTH_USER_MODEL, **told)


class MembershipQuerySet(models.QuerySet["Membership"]):
    def open(self) -> "MembershipQuerySet":
        """Memberships that have not ended."""
        return self.filter(ended_on=None)

    def open_on(self, on: dt.date) -> "MembershipQuerySet":
        """Memberships that were in force on a day."""
        return self.filter(Q(ended_on=None) | Q(ended_on__gte=on), joined_on__lte=on)

    def counted(self) -> "MembershipQuerySet":
        """Full memberships that are in the kept totals; see ``Membership.is_counted``."""
        open_ones = self.filter(ended_on=None, kind=Kind.FULL)
        return open_ones.exclude(is_discreet=True, employer__isnull=False)

    def known_to(self, user: Any, on: dt.date) -> "MembershipQuerySet":
        """Rows without what must not exist for a reader: who joined in secret from an employer of his."""
        return self.exclude(is_discreet=True, employer__in=conflicted_employer_ids(user, on))

    def visible_to(self, user: Any, on: dt.date) -> "MembershipQuerySet":
        """Rows of the bodies whose roll the officer keeps, without what must not exist for him."""
        return self.filter(scope(user, KEEPERS, on).own_q()).known_to(user, on)


class Membership(TenantModel):
    """That a worker belongs to a union body, from a day on. Never overwritten: it ends, another begins.

    Lives in the tenant of the body. ``is_discreet``: he joined by himself, and nobody tied to his
    employer may know.
    """

    worker = models.ForeignKey(
        Worker, models.CASCADE, db_index=False, db_constraint=False, related_name="memberships"
    )
    body = models.ForeignKey(
        UnionBody, models.PROTECT, db_index=False, db_constraint=False, related_name="memberships"
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.FULL)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.ACTIVE)
    joined_on = models.DateField(_("joined on"))
    ended_on = models.DateField(_("last day"), null=True)
    ending = models.CharField(_("why it ended"), max_length=12, choices=Ending, blank=True, default="")
    channel = models.CharField(_("how he joined"), max_length=12, choices=Channel)
    employer = models.ForeignKey(
        Employer, models.PROTECT, null=True, db_index=False, db_constraint=False, related_name="+"
    )
    is_discreet = models.BooleanField(_("the employer must not learn of it"), default=False)
    card_number = models.CharField(_("number of the card"), max_length=20, blank=True, default="")
    roster_import = models.PositiveBigIntegerField(_("import that wrote it"), null=True)
    written_at = models.DateTimeField(_("written at"))
    changed_at = models.DateTimeField(_("changed at"))

    objects: ClassVar[Any] = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "worker"],
                condition=Q(ended_on=None, kind="full"),
                name="one_full_membership_at_a_time",
            ),
            models.UniqueConstraint(
                fields=["tenant", "worker", "body"],
                condition=Q(ended_on=None),
                name="one_membership_in_a_body_at_a_time",
            ),
            models.CheckConstraint(condition=Q(state__in=State.values), name="membership_state_known"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="membership_kind_known"),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("joined_on")), name="membership_days_in_order"
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None, ending="") & ~Q(state="ended")
                | Q(ended_on__isnull=False, state="ended") & ~Q(ending=""),
                name="membership_ended_whole",
            ),
        ]
        indexes = [
            models.Index(
                fields=["tenant", "body", "id"], condition=Q(ended_on=None), name="members_of_a_body"
            ),
            models.Index(
                fields=["tenant", "body", "-ended_on"],
                condition=Q(ended_on__isnull=False),
                name="past_members_of_a_body",
            ),
            models.Index(
                fields=["tenant", "worker"],
                condition=Q(ended_on__isnull=False),
                name="past_unions_of_a_worker",
            ),
            models.Index(
                fields=["tenant", "card_number"], condition=~Q(card_number=""), name="membership_by_card"
            ),
        ]

    @property
    def is_open(self) -> bool:
        """Say whether it goes on."""
        return self.ended_on is None

    @property
    def is_counted(self) -> bool:
        """Say whether it is in the totals: full, and not hidden from anybody.

        A total that goes up by one would tell whoever is tied to the employer that somebody joined.
        """
        return self.kind == Kind.FULL and not (self.is_discreet and self.employer_id is not None)


class MembershipStep(TenantModel):
    """One step in the life of a membership: what happened, from which day it counts, who wrote it down."""

    membership = models.ForeignKey(Membership, models.CASCADE, db_index=False, related_name="steps")
    step = models.CharField(_("step"), max_length=24)
    """Name of the transition in ``workflow.MEMBERSHIP``."""
    before = models.CharField(_("state before"), max_length=10, choices=State, blank=True, default="")
    after = models.CharField(_("state after"), max_length=10, choices=State)
    counts_on = models.DateField(_("counts from"))
    reason = KeptTextField(_("reason"), max_length=500, blank=True)
    written_at = models.DateTimeField(_("written at"))
    written_by = by_person(verbose_name=_("written by"))

    class Meta:
        verbose_name = _("step of a membership")
        verbose_name_plural = _("steps of memberships")
        indexes = [models.Index(fields=["tenant", "membership", "id"], name="steps_of_a_membership")]


class Transfer(TenantModel):
    """A union asks for a member of another: the old one may object within its time; silence releases."""

    worker = models.ForeignKey(
        Worker, models.CASCADE, db_index=False, db_constraint=False, related_name="transfers"
    )
    membership = models.ForeignKey(Membership, models.CASCADE, db_index=False, related_name="+")
    from_body = models.ForeignKey(UnionBody, models.PROTECT, db_index=False, related_name="+")
    to_body = models.ForeignKey(UnionBody, models.PROTECT, db_index=False, related_name="+")
    state = models.CharField(_("state"), max_length=10, choices=TransferState, default=TransferState.ASKED)
    asked_at = models.DateTimeField(_("asked at"))
    asked_by = by_person(verbose_name=_("asked by"))
    release_due_on = models.DateField(_("released by silence after"))
    objection = KeptTextField(_("why the old union objects"), max_length=500, blank=True)
    objected_at = models.DateTimeField(_("objected at"), null=True)
    decided_at = models.DateTimeField(_("decided at"), null=True)
    decision = KeptTextField(_("why it was decided so"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("transfer")
        verbose_name_plural = _("transfers")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "membership"],
                condition=Q(state__in=("asked", "objected")),
                name="one_transfer_at_a_time",
            ),
            models.CheckConstraint(condition=Q(state__in=TransferState.values), name="transfer_state_known"),
            models.CheckConstraint(condition=~Q(from_body=F("to_body")), name="transfer_goes_elsewhere"),
            models.CheckConstraint(
                condition=Q(state__in=("asked", "objected"), decided_at=None)
                | Q(state__in=("released", "kept", "cancelled"), decided_at__isnull=False),
                name="transfer_decided_whole",
            ),
        ]
        indexes = [
            models.Index(
                fields=["tenant", "release_due_on"], condition=Q(state="asked"), name="transfers_due"
            ),
            models.Index(fields=["tenant", "from_body", "state"], name="transfers_from_a_body"),
            models.Index(fields=["tenant", "to_body", "state"], name="transfers_to_a_body"),
        ]


class Reminder(TenantModel):
    """That a member was asked whether he stays. Without it, and a refusal, nobody is deemed to have left."""

    membership = models.ForeignKey(Membership, models.CASCADE, db_index=False, related_name="reminders")
    state = models.CharField(_("state"), max_length=10, choices=ReminderState, default=ReminderState.SENT)
    sent_at = models.DateTimeField(_("reminded at"))
    sent_by = by_person(verbose_name=_("reminded by"))
    due_on = models.DateField(_("answer until"))
    answer = KeptTextField(_("what the member said"), max_length=500, blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True)

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "membership"], condition=Q(state="sent"), name="one_reminder_at_a_time"
            ),
            models.CheckConstraint(condition=Q(state__in=ReminderState.values), name="reminder_state_known"),
            models.CheckConstraint(
                condition=~Q(state__in=("answered", "refused", "used")) | Q(answered_at__isnull=False),
                name="reminder_answered_whole",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "membership", "-sent_at"], name="reminders_of_a_member")]


class Correction(TenantModel):
    """A change of one's own data that needs proof: the body looks at it."""

    worker = models.ForeignKey(Worker, models.CASCADE, db_index=False, related_name="corrections")
    body = models.ForeignKey(UnionBody, models.PROTECT, null=True, db_index=False, related_name="+")
    field = models.CharField(_("what"), max_length=20)
    value = models.BinaryField(_("new value, sealed"))
    note = KeptTextField(_("what proves it"), max_length=300, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=CorrectionState, default=CorrectionState.ASKED
    )
    asked_at = models.DateTimeField(_("asked at"))
    due_on = models.DateField(_("answer until"))
    decided_at = models.DateTimeField(_("decided at"), null=True)
    decided_by = by_person(verbose_name=_("decided by"))
    reason = KeptTextField(_("reason"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "worker", "field"],
                condition=Q(state="asked"),
                name="one_open_correction_of_a_field",
            ),
            models.CheckConstraint(
                condition=Q(state__in=CorrectionState.values), name="correction_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state="asked", decided_at=None, decided_by=None)
                | Q(decided_at__isnull=False, decided_by__isnull=False),
                name="correction_decided_whole",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "body", "state", "due_on"], name="corrections_to_look_at")]

    @property
    def what(self) -> Any:
        """Return in words what is to be put right."""
        return Provable(self.field).label

    @property
    def place(self) -> str:
        """Return what the sealed value is bound to."""
        return f"membership_correction|{self.worker_id}|{self.field}"
