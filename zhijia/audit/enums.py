"""Closed lists of the audit."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What an entry bears witness to."""

    CHANGE = "change", _("change")
    READ = "read", _("read")  # a sealed or otherwise sensitive thing was opened
