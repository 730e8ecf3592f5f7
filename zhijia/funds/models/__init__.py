"""The money of union bodies."""

from zhijia.funds.models.budgets import Budget, BudgetLine
from zhijia.funds.models.dues import DuesAdjustment, DuesCharge, DuesPayment
from zhijia.funds.models.ledger import Account, Book, Line, Voucher
from zhijia.funds.models.levy import LevyPayment, LevyReturn, LevyShare
from zhijia.funds.models.payments import Batch, BatchItem
from zhijia.funds.models.spending import Approval, Spending

__all__ = [
    "Account", "Approval", "Batch", "BatchItem", "Book", "Budget", "BudgetLine", "DuesAdjustment",
    "DuesCharge", "DuesPayment", "LevyPayment", "LevyReturn", "LevyShare", "Line", "Spending", "Voucher",
]  # fmt: skip
