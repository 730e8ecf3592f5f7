"""What can go wrong with sealed parts."""

from django.utils.translation import gettext_lazy as _

from zhijia.core.errors import BadInput, DomainError, NotFound


class ReasonMissing(BadInput):
    """A sealed part is opened for a stated reason only."""

    code = "reason-missing"
    field = "reason"
    text = _("Say in a few words why you need to see this.")
    next_step = _("The worker will read it in the list of who opened the matter.")


class PurposeUnknown(BadInput):
    """The purpose is not on the closed list."""

    code = "purpose-unknown"
    field = "purpose"
    text = _("This is not one of the purposes for which sealed data may be opened.")
    next_step = _("Choose a purpose from the list.")


class NoSuchPart(NotFound):
    """Nothing is sealed under this name, or it was erased."""

    code = "no-such-part"


class AlreadySealed(DomainError):
    """The part exists; it is updated, not sealed anew."""

    code = "already-sealed"
    text = _("This has been stored before.")
    next_step = _("Open the page again; it shows what is stored.")


class KeyLocked(DomainError):
    """The person has not opened his own key in this session."""

    code = "key-locked"
    text = _("This is sealed, and your key is not open yet.")
    next_step = _("Type your password once; then it opens until you sign out.")


class KeyNotGiven(DomainError):
    """Nobody has given this person a key to it."""

    code = "key-not-given"
    text = _("This is sealed for colleagues who have not yet handed you their key.")
    next_step = _("It comes by itself as soon as one of them signs in. Ask your office to do so.")


class RequestNeeded(DomainError):
    """A name opens only after a second person agreed."""

    code = "second-person-needed"
    text = _("To learn who this is, a second person must agree.")
    next_step = _("Ask for it with a reason. A custodian decides, and the worker sees both.")


class AlreadyAsked(DomainError):
    """The same officer asks twice."""

    code = "already-asked"
    text = _("You have asked for this already.")
    next_step = _("Wait for the decision, or take the request back.")


class NotYourself(DomainError):
    """Who asks, or somebody under him, cannot be the second person."""

    code = "not-the-same-person"
    text = _("Somebody else must decide on this: not who asks, and nobody under him.")
    next_step = _("Leave it to another custodian, of this body or of one above.")


class TooManyPasswords(DomainError):
    """A wrong password was typed a moment ago."""

    code = "too-many-passwords"
    status = 429
    text = _("Please wait %(seconds)s seconds before you type the password again.")
    next_step = _("What you do otherwise goes on as before.")


class WrongPassword(BadInput):
    """The password does not open the key."""

    code = "wrong-password"
    field = "password"
    text = _("This is not your password.")
    next_step = _(
        "Type it again. After a change by one-time code your old key stays shut; a new one is made."
    )
