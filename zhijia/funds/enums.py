"""Closed lists of the money of union bodies."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class AccountKind(TextChoices):
    """On which side an account grows: assets and expenses by debits, the others by credits."""

    ASSET = "asset", _("Asset")
    LIABILITY = "liability", _("Liability")
    FUND = "fund", _("Net assets")
    INCOME = "income", _("Income")
    EXPENSE = "expense", _("Expense")


GROWS_BY_DEBIT = frozenset({AccountKind.ASSET.value, AccountKind.EXPENSE.value})


class WorkerGroup(TextChoices):
    """By which rule a member pays dues."""

    WAGE = "wage", _("Wage earner")
    NEW_FORM = "new_form", _("Worker in a new form of employment")


class Decision(TextChoices):
    """Where something stands that a second person decides."""

    ASKED = "asked", _("Waiting for a second person")
    APPROVED = "approved", _("Approved")
    REFUSED = "refused", _("Refused")


class LevyKind(TextChoices):
    """What an employer pays."""

    LEVY = "levy", _("Union levy")
    PREPARATION = "preparation", _("Preparation levy, before a union exists")


class BudgetState(TextChoices):
    """Where the budget of a year stands."""

    DRAFTED = "drafted", _("Drafted")
    AGREED = "agreed", _("Agreed by the committee")
    APPROVED = "approved", _("Approved by the audit committee")
    REFUSED = "refused", _("Refused")


class SpendingState(TextChoices):
    """Where a payment stands."""

    DRAFTED = "drafted", _("Drafted")
    CHECKED = "checked", _("Checked by the treasurer")
    APPROVED = "approved", _("Approved, to be paid")
    PAID = "paid", _("Paid")
    RETURNED = "returned", _("Returned by the bank")
    REVERSED = "reversed", _("Reversed")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")


ENDED = (SpendingState.REFUSED, SpendingState.REVERSED, SpendingState.WITHDRAWN)
"""States in which nothing is paid or reserved, so that the same may be asked anew."""
COUNTED = (SpendingState.DRAFTED, SpendingState.CHECKED, SpendingState.APPROVED, SpendingState.PAID,
           SpendingState.RETURNED)  # fmt: skip
"""States that count against a cap."""
RESERVED = (SpendingState.CHECKED, SpendingState.APPROVED)
"""States that hold back money of the budget without having left the bank."""


class Purpose(TextChoices):
    """What a payment is for. The first eight are gifts to a member, each with a cap of its own."""

    SPRING_FESTIVAL = "spring_festival", _("Spring Festival goods")
    FESTIVAL = "festival", _("Goods for another statutory festival")
    BIRTHDAY = "birthday", _("Birthday")
    WEDDING = "wedding", _("Wedding or birth")
    HOSPITAL = "hospital", _("Stay in hospital")
    DEATH = "death", _("Death of a member")
    RELATIVE_DEATH = "relative_death", _("Death of a close relative")
    RETIREMENT = "retirement", _("Retirement")
    ACTIVITY = "activity", _("Activity for members")
    TRAINING = "training", _("Training")
    AID = "aid", _("Aid to workers in difficulty")
    OFFICE = "office", _("Office and administration")
    OTHER = "other", _("Other purpose")


FESTIVALS = (Purpose.SPRING_FESTIVAL, Purpose.FESTIVAL)
GIFTS = (*FESTIVALS, Purpose.BIRTHDAY, Purpose.WEDDING, Purpose.HOSPITAL, Purpose.DEATH,
         Purpose.RELATIVE_DEATH, Purpose.RETIREMENT)  # fmt: skip


class PayeeKind(TextChoices):
    """Who gets the money."""

    PERSON = "person", _("A person, by bank card")
    UNIT = "unit", _("A unit, by business account")


class Barred(TextChoices):
    """The eight things for which union money is never spent (八不准)."""

    GIFTS = "gifts", _("No gifts or banquets for outsiders")
    BONUSES = "bonuses", _("No bonuses, subsidies or benefits against the rules")
    LUXURY = "luxury", _("No luxury entertainment or fitness")
    SLUSH = "slush", _("No slush fund")
    MERGING = "merging", _("No merging of the union's account into the employer's")
    DIVERTING = "diverting", _("No diverting of union money")
    RAISING = "raising", _("No illegal fund-raising, loans or guarantees")
    UNRELATED = "unrelated", _("Nothing that has no relation to the union's work")


class BatchState(TextChoices):
    """Where a payment file stands."""

    OPEN = "open", _("Being put together")
    EXPORTED = "exported", _("Handed to the bank")
    CONFIRMED = "confirmed", _("Carried out by the bank")
