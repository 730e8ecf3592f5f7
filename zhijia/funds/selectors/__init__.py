"""Reads of the money of bodies."""

from zhijia.funds.selectors.books import (
    Balance,
    Statement,
    StatementLine,
    accounts_of,
    bodies_with_books,
    body_of_books,
    body_to_sum,
    chart_of,
    closed_until,
    reads_books,
    statement,
    trial_balance,
    voucher_page,
)
from zhijia.funds.selectors.budget import BudgetPage, budget_page, budgets_of
from zhijia.funds.selectors.dues import (
    Arrears,
    DuesAccount,
    PayerLine,
    adjustments_of,
    arrears,
    dues_account,
    dues_by_month,
    months_without_dues,
    payer_lines,
)
from zhijia.funds.selectors.levy import (
    LevyPage,
    employers_below,
    levy_page,
    returns_of,
    shares_to_transfer,
    small_payer,
)
from zhijia.funds.selectors.spending import (
    batch_page,
    batches_of,
    cap_uses,
    caps_of_place,
    desk_cards,
    payable,
    payment_of,
    queue,
    room_in_budget,
    spending_page,
)
from zhijia.funds.selectors.sums import Sums, sums_below, sums_of

__all__ = [
    "Arrears", "Balance", "BudgetPage", "DuesAccount", "LevyPage", "PayerLine", "Statement",
    "StatementLine", "Sums", "accounts_of", "adjustments_of", "arrears", "batch_page", "batches_of",
    "bodies_with_books", "body_of_books", "body_to_sum", "budget_page", "budgets_of", "cap_uses",
    "caps_of_place", "chart_of", "closed_until", "desk_cards", "dues_account", "dues_by_month",
    "employers_below", "levy_page", "months_without_dues", "payable", "payer_lines", "payment_of", "queue",
    "reads_books", "returns_of", "room_in_budget", "shares_to_transfer", "small_payer", "spending_page",
    "statement", "sums_below", "sums_of", "trial_balance", "voucher_page",
]  # fmt: skip
