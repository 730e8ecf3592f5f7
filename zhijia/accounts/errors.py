"""What accounts refuse, and what to do then."""

from django.utils.translation import gettext_lazy as _

from zhijia.core.errors import BadInput, DomainError, NotAllowed


class PhoneTaken(BadInput):
    """The number belongs to another account."""

    code = "phone-taken"
    field = "phone"
    text = _("This number already belongs to an account.")
    next_step = _("Sign in with a one-time code sent to this number.")


class ScopeMissing(NotAllowed):
    """The token does not carry the scope that the call needs."""

    code = "scope-missing"
    text = _("This token may not be used for this: it lacks the scope “%(scope)s”.")
    next_step = _("Make a token with this scope on your account page, or ask whoever gave you this one.")


class UnknownScope(BadInput):
    """No such scope exists."""

    code = "unknown-scope"
    field = "scopes"
    text = _("There is no scope “%(scope)s”.")
    next_step = _("Choose from: %(known)s.")


class SecondFactorMissing(NotAllowed):
    """An officer's session without a second factor."""

    code = "second-factor-missing"
    text = _("Whoever acts for a union signs in with a second factor.")
    next_step = _("Set up an authenticator app or a passkey on your account page, then sign in again.")


class FreshProofMissing(NotAllowed):
    """This needs a proof of who you are that is at most some minutes old; pages ask for it and go on."""

    code = "fresh-proof-missing"
    text = _("For this we must be sure that it is you, and not somebody at your open screen.")
    next_step = _("Open it on our pages: there you confirm it with your second factor, then it goes on.")


class RecentSignInMissing(DomainError):
    """The sign-in by one-time code is too long ago to set a password without the old one."""

    code = "recent-sign-in-missing"
    status = 403
    text = _("A new password can be set for ten minutes after you signed in with a one-time code.")
    next_step = _("Sign out, sign in with a one-time code and come back here.")
