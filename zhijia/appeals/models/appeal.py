"""An appeal (职工诉求): one person's matter, from hand-in to judgement."""

import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.utils.translation import gettext_lazy as _

from zhijia.appeals.enums import Channel, Confidentiality, Kind, RefusalGround, State, Urgency
from zhijia.appeals.models.category import Category
from zhijia.appeals.workflow import OPEN, TABLE
from zhijia.core.actors import ReceiptHolder
from zhijia.core.models import TenantModel
from zhijia.core.sealed_fields import SealedTextField, hide_texts, unseal_texts
from zhijia.core.sealing import blind_index, seal, unseal
from zhijia.unions import selectors as unions
from zhijia.unions.enums import Role
from zhijia.unions.models import Employer, UnionBody
from zhijia.unions.row_security import show_own

WIDE_ROLES = (Role.CHAIR, Role.DISPATCHER, Role.SUPERVISOR)
"""Posts that see every appeal of their body and of the bodies below it."""


def outside(barred: frozenset[int], prefix: str = "") -> Q:
    """Return the condition "about none of these employers"; ``prefix`` leads to an appeal.

    NULL-safe: an appeal without a known employer conflicts with nobody.
    """
    if not barred:
        return Q()
    return Q(**{f"{prefix}employer": None}) | ~Q(**{f"{prefix}employer__in": sorted(barred)})


class MatterGroup(TenantModel):
    """Several people, one matter. Each keeps an own appeal, receipt, notice and rating."""

    title = models.CharField(_("title"), max_length=120)
    employer = models.ForeignKey(Employer, models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=60)

    class Meta:
        indexes = [models.Index(fields=["tenant", "created_at"], name="group_by_age")]


class FiledTextChanged(TypeError):
    """Somebody tried to change what a person handed in."""


class AppealQuerySet(models.QuerySet["Appeal"]):
    """The only way to rows is ``visible_to``."""

    def update(self, **changes: Any) -> int:
        """Write to many rows at once, but never what was handed in; erasing writes an empty text."""
        written = [name for name in (*FILED, *FIXED) if changes.get(name, "") != ""]
        if written:
            raise FiledTextChanged(f"{', '.join(written)}: what was handed in is never written again")
        return super().update(**changes)

    def visible_to(self, user: object, on: dt.date) -> "AppealQuerySet":
        """Return what ``user`` may see on the date: the author's own, the handler's, the scope's.

        Minus conflict: what is aimed at an employer whose own union or payroll the person
        belongs to does not exist for him, unless he wrote it. Evaluated in SQL.
        """
        if isinstance(user, ReceiptHolder):
            show_own([user.matter.removeprefix("appeal:")])
            return self.filter(public_id=user.matter.removeprefix("appeal:"))
        if not getattr(user, "is_authenticated", False):
            return self.none()
        own = own_matters_q(user)
        if not user.is_officer:  # type: ignore[attr-defined]
            return self.filter(own)
        return self.filter(own | self.work_of(user, on))

    def work_for(self, user: object, on: dt.date) -> "AppealQuerySet":
        """Return an officer's work: the part of ``visible_to`` that he sees by his posts.

        His own matters are left out: on them he is a worker, and notes about them are not for him.
        """
        if not getattr(user, "is_officer", False):
            return self.none()
        rows = self.filter(self.work_of(user, on)).not_own(user)
        tenants = unions.scope(user, None, on).tenants
        # Every index begins with the tenant.
        return rows.filter(tenant__in=sorted(tenants)) if tenants else rows

    @staticmethod
    def work_of(user: object, on: dt.date) -> Q:
        """Return the condition for an officer's work, without what he may not know of."""
        desks = [p.body_id for p in unions.posts_of(user, on) if p.role == Role.HANDLER]
        pool = Q(handling_body__in=desks, handler=None, state__in=(State.RECEIVED, State.ACCEPTED))
        entered = Q(entered_by=user, state=State.RECEIVED)
        work = unions.scope(user, WIDE_ROLES, on).q("handling_body__") | Q(handler=user) | pool | entered
        return work & outside(unions.conflicted_employer_ids(user, on))

    def free_of_conflict(self, user: object, on: dt.date) -> "AppealQuerySet":
        """Leave out what must not exist for the person; says nothing about his posts."""
        return self.filter(outside(unions.conflicted_employer_ids(user, on)))

    def not_own(self, user: object) -> "AppealQuerySet":
        """Leave out what the person wrote himself."""
        own = own_matters(user)
        return self.exclude(public_id__in=own) if own else self

    def own(self, user: object) -> "AppealQuerySet":
        """Return what the person wrote with his account."""
        return self.filter(own_matters_q(user))

    def open(self) -> "AppealQuerySet":
        """Return those in which somebody still owes something."""
        return self.filter(state__in=TABLE.open_states)


