"""From conditions to people: one query over the roll, and never around what a keeper may see.

Every row comes through ``Membership.objects.visible_to``, also inside counts, so that a membership
that is kept from whoever is tied to the employer changes no number he reads. For the same reason no
condition looks at another membership of the person, nor at his account: each is asked of this row.

**A contact** is the last dated fact in which the member himself spoke to this union about his
membership: he joined by himself, by a code, at a counter or by a transfer (not on a roster, which the
unit writes); he answered a reminder; he asked for a correction. What an officer wrote down alone, and
whether he signed in, does not count; what he appealed about never does. So the answer errs on one side
only: somebody may be called who was spoken to elsewhere, and nobody is left out who was not.
"""

import datetime as dt
from collections.abc import Callable

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce, NullIf

from zhijia.core.clock import CHINA
from zhijia.membership.enums import Channel, Kind
from zhijia.membership.models import Correction, Membership, Reminder
from zhijia.membership.segments.fields import BANDS, BLANK, Comparison
from zhijia.membership.segments.grammar import Condition, days_of
from zhijia.membership.segments.questions import Question
from zhijia.unions.conflict import months_before
from zhijia.unions.enums import KEEPERS_OF_THE_ROLL as KEEPERS
from zhijia.unions.selectors import scope, scope_of

COLUMNS = {
    "industry": "industry_of_work", "trade": "worker__trade", "engagement": "worker__engagement",
    "work_status": "worker__work_status", "education": "worker__education", "state": "state", "kind": "kind",
    "channel": "channel",
}  # fmt: skip


def members(asked: Question, user: object, on: dt.date) -> QuerySet[Membership]:
    """Return one running membership for each person that is asked for and that ``user`` may see.

    Who stands in several of these unions comes once: with the full membership, else with the entry that
    was written first. Nobody where a condition is no longer known, or where ``user`` does not keep the
    roll of the body.
    """
    rows = _rows(asked, user, on)
    # "full" comes after "associate", so that a greater kind is the better one.
    better = rows.filter(
        Q(kind__gt=OuterRef("kind")) | Q(kind=OuterRef("kind"), pk__lt=OuterRef("pk")),
        worker=OuterRef("worker"),
    )
    tenants = scope_of([asked.body]).tenants
    if tenants is None:
        return rows.filter(~Exists(better))
    # Within a tenant a person has one full membership (a constraint), so only the others are compared.
    return rows.filter(Q(kind=Kind.FULL) | ~Exists(better.filter(tenant__in=sorted(tenants))))


def how_many(asked: Question, user: object, on: dt.date) -> int:
    """Return how many people ``members`` holds; counted without choosing one entry of each."""
    return _rows(asked, user, on).values("worker").distinct().count()


def _rows(asked: Question, user: object, on: dt.date) -> QuerySet[Membership]:
    """Return all running memberships that meet the conditions, as far as ``user`` may see them."""
    if not asked.is_known or not scope(user, KEEPERS, on).covers(asked.body):
        return Membership.objects.none()
    rows: QuerySet[Membership] = Membership.objects.visible_to(user, on).open()
    rows = rows.filter(scope_of([asked.body]).own_q()).alias(
        industry_of_work=Coalesce(
            NullIf(F("employer__industry"), Value("")), NullIf(F("body__employer__industry"), Value("")),
            F("worker__industry"),
        )
    )  # fmt: skip
    for condition in asked.conditions:
        rows = rows.filter(_q(condition, asked, on))
    return rows


def _q(condition: Condition, asked: Question, on: dt.date) -> Q:
    found = _MAKERS.get(condition.field, _column)(condition, asked, on)
    return ~found if condition.comparison == Comparison.IS_NOT else found


def _column(condition: Condition, _asked: Question, _on: dt.date) -> Q:
    kept = ["" if value == BLANK else value for value in condition.values]
    return Q(**{f"{COLUMNS[condition.field]}__in": kept})


