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
    STATISTICS_READ = "statistics:read", _("Read figures")
    TRANSFER_WRITE = "transfer:write", _("Pass on requests from another hotline")