FILED = ("subject", "text", "wish", "employer_text")
"""What the person handed in: written once, never changed, only erased."""


FIXED = ("public_id", "number", "received_at")
"""What the receipt says of the matter: never changed at all."""


class Appeal(TenantModel):
    """One person's matter. Who the person is stands sealed in ``vault``, and what he wrote under its key."""

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    number = models.CharField(_("number"), max_length=11)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel)
    confidentiality = models.CharField(_("confidentiality"), max_length=10, choices=Confidentiality)
    kind = models.CharField(_("kind"), max_length=14, choices=Kind)
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, db_index=False, verbose_name=_("category")
    )
    urgency = models.CharField(_("urgency"), max_length=14, choices=Urgency)
    score = models.PositiveSmallIntegerField(_("order of urgency"), default=0)
    """0–100 from the worker's answers about the matter; sorts the queue. Never about a person."""
    circumstances = models.JSONField(_("circumstances"), default=list, blank=True)
    """Codes that the worker ticked, see ``urgency.CIRCUMSTANCES``."""

    narrative_public = models.BinaryField(default=b"")
    """Public half of the key of the matter's texts: anybody may add one, few may read; empty once erased."""
    subject = SealedTextField(_("subject"), blank=True)
    text = SealedTextField(_("what happened"), blank=True)
    wish = SealedTextField(_("what you want"), blank=True)
    people_count = models.PositiveIntegerField(_("people concerned"), default=1)
    employer = models.ForeignKey(
        Employer, models.PROTECT, null=True, blank=True, db_index=False, verbose_name=_("employer")
    )
    employer_text = SealedTextField(_("employer as written"), blank=True)
    place = models.CharField(_("place"), max_length=12)

    author_sealed = models.BinaryField(default=b"", blank=True)
    """Account of the author under the installation's key, to tell him of news; empty when there is none.
    Whose matter it is, ``OwnMatter`` says."""
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, db_index=False, related_name="+"
    )
    source = models.CharField(_("source"), max_length=60, blank=True)
    source_reference = models.CharField(_("number at the source"), max_length=80, blank=True)
    is_history = models.BooleanField(_("brought in as closed history"), default=False)

    queue_rank = models.GeneratedField(
        expression=Case(
            *(When(urgency=value, then=Value(n * 101)) for n, value in enumerate(reversed(Urgency.values))),
            default=Value(500),
        )
        + Value(100)
        - F("score"),
        output_field=models.SmallIntegerField(),
        db_persist=True,
    )
    """Place in the queue: urgency, then the order within it; the smallest comes first."""

    state = models.CharField(_("state"), max_length=16, choices=State, default=State.RECEIVED)
    todo = models.GeneratedField(
        expression=Case(When(state__in=OPEN, then=Value(1)), default=Value(0)),
        output_field=models.SmallIntegerField(),
        db_persist=True,
    )
    """1 while a union body still has to act. A number: SQLite uses no index for a bare boolean."""
    round = models.PositiveSmallIntegerField(_("round"), default=1)
    handling_body = models.ForeignKey(
        UnionBody, models.PROTECT, db_index=False, related_name="+", verbose_name=_("responsible body")
    )
    handler = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, db_index=False, related_name="+"
    )
    group = models.ForeignKey(
        MatterGroup, models.PROTECT, null=True, blank=True, db_index=False, related_name="appeals"
    )

    received_at = models.DateTimeField(_("received"))
    round_started_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    first_due_at = models.DateTimeField(_("first response due"))
    first_responded_at = models.DateTimeField(null=True, blank=True)
    final_due_at = models.DateTimeField(_("answer due"))
    due_is_provisional = models.BooleanField(default=False)
    """The calendar of a year involved is not announced yet; the date may move."""
    extended_by_days = models.PositiveSmallIntegerField(default=0)
    replied_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField()
    news_at = models.DateTimeField(null=True, blank=True)
    """Since when there is news that a person without an account was not yet told by phone."""
    supervised_at = models.DateTimeField(null=True, blank=True)
    escalated_at = models.DateTimeField(null=True, blank=True)

    refusal_ground = models.CharField(max_length=20, choices=RefusalGround, blank=True)
    refused_by = models.CharField(max_length=60, blank=True)
    """Actor id of the person who refused: no machine does."""
    notice = SealedTextField(_("notice"), blank=True)
    """What the person was told when refused, referred or suspended, and where to go."""
    consents_to_publishing = models.BooleanField(_("may be published without names"), default=False)
    retained_until_on = models.DateField()
    erased_at = models.DateTimeField(null=True, blank=True)

    objects = AppealQuerySet.as_manager()
    opened_with: bytes = b""
    """Private half of the key of the texts once somebody opened them, in memory only."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "number"], name="appeal_number_once"),
            models.UniqueConstraint(fields=["tenant", "public_id"], name="appeal_public_id_once"),
            models.UniqueConstraint(
                fields=["tenant", "source", "source_reference"],
                condition=~Q(source_reference=""),
                name="appeal_source_once",
            ),
            models.CheckConstraint(condition=Q(state__in=State.values), name="appeal_state_known"),
            models.CheckConstraint(condition=Q(round__gte=1), name="appeal_round_positive"),
            models.CheckConstraint(
                condition=~Q(state=State.REFUSED)
                | (Q(refused_by__startswith="user:") & ~Q(refusal_ground="")),
                name="appeal_refused_by_a_person",
            ),
            models.CheckConstraint(condition=Q(score__lte=100), name="appeal_score_in_range"),
            models.CheckConstraint(condition=Q(people_count__gte=1), name="appeal_people_positive"),
            models.CheckConstraint(
                condition=~Q(confidentiality=Confidentiality.ANONYMOUS) | Q(author_sealed=b""),
                name="anonymous_has_no_author",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[State.ASSIGNED, State.HANDLING, State.WAITING], handler__isnull=False)
                | ~Q(state__in=[State.ASSIGNED, State.HANDLING, State.WAITING]),
                name="appeal_in_hand_has_handler",
            ),
            models.CheckConstraint(
                condition=Q(first_due_at__gt=F("round_started_at")), name="first_due_later"
            ),
            models.CheckConstraint(
                condition=Q(final_due_at__gt=F("round_started_at")), name="final_due_later"
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "handling_body", "state", "final_due_at"], name="appeal_desk"),
            models.Index(fields=["tenant", "state", "final_due_at"], name="appeal_due"),
            models.Index(fields=["tenant", "todo", "queue_rank", "final_due_at"], name="appeal_queue"),
            models.Index(fields=["tenant", "handler", "state", "final_due_at"], name="appeal_handler"),
            models.Index(fields=["tenant", "employer", "-received_at"], name="appeal_employer"),
            models.Index(fields=["tenant", "category", "-received_at"], name="appeal_category"),
            models.Index(fields=["tenant", "received_at"], name="appeal_received"),
            models.Index(fields=["tenant", "news_at"], name="appeal_news", condition=~Q(news_at=None)),
            models.Index(
                fields=["tenant", "retained_until_on"], name="appeal_retention", condition=Q(erased_at=None)
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def save(self, *args: Any, **options: Any) -> None:
        """Write the row; what was handed in is written once and from then on only erased."""
        named = options.get("update_fields")
        if not self._state.adding:
            touched = FILED if named is None else [name for name in (*FILED, *FIXED) if name in named]
            if any(getattr(self, name) for name in touched):
                raise FiledTextChanged(f"{self.number}: what was handed in is never written again")
        super().save(*args, **options)

    @property
    def sealing_public(self) -> bytes:
        """Return the half of the key to which texts of this matter are sealed."""
        return bytes(self.narrative_public)

    @property
    def sealed_as(self) -> str:
        """Return the record to which sealed texts are bound."""
        return self.owner

    def show(self, *rows: models.Model) -> None:
        """Open the texts of rows of this matter in memory, or leave them out when it is not open."""
        for row in rows:
            if self.opened_with:
                unseal_texts(row, self.opened_with)
            else:
                hide_texts(row)

    @property
    def author_pk(self) -> int | None:
        """Return the account of the author, to tell him of news and for nothing else."""
        if not self.author_sealed:
            return None
        return int(unseal(self.author_sealed, purpose=AUTHOR, place=f"{AUTHOR}|{self.public_id}"))

    def seal_author(self, user_pk: int) -> None:
        """Set the account of the author."""
        text = str(user_pk).encode()
        self.author_sealed = seal(text, purpose=AUTHOR, place=f"{AUTHOR}|{self.public_id}")

    @property
    def owner(self) -> str:
        """Return the name under which attachments, sealed parts and the audit know this appeal."""
        return f"appeal:{self.public_id}"

    @property
    def is_anonymous(self) -> bool:
        """Say whether nobody knows the person."""
        return self.confidentiality == Confidentiality.ANONYMOUS

    @property
    def is_open(self) -> bool:
        """Say whether somebody still owes something."""
        return self.state in TABLE.open_states


class ReceiptLookup(models.Model):
    """From the keyed look-up key of a receipt to the appeal: the only nation-wide index."""

    receipt_index = models.CharField(max_length=32)
    tenant = models.PositiveSmallIntegerField()
    public_id = models.UUIDField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["receipt_index"], name="receipt_once")]


AUTHOR = "appeal-author"
OWN = "own-matters"


class OwnMatter(models.Model):
    """From a person's keyed look-up key to one of his matters, which stands sealed.

    There is no table from person to matter in clear: neither half says anything without the key files.
    """

    index = models.CharField(max_length=32)
    tenant = models.PositiveSmallIntegerField()
    sealed = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["index"], name="own_matters")]

    @classmethod
    def of(cls, user_pk: int, appeal: Appeal) -> "OwnMatter":
        """Return the row that lets a person find his matter, unsaved."""
        index = own_index(user_pk)
        sealed = seal(appeal.public_id.bytes, purpose=OWN, place=f"{OWN}|{index}")
        return cls(index=index, tenant=appeal.tenant, sealed=sealed)

    @property
    def public_id(self) -> uuid.UUID:
        """Return which matter it is."""
        return uuid.UUID(bytes=unseal(self.sealed, purpose=OWN, place=f"{OWN}|{self.index}"))


def own_index(user_pk: int) -> str:
    """Return the look-up key of a person's own matters."""
    return blind_index(f"user:{user_pk}", purpose=OWN)


