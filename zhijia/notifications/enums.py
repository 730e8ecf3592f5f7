"""Choices of the notifications app."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Channel(models.TextChoices):
    """How a message leaves the house."""

    SMS = "sms", _("Text message")
    EMAIL = "email", _("E-mail")


class DeliveryState(models.TextChoices):
    """Where an outside message stands."""

    WAITING = "waiting", _("Waiting to be sent")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Given up")
