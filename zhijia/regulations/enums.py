"""Closed lists of the rules."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Unit(models.TextChoices):
    """What a value counts."""

    HOUR = "hour", _("hours")
    DAY = "day", _("days")  # calendar days: what a law calls plain "days"
    WORKING_DAY = "working_day", _("working days")
    MONTH = "month", _("months")
    YEAR = "year", _("years")
    PERSON = "person", _("people")
    PERCENT = "percent", _("percent")
    YUAN = "yuan", _("yuan")
    COUNT = "count", _("times")
    FLAG = "flag", _("yes or no")
    TEXT = "text", _("words")


PERIODS = frozenset({Unit.HOUR, Unit.DAY, Unit.WORKING_DAY, Unit.MONTH, Unit.YEAR})


class Comparison(models.TextChoices):
    """How the thing measured stands to the value."""

    AT_MOST = "<=", _("at most")
    UNDER = "<", _("less than")
    AT_LEAST = ">=", _("at least")  # Chinese statutes' "以上" includes the number (Civil Code art. 1259)
    OVER = ">", _("more than")
    EQUAL = "=", _("exactly")


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
