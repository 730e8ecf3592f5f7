"""Figures of the vault for those who run the house."""

import datetime as dt

from django.db.models import Min
from django.utils.translation import gettext_lazy as _

from zhijia.audit.models import Entry
from zhijia.core.clock import CHINA, local_date
from zhijia.core.gauges import Gauge, Reading
from zhijia.vault import keys
from zhijia.vault.enums import RequestState
from zhijia.vault.models import Disclosure, IdentityRequest, KeyPair, PartKey, SealedPart

REHEARSED_EVERY = dt.timedelta(days=92)
DAY = dt.timedelta(days=1)
ENOUGH = 200
"""Matters from which on a share of them is shown to everybody."""


def kept_by_platform(now: dt.datetime) -> Reading:
    """Return how many parts the platform still keeps for offices without a key."""
    kept = PartKey.objects.filter(to=keys.PLATFORM).exclude(part__group="").count()
    return Reading(kept, SealedPart.objects.filter(erased_at=None).count(), now)


def unlogged_openings(now: dt.datetime) -> Reading:
    """Return how far openings in the audit and lines that workers read differ."""
    lines = Disclosure.objects.count()
    rows = Entry.objects.filter(action="vault.opened").count()
    return Reading(abs(rows - lines), lines, now)


def names_opened(now: dt.datetime) -> Reading:
    """Return how many names were opened for each 1,000 matters."""
    matters = SealedPart.objects.filter(part="narrative").count()
    opened = Disclosure.objects.filter(part="complainant").count()
    return Reading(round(1000 * opened / matters, 1) if matters else None, matters, now)


def names_by_two(now: dt.datetime) -> Reading:
    """Return for how many of a hundred names that officers opened a second person had agreed."""
    decided = IdentityRequest.objects.exclude(decided_by=None).exclude(state=RequestState.REFUSED)
    agreed = {(owner, f"user:{asked}") for owner, asked in decided.values_list("owner", "asked_by")}
    opened = Disclosure.objects.filter(part="complainant").values_list("owner", "opened_by")
    by_two = sum(each in agreed for each in opened)
    return Reading(round(100 * by_two / len(opened)) if opened else None, len(opened), now)


def names_published(now: dt.datetime) -> Reading:
    """Return names opened for each 1,000 matters up to the quarter before the last, rounded to fives.

    Late, rounded and only of many: so that the figure moves with no single matter.
    """
    until = _start_of_quarter(_start_of_quarter(now) - DAY)
    matters = SealedPart.objects.filter(part="narrative", sealed_at__lt=until).count()
    if matters < ENOUGH:
        return Reading(None, 0, None)
    opened = Disclosure.objects.filter(part="complainant", opened_at__lt=until).count()
    return Reading(5 * round(200 * opened / matters), matters // ENOUGH * ENOUGH, until)


def _start_of_quarter(moment: dt.datetime) -> dt.datetime:
    day = local_date(moment)
    first = day.replace(month=day.month - (day.month - 1) % 3, day=1)
    return dt.datetime.combine(first, dt.time.min, CHINA)


def requests_in_time(now: dt.datetime) -> Reading:
    """Return the hours for which the oldest request for a name has waited."""
    waiting = IdentityRequest.objects.filter(state=RequestState.ASKED)
    oldest = waiting.aggregate(at=Min("asked_at"))["at"]
    return Reading(round((now - oldest).total_seconds() / 3600) if oldest else 0, waiting.count(), now)


def recovery_rehearsed(now: dt.datetime) -> Reading:
    """Return when enough shares of the recovery key were last put together."""
    made = KeyPair.objects.filter(holder=keys.RECOVERY, retired_at=None).count()
    last = Entry.objects.filter(tenant=0, action="vault.recovery_rehearsed").order_by("-seq").first()
    return Reading(made, made, last.at if last else None)


# Public is only what moves with no single matter; an exact count would tell of each, at once.
GAUGES = (
    Gauge(
        "vault.kept_by_platform", _("Sealed parts that the platform itself can open"),
        _("Officers of their bodies have set up no key yet. Ask them to sign in with their password."),
        kept_by_platform, lambda value: value == 0, "count",
    ),
    Gauge(
        "vault.unlogged", _("Openings that workers cannot see"),
        _("Must be none. If not, run zhijia audit verify and find out who changed the tables."),
        unlogged_openings, lambda value: value == 0, "count",
    ),
    Gauge(
        "vault.names", _("Names opened for each 1,000 matters"),
        _("Each after two people agreed. More than 100 says that names are asked for out of habit."),
        names_opened, lambda value: value <= 100, "count",
    ),
    Gauge(
        "vault.names_by_two", _("Names opened after a second person had agreed"),
        _("In percent. The others are of people who gave their name to their handler themselves."),
        names_by_two, lambda value: True, "percent",
    ),
    Gauge(
        "vault.names_published", _("Names opened for each 1,000 matters, up to the quarter before the last"),
        _("Rounded, so that it tells of nobody's matter. Each was opened for a written reason."),
        names_published, lambda value: value <= 100, "count", period=dt.timedelta(days=190), public=True,
    ),
    Gauge(
        "vault.requests", _("Hours for which a request for a name has waited"),
        _("Custodians should decide within a day; after three days the request runs out."),
        requests_in_time, lambda value: value <= 24, "hours",
    ),
    Gauge(
        "vault.recovery", _("Recovery key, last rehearsed"),
        _("Put the shares together every quarter: zhijia keys rehearse. A key that was never tried is none."),
        recovery_rehearsed, lambda value: value == 1, "count", period=REHEARSED_EVERY,
    ),
)  # fmt: skip
