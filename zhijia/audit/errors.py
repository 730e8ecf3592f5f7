"""What can go wrong with the audit."""

from django.utils.translation import gettext_lazy as _

from zhijia.core.errors import BadInput, DomainError, NotAllowed


class AuditIsFinal(RuntimeError):
    """Code tried to change or delete a row: a programming error, never shown to people."""


class SigningKeyMissing(Exception):
    """The file of the key that signs is not there, not whole or not readable; says which.

    The chain goes on without it; heads and receipts are not signed until it is back.
    """


class WitnessFailed(Exception):
    """A witness was not reached, or did not confirm; says why."""


class NoSuchPeer(NotAllowed):
    """Somebody showed us a head, and we are nobody's witness for that key."""

    code = "no-such-peer"
    text = _("This server is not a witness for whoever signed this.")
    next_step = _("Ask the people who run it to add your public key.")


class PeerKnown(BadInput):
    """A peer of this name or with this key is there already."""

    code = "peer-known"
    text = _("There is a peer of this name, or with this key, already.")
    next_step = _("zhijia audit witness list shows them. After a restore, add it under a new name.")


class NotAHead(BadInput):
    """What was shown is no signed head, or its signature is false."""

    code = "not-a-head"
    text = _("This is not a signed head, or its signature is false.")
    next_step = _("Send heads as your own server has signed them, one after the other.")


class HeadForks(DomainError):
    """A head contradicts one that we hold: the chain was cut or made anew."""

    code = "head-forks"
    text = _("This head contradicts one that you showed us earlier. We keep the earlier one.")
    next_step = _("Check your audit against our heads: something was removed or written anew.")
