"""Consents, what was given to others, requests about one's own data, holds and erasures."""

import datetime as dt
import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from zhijia.core.manifest import contributions
from zhijia.core.models import TenantModel
from zhijia.privacy.enums import Basis, RequestKind, RequestState
from zhijia.privacy.workflow import TABLE
from zhijia.unions import selectors as unions
from zhijia.unions.enums import Role
from zhijia.unions.models import UnionBody

ACCOUNT_DECIDERS = (Role.CHAIR, Role.CUSTODIAN)
"""Posts that decide about an account. They learn nothing from it but that somebody asks."""
MATTER_DECIDERS = (Role.CHAIR, Role.SUPERVISOR)
"""Posts that decide about a matter: such as see it anyway."""


def _person(**options: Any) -> models.ForeignKey:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, db_index=False, related_name="+", **options
    )


def work_q(user: Any, on: dt.date) -> Q:
    """Return which rows about a person or a matter an officer may know of, by his posts.

    A matter that he may not see does not exist for him here either: evaluated in SQL.
    """
    found = unions.scope(user, ACCOUNT_DECIDERS, on).q("body__") & Q(about_id=None)
    matters = unions.scope(user, MATTER_DECIDERS, on).q("body__")
    for eraser in contributions("erasers"):
        if eraser.visible is not None:
            found |= matters & Q(about_kind=eraser.kind, about_id__in=eraser.visible(user, on))
    return found


def own_ids(user: Any) -> set[uuid.UUID]:
    """Return the ids of the matters that a person handed in; the apps that own them know."""
    if getattr(user, "pk", None) is None:
        return set()
    return {i for eraser in contributions("erasers") if eraser.own is not None for i in eraser.own(user)}


def own_q(user: Any) -> Q:
    """Return which rows about a person or a matter are his own."""
    found = Q(person=user.pk) if getattr(user, "pk", None) else Q(pk__in=())
    matters = own_ids(user)
    return found | Q(about_id__in=matters) if matters else found


class WorkQuerySet(models.QuerySet[Any]):
    """Rows that officers of a body decide about."""

    def visible_to(self, user: Any, on: dt.date) -> "WorkQuerySet":
        """Return what ``user`` decides about; never what concerns himself."""
        if not getattr(user, "is_officer", False):
            return self.none()
        return self.filter(work_q(user, on))


class RequestQuerySet(WorkQuerySet):
    """Requests of people."""

    def of(self, user: Any) -> "RequestQuerySet":
        """Return a person's own requests."""
        return self.filter(own_q(user))

    def visible_to(self, user: Any, on: dt.date) -> "RequestQuerySet":
        """Return what ``user`` decides about; never his own."""
        # NULL-safe: a request about a matter names no person.
        return super().visible_to(user, on).exclude(pk__in=self.model.objects.filter(own_q(user)))  # type: ignore[return-value]

    def open(self) -> "RequestQuerySet":
        """Return those in which somebody still owes something."""
        return self.filter(state__in=TABLE.open_states)


class ConsentText(models.Model):
    """The words that people were shown, once for each version and language."""

    kind = models.CharField(max_length=40)
    version = models.PositiveSmallIntegerField()
    language = models.CharField(max_length=10)
    text = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "version", "language"], name="consent_text_once")
        ]


class Consent(TenantModel):
    """That a person agreed to one purpose, to which words, from when to when. Rows are never changed
    but for the day of taking it back."""

    person = _person(null=True)
    """None where ``owner`` names a matter: no table leads from a person to his matters."""
    kind = models.CharField(max_length=40)
    owner = models.CharField(max_length=120, blank=True)
    """``type:id`` of the matter it was given for; empty for the whole platform."""
    shown = models.ForeignKey(ConsentText, models.PROTECT, db_index=False, related_name="+")
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "person", "kind", "owner"],
                condition=Q(withdrawn_at=None) & Q(person__isnull=False),
                name="consent_given_once",
            ),
            models.UniqueConstraint(
                fields=["tenant", "kind", "owner"],
                condition=Q(withdrawn_at=None, person=None),
                name="consent_given_once_by_receipt",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | Q(withdrawn_at__gte=F("given_at")),
                name="consent_dates_in_order",
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=False, owner="") | (Q(person=None) & ~Q(owner="")),
                name="consent_of_person_or_matter",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "owner"], name="consents_of_a_matter")]


class Sharing(TenantModel):
    """That data were given to another body: to whom, what, why. Kept three years at least.

    Source: PIPL 23; Network Data Security Regulations (网络数据安全管理条例) 12.
    """

    person = _person(null=True)
    """Whose account; None for a matter, as in ``RightsRequest``."""
    about_kind = models.CharField(max_length=20)
    about_id = models.UUIDField(null=True)
    """The matter, if it is one."""
    body = models.ForeignKey(UnionBody, models.PROTECT, db_index=False, related_name="+")
    """The union body that gave them away."""
    recipient = models.CharField(_("who receives it"), max_length=120)
    contact = models.CharField(_("how to reach them"), max_length=120)
    purpose = models.CharField(_("what for"), max_length=200)
    kinds = models.CharField(_("which data"), max_length=200)
    basis = models.CharField(max_length=10, choices=Basis)
    article = models.CharField(max_length=120, blank=True)
    consent = models.ForeignKey(Consent, models.PROTECT, null=True, db_index=False, related_name="+")
    shared_by = _person()
    shared_at = models.DateTimeField()

    objects: ClassVar[Any] = WorkQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(basis__in=Basis.values), name="sharing_basis_known"),
            models.CheckConstraint(
                condition=Q(basis=Basis.CONSENT, consent__isnull=False)
                | (Q(basis=Basis.DUTY) & ~Q(article="")),
                name="sharing_has_its_basis",
            ),
            models.CheckConstraint(
                condition=Q(person=None) | Q(about_id=None), name="sharing_person_or_matter"
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "person", "shared_at"], name="sharings_of_a_person"),
            models.Index(fields=["tenant", "about_id"], name="sharings_of_a_matter"),
            models.Index(fields=["tenant", "shared_at"], name="sharings_by_age"),
        ]

    @property
    def audit_reference(self) -> str:
        """Return how the audit names it."""
        return f"sharing:{self.pk}"


