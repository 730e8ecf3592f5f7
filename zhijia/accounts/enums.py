"""Choices of the accounts app."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class TextSize(models.TextChoices):
    """How large the pages are set."""

    NORMAL = "normal", _("Normal text")
    LARGE = "large", _("Large text")
    LARGEST = "largest", _("Very large text")


class Scope(models.TextChoices):
    """What an API token may be used for; it never allows more than its owner may do."""

    APPEALS_SUBMIT = "appeals:submit", _("Hand in requests")
    APPEALS_READ = "appeals:read", _("Read requests")
    APPEALS_WORK = "appeals:work", _("Work on requests")
    ORGANISING_WORK = "organising:work", _("Found unions and renew their terms")
    STATISTICS_READ = "statistics:read", _("Read figures")
    PRIVACY_OWN = "privacy:own", _("Read and change what concerns your own data")
    MEMBERSHIP_OWN = "membership:own", _("Join the union and read your own membership")
    MEMBERSHIP_WORK = "membership:work", _("Answer applications to join")
    TRANSFER_WRITE = "transfer:write", _("Pass on requests from another hotline")
