"""Closed lists of privacy."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class RequestKind(models.TextChoices):
    """What a person asks for."""

    ERASE_ACCOUNT = "erase_account", _("Erase my account and everything with it")
    ERASE_MATTER = "erase_matter", _("Erase one of my matters")
    CORRECT = "correct", _("Put something right that I cannot change myself")
    EXPLAIN = "explain", _("Explain to me how my data are used")


ERASURES = (RequestKind.ERASE_ACCOUNT, RequestKind.ERASE_MATTER)


class RequestState(models.TextChoices):
    """Where a request stands."""

    ASKED = "asked", _("Waits for a decision")
    GRANTED = "granted", _("Will be erased")
    FROZEN = "frozen", _("Frozen")  # the law forbids to erase it now
    REFUSED = "refused", _("Refused")
    DONE = "done", _("Done")
    WITHDRAWN = "withdrawn", _("Taken back")


class Basis(models.TextChoices):
    """Why data may be given to another body at all."""

    CONSENT = "consent", _("the person agreed to exactly this")  # PIPL 23
    DUTY = "duty", _("a law demands it")  # PIPL 13 (3)