def _sex(condition: Condition, _asked: Question, _on: dt.date) -> Q:
    return Q(worker__sex__in=[int(value) for value in condition.values])


def _body(condition: Condition, asked: Question, _on: dt.date) -> Q:
    return scope_of(asked.bodies[int(value)] for value in condition.values).own_q()


def _place(condition: Condition, _asked: Question, _on: dt.date) -> Q:
    found = Q(pk__in=())
    for code in condition.values:
        found |= Q(worker__place__startswith=prefix_of(code))
    return found


def prefix_of(code: str) -> str:
    """Return the digits that all places within a place have in common."""
    if code.endswith("0000"):
        return code[:2]
    return code[:4] if code.endswith("00") else code


def _age(condition: Condition, _asked: Question, on: dt.date) -> Q:
    found = Q(pk__in=())
    for band in condition.values:
        if band == BLANK:
            found |= Q(worker__birth_year=None)
            continue
        youngest, oldest = BANDS[band]
        years = Q(worker__birth_year__isnull=False)
        if youngest is not None:
            years &= Q(worker__birth_year__lte=on.year - youngest)
        if oldest is not None:
            years &= Q(worker__birth_year__gte=on.year - oldest)
        found |= years
    return found


def _migrant(condition: Condition, _asked: Question, _on: dt.date) -> Q:
    return Q(worker__is_migrant__in=[value == "yes" for value in condition.values])


def _card(condition: Condition, _asked: Question, _on: dt.date) -> Q:
    if len(set(condition.values)) == 2:
        return ~Q(pk__in=())
    return ~Q(card_number="") if condition.values[0] == "yes" else Q(card_number="")


# Times ----------------------------------------------------------------------------------------


def last_day_before(condition: Condition, on: dt.date) -> dt.date:
    """Return the latest day that is "so long ago or earlier", counted back from ``on``."""
    number, unit = int(condition.values[0]), condition.values[1]
    if unit == "days":
        return on - dt.timedelta(days=number)
    return months_before(on, number * 12 if unit == "years" else number)


def _joined(condition: Condition, _asked: Question, on: dt.date) -> Q:
    day = last_day_before(condition, on)
    return Q(joined_on__gt=day) if condition.comparison == Comparison.WITHIN else Q(joined_on__lte=day)


def _joined_on(condition: Condition, _asked: Question, _on: dt.date) -> Q:
    first, last = days_of(condition.values)
    found = Q(joined_on__gte=first) if first else Q()
    return found & Q(joined_on__lte=last) if last else found


def _contact(condition: Condition, _asked: Question, on: dt.date) -> Q:
    if condition.comparison == Comparison.NEVER:
        return ~_contact_since(None)
    found = _contact_since(last_day_before(condition, on) + dt.timedelta(days=1))
    return found if condition.comparison == Comparison.WITHIN else ~found


def _contact_since(day: dt.date | None) -> Q:
    """Return who was in contact on ``day`` or later; None for whoever ever was."""
    came = ~Q(channel=Channel.ROSTER)
    answers = Reminder.objects.filter(
        tenant=OuterRef("tenant"), membership=OuterRef("pk"), answered_at__isnull=False
    )
    asked = Correction.objects.filter(
        tenant=OuterRef("tenant"), body=OuterRef("body"), worker=OuterRef("worker")
    )
    if day is not None:
        moment = dt.datetime.combine(day, dt.time.min, tzinfo=CHINA)
        came &= Q(joined_on__gte=day)
        answers, asked = answers.filter(answered_at__gte=moment), asked.filter(asked_at__gte=moment)
    return came | Q(Exists(answers)) | Q(Exists(asked))


_MAKERS: dict[str, Callable[[Condition, Question, dt.date], Q]] = {
    "body": _body, "place": _place, "sex": _sex, "age": _age, "migrant": _migrant, "card": _card,
    "joined": _joined, "joined_on": _joined_on, "contact": _contact,
}  # fmt: skip
