"""Everything that changes the money of a body: one function a use case, one transaction each."""

from zhijia.funds.services.budgeting import (
    agree_budget,
    approve_budget,
    change_budget,
    draft_budget,
    refuse_budget,
)
from zhijia.funds.services.charging import (
    Charged,
    Payer,
    ask_adjustment,
    charge_dues,
    decide_adjustment,
    record_dues_payment,
)
from zhijia.funds.services.collecting import Collected, charge_from_roll
from zhijia.funds.services.forgetting import forget_old
from zhijia.funds.services.keeping import close_period, reverse_voucher, write_voucher
from zhijia.funds.services.levying import (
    Declared,
    Wages,
    record_levy_payment,
    record_levy_return,
    refund_small_payer,
    transfer_shares,
)
from zhijia.funds.services.ordering import release_payment, reserve_payment
from zhijia.funds.services.paying import (
    confirm_batch,
    correct_payee,
    export_batch,
    make_batch,
    return_payment,
)
from zhijia.funds.services.posting import Leg, Posting
from zhijia.funds.services.reversing import reverse_spending
from zhijia.funds.services.spendings import (
    Order,
    approve_spending,
    check_spending,
    draft_spending,
    refuse_spending,
    withdraw_spending,
)

__all__ = [
    "Charged", "Collected", "Declared", "Leg", "Order", "Payer", "Posting", "Wages", "agree_budget",
    "approve_budget", "approve_spending", "ask_adjustment", "change_budget", "charge_dues",
    "charge_from_roll", "check_spending", "close_period", "confirm_batch", "correct_payee",
    "decide_adjustment", "draft_budget", "draft_spending", "export_batch", "forget_old", "make_batch",
    "record_dues_payment", "record_levy_payment", "record_levy_return", "refund_small_payer",
    "refuse_budget", "refuse_spending", "release_payment", "reserve_payment", "return_payment",
    "reverse_spending", "reverse_voucher", "transfer_shares", "withdraw_spending", "write_voucher",
]  # fmt: skip
