"""What recoveries refuse, and what to do then."""

from django.utils.translation import gettext_lazy as _

from zhijia.core.errors import BadInput, DomainError, NotAllowed


class NoSuchAccount(BadInput):
    """No worker's account that can be recovered at a counter has this number."""

    code = "no-such-account"
    field = "old_phone"
    text = _("No worker's account has this number.")
    next_step = _("Check the digits with the person. Accounts of officers are set right by their steward.")


class NumberInUse(BadInput):
    """The new number already belongs to an account."""

    code = "number-in-use"
    field = "new_phone"
    text = _("The new number already belongs to an account.")
    next_step = _("The person signs in with it and changes its number first, or names another number.")


class AlreadyRunning(DomainError):
    """Another recovery of this account is running."""

    code = "recovery-running"
    text = _("A recovery of this account is already running.")
    next_step = _("Wait until it has ended. Its owner can stop it from any of his sessions.")


class NothingWaits(BadInput):
    """No recovery with these two numbers waits for a second officer."""

    code = "nothing-waits"
    text = _("No recovery with these two numbers waits for a second officer.")
    next_step = _("Ask the person for both numbers again; a colleague opens it first, at most a day before.")


class SecondOfficerNeeded(NotAllowed):
    """The same officer, or one above or below the first, cannot be the second."""

    code = "second-officer-needed"
    text = _("A second officer has to see the person: not yourself, and nobody who is over the other.")
    next_step = _("Ask a colleague of equal standing, or any other station.")


class TooManyTries(DomainError):
    """So many look-ups of numbers are a search, not a counter."""

    code = "too-many-tries"
    status = 429
    text = _("You have looked up many numbers in the last hour.")
    next_step = _("Go on in an hour.")


class StopNeedsProof(NotAllowed):
    """A session that was opened by text message cannot stop it."""

    code = "stop-needs-proof"
    text = _("You signed in with a code by text message. That could be anybody who holds the number now.")
    next_step = _(
        "Sign in with your password, a passkey or a printed code, or come to any station with your papers."
    )
