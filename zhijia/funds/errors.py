"""What the money of union bodies refuses, and what to do then."""

from zhijia.core.errors import BadInput, DomainError, NotAllowed
from zhijia.core.words import _


class NotBalanced(BadInput):
    """Debits and credits differ, or there are none."""

    code = "not-balanced"
    text = _("Debits and credits are not equal.")
    next_step = _("Compare the two sums; each side needs at least one amount above nothing.")


class NoSuchLedgerAccount(BadInput):
    """The body has no account with this code."""

    code = "no-such-ledger-account"
    field = "code"
    text = _("There is no account %(code)s in these books.")
    next_step = _("Choose an account of the chart.")


class PeriodClosed(DomainError):
    """Nothing is posted into a closed period."""

    code = "period-closed"
    field = "posted_on"
    text = _("The books are closed until %(until)s.")
    next_step = _("Post it on a later day and say in the text which day it belongs to.")


class SourceReused(DomainError):
    """The same source was posted with other contents."""

    code = "source-reused"
    text = _("This was posted before with other contents, so nothing was posted.")
    next_step = _("Look at the voucher that stands; take it back first if it is wrong.")


class AlreadyReversed(DomainError):
    """A voucher is taken back once."""

    code = "already-reversed"
    text = _("This voucher was already taken back, or takes another one back.")
    next_step = _("Post what is missing as a new voucher.")


class BadPeriod(BadInput):
    """Books are closed by whole months that are over, one after the other."""

    code = "bad-period"
    field = "until_on"
    text = _("Only whole months that are over can be closed, and none twice.")
    next_step = _("Choose the last day of a month after the one that is closed.")


class NoSuchPayer(BadInput):
    """The number typed belongs to nobody who pays dues to this body."""

    code = "no-such-payer"
    field = "member_reference"
    text = _("Nobody with this number pays dues here.")
    next_step = _("Take the number beside the name in the list, or in “Charge dues”.")


class BadAmount(BadInput):
    """No amount, or none that can be."""

    code = "bad-amount"
    field = "amount"
    text = _("This amount is not possible here.")
    next_step = _("Type an amount in yuan with at most two decimals, larger than nothing.")


class SecondPersonNeeded(NotAllowed):
    """Nobody decides about what he asked for himself."""

    code = "second-person-needed"
    text = _("You have already taken a step here, or the money is for you. Another person has to decide.")
    next_step = _("Ask a colleague with the same task in your body.")


class AlreadyDecided(DomainError):
    """It was decided meanwhile."""

    code = "already-decided"
    text = _("This has already been decided.")
    next_step = _("Look at the page again.")


class LevyOverlaps(BadInput):
    """Two returns of one employer for the same days."""

    code = "levy-overlaps"
    field = "from_on"
    text = _("There is already a return of this employer for a part of these days.")
    next_step = _("Enter the same first day to replace that return, or choose other days.")


class NoPreparationLevy(BadInput):
    """A preparation levy is owed only by local rule and before a union exists."""

    code = "no-preparation-levy"
    field = "kind"
    text = _(
        "Here no preparation levy is owed: no rule of the place asks for it, or the union exists already."
    )
    next_step = _("Enter an ordinary levy return, or look at the rules of the place.")


class TooMuch(BadInput):
    """More than is owed."""

    code = "too-much"
    field = "amount"
    text = _("Only %(open)s yuan are still owed.")
    next_step = _("Enter at most this amount; if more came in, correct the return first.")


class BadSplit(DomainError):
    """The shares of the levels do not make the whole."""

    code = "bad-split"
    text = _("The shares of the levels make %(sum)s per cent, not 100.")
    next_step = _("Have the operator correct the rule for this place and year.")


class NothingToDo(DomainError):
    """There is nothing that this step could change."""

    code = "nothing-to-do"
    text = _("There is nothing to do here now.")
    next_step = _("Look at the page again: it may have been done already.")


class NoRefund(DomainError):
    """The refund for small payers does not apply."""

    code = "no-refund"
    text = _("No refund for small payers applies: no rule holds for that year, or too much was remitted.")
    next_step = _("The rule with its days and its source stands on the page of the levy.")


class BudgetUnderWay(DomainError):
    """Two budgets of one year cannot wait for a decision at once."""

    code = "budget-under-way"
    text = _("A budget of this year already waits for a decision.")
    next_step = _("Change its lines, or have it decided first.")


class NoBudget(DomainError):
    """Nothing is spent without an approved budget line."""

    code = "no-budget"
    text = _("The approved budget of %(year)s has no line for %(name)s.")
    next_step = _("Have a budget with this line approved first.")


class OverBudget(DomainError):
    """The line has not enough left."""

    code = "over-budget"
    text = _("Only %(left)s yuan are left in the line %(name)s of %(year)s.")
    next_step = _("Spend less, or have a new version of the budget approved.")


class CapExceeded(BadInput):
    """More than the rules allow for one person."""

    code = "cap-exceeded"
    field = "amount"
    text = _("%(title)s: at most %(cap)s yuan, and %(used)s are spent or asked for already. Rule: %(basis)s.")
    next_step = _("At most %(left)s yuan are still possible.")


class CapExceededTogether(CapExceeded):
    """More than the rules allow for one person, with what other bodies give him; their sums stay theirs."""

    code = "cap-exceeded-together"
    text = _(
        "%(title)s: at most %(cap)s yuan for one person, and other unions of the province count too. "
        "Rule: %(basis)s."
    )
    next_step = _("Ask for less, or agree with the union above who gives what this year.")


class ChecklistIncomplete(BadInput):
    """Each point of the list of barred spending must be confirmed."""

    code = "checklist-incomplete"
    field = "confirmed"
    text = _("Please confirm each of the eight points.")
    next_step = _("If one of them does not hold, this cannot be paid with union money.")


class AlreadyAsked(DomainError):
    """The same payment is under way or was made."""

    code = "already-asked"
    text = _("This payment was already asked for: the same source, period and purpose.")
    next_step = _("Look for it in the list. Nothing is paid twice.")


class BadAccountNumber(BadInput):
    """A number that no bank gives."""

    code = "bad-account-number"
    field = "payee_number"
    text = _("This account number cannot be right.")
    next_step = _("Compare each digit with the card or the contract; spaces do not matter.")


class RelativeMayNotApprove(NotAllowed):
    """Who approves says that the payee is no relative."""

    code = "relative-may-not-approve"
    text = _("Only somebody who is no relative of who is paid may approve.")
    next_step = _("Confirm it, or leave the decision to a colleague.")


class MonthAhead(BadInput):
    """Dues follow from who belongs to the union in a month; one that has not begun says nothing yet."""

    code = "month-ahead"
    field = "month"
    text = _("This month has not begun.")
    next_step = _("Choose the month that runs, or one before it.")


class MemberMissing(BadInput):
    """A gift names for whom or for how many people it is."""

    code = "member-missing"
    field = "member_reference"
    text = _("A gift to one person needs the membership of who gets it.")
    next_step = _("Type the reference of the membership, or pay a unit and say for how many people.")


class BatchSealed(DomainError):
    """A file that went to the bank stays as it was."""

    code = "batch-sealed"
    text = _("This file has already gone to the bank. It stays as it was.")
    next_step = _("Put further payments into a new file.")


class NotPayable(DomainError):
    """A payment that a file cannot hold now."""

    code = "not-payable"
    text = _("Only payments that are approved and in no other file can be put into a file.")
    next_step = _("Look at the list again.")
