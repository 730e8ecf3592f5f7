"""A worker on a roll, once in the whole nation, whatever unions he belonged to."""

import datetime as dt
from typing import Any, ClassVar
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zhijia.core.identifiers import mask_mobile
from zhijia.core.models import TenantModel
from zhijia.core.sealing import blind_index, seal_json, unseal_json
from zhijia.membership.enums import Education, Engagement, IdKind, IdStanding, Sex, Trade, WorkStatus
from zhijia.unions.enums import Industry
from zhijia.unions.models import Employer

PURPOSE = "roll"
"""Key under which a person's own data lie; no other app derives it."""
DETAILS = ("name", "id_kind", "id_number", "phone", "born_on", "address", "ethnicity", "politics")
"""What is sealed together: all that names or finds a person."""


def id_index(number: str) -> UUID:
    """Return the look-up key of an identity number; its purpose is the roll's alone."""
    return UUID(hex=blind_index(number, purpose="roll-identity"))


def phone_index(number: str) -> UUID:
    """Return the look-up key of a mobile number in E.164 form, for the roll alone."""
    return UUID(hex=blind_index(number, purpose="roll-phone"))


class Worker(TenantModel):
    """A person on a roll. What names him is sealed; what is counted stands in codes.

    One row for one person: memberships, employments and corrections point here. ``account`` is set
    once the person himself has shown that the mobile number is his.
    """

    person = models.BinaryField(_("name, numbers and address, sealed"))
    person_key = models.UUIDField(editable=False)
    """What the sealed part is bound to; made with the row, so that it can be sealed before it is saved."""
    id_index = models.UUIDField(_("look-up key of the identity number"), null=True)
    """Kept here to let it go with the row; found through ``Identity``."""
    id_standing = models.CharField(
        _("standing of the number"), max_length=10, choices=IdStanding, default=IdStanding.MISSING
    )
    phone_index = models.UUIDField(_("look-up key of the mobile number"), null=True)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, db_index=False, related_name="+"
    )
    sex = models.PositiveSmallIntegerField(_("sex"), choices=Sex, default=Sex.UNKNOWN)
    birth_year = models.PositiveSmallIntegerField(_("year of birth"), null=True)
    place = models.CharField(_("place of residence"), max_length=12, blank=True, default="")
    """GB/T 2260 code."""
    education = models.CharField(_("education"), max_length=2, choices=Education, blank=True, default="")
    is_migrant = models.BooleanField(_("migrant worker"), default=False)
    work_status = models.CharField(
        _("standing at work"), max_length=12, choices=WorkStatus, blank=True, default=""
    )
    engagement = models.CharField(
        _("kind of engagement"), max_length=12, choices=Engagement, blank=True, default=""
    )
    trade = models.CharField(_("group of workers"), max_length=12, choices=Trade, blank=True, default="")
    industry = models.CharField(_("industry"), max_length=1, choices=Industry, blank=True, default="")
    created_at = models.DateTimeField(_("entered at"))
    changed_at = models.DateTimeField(_("changed at"))
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, db_index=False, db_constraint=False, related_name="+"
    )

    objects: ClassVar[models.Manager["Worker"]] = models.Manager()

    class Meta:
        verbose_name = _("worker")
        verbose_name_plural = _("people on the roll")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "account"], condition=Q(account__isnull=False), name="one_entry_per_account"
            ),
            models.CheckConstraint(condition=Q(sex__in=Sex.values), name="worker_sex_known"),
            models.CheckConstraint(
                condition=Q(birth_year=None) | Q(birth_year__range=(1900, 2100)), name="worker_birth_year"
            ),
            models.CheckConstraint(condition=Q(trade__in=Trade.values), name="worker_trade_known"),
            models.CheckConstraint(
                condition=Q(id_standing__in=IdStanding.values), name="worker_id_standing_known"
            ),
        ]
        indexes = [
            models.Index(
                fields=["tenant", "phone_index"],
                condition=Q(phone_index__isnull=False),
                name="worker_by_phone",
            ),
        ]

    @property
    def sealed_place(self) -> str:
        """Return what the sealed part is bound to."""
        return f"membership_worker|person|{self.person_key}"

    def details(self) -> dict[str, str]:
        """Return what is sealed, in words; see ``DETAILS``."""
        if not bytes(self.person):
            return {}
        found: dict[str, str] = unseal_json(self.person, purpose=PURPOSE, place=self.sealed_place)
        return found

    def seal_details(self, details: dict[str, str]) -> None:
        """Seal what names the person; the caller saves ``person`` and sets the look-up keys."""
        self.person = seal_json(
            {key: value for key, value in details.items() if value}, purpose=PURPOSE, place=self.sealed_place
        )

    def set_numbers(self, *, id_number: str, phone: str) -> None:
        """Set the look-up keys of a clean identity number and a number in E.164 form, each maybe blank."""
        self.id_index = id_index(id_number) if id_number else None
        self.phone_index = phone_index(phone) if phone else None


