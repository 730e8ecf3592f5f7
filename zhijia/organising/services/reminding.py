"""Reminders before a term ends and while a chair is vacant; late ones also go to the union above."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db import IntegrityError, transaction

from zhijia.core.clock import local_date
from zhijia.notifications.services import notify
from zhijia.organising.models import APPROVERS, LEADERS, Reminder
from zhijia.regulations.periods import add_months
from zhijia.regulations.selectors import value
from zhijia.unions import offices
from zhijia.unions.models import Term
from zhijia.unions.selectors import holders, parent_of

LIST = "/organising/terms/"
STEPS = ("remind_first", "remind_second", "remind_last")
WIDEST = 12
"""Months ahead that are looked at; no reminder comes earlier."""


def remind(*, now: dt.datetime) -> int:
    """Send every reminder that is due and was not sent; return how many. Safe to repeat."""
    return _remind_of_terms(now) + _remind_of_chairs(now)


def _remind_of_terms(now: dt.datetime) -> int:
    on = local_date(now)
    near = Term.objects.open().filter(until_on__lte=add_months(on, WIDEST), body__is_active=True)
    return sum(_send(term, _due(term, on), now) for term in near.select_related("body"))


def _due(term: Term, on: dt.date) -> str:
    """Return the reminder that a term has reached: the last of those whose day has come, or ""."""
    if term.until_on < on:
        return "overdue"
    reached = [step for step in STEPS if on >= remind_on(term, step, on)]
    return reached[-1] if reached else ""


def remind_on(term: Term, step: str, on: dt.date) -> dt.date:
    """Return the day of a reminder: so many months before the last day."""
    months = int(value(f"union_body.{step}", term.body.place, on).value)
    return add_months(term.until_on, -months)


def _remind_of_chairs(now: dt.datetime) -> int:
    on = local_date(now)
    rows = Term.objects.open().filter(until_on__gte=on, body__is_active=True, committees__kind="full")
    return sum(_send(term, what, now) for term, what in _vacancies(rows.select_related("body"), on))


def _vacancies(terms: Any, on: dt.date) -> Iterator[tuple[Term, str]]:
    for term in terms:
        since = offices.chair_vacant_since(term)
        if since is not None:
            late = fill_chair_by(term, since, on) < on
            yield term, f"chair {'late ' if late else ''}{since.isoformat()}"


def fill_chair_by(term: Term, since: dt.date, on: dt.date) -> dt.date:
    """Return by which day a vacant chair has to be filled (three months)."""
    return add_months(since, int(value("union_body.chair_vacancy", term.body.place, on).value))


@transaction.atomic
def _send(term: Term, what: str, now: dt.datetime) -> bool:
    """Remind the people of the body once of each thing; what is late also goes to the union above."""
    if not what:
        return False
    try:
        with transaction.atomic():
            Reminder.objects.create(tenant=term.tenant, term=term, what=what, sent_at=now)
    except IntegrityError:
        return False
    kind = "organising.chair_vacant" if what.startswith("chair") else "organising.term_ends"
    for person in _people(term, what, local_date(now)):
        data = {"body": term.body.name, "until": term.until_on.isoformat()}
        notify(kind=kind, to=person, now=now, data=data, url=LIST, tenant=term.tenant)
    return True


def _people(term: Term, what: str, on: dt.date) -> list[Any]:
    """Return who leads the body; the union above where that is late, or where nobody leads it here."""
    people = {person.pk: person for person in holders(term.body, LEADERS, on)}
    late = what == "overdue" or "late" in what
    above = parent_of(term.body) if late or not people else None
    if above is not None:
        people |= {person.pk: person for person in holders(above, APPROVERS, on)}
    return list(people.values())
