"""How well people's requests about their own data are kept, for those who run the house."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from zhijia.core.clock import local_date
from zhijia.core.gauges import Gauge, Reading
from zhijia.privacy.enums import RequestState
from zhijia.privacy.models import Erasure, LegalHold, RightsRequest
from zhijia.privacy.selectors.holds import in_force


def erasures_overdue(now: dt.datetime) -> Reading:
    """Return how many erasures that were granted are late."""
    granted = RightsRequest.objects.filter(state=RequestState.GRANTED)
    return Reading(granted.filter(erase_until__lt=now).count(), Erasure.objects.count(), now)


def erasures_due(now: dt.datetime) -> Reading:
    """Return how many erasures were granted and wait for their day."""
    granted = RightsRequest.objects.filter(state=RequestState.GRANTED)
    return Reading(granted.count(), Erasure.objects.count(), now)


def answers_overdue(now: dt.datetime) -> Reading:
    """Return how many requests wait longer than they may."""
    waiting = RightsRequest.objects.filter(state=RequestState.ASKED)
    return Reading(waiting.filter(due_at__lt=now).count(), waiting.count(), now)


def holds_open(now: dt.datetime) -> Reading:
    """Return how many holds keep something from being erased."""
    standing = LegalHold.objects.filter(in_force(local_date(now)))
    return Reading(standing.count(), LegalHold.objects.count(), now)


GAUGES = (
    Gauge(
        "privacy.erasures_due", _("Erasures that were granted and wait for their day"),
        _("Accounts wait for the time to change one's mind; everything else is erased within seven days."),
        erasures_due, lambda value: True, "count",
    ),
    Gauge(
        "privacy.erasures_overdue", _("Erasures that are late"),
        _("Granted and not done within seven days. Look whether the background process runs."),
        erasures_overdue, lambda value: value == 0, "count",
    ),
    Gauge(
        "privacy.answers_overdue", _("Requests about own data without an answer in time"),
        _("Waiting longer than fifteen days. Remind the office that decides."),
        answers_overdue, lambda value: value == 0, "count",
    ),
    Gauge(
        "privacy.holds_open", _("Things that a law forbids to erase now"),
        _("Each was confirmed by two people and ends by itself. Many of them deserve a question."),
        holds_open, lambda value: True, "count",
    ),
)  # fmt: skip
