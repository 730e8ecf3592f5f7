"""Closed lists of the rules."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Unit(models.TextChoices):
    """What a value counts."""

    HOUR = "hour", pgettext_lazy("unit", "hours")
    DAY = "day", pgettext_lazy("unit", "days")  # calendar days: what a law calls plain "days"
    WORKING_DAY = "working_day", pgettext_lazy("unit", "working days")
    MONTH = "month", pgettext_lazy("unit", "months")
    YEAR = "year", pgettext_lazy("unit", "years")
    PERSON = "person", pgettext_lazy("unit", "people")
    PERCENT = "percent", pgettext_lazy("unit", "percent")
    YUAN = "yuan", pgettext_lazy("unit", "yuan")
    COUNT = "count", pgettext_lazy("unit", "times")
    FLAG = "flag", pgettext_lazy("unit", "yes or no")
    TEXT = "text", pgettext_lazy("unit", "words")


PERIODS = frozenset({Unit.HOUR, Unit.DAY, Unit.WORKING_DAY, Unit.MONTH, Unit.YEAR})


class Comparison(models.TextChoices):
    """How the thing measured stands to the value."""

    AT_MOST = "<=", pgettext_lazy("comparison", "at most")
    UNDER = "<", pgettext_lazy("comparison", "less than")
    # The "以上" of Chinese statutes includes the number itself (Civil Code art. 1259).
    AT_LEAST = ">=", pgettext_lazy("comparison", "at least")
    OVER = ">", pgettext_lazy("comparison", "more than")
    EQUAL = "=", pgettext_lazy("comparison", "exactly")


class Certainty(models.TextChoices):
    """How far a value may be relied on."""

    READ = "read", _("read in the text of the law")
    KNOWN = "known", _("known, to be compared with the text")
    HOUSE = "house", _("our own promise, within the law")


class DayKind(models.TextChoices):
    """What a row of a calendar says of a day."""

    STATUTORY = "statutory", _("statutory holiday")
    REST = "rest", _("rest day by arrangement")
    WORK = "work", _("make-up working day")
