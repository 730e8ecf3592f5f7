"""Closed lists of recoveries."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """Where a recovery stands."""

    WAITING = "waiting", _("Waiting for a second officer")
    COOLING = "cooling", _("Waiting two days for an objection")
    DONE = "done", _("Done")
    STOPPED = "stopped", _("Stopped by the account's owner")
    REFUSED = "refused", _("Refused by the second officer")
    LAPSED = "lapsed", _("Lapsed")


class Document(models.TextChoices):
    """Which original an officer saw; no number, no copy is kept."""

    RESIDENT_ID = "resident_id", _("Resident identity card")
    TEMPORARY_ID = "temporary_id", _("Temporary identity card")
    PASSPORT = "passport", _("Passport or travel permit")
    SOCIAL_SECURITY = "social_security", _("Social security card with a picture")


class NumberProof(models.TextChoices):
    """How it was shown that the old number was his."""

    OPERATOR = "operator", _("The telephone company's paper or app with his name")
    CONTRACT = "contract", _("A contract or bill of the number with his name")
    ROLL = "roll", _("The union's own roll of members")
