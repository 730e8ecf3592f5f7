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


class State(models.TextChoices):
    """What the search for hostile programs said."""

    CLEAN = "clean", _("checked, nothing found")
    UNSCANNED = "unscanned", _("not checked for programs")
    QUARANTINED = "quarantined", _("being checked")
    REFUSED = "refused", _("held back")


class CopyState(models.TextChoices):
    """How far the cleaned copy is that people open."""

    READY = "ready", _("ready")
    PREPARING = "preparing", _("being prepared")
    AS_IT_CAME = "as-it-came", _("no copy of its own")
    IMPOSSIBLE = "impossible", _("could not be made")


class Standing(models.TextChoices):
    """What a person who may see the file is told about it."""

    READY = "ready", _("ready")
    CHECKING = "checking", _("Received. The file is still being checked; it can be opened afterwards.")
    PREPARING = "preparing", _("Received. A copy to open is being prepared; look again in a minute.")
    HELD_BACK = (
        "held-back",
        _("Received and kept under seal, but held back: the check found something harmful in it."),
    )
    UNREADABLE = (
        "unreadable",
        _("Received and kept under seal, but it cannot be shown. A photo of it would help."),
    )
