"""The levy (工会经费) that employers pay, and what each level of the unions gets of it."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from zhijia.core.models import TenantModel
from zhijia.funds.enums import LevyKind
from zhijia.funds.models.columns import body_key, fen, link, officer_key
from zhijia.funds.models.ledger import Voucher
from zhijia.unions.enums import Level
from zhijia.unions.models import Employer


class LevyReturn(TenantModel):
    """The total wages of an employer in a period, by the parts of which the law makes them up.

    Source: 关于工资总额组成的规定, articles 4 to 10. A mistake is set right by a new return that
    replaces the old one.
    """

    body = body_key(verbose_name=_("union body that collects"))
    employer = models.ForeignKey(
        Employer, on_delete=models.PROTECT, related_name="levy_returns", db_index=False,
        verbose_name=_("employer"),
    )  # fmt: skip
    kind = models.CharField(_("kind"), max_length=12, choices=LevyKind, default=LevyKind.LEVY)
    from_on = models.DateField(_("first day"))
    until_on = models.DateField(_("last day"))
    time_wages = fen(_("time wages"), default=0)
    piece_wages = fen(_("piece wages"), default=0)
    bonuses = fen(_("bonuses"), default=0)
    allowances = fen(_("allowances and subsidies"), default=0)
    overtime = fen(_("overtime pay"), default=0)
    special = fen(_("wages in special circumstances"), default=0)
    amount = fen(_("levy (fen)"))
    rule = models.CharField(_("by which rule"), max_length=120)
    due_on = models.DateField(_("to be paid by"))
    replaces = link("self", "replaced_by", null=True, verbose_name=_("replaces"))
    replaced_at = models.DateTimeField(_("replaced at"), null=True)
    recorded_at = models.DateTimeField(_("entered at"))
    recorded_by = officer_key(verbose_name=_("entered by"))

    class Meta:
        verbose_name = _("levy return")
        verbose_name_plural = _("levy returns")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "employer", "from_on"], condition=Q(replaced_at=None),
                name="levy_return_once",
            ),
            models.CheckConstraint(condition=Q(until_on__gte=F("from_on")), name="levy_days_in_order"),
            models.CheckConstraint(condition=Q(kind__in=LevyKind.values), name="levy_kind_known"),
            models.CheckConstraint(
                condition=Q(
                    time_wages__gte=0, piece_wages__gte=0, bonuses__gte=0, allowances__gte=0,
                    overtime__gte=0, special__gte=0, amount__gte=0,
                ),
                name="levy_not_negative",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["tenant", "body", "from_on"], name="levy_by_body"),
            models.Index(fields=["tenant", "due_on"], name="levy_due", condition=Q(replaced_at=None)),
        ]

    @property
    def total_wages(self) -> int:
        """Return the sum of the six parts, in fen."""
        return (
            self.time_wages + self.piece_wages + self.bonuses + self.allowances + self.overtime + self.special
        )


class LevyPayment(TenantModel):
    """Levy that came in for a return."""

    levy_return = link(LevyReturn, "payments", verbose_name=_("levy return"))
    paid_on = models.DateField(_("paid on"))
    amount = fen(_("amount (fen)"))
    voucher = link(Voucher, "levy_payments", verbose_name=_("voucher"))

    class Meta:
        verbose_name = _("payment of levy")
        verbose_name_plural = _("payments of levy")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "voucher"], name="levy_payment_posted_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="levy_payment_positive"),
        ]
        indexes = [models.Index(fields=["tenant", "levy_return"], name="levy_payments_of_return")]


class LevyShare(TenantModel):
    """What one body gets of a payment, and when it was handed on."""

    payment = link(LevyPayment, "shares", verbose_name=_("payment"))
    body = body_key()
    level = models.PositiveSmallIntegerField(_("level"), choices=Level)
    amount = fen(_("amount (fen)"))
    is_own = models.BooleanField(_("kept by who collected it"), default=False)
    transferred_on = models.DateField(_("handed on"), null=True)
    refunded_on = models.DateField(_("given back to a small payer"), null=True)

    class Meta:
        verbose_name = _("share of a level")
        verbose_name_plural = _("shares of levels")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "payment", "body"], name="one_share_per_body"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="share_not_negative"),
            models.CheckConstraint(condition=Q(level__in=Level.values), name="share_level_known"),
            models.CheckConstraint(
                condition=Q(refunded_on=None) | Q(transferred_on__isnull=False), name="refund_after_transfer"
            ),
        ]
        indexes = [models.Index(fields=["tenant", "body", "transferred_on"], name="shares_by_body")]
