"""What can go wrong with requests, consents and erasures."""

from django.utils.translation import gettext_lazy as _

from zhijia.core.errors import BadInput, DomainError


class UnknownConsent(BadInput):
    """The purpose is not on the closed list of those that rest on consent."""

    code = "unknown-consent"
    text = _("There is no such choice.")
    next_step = _("Choose one from the page of your choices.")


class GivenPerMatter(BadInput):
    """This consent is given for one matter, on its page."""

    code = "given-per-matter"
    text = _("This is decided for each matter by itself.")
    next_step = _("Open the matter: the choice stands there.")


class ConsentMissing(DomainError):
    """Nothing may be given to another body without this person's consent, or a law that demands it."""

    code = "consent-missing"
    text = _("The person has not agreed that this goes to another body.")
    next_step = _("Ask the person. If a law demands it, choose that ground and name the article.")


class BasisMissing(BadInput):
    """A law was chosen as the ground, and not named."""

    code = "basis-missing"
    field = "article"
    text = _("Name the law and the article that demand it.")
    next_step = _("Without an article the data stay here.")


class AlreadyAsked(DomainError):
    """The same request is open."""

    code = "already-asked"
    text = _("You have asked for this already, and it is not decided yet.")
    next_step = _("Your page of requests shows until when you get an answer.")


class WordsMissing(BadInput):
    """A decision without a reason, or a request that says nothing."""

    code = "words-missing"
    field = "text"
    text = _("Please say it in a few words.")
    next_step = _("One sentence is enough.")


class MatterMissing(BadInput):
    """Which matter is to be erased was not chosen."""

    code = "matter-missing"
    field = "about"
    text = _("Choose the matter.")
    next_step = _("Only matters of your own account can be chosen here.")


class HoldTooLong(BadInput):
    """A hold ends by itself after the longest time."""

    code = "hold-too-long"
    field = "until_on"
    text = _("A hold must end between tomorrow and %(last)s.")
    next_step = _("It can be placed anew then, if the law still demands it.")


class SecondPersonNeeded(DomainError):
    """Nobody confirms his own hold."""

    code = "second-person-needed"
    status = 403
    text = _("A second person must confirm this.")
    next_step = _("Ask a colleague who may decide on such requests.")


class StillInTheWay(DomainError):
    """Something stands against erasing now."""

    code = "still-in-the-way"
    text = _("This cannot be erased now: %(why)s")
    next_step = _("Refuse the request with this reason, or wait until it is settled.")
