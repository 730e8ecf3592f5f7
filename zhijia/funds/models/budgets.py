"""What a body plans for a year."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from zhijia.core.models import TenantModel
from zhijia.funds.enums import BudgetState
from zhijia.funds.models.columns import body_key, fen, link, officer_key
from zhijia.funds.models.ledger import Account


class Budget(TenantModel):
    """The budget of a body for a year. A change is a new version that goes the whole way again."""

    body = body_key()
    year = models.PositiveSmallIntegerField(_("year"))
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    state = models.CharField(_("state"), max_length=8, choices=BudgetState, default=BudgetState.DRAFTED)
    drafted_at = models.DateTimeField(_("drafted at"))
    drafted_by = officer_key(verbose_name=_("drafted by"))
    agreed_at = models.DateTimeField(_("agreed at"), null=True)
    agreed_by = officer_key(null=True, verbose_name=_("agreed by the committee, noted by"))
    approved_at = models.DateTimeField(_("approved at"), null=True)
    approved_by = officer_key(null=True, verbose_name=_("approved by the audit committee, noted by"))
    reason = models.CharField(_("reason of a refusal"), max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("budget")
        verbose_name_plural = _("budgets")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "body", "year", "version"], name="budget_version_once"),
            models.UniqueConstraint(
                fields=["tenant", "body", "year"], condition=Q(state__in=("drafted", "agreed")),
                name="one_budget_under_way",
            ),
            models.CheckConstraint(condition=Q(state__in=BudgetState.values), name="budget_state_known"),
            models.CheckConstraint(
                condition=Q(agreed_at__isnull=True, agreed_by=None)
                | Q(agreed_at__isnull=False, agreed_by__isnull=False),
                name="budget_agreed_whole",
            ),
            models.CheckConstraint(
                condition=Q(approved_at__isnull=True, approved_by=None)
                | Q(approved_at__isnull=False, approved_by__isnull=False, agreed_at__isnull=False),
                name="budget_approved_whole",
            ),
            models.CheckConstraint(
                condition=Q(agreed_by=None) | ~Q(agreed_by=F("drafted_by")), name="budget_not_agreed_alone"
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None)
                | (~Q(approved_by=F("drafted_by")) & ~Q(approved_by=F("agreed_by"))),
                name="budget_approved_by_a_third",
            ),
        ]  # fmt: skip

    @property
    def is_open(self) -> bool:
        """Whether its lines can still be changed."""
        return self.state == BudgetState.DRAFTED


class BudgetLine(TenantModel):
    """What is planned for one account of income or expense."""

    budget = link(Budget, "lines")
    account = link(Account, "budget_lines", verbose_name=_("ledger account"))
    amount = fen(_("planned (fen)"))

    class Meta:
        verbose_name = _("line of a budget")
        verbose_name_plural = _("lines of budgets")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "budget", "account"], name="budget_line_once"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="budget_line_not_negative"),
        ]
