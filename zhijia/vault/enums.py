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
