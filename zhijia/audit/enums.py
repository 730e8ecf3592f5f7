"""Closed lists of the audit."""

from django.db import models
from django.utils.translation import pgettext_lazy


class Kind(models.TextChoices):
    """What an entry bears witness to."""

    CHANGE = "change", pgettext_lazy("audit", "change")
    READ = "read", pgettext_lazy("audit", "read")  # a sealed or otherwise sensitive thing was opened
