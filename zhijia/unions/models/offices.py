"""What a body is made of and for how long: terms, committees, seats; its legal person; its figures.

Facts only. How they come about is a process of ``organising``.
"""

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from zhijia.core.models import TenantModel
from zhijia.core.sealed_fields import KeptTextField
from zhijia.unions.enums import CommitteeKind, CommitteeSystem, Leaving, Position, Sex
from zhijia.unions.models.bodies import UnionBody

TERM_YEARS = (3, 5)
"""Trade Union Law art. 16: the grassroots three or five years; which of them stands in the regulations."""


def _ended(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(condition=Q(ended_on=None) | Q(ended_on__gte=F("from_on")), name=name)


class TermQuerySet(models.QuerySet["Term"]):
    def visible_to(self, user: Any) -> "TermQuerySet":
        """Since when and until when a union's committee is in office is public."""
        return self

    def open(self) -> "TermQuerySet":
        """Terms that no later one has followed, whether their last day has passed or not."""
        return self.filter(ended_on=None)


class Term(TenantModel):
    """A term of a body (届). One is open at a time; an open one past its last day is overdue."""

    body = models.ForeignKey(UnionBody, on_delete=models.PROTECT, db_index=False, related_name="terms")
    number = models.PositiveSmallIntegerField(_("number of the term"))
    years = models.PositiveSmallIntegerField(_("years"))
    from_on = models.DateField(_("first day"))
    until_on = models.DateField(_("last day"))
    """The last day for which it was elected; where it lies in the past, the election is late."""
    ended_on = models.DateField(_("ended on"), null=True, blank=True)

    objects = TermQuerySet.as_manager()

    class Meta:
        verbose_name = _("term")
        verbose_name_plural = _("terms")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "body", "number"], name="term_number_once"),
            models.UniqueConstraint(
                fields=["tenant", "body"], condition=Q(ended_on=None), name="one_open_term_of_a_body"
            ),
            models.CheckConstraint(condition=Q(years__in=TERM_YEARS), name="term_of_three_or_five_years"),
            models.CheckConstraint(condition=Q(number__gte=1), name="term_number_counts_from_one"),
            models.CheckConstraint(condition=Q(until_on__gt=F("from_on")), name="term_dates_in_order"),
            _ended("term_ended_after_it_began"),
        ]
        indexes = [
            models.Index(
                fields=["tenant", "until_on"], name="open_terms_by_last_day", condition=Q(ended_on=None)
            )
        ]

    def is_overdue(self, on: dt.date) -> bool:
        """Say whether the last day has passed and no new term has begun."""
        return self.ended_on is None and self.until_on < on


class Committee(TenantModel):
    """A committee of a term: the body's own, its standing committee, women's or audit committee."""

    term = models.ForeignKey(Term, on_delete=models.PROTECT, db_index=False, related_name="committees")
    kind = models.CharField(_("committee"), max_length=10, choices=CommitteeKind)
    system = models.CharField(
        _("how it is made up"), max_length=10, choices=CommitteeSystem, default=CommitteeSystem.ELECTED
    )
    places = models.PositiveSmallIntegerField(_("seats"))
    """How many seats it has, taken or not."""

    class Meta:
        verbose_name = _("committee")
        verbose_name_plural = _("committees")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "term", "kind"], name="one_committee_of_a_kind"),
            models.CheckConstraint(condition=Q(kind__in=CommitteeKind.values), name="committee_kind_known"),
            models.CheckConstraint(
                condition=Q(system__in=CommitteeSystem.values), name="committee_system_known"
            ),
            models.CheckConstraint(condition=Q(places__gte=1), name="committee_has_a_seat"),
        ]


class SeatQuerySet(models.QuerySet["Seat"]):
    def taken(self) -> "SeatQuerySet":
        """Seats in which somebody sits."""
        return self.filter(ended_on=None)