def own_matters(user: Any) -> dict[uuid.UUID, int]:
    """Return public id and tenant of what the person wrote with his account; one query a request.

    The only way from a person to his matters: ask it for whoever asks, never for somebody else.
    """
    pk = getattr(user, "pk", None)
    if pk is None:
        return {}
    found: dict[uuid.UUID, int] | None = user.__dict__.get(OWN)
    if found is None:
        found = {row.public_id: row.tenant for row in OwnMatter.objects.filter(index=own_index(pk))}
        user.__dict__[OWN] = found
    show_own(found)
    return found


def forget_own(user: Any) -> None:
    """Read anew what the person wrote: he has just handed something in."""
    user.__dict__.pop(OWN, None)


def own_public_ids(user: Any) -> frozenset[uuid.UUID]:
    """Return the public ids of what the person wrote with his account."""
    return frozenset(own_matters(user))


def writers_among(appeal: Appeal, people: Iterable[Any]) -> set[int]:
    """Return the ids of those of these people who wrote the matter; one query."""
    by_index = {own_index(user.pk): user.pk for user in people}
    rows = OwnMatter.objects.filter(index__in=list(by_index), tenant=appeal.tenant)
    return {by_index[row.index] for row in rows if row.public_id == appeal.public_id}


def own_matters_q(user: Any) -> Q:
    """Return the condition "he wrote it with his account"."""
    own = own_matters(user)
    return Q(tenant__in=set(own.values()), public_id__in=own) if own else Q(pk__in=())
