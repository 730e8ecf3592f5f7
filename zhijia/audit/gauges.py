"""Figures of the audit for those who run the house."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from zhijia.audit.models import Entry
from zhijia.audit.selectors import exposure, witnesses
from zhijia.core.gauges import Gauge, Reading

SIGNED_EVERY = dt.timedelta(hours=1)


def head_age(now: dt.datetime) -> Reading:
    """Return the minutes since the newest head that a witness outside holds."""
    age = exposure().age(now)
    minutes = round(age.total_seconds() / 60) if age is not None else None
    return Reading(minutes, Entry.objects.count(), now if age is not None else None)


def silent_witnesses(now: dt.datetime) -> Reading:
    """Return how many witnesses have not confirmed for two hours."""
    known = witnesses()
    silent = [w for w in known if (age := w.age(now)) is None or age > 2 * SIGNED_EVERY]
    return Reading(len(silent) if known else None, len(known), now if known else None)


GAUGES = (
    Gauge(
        "audit.head", _("Minutes since a witness last held the record of deeds"),
        _("What came after could be rewritten unseen. More than two hours is too long."),
        head_age, lambda value: value <= 120, "minutes", public=True,
    ),
    Gauge(
        "audit.witnesses", _("Witnesses that do not answer"),
        _("At least two outside this office should hold the heads: ZHIJIA_WITNESSES."),
        silent_witnesses, lambda value: value == 0, "count", public=True,
    ),
)  # fmt: skip
