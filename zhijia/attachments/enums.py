"""Closed lists of attachments."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Dropped(models.TextChoices):
    """Why a file of a form was not taken in while it came."""

    TOO_BIG = "too-big", _("The file is larger than %(limit)s MB.")
    TOO_MUCH = "too-much", _("Together the files are larger than %(limit)s MB.")
    STORAGE_FULL = (
        "storage-full",
        _("Our storage is full. The file was not received; the rest of the form is kept."),
    )