class Seat(TenantModel):
    """A person in a committee. Who it is lies under the installation's keys; the public sees the chair."""

    committee = models.ForeignKey(Committee, on_delete=models.PROTECT, db_index=False, related_name="seats")
    name = KeptTextField(_("name"))
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="seats"
    )
    position = models.CharField(_("position"), max_length=10, choices=Position, default=Position.MEMBER)
    is_full_time = models.BooleanField(_("full-time"), default=False)
    sex = models.CharField(_("sex"), max_length=7, choices=Sex, default=Sex.UNKNOWN)
    represents = models.CharField(_("sent by"), max_length=120, blank=True, default="")
    """Under the joint system: the unit that sent this delegate."""
    is_kin_of_head = models.BooleanField(_("close relative of the head of the enterprise"), default=False)
    """As declared. Nobody is elected with it (Trade Union Law art. 10); it may come about later."""
    contract_until_on = models.DateField(_("last day of the labour contract"), null=True, blank=True)
    from_on = models.DateField(_("first day"))
    ended_on = models.DateField(_("left on"), null=True, blank=True)
    ended_why = models.CharField(_("why he left"), max_length=10, choices=Leaving, blank=True, default="")
    """Empty where the seat ended with its term."""

    objects = SeatQuerySet.as_manager()

    class Meta:
        verbose_name = _("seat")
        verbose_name_plural = _("seats")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "committee"],
                condition=Q(position="chair", ended_on=None),
                name="one_chair_of_a_committee",
            ),
            models.UniqueConstraint(
                fields=["tenant", "committee", "account"],
                condition=Q(ended_on=None, account__isnull=False),
                name="one_seat_of_a_person",
            ),
            models.CheckConstraint(condition=Q(position__in=Position.values), name="seat_position_known"),
            models.CheckConstraint(condition=Q(sex__in=Sex.values), name="seat_sex_known"),
            models.CheckConstraint(
                condition=~Q(position="delegate") | ~Q(represents=""), name="delegate_is_sent_by_a_unit"
            ),
            _ended("seat_left_after_it_was_taken"),
            models.CheckConstraint(
                condition=Q(ended_why="") | Q(ended_on__isnull=False, ended_why__in=Leaving.values),
                name="seat_left_for_a_known_reason",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "committee", "ended_on"], name="seats_of_a_committee")]


class LegalPerson(TenantModel):
    """A body's standing as legal person (Trade Union Law art. 15): certificate, code, representative."""

    body = models.ForeignKey(
        UnionBody, on_delete=models.PROTECT, db_index=False, related_name="legal_persons"
    )
    credit_code = models.CharField(_("unified social credit code"), max_length=18)
    """Of the union: begins with 8 (GB 32100), never the employer's."""
    representative = KeptTextField(_("legal representative"))
    certified_on = models.DateField(_("certificate of"))
    valid_until_on = models.DateField(_("certificate valid until"), null=True, blank=True)
    registrar = models.ForeignKey(
        UnionBody, on_delete=models.PROTECT, db_index=False, related_name="+", verbose_name=_("registrar")
    )
    ended_on = models.DateField(_("ended on"), null=True, blank=True)

    class Meta:
        verbose_name = _("legal person of a union")
        verbose_name_plural = _("legal persons of unions")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "body"], condition=Q(ended_on=None), name="one_registration_of_a_body"
            ),
            models.UniqueConstraint(
                fields=["tenant", "credit_code"], condition=Q(ended_on=None), name="union_code_once"
            ),
            models.CheckConstraint(
                condition=Q(credit_code__startswith="8"), name="code_of_a_union_begins_with_8"
            ),
            models.CheckConstraint(
                condition=Q(valid_until_on=None) | Q(valid_until_on__gt=F("certified_on")),
                name="certificate_dates_in_order",
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("certified_on")),
                name="registration_ended_after_it_began",
            ),
        ]


class Headcount(TenantModel):
    """What a body reported for a day: how many work there, how many are members.

    Never overwritten: of two reports for one day, the one written later counts, and both stay.
    """

    body = models.ForeignKey(UnionBody, on_delete=models.PROTECT, db_index=False, related_name="headcounts")
    reported_on = models.DateField(_("reported on"))
    written_at = models.DateTimeField(_("written at"), null=True)
    """None for what was reported before this was kept."""
    workers = models.PositiveIntegerField(_("workers"))
    members = models.PositiveIntegerField(_("members"))
    women = models.PositiveIntegerField(_("women among the members"), default=0)
    migrants = models.PositiveIntegerField(_("migrant workers among the members"), default=0)
    new_form = models.PositiveIntegerField(_("platform workers among the members"), default=0)

    class Meta:
        verbose_name = _("reported figures")
        verbose_name_plural = _("reported figures")
        constraints = [
            models.CheckConstraint(
                condition=Q(women__lte=F("members"), migrants__lte=F("members"), new_form__lte=F("members")),
                name="parts_of_the_members_are_not_more",
            ),
            models.CheckConstraint(
                condition=Q(members__lte=F("workers")), name="reported_members_are_workers"
            ),
        ]
        indexes = [models.Index(fields=["tenant", "body", "-reported_on", "-id"], name="reports_of_a_body")]