def masked(details: dict[str, str]) -> dict[str, str]:
    """Return details for a list: the name whole, numbers with their middle hidden."""
    number = details.get("id_number", "")
    phone = details.get("phone", "")
    return {
        "name": details.get("name", ""),
        "id_number": f"{number[:3]}***********{number[-2:]}" if number else "",
        "phone": mask_mobile(phone) if phone else "",
    }


class Identity(models.Model):
    """Whose an identity number is: the one look-up table that spans all tenants.

    Small on purpose (a key and where to look), so that it can be copied to every machine. A worker
    whose number is doubted has no row here.
    """

    index = models.UUIDField(primary_key=True)
    tenant = models.PositiveSmallIntegerField()
    worker_id = models.PositiveBigIntegerField()

    class Meta:
        verbose_name = _("identity number")
        verbose_name_plural = _("identity numbers")


class Employment(TenantModel):
    """Where a worker works or worked: dated, never overwritten.

    Kept only where the union does not say it already (a joint or territorial union, a platform).
    """

    worker = models.ForeignKey(Worker, models.CASCADE, db_index=False, related_name="employments")
    employer = models.ForeignKey(
        Employer, models.PROTECT, null=True, db_index=False, db_constraint=False, related_name="+"
    )
    employer_name = models.CharField(_("employer as typed"), max_length=120, blank=True, default="")
    trade = models.CharField(_("group of workers"), max_length=12, choices=Trade, blank=True, default="")
    from_on = models.DateField(_("first day"), null=True)
    until_on = models.DateField(_("last day"), null=True)
    written_at = models.DateTimeField(_("written at"))

    class Meta:
        verbose_name = _("employment")
        verbose_name_plural = _("employments")
        constraints = [
            models.CheckConstraint(
                condition=Q(from_on=None) | Q(until_on=None) | Q(until_on__gte=models.F("from_on")),
                name="employment_dates_in_order",
            ),
            models.UniqueConstraint(
                fields=["tenant", "worker", "employer"],
                condition=Q(until_on=None, employer__isnull=False),
                name="one_open_employment_each",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "worker", "-from_on"], name="employments_of_a_worker")]


class PastFact(TenantModel):
    """What was true of a worker before something was changed: the old value and until when it held."""

    worker = models.ForeignKey(Worker, models.CASCADE, db_index=False, related_name="past_facts")
    field = models.CharField(_("what"), max_length=20)
    value = models.BinaryField(_("old value, sealed"))
    until_on = models.DateField(_("last day"))
    written_at = models.DateTimeField(_("written at"))
    source = models.CharField(_("where the new value came from"), max_length=20)

    class Meta:
        verbose_name = _("earlier fact")
        verbose_name_plural = _("earlier facts")
        indexes = [models.Index(fields=["tenant", "worker", "field", "-until_on"], name="facts_of_a_worker")]

    @property
    def place(self) -> str:
        """Return what the sealed value is bound to."""
        return f"membership_pastfact|{self.worker_id}|{self.field}"

    @classmethod
    def of(
        cls, worker: Worker, field: str, value: Any, *, on: dt.date, now: dt.datetime, source: str
    ) -> "PastFact":
        """Return the row for a value that held until ``on``; the caller saves."""
        fact = cls(
            tenant=worker.tenant, worker=worker, field=field, until_on=on, written_at=now, source=source
        )
        fact.value = seal_json(value, purpose=PURPOSE, place=fact.place)
        return fact

    def read(self) -> Any:
        """Return the old value."""
        return unseal_json(self.value, purpose=PURPOSE, place=self.place)


__all__ = [
    "DETAILS", "Employment", "IdKind", "Identity", "PastFact", "Worker", "id_index", "masked", "phone_index",
]  # fmt: skip
