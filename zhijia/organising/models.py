"""Processes about union bodies, their steps, votes and candidates. What follows is kept in ``unions``."""

import datetime as dt
import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from zhijia.core.models import TenantModel
from zhijia.core.sealed_fields import KeptTextField
from zhijia.organising.enums import Office, ProcessKind, Proposer, State, Voters
from zhijia.organising.workflow import FINAL
from zhijia.unions.conflict import conflicted_employer_ids
from zhijia.unions.enums import BodyKind, CommitteeSystem, Role, Sex
from zhijia.unions.models import Employer, Seat, UnionBody
from zhijia.unions.selectors import posts_of, scope

APPROVERS = (Role.CHAIR, Role.DISPATCHER, Role.STEWARD)
"""Who answers for the union above: its chair, its dispatcher, its steward."""
LEADERS = (Role.CHAIR, Role.STEWARD)
"""Who acts for a body in its own matters."""


def _person(**options: Any) -> "models.ForeignKey[Any, Any]":
    told = {"on_delete": models.SET_NULL, "null": True, "related_name": "+", "db_index": False, **options}
    return models.ForeignKey(settings.AUTH_USER_MODEL, **told)


def _body(**options: Any) -> "models.ForeignKey[Any, Any]":
    told = {"on_delete": models.PROTECT, "related_name": "+", "db_index": False, **options}
    return models.ForeignKey(UnionBody, **told)


class ProcessQuerySet(models.QuerySet["Process"]):
    def visible_to(self, user: Any, on: dt.date) -> "ProcessQuerySet":
        """One's own; those of the body one leads; for officers above, what was sent to them.

        A founding must not exist for whoever is tied to the employer: nobody there shall learn that
        somebody asked. Before it is sent, it belongs to its author alone.
        """
        if getattr(user, "pk", None) is None:
            return self.none()
        mine = Q(applicant=user)
        if not user.is_officer:
            return self.filter(mine)
        led = [post.body_id for post in posts_of(user, on) if post.role in LEADERS]
        above = scope(user, APPROVERS, on).q("upper__") & ~Q(kind=ProcessKind.FOUNDING, applied_at=None)
        untied = Q(employer=None) | ~Q(employer__in=conflicted_employer_ids(user, on))
        return self.filter(mine | Q(body__in=led) | (above & untied))

    def open(self) -> "ProcessQuerySet":
        """Those in which somebody still owes something."""
        return self.exclude(state__in=FINAL)


class Process(TenantModel):
    """One process. A founding has an employer and no body yet; every other one has its body."""

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    kind = models.CharField(_("kind"), max_length=12, choices=ProcessKind)
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.DRAFT)
    body = _body(null=True, verbose_name=_("union body"))
    upper = _body(verbose_name=_("union above"))
    answering = _body(verbose_name=_("who answers"))
    """The union above, or, once it was late or its refusal is reviewed, a body above that."""
    applicant = _person(verbose_name=_("opened by"))
    last_applicant = _person()
    """Who sent it last; neither of the two decides."""
    refuser = _person()
    """Who refused; another person reviews."""
    refused_from = models.CharField(max_length=20, choices=State, blank=True, default="")
    opened_at = models.DateTimeField(_("begun at"))
    changed_at = models.DateTimeField(_("changed at"))
    applied_at = models.DateTimeField(_("sent at"), null=True)
    due_on = models.DateField(_("answer due on"), null=True)

    employer = models.ForeignKey(
        Employer, on_delete=models.PROTECT, null=True, related_name="+", db_index=False,
        verbose_name=_("employer"),
    )  # fmt: skip
    union_name = models.CharField(_("name of the union"), max_length=120, blank=True, default="")
    body_kind = models.CharField(
        _("kind of union"), max_length=12, choices=BodyKind, default=BodyKind.GRASSROOTS
    )
    place = models.CharField(_("place"), max_length=12, blank=True, default="")
    workers = models.PositiveIntegerField(_("workers"), default=0)
    members = models.PositiveIntegerField(_("members"), default=0)
    women = models.PositiveIntegerField(_("women among the members"), default=0)
    years = models.PositiveSmallIntegerField(_("years of the term"), default=5)

    partner = _body(null=True, verbose_name=_("where it goes"))
    """Where the bodies below, and on a merger the members, go."""
    entitled = models.PositiveIntegerField(_("members entitled to vote"), null=True)
    yes = models.PositiveIntegerField(_("yes votes"), null=True)
    held_on = models.DateField(_("day of the vote"), null=True)

    seat = models.ForeignKey(
        Seat, on_delete=models.PROTECT, null=True, related_name="+", db_index=False,
        verbose_name=_("seat of who is to be recalled"),
    )  # fmt: skip
    proposed_by = models.CharField(_("proposed by"), max_length=10, choices=Proposer, blank=True, default="")
    signatures = models.PositiveIntegerField(_("members who signed"), null=True)
    voters = models.CharField(_("who votes"), max_length=10, choices=Voters, blank=True, default="")

    representative = KeptTextField(_("legal representative"))
    materials = models.JSONField(_("papers that are there"), default=list)

    objects = ProcessQuerySet.as_manager()

    class Meta:
        verbose_name = _("process of a union body")
        verbose_name_plural = _("processes of union bodies")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "public_id"], name="process_id_once"),
            models.UniqueConstraint(
                fields=["tenant", "body", "kind"],
                condition=Q(body__isnull=False) & ~Q(state__in=FINAL),
                name="one_process_of_a_kind",
            ),
            models.CheckConstraint(condition=Q(kind__in=ProcessKind.values), name="process_kind_known"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="process_state_known"),
            models.CheckConstraint(
                condition=Q(kind="founding") | Q(body__isnull=False), name="process_is_about_a_body"
            ),
            models.CheckConstraint(
                condition=Q(kind="recall", seat__isnull=False) | ~Q(kind="recall") & Q(seat=None),
                name="recall_is_about_a_seat",
            ),
            models.CheckConstraint(
                condition=~Q(kind="founding") | ~Q(state="established") | Q(body__isnull=False),
                name="established_means_a_body",
            ),
            models.CheckConstraint(condition=Q(members__lte=F("workers")), name="members_are_workers"),
            models.CheckConstraint(condition=Q(women__lte=F("members")), name="women_are_members"),
            models.CheckConstraint(
                condition=Q(yes=None) | Q(yes__lte=F("entitled")), name="yes_votes_of_the_entitled"
            ),
            models.CheckConstraint(
                condition=~Q(
                    kind__in=("merger", "dissolution", "recall"), state__in=("voted", "applied", "closed")
                )
                | Q(yes__isnull=False),
                name="no_closing_without_a_vote",
            ),
            models.CheckConstraint(
                condition=Q(partner=None) | ~Q(partner=F("body")), name="nothing_merges_into_itself"
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "state", "due_on"], name="processes_due"),
            models.Index(fields=["tenant", "upper", "state"], name="processes_of_the_union_above"),
            models.Index(fields=["tenant", "applicant"], name="processes_of_a_person"),
        ]

    @property
    def title(self) -> str:
        """Return what it is about, for lists."""
        return self.union_name or (self.body.name if self.body else "")

    @property
    def is_final(self) -> bool:
        """Say whether nobody owes anything any more."""
        return self.state in FINAL


