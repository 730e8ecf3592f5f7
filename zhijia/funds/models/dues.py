"""Dues of members (会费). A member is known here by the reference of the membership alone."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from zhijia.core.models import TenantModel
from zhijia.funds.enums import Decision, WorkerGroup
from zhijia.funds.models.columns import body_key, fen, link, officer_key
from zhijia.funds.models.ledger import Voucher


def _member() -> "models.CharField[str, str]":
    return models.CharField(_("membership"), max_length=36)


class DuesCharge(TenantModel):
    """What a member owes for one month."""

    body = body_key()
    member_reference = _member()
    month_on = models.DateField(_("month"))
    """First day of the month."""
    group = models.CharField(_("rule applied"), max_length=10, choices=WorkerGroup)
    base = fen(_("monthly basic wage (fen)"))
    amount = fen(_("dues (fen)"))
    rule = models.CharField(_("by which rule"), max_length=120)
    """``key|place|first day`` of the rule value."""
    charged_at = models.DateTimeField(_("charged at"))

    class Meta:
        verbose_name = _("dues of a month")
        verbose_name_plural = _("dues of months")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "body", "member_reference", "month_on"], name="dues_charged_once_a_month"
            ),
            models.CheckConstraint(condition=Q(base__gte=0, amount__gte=0), name="dues_not_negative"),
            models.CheckConstraint(condition=Q(group__in=WorkerGroup.values), name="dues_group_known"),
        ]
        indexes = [models.Index(fields=["tenant", "body", "month_on"], name="dues_by_body_and_month")]


class DuesPayment(TenantModel):
    """Dues that came in from a member."""

    body = body_key()
    member_reference = _member()
    paid_on = models.DateField(_("paid on"))
    amount = fen(_("amount (fen)"))
    voucher = link(Voucher, "dues_payments", verbose_name=_("voucher"))

    class Meta:
        verbose_name = _("payment of dues")
        verbose_name_plural = _("payments of dues")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "voucher"], name="dues_payment_posted_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="dues_payment_positive"),
        ]
        indexes = [
            models.Index(fields=["tenant", "body", "member_reference"], name="dues_paid_by_member"),
        ]


class DuesAdjustment(TenantModel):
    """A change of what a member owes, decided by a second person."""

    body = body_key()
    member_reference = _member()
    month_on = models.DateField(_("month"))
    amount = fen(_("more or less (fen)"))
    """Negative: the member owes less."""
    reason = models.CharField(_("reason"), max_length=200)
    state = models.CharField(_("state"), max_length=8, choices=Decision, default=Decision.ASKED)
    asked_at = models.DateTimeField(_("asked at"))
    asked_by = officer_key(verbose_name=_("asked by"))
    decided_at = models.DateTimeField(_("decided at"), null=True)
    decided_by = officer_key(null=True, verbose_name=_("decided by"))

    class Meta:
        verbose_name = _("adjustment of dues")
        verbose_name_plural = _("adjustments of dues")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=Decision.values), name="adjustment_state_known"),
            models.CheckConstraint(condition=~Q(amount=0), name="adjustment_changes_something"),
            models.CheckConstraint(
                condition=Q(state="asked", decided_at__isnull=True, decided_by=None)
                | Q(state__in=("approved", "refused"), decided_at__isnull=False, decided_by__isnull=False),
                name="adjustment_decided_whole",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by")), name="adjustment_by_two"
            ),
        ]
        indexes = [models.Index(fields=["tenant", "body", "state"], name="adjustments_to_decide")]
