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
