"""What keeps two entries from being put together, and what to do then."""

from zhijia.core.errors import BadInput, DomainError
from zhijia.core.words import _


class ChooseMembership(BadInput):
    """Both entries are full members somewhere; only one membership can go on."""

    code = "choose-membership"
    field = "membership"
    text = _("Both entries are members. Only one membership can go on.")
    next_step = _("Choose the one that is right today. The other ends as entered by mistake.")


class TwoAccounts(DomainError):
    """Both signed in and showed that the mobile number is theirs."""

    code = "two-accounts"
    text = _("Both entries belong to people who sign in here with accounts of their own.")
    next_step = _("Ask the person which account stays; the other is closed first.")


class TwoNumbers(DomainError):
    """Two valid identity numbers are two people, or a mistake that somebody has to mend first."""

    code = "two-numbers"
    text = _("Both entries have identity numbers that are valid, and they differ. These are two people.")
    next_step = _("Choose “two people”. If one number is wrong, correct it on the roll first.")


class TwoTenants(DomainError):
    """Entries of two provinces are moved by a transfer."""

    code = "two-tenants"
    text = _("The entries lie in two provinces and cannot be put together here.")
    next_step = _("Ask for a transfer of the member instead.")
