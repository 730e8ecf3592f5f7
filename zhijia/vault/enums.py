"""Closed lists of the vault."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Purpose(models.TextChoices):
    """Why a sealed part may be opened at all; there are no others."""

    MEMBERSHIP = "membership", _("keeping the membership roll")
    AID_ASSESS = "aid_assess", _("deciding on an application for aid")
    AID_PAY = "aid_pay", _("paying out aid")
    GRIEVANCE_HANDLE = "grievance_handle", _("handling your appeal")
    MEDIATION = "mediation", _("mediating a dispute")
    BALLOT_ROLL = "ballot_roll", _("drawing up the roll of voters")
    STATISTICS = "statistics", _("counting, without names")
    RIGHTS_REQUEST = "rights_request", _("answering your request for your own data")
    SECURITY = "security", _("finding out about misuse")


class Group(models.TextChoices):
    """Officers of a body who hold a key together."""

    DESK = "desk", _("those who work on matters")
    CUSTODY = "custody", _("those who decide who may learn a name")


class RequestState(models.TextChoices):
    """Where a request to learn a name stands."""

    ASKED = "asked", _("Waiting for a second person")
    APPROVED = "approved", _("Approved")
    REFUSED = "refused", _("Refused")
    EXPIRED = "expired", _("Run out")
    WITHDRAWN = "withdrawn", _("Taken back")
