"""Applications to join, and the doors that a union opens for them."""

import datetime as dt
import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zhijia.core.models import TenantModel
from zhijia.core.sealed_fields import KeptTextField
from zhijia.core.sealing import seal_json, unseal_json
from zhijia.membership.enums import ApplicationState, Channel, Engagement, Sex, Trade
from zhijia.membership.models.membership import Membership, by_person
from zhijia.membership.models.person import PURPOSE
from zhijia.unions.conflict import conflicted_employer_ids
from zhijia.unions.enums import KEEPERS_OF_THE_ROLL as KEEPERS
from zhijia.unions.models import Employer, UnionBody
from zhijia.unions.selectors import scope


class ApplicationQuerySet(models.QuerySet["Application"]):
    def open(self) -> "ApplicationQuerySet":
        """Applications that a union still owes an answer."""
        return self.filter(state__in=("submitted", "question", "review"))

    def known_to(self, user: Any, on: dt.date) -> "ApplicationQuerySet":
        """Rows without what must not exist for a reader: who applies in secret from an employer of his."""
        return self.exclude(is_discreet=True, employer__in=conflicted_employer_ids(user, on))

    def visible_to(self, user: Any, on: dt.date) -> "ApplicationQuerySet":
        """Rows of the bodies whose roll the officer keeps, without what must not exist for him."""
        return self.filter(scope(user, KEEPERS, on).q("body__")).known_to(user, on)


class Application(TenantModel):
    """Somebody wants to join. The body above the enterprise decides unless he chose another.

    What names him is sealed. ``is_discreet``: nobody tied to the employer may learn of it.
    """

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, db_index=False, related_name="+"
    )
    person = models.BinaryField(_("name, numbers and address, sealed"))
    id_index = models.UUIDField(_("look-up key of the identity number"), null=True)
    phone_index = models.UUIDField(_("look-up key of the mobile number"), null=True)
    is_id_doubted = models.BooleanField(_("the identity number is doubted"), default=False)
    sex = models.PositiveSmallIntegerField(_("sex"), choices=Sex, default=Sex.UNKNOWN)
    is_migrant = models.BooleanField(_("migrant worker"), default=False)
    engagement = models.CharField(
        _("kind of engagement"), max_length=12, choices=Engagement, blank=True, default=""
    )
    trade = models.CharField(_("group of workers"), max_length=12, choices=Trade, blank=True, default="")
    place = models.CharField(_("where he works"), max_length=12)
    employer = models.ForeignKey(
        Employer, models.PROTECT, null=True, db_index=False, db_constraint=False, related_name="+"
    )
    employer_name = KeptTextField(_("employer as typed"), max_length=120, blank=True)
    channel = models.CharField(_("how he came"), max_length=12, choices=Channel)
    is_discreet = models.BooleanField(_("the employer must not learn of it"), default=True)
    body = models.ForeignKey(UnionBody, models.PROTECT, db_index=False, related_name="applications")
    state = models.CharField(
        _("state"), max_length=10, choices=ApplicationState, default=ApplicationState.SUBMITTED
    )
    submitted_at = models.DateTimeField(_("handed in at"))
    due_on = models.DateField(_("answer until"))
    latest_on = models.DateField(_("latest answer"))
    escalated_at = models.DateTimeField(_("passed up at"), null=True)
    question = KeptTextField(_("what is missing"), max_length=500, blank=True)
    decided_at = models.DateTimeField(_("decided at"), null=True)
    decided_by = by_person(verbose_name=_("decided by"))
    reason = KeptTextField(_("reason"), max_length=500, blank=True)
    review_until_on = models.DateField(_("review can be asked for until"), null=True)
    review_text = KeptTextField(_("why the refusal is wrong"), max_length=500, blank=True)
    membership = models.ForeignKey(
        Membership, models.SET_NULL, null=True, db_index=False, related_name="applications"
    )
    changed_at = models.DateTimeField(_("changed at"))

    objects: ClassVar[Any] = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("application to join")
        verbose_name_plural = _("applications to join")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "public_id"], name="application_id_once"),
            models.UniqueConstraint(
                fields=["tenant", "account"],
                condition=Q(account__isnull=False, state__in=("submitted", "question", "review")),
                name="one_open_application_per_account",
            ),
            models.CheckConstraint(
                condition=Q(state__in=ApplicationState.values), name="application_state_known"
            ),
            models.CheckConstraint(
                condition=Q(decided_at=None, decided_by=None)
                | Q(decided_at__isnull=False, decided_by__isnull=False),
                name="application_decided_whole",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("accepted", "refused", "upheld")) | Q(decided_at__isnull=False),
                name="application_decision_has_a_person",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "body", "state", "due_on"], name="applications_of_a_body"),
            models.Index(
                fields=["tenant", "due_on"],
                condition=Q(state__in=("submitted", "review")),
                name="applications_due",
            ),
            models.Index(fields=["tenant", "account"], name="applications_of_an_account"),
        ]

    @property
    def sealed_place(self) -> str:
        """Return what the sealed part is bound to."""
        return f"membership_application|person|{self.public_id}"

    def details(self) -> dict[str, str]:
        """Return what names the applicant, in words."""
        if not bytes(self.person):
            return {}
        found: dict[str, str] = unseal_json(self.person, purpose=PURPOSE, place=self.sealed_place)
        return found

    def seal_details(self, details: dict[str, str]) -> None:
        """Seal what names the applicant; the caller saves."""
        kept = {key: value for key, value in details.items() if value}
        self.person = seal_json(kept, purpose=PURPOSE, place=self.sealed_place)


class JoinDoor(TenantModel):
    """A QR code of a union, or a personal invitation: who comes through it applies to this body."""

    body = models.ForeignKey(UnionBody, models.PROTECT, db_index=False, related_name="join_doors")
    channel = models.CharField(
        _("kind"), max_length=12, choices=[(c.value, c.label) for c in (Channel.QR, Channel.INVITATION)]
    )
    code = models.CharField(_("code in the address"), max_length=32)
    note = models.CharField(_("where it hangs, or for whom"), max_length=80, blank=True, default="")
    made_at = models.DateTimeField(_("made at"))
    made_by = by_person(verbose_name=_("made by"))
    expires_on = models.DateField(_("last day"), null=True)
    used_at = models.DateTimeField(_("used at"), null=True)
    """Set for a personal invitation, which serves once."""
    closed_at = models.DateTimeField(_("closed at"), null=True)

    class Meta:
        verbose_name = _("door to join")
        verbose_name_plural = _("doors to join")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "code"], name="door_code_once"),
            models.CheckConstraint(condition=~Q(code=""), name="door_has_code"),
        ]
        indexes = [models.Index(fields=["tenant", "body", "-made_at"], name="doors_of_a_body")]
