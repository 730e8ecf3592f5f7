"""Requests to spend, and who approved them."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from zhijia.core.models import TenantModel
from zhijia.core.sealed_fields import KeptTextField
from zhijia.funds.enums import ENDED, PayeeKind, Purpose, SpendingState
from zhijia.funds.models.columns import body_key, fen, link, officer_key
from zhijia.funds.models.ledger import Account

LIVE = ~Q(state__in=[state.value for state in ENDED])


class Spending(TenantModel):
    """One payment, from the request to the bank. Who is paid lies under seal."""

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    body = body_key()
    account = link(Account, "spendings", verbose_name=_("ledger account"))
    purpose = models.CharField(_("purpose"), max_length=16, choices=Purpose)
    amount = fen(_("amount (fen)"))
    source = models.CharField(_("source"), max_length=80)
    """Who asks and for what, e.g. ``member:UUID`` or ``assistance:UUID``."""
    period = models.CharField(_("period"), max_length=20)
    """What it is for in time, e.g. ``2026``; with body, source and purpose it is paid once."""
    year = models.PositiveSmallIntegerField(_("year that the cap counts"))
    member_reference = models.CharField(_("membership of who gets it"), max_length=36, blank=True, default="")
    person = models.PositiveBigIntegerField(_("person on the roll who gets it"), null=True)
    """Key of the person's entry, if the number of the membership is known: caps count by it in all bodies."""
    headcount = models.PositiveIntegerField(_("for how many people"), default=1)
    text = models.CharField(_("what for"), max_length=200)
    payee_kind = models.CharField(_("paid to"), max_length=6, choices=PayeeKind)
    payee_name = KeptTextField(_("name of who is paid"))
    payee_number = KeptTextField(_("account number"))
    bank = models.CharField(_("bank"), max_length=60, blank=True, default="")
    payee = officer_key(null=True, verbose_name=_("account of who is paid"))
    has_relative = models.BooleanField(_("who asks is a relative of who is paid"), default=False)
    confirmed = models.JSONField(_("confirmed points of the list of barred spending"), default=list)
    rule = models.CharField(_("cap that was applied"), max_length=120, blank=True, default="")
    needed = models.PositiveSmallIntegerField(_("approvals needed"), default=1)
    state = models.CharField(_("state"), max_length=10, choices=SpendingState, default=SpendingState.DRAFTED)
    reason = models.CharField(_("reason of the last step"), max_length=200, blank=True, default="")
    drafted_at = models.DateTimeField(_("drafted at"))
    drafted_by = officer_key(verbose_name=_("drafted by"))
    checked_at = models.DateTimeField(_("checked at"), null=True)
    checked_by = officer_key(null=True, verbose_name=_("checked by"))
    approved_at = models.DateTimeField(_("approved at"), null=True)
    paid_on = models.DateField(_("paid on"), null=True)
    ended_at = models.DateTimeField(_("ended at"), null=True)

    class Meta:
        verbose_name = _("spending")
        verbose_name_plural = _("spendings")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "public_id"], name="spending_id_once"),
            models.UniqueConstraint(
                fields=["tenant", "body", "source", "period", "purpose"], condition=LIVE,
                name="nothing_is_paid_twice",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0, headcount__gte=1), name="spending_positive"),
            models.CheckConstraint(condition=Q(state__in=SpendingState.values), name="spending_state_known"),
            models.CheckConstraint(condition=Q(purpose__in=Purpose.values), name="spending_purpose_known"),
            models.CheckConstraint(condition=Q(payee_kind__in=PayeeKind.values), name="payee_kind_known"),
            models.CheckConstraint(
                condition=Q(checked_at__isnull=True, checked_by=None)
                | Q(checked_at__isnull=False, checked_by__isnull=False),
                name="spending_checked_whole",
            ),
            models.CheckConstraint(
                condition=Q(checked_by=None) | ~Q(checked_by=F("drafted_by")),
                name="spending_checked_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("approved", "paid", "returned")) | Q(approved_at__isnull=False),
                name="nothing_paid_unapproved",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["tenant", "body", "state", "drafted_at"], name="spendings_by_state"),
            models.Index(fields=["tenant", "body", "account", "state"], name="spendings_by_account"),
            models.Index(
                fields=["tenant", "member_reference", "year"], name="spendings_of_a_member",
                condition=~Q(member_reference=""),
            ),
            models.Index(
                fields=["tenant", "person", "year"], name="spendings_of_a_person",
                condition=Q(person__isnull=False),
            ),
        ]  # fmt: skip

    @property
    def is_ended(self) -> bool:
        """Whether nothing is paid or reserved any more."""
        return self.state in ENDED


class Approval(TenantModel):
    """One person's yes to a payment."""

    spending = link(Spending, "approvals")
    approved_at = models.DateTimeField(_("approved at"))
    approved_by = officer_key(verbose_name=_("approved by"))

    class Meta:
        verbose_name = _("approval")
        verbose_name_plural = _("approvals")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "spending", "approved_by"], name="nobody_approves_twice"
            )
        ]
