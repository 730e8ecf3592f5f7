"""The ways of a payment and of a budget."""

from zhijia.core.words import _
from zhijia.core.workflow import State, Transition, Workflow
from zhijia.funds.enums import BudgetState as B
from zhijia.funds.enums import SpendingState as S

DRAFTED, CHECKED, APPROVED, PAID = S.DRAFTED.value, S.CHECKED.value, S.APPROVED.value, S.PAID.value
RETURNED, REVERSED, REFUSED, WITHDRAWN = (
    S.RETURNED.value, S.REVERSED.value, S.REFUSED.value, S.WITHDRAWN.value,
)  # fmt: skip

SPENDING = Workflow(
    name="spending",
    initial=DRAFTED,
    states=(
        State(DRAFTED, S.DRAFTED.label, _("The treasurer, another person than who drafted it, checks it.")),
        State(CHECKED, S.CHECKED.label,
              _("The committee approves it: the larger the amount, the more people.")),
        State(APPROVED, S.APPROVED.label, _("The treasurer puts it into the next payment file.")),
        State(PAID, S.PAID.label, _("Nothing; the bank may still return it.")),
        State(RETURNED, S.RETURNED.label, _("The treasurer corrects the account; then it is approved anew.")),
        State(REVERSED, S.REVERSED.label, _("Nothing: the postings were taken back."), final=True),
        State(REFUSED, S.REFUSED.label, _("Nothing is paid. It can be asked anew."), final=True),
        State(WITHDRAWN, S.WITHDRAWN.label, _("Nothing is paid."), final=True),
    ),
    transitions=(
        Transition("draft_spending", (), (DRAFTED,), "funds.draft_spending", "spending.drafted",
                   label=_("Draft the request")),
        Transition("reserve_payment", (), (APPROVED,), "funds.reserve_payment", "spending.reserved"),
        Transition("withdraw_spending", (DRAFTED, CHECKED), (WITHDRAWN,), "funds.draft_spending",
                   "spending.withdrawn", label=_("Withdraw")),
        Transition("check_spending", (DRAFTED,), (CHECKED,), "funds.check_spending", "spending.checked",
                   label=_("Checked: papers and account are right"), message="funds.spending_waits"),
        Transition("approve_spending", (CHECKED,), (CHECKED, APPROVED), "funds.approve_spending",
                   "spending.approved", label=_("Approve"), message="funds.spending_decided",
                   article="基层工会经费收支管理办法", approves=True),
        Transition("refuse_spending", (DRAFTED, CHECKED), (REFUSED,), "funds.refuse_spending",
                   "spending.refused", label=_("Refuse"), message="funds.spending_decided", approves=True),
        Transition("pay_spending", (APPROVED,), (PAID,), "funds.keep_books", "spending.paid"),
        Transition("return_payment", (PAID,), (RETURNED,), "funds.keep_books", "spending.returned"),
        Transition("correct_payee", (RETURNED,), (CHECKED,), "funds.check_spending", "spending.corrected",
                   label=_("Correct the account")),
        Transition("reverse_spending", (APPROVED, PAID, RETURNED), (REVERSED,), "funds.reverse_spending",
                   "spending.reversed", label=_("Reverse")),
    ),
)  # fmt: skip

BUDGET = Workflow(
    name="budget",
    initial=B.DRAFTED.value,
    states=(
        State(B.DRAFTED.value, B.DRAFTED.label, _("The committee agrees on it.")),
        State(B.AGREED.value, B.AGREED.label, _("The audit committee approves it.")),
        State(B.APPROVED.value, B.APPROVED.label, _("Money is spent by it."), final=True),
        State(B.REFUSED.value, B.REFUSED.label, _("A new version is drafted."), final=True),
    ),
    transitions=(
        Transition("draft_budget", (), (B.DRAFTED.value,), "funds.keep_books", "budget.drafted",
                   label=_("Draft the budget")),
        Transition("change_budget", (B.DRAFTED.value,), (B.DRAFTED.value,), "funds.keep_books",
                   "budget.changed", label=_("Change the lines")),
        Transition("agree_budget", (B.DRAFTED.value,), (B.AGREED.value,), "funds.agree_budget",
                   "budget.agreed", label=_("The committee has agreed")),
        Transition("approve_budget", (B.AGREED.value,), (B.APPROVED.value,), "funds.audit_budget",
                   "budget.approved", label=_("The audit committee has approved"), approves=True),
        Transition("refuse_budget", (B.DRAFTED.value, B.AGREED.value), (B.REFUSED.value,),
                   "funds.refuse_budget", "budget.refused", label=_("Refuse"), approves=True),
    ),
)  # fmt: skip