class RightsRequest(TenantModel):
    """A person asks something about his own data; a person of the union decides."""

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    person = _person(null=True)
    """Whose account; None for a matter, so that no table leads from a person to his matters."""
    kind = models.CharField(max_length=20, choices=RequestKind)
    about_kind = models.CharField(max_length=20)
    """``user``, or the type of the matter."""
    about_id = models.UUIDField(null=True)
    body = models.ForeignKey(UnionBody, models.PROTECT, null=True, db_index=False, related_name="+")
    """Whose officers decide; None in an installation without any body."""
    text = models.BinaryField()
    """Sealed: what the person wrote."""
    state = models.CharField(max_length=10, choices=RequestState)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    """By when it is answered."""
    decided_by = _person(null=True)
    """None where nothing stood against it, so that nobody had to decide."""
    decided_at = models.DateTimeField(null=True)
    answer = models.BinaryField(default=b"")
    """Sealed: what the person is told."""
    carry_out_at = models.DateTimeField(null=True)
    """From when it is erased."""
    erase_until = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    objects: ClassVar[Any] = RequestQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "public_id"], name="rights_request_public_id"),
            models.UniqueConstraint(
                fields=["tenant", "kind", "about_id"],
                condition=Q(state__in=["asked", "granted", "frozen"], about_id__isnull=False),
                name="one_open_request_a_matter",
            ),
            models.UniqueConstraint(
                fields=["tenant", "person", "kind"],
                condition=Q(state__in=["asked", "granted", "frozen"], about_id=None),
                name="one_open_request_an_account",
            ),
            models.CheckConstraint(
                condition=Q(state__in=RequestState.values), name="rights_request_state_known"
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | Q(decided_at__isnull=False), name="rights_decided_whole"
            ),
            models.CheckConstraint(
                condition=Q(person=None, about_id__isnull=False) | Q(person__isnull=False, about_id=None),
                name="rights_person_or_matter",
            ),
            # Nobody is refused by a machine.
            models.CheckConstraint(
                condition=~Q(state=RequestState.REFUSED) | Q(decided_by__isnull=False),
                name="rights_refused_by_a_person",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("person")), name="rights_never_by_oneself"
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "body", "state", "due_at"], name="rights_requests_desk"),
            models.Index(fields=["tenant", "state", "carry_out_at"], name="rights_requests_to_do"),
            models.Index(fields=["tenant", "person", "-asked_at"], name="rights_requests_own"),
        ]

    @property
    def reference(self) -> str:
        """Return what it is about, as ``type:id``."""
        return f"{self.about_kind}:{self.about_id or self.person_id}"

    @property
    def audit_reference(self) -> str:
        """Return how the audit names it."""
        return f"rights-request:{self.public_id}"

    def place(self, text: str) -> str:
        """Return the associated data that binds a sealed text to this row."""
        return f"rights|{self.public_id}|{text}"


class LegalHold(TenantModel):
    """A law forbids to erase something now. Placed by one person, confirmed by another, with an end."""

    about_kind = models.CharField(max_length=20)
    about_id = models.UUIDField(null=True)
    person = _person(null=True)
    """Whose account is held; None for a matter."""
    body = models.ForeignKey(UnionBody, models.PROTECT, db_index=False, related_name="+")
    article = models.CharField(_("law and article"), max_length=120)
    reason = models.BinaryField()
    """Sealed: what an officer types may name somebody."""
    placed_by = _person()
    placed_at = models.DateTimeField()
    confirmed_by = _person(null=True)
    confirmed_at = models.DateTimeField(null=True)
    until_on = models.DateField(_("last day"))
    ended_by = _person(null=True)
    ended_at = models.DateTimeField(null=True)
    frozen_at = models.DateTimeField(null=True)
    """Since when it is kept for this hold only: from then on two people must agree to read it."""

    objects: ClassVar[Any] = WorkQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_by=None, confirmed_at__isnull=True)
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False),
                name="hold_confirmed_whole",
            ),
            models.CheckConstraint(
                condition=Q(ended_by=None) | Q(ended_at__isnull=False), name="hold_ended_whole"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("placed_by")), name="hold_by_two_people"
            ),
            models.CheckConstraint(condition=~Q(article=""), name="hold_names_its_law"),
        ]
        indexes = [
            models.Index(fields=["tenant", "about_id"], name="holds_of_a_matter"),
            models.Index(fields=["tenant", "person"], name="holds_of_an_account"),
            models.Index(fields=["tenant", "until_on"], name="holds_by_end"),
        ]

    @property
    def reference(self) -> str:
        """Return what it is about, as ``type:id``."""
        return f"{self.about_kind}:{self.about_id or self.person_id}"

    @property
    def audit_reference(self) -> str:
        """Return how the audit names it."""
        return f"legal-hold:{self.pk}"

    def place(self) -> str:
        """Return the associated data that binds the reason to what is held."""
        return f"hold|{self.reference}"


class Erasure(TenantModel):
    """That something was erased, when and how much; nothing of what it was. The twin of the ledger file."""

    reference = models.CharField(max_length=120)
    mark = models.CharField(max_length=40, blank=True)
    """See ``core.erasures``."""
    request = models.CharField(max_length=40, blank=True)
    counts = models.JSONField(default=dict)
    erased_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "reference", "mark"], name="erased_once")]