class Step(TenantModel):
    """Something that was done with a process, and the reason given. Shown to both sides."""

    process = models.ForeignKey(Process, on_delete=models.CASCADE, db_index=False, related_name="steps")
    name = models.CharField(max_length=30)
    at = models.DateTimeField()
    actor = _person()
    office = _body(null=True)
    """The body for which the union above acted; empty for the applicants and for timers."""
    reason = KeptTextField(_("reason"))

    class Meta:
        indexes = [models.Index(fields=["tenant", "process", "at"], name="steps_of_a_process")]


class Vote(TenantModel):
    """One vote of an election: totals only. No row says how anybody voted."""

    process = models.ForeignKey(Process, on_delete=models.CASCADE, db_index=False, related_name="votes")
    office = models.CharField(_("vote on"), max_length=10, choices=Office)
    voters = models.CharField(_("who votes"), max_length=10, choices=Voters, default=Voters.ASSEMBLY)
    system = models.CharField(
        _("how it is made up"), max_length=10, choices=CommitteeSystem, default=CommitteeSystem.ELECTED
    )
    seats = models.PositiveSmallIntegerField(_("seats"))
    round = models.PositiveSmallIntegerField(_("ballot"), default=1)
    entitled = models.PositiveIntegerField(_("entitled to vote"), null=True)
    present = models.PositiveIntegerField(_("present"), null=True)
    issued = models.PositiveIntegerField(_("ballots issued"), null=True)
    returned = models.PositiveIntegerField(_("ballots returned"), null=True)
    invalid = models.PositiveIntegerField(_("invalid ballots"), null=True)
    held_on = models.DateField(_("day of the vote"), null=True)
    counted_at = models.DateTimeField(_("counted at"), null=True)

    class Meta:
        verbose_name = _("vote")
        verbose_name_plural = _("votes")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "process", "office", "round"], name="one_vote_on_an_office_in_a_round"
            ),
            models.CheckConstraint(condition=Q(office__in=Office.values), name="vote_office_known"),
            models.CheckConstraint(condition=Q(seats__gte=1), name="vote_fills_a_seat"),
            models.CheckConstraint(
                condition=Q(counted_at=None)
                | Q(system="joint")
                | Q(
                    present__lte=F("entitled"),
                    issued__lte=F("present"),
                    returned__lte=F("issued"),
                    invalid__lte=F("returned"),
                ),
                name="vote_totals_are_possible",
            ),
        ]

    @property
    def is_counted(self) -> bool:
        """Whether its totals are entered."""
        return self.counted_at is not None


class Candidate(TenantModel):
    """A person who stands in a vote, with the number of yes votes."""

    vote = models.ForeignKey(Vote, on_delete=models.CASCADE, db_index=False, related_name="candidates")
    name = KeptTextField(_("name"))
    sex = models.CharField(_("sex"), max_length=7, choices=Sex, default=Sex.UNKNOWN)
    is_full_time = models.BooleanField(_("full-time"), default=False)
    is_kin_of_head = models.BooleanField(_("close relative of the head of the enterprise"), default=False)
    represents = models.CharField(_("sent by"), max_length=120, blank=True, default="")
    contract_until_on = models.DateField(_("last day of the labour contract"), null=True, blank=True)
    yes = models.PositiveIntegerField(_("yes votes"), null=True)
    is_elected = models.BooleanField(_("elected"), default=False)

    class Meta:
        verbose_name = _("candidate")
        verbose_name_plural = _("candidates")
        constraints = [
            # Trade Union Law art. 10.
            models.CheckConstraint(condition=Q(is_kin_of_head=False), name="candidate_is_no_kin_of_the_head"),
        ]
        indexes = [models.Index(fields=["tenant", "vote"], name="candidates_of_a_vote")]


class Reminder(TenantModel):
    """That the people of a body were reminded of the end of a term, or of a vacant chair."""

    term = models.ForeignKey("unions.Term", on_delete=models.CASCADE, db_index=False, related_name="+")
    what = models.CharField(max_length=24)
    sent_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "term", "what"], name="one_reminder_of_a_kind")
        ]
