"""The figures of appeals. Each is a written definition and the conditions it counts by.

A figure and the list behind it use the same conditions, so that both always agree.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, DurationField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet
from django.db.models.functions import Greatest

from zhijia.appeals.enums import Mark, State
from zhijia.appeals.models import Appeal, Assignment, Escalation, Rating, Reply, outside
from zhijia.core.manifest import Indicator
from zhijia.core.words import _
from zhijia.statistics.selectors import Figure, percentiles
from zhijia.unions.selectors import Scope

ANSWERED = (
    State.REPLIED,
    State.CONFIRMED,
    State.UNCONFIRMED,
    State.UNSATISFIED,
    State.UNDER_REVIEW,
    State.REVIEWED,
    State.UNDER_RE_REVIEW,
    State.RE_REVIEWED,
)
FINISHED = (*ANSWERED, State.REFUSED, State.REFERRED)
CLOSED_AFTER_ANSWER = (State.CONFIRMED, State.UNCONFIRMED, State.UNSATISFIED)
SOURCE = _("12351 service standard")
Condition = Callable[[dt.datetime, dt.datetime], Q]


def _within(field: str, start: dt.datetime, end: dt.datetime, **more: Any) -> Q:
    return Q(**{f"{field}__gte": start, f"{field}__lt": end}, **more)


def received(start: dt.datetime, end: dt.datetime) -> Q:
    """Handed in within the period; not history, not withdrawn."""
    return _within("received_at", start, end, is_history=False) & ~Q(state=State.WITHDRAWN)


def history(start: dt.datetime, end: dt.datetime) -> Q:
    """Brought in from an older system, handed in there within the period."""
    return _within("received_at", start, end, is_history=True)


def _any(model: Any, field: str, start: dt.datetime, end: dt.datetime, **more: Any) -> Q:
    rows = model.objects.filter(tenant=OuterRef("tenant"), appeal=OuterRef("pk"))
    return Q(Exists(rows.filter(_within(field, start, end), **more)))


def dispatched(start: dt.datetime, end: dt.datetime) -> Q:
    """Given to a handler within the period."""
    return _any(Assignment, "assigned_at", start, end)


def _dispatched_this_round(start: dt.datetime, end: dt.datetime) -> Q:
    return _any(Assignment, "assigned_at", start, end, round=OuterRef("round"))


def _signed_in_time(start: dt.datetime, end: dt.datetime) -> Q:
    rows = Assignment.objects.filter(
        tenant=OuterRef("tenant"), appeal=OuterRef("pk"), round=OuterRef("round")
    )
    return Q(Exists(rows.filter(signed_at__lte=OuterRef("first_due_at"))))


def _finished(start: dt.datetime, end: dt.datetime) -> Q:
    return Q(state__in=FINISHED)


def _finish_was_due(start: dt.datetime, end: dt.datetime) -> Q:
    return received(start, end) & (Q(state__in=FINISHED) | Q(final_due_at__lt=end))


def _finished_in_time(start: dt.datetime, end: dt.datetime) -> Q:
    answered = Q(state__in=ANSWERED) & (
        Q(replied_at__lte=F("final_due_at")) | Q(replied_at=None, closed_at__lte=F("final_due_at"))
    )
    return answered | Q(state__in=(State.REFUSED, State.REFERRED), closed_at__lte=F("final_due_at"))


def _responded(start: dt.datetime, end: dt.datetime) -> Q:
    return Q(first_responded_at__isnull=False) | Q(round__gt=1)


def _response_was_due(start: dt.datetime, end: dt.datetime) -> Q:
    return received(start, end) & Q(round=1) & (Q(first_responded_at__isnull=False) | Q(first_due_at__lt=end))


def _responded_in_time(start: dt.datetime, end: dt.datetime) -> Q:
    return Q(first_responded_at__lte=F("first_due_at"))


def closed_after_answer(start: dt.datetime, end: dt.datetime) -> Q:
    """Closed within the period after an answer, by the worker or by silence."""
    return _within("closed_at", start, end, is_history=False, state__in=CLOSED_AFTER_ANSWER)


def _confirmed(start: dt.datetime, end: dt.datetime) -> Q:
    return Q(state=State.CONFIRMED)


def rated(start: dt.datetime, end: dt.datetime) -> Q:
    """Judged by the worker within the period."""
    return _any(Rating, "rated_at", start, end)


def reopened(start: dt.datetime, end: dt.datetime) -> Q:
    """Begun anew within the period, after a bad mark, a reopening or a review."""
    return _within("round_started_at", start, end, round__gt=1)


def refused(start: dt.datetime, end: dt.datetime) -> Q:
    """Not accepted within the period."""
    return _within("closed_at", start, end, is_history=False) & ~Q(refusal_ground="")


def escalated(start: dt.datetime, end: dt.datetime) -> Q:
    """Gone up within the period because a clock ran out."""
    return _any(Escalation, "escalated_at", start, end)


def silent(start: dt.datetime, end: dt.datetime) -> Q:
    """Closed within the period because the worker kept silent."""
    return _within("closed_at", start, end, is_history=False, state=State.UNCONFIRMED)


def first_answered(start: dt.datetime, end: dt.datetime) -> Q:
    """First answered within the period, history included."""
    return _any(Reply, "replied_at", start, end, round=1)


def rows_in(scope: Scope) -> QuerySet[Appeal]:
    """Return the appeals of the bodies of a scope. Figures only: who may see a list is asked elsewhere."""
    rows = Appeal.objects.filter(scope.q("handling_body__"), outside(scope.barred))
    return rows if scope.tenants is None else rows.filter(tenant__in=sorted(scope.tenants))


def _steps_in(model: Any, scope: Scope) -> QuerySet[Any]:
    """Return the rows of a step whose matters are in the scope."""
    rows = model.objects.filter(scope.q("appeal__handling_body__"), outside(scope.barred, "appeal__"))
    return rows if scope.tenants is None else rows.filter(tenant__in=sorted(scope.tenants))


Compute = Callable[[Scope, dt.datetime, dt.datetime], Figure]


def _count(cases: Condition) -> Compute:
    def compute(scope: Scope, start: dt.datetime, end: dt.datetime) -> Figure:
        number = rows_in(scope).filter(cases(start, end)).count()
        return Figure(float(number), number, number)

    return compute


def _share(cases: Condition, good: Condition) -> Compute:
    def compute(scope: Scope, start: dt.datetime, end: dt.datetime) -> Figure:
        found = rows_in(scope).filter(cases(start, end))
        counted = found.aggregate(all=Count("pk"), good=Count("pk", filter=good(start, end)))
        return Figure.share(counted["good"], counted["all"])

    return compute


def _marks(field: str, *marks: Mark) -> Compute:
    def compute(scope: Scope, start: dt.datetime, end: dt.datetime) -> Figure:
        rows = _steps_in(Rating, scope).filter(_within("rated_at", start, end))
        counted = rows.aggregate(all=Count("pk"), good=Count("pk", filter=Q(**{f"{field}__in": marks})))
        return Figure.share(counted["good"], counted["all"])

    return compute


def answer_times(scope: Scope, start: dt.datetime, end: dt.datetime) -> QuerySet[Reply]:
    """Return the first answers of a period with ``took``: from hand-in to answer, history included."""
    rows = _steps_in(Reply, scope).filter(_within("replied_at", start, end), round=1)
    answered = Greatest("replied_at", "appeal__received_at")  # the server's clock may have been set back
    took = ExpressionWrapper(answered - F("appeal__received_at"), output_field=DurationField())
    return rows.annotate(took=took)


def _answer_time(share: float) -> Compute:
    def compute(scope: Scope, start: dt.datetime, end: dt.datetime) -> Figure:
        rows = answer_times(scope, start, end)
        number = rows.count()
        return Figure(percentiles(rows, "took", share)[0], number, number)

    return compute


@dataclass(frozen=True)
class Measure:
    """One figure: what it is called, how it is defined, which cases stand behind it."""

    key: str
    label: Any
    definition: Any
    unit: str
    cases: Condition
    compute: Compute
    public: bool = False


def _counted(key: str, label: Any, definition: Any, cases: Condition) -> Measure:
    return Measure(f"appeals.{key}", label, definition, "count", cases, _count(cases))


def _part(key: str, label: Any, definition: Any, cases: Condition, good: Condition) -> Measure:
    return Measure(f"appeals.{key}", label, definition, "percent", cases, _share(cases, good))


def _judged(key: str, label: Any, definition: Any, field: str, *marks: Mark, public: bool = False) -> Measure:
    return Measure(f"appeals.{key}", label, definition, "percent", rated, _marks(field, *marks), public)


GOOD = (Mark.SATISFIED, Mark.BASICALLY)
MEASURES = (
    _counted(
        "received",
        _("Received"),
        _(
            "Matters handed in within the period by any channel. Withdrawn ones and history from older "
            "systems are left out."
        ),
        received,
    ),
    _counted(
        "history",
        _("History from older systems"),
        _(
            "Closed matters brought in from an older hotline system, by the day they were handed in "
            "there. Counted nowhere else but in the answer times."
        ),
        history,
    ),
    _counted(
        "dispatched",
        _("Dispatched"),
        _(
            "Matters given to a handler within the period; one matter counts once, however often it "
            "changes hands."
        ),
        dispatched,
    ),
    _part(
        "signed_in_time",
        _("Signed for in time"),
        _(
            "Of the matters given to a handler within the period: those signed for before the first "
            "response was due. Last round only."
        ),
        _dispatched_this_round,
        _signed_in_time,
    ),
    _part(
        "responded",
        _("Response rate"),
        _("Of the matters received within the period: those that have had a first response, early or late."),
        received,
        _responded,
    ),
    _part(
        "responded_in_time",
        _("First response in time"),
        _(
            "Of the matters received within the period that have had a first response or whose first "
            "response was due before its end: those responded to in time. First round only."
        ),
        _response_was_due,
        _responded_in_time,
    ),
    _part(
        "finished",
        _("Finished"),
        _("Of the matters received within the period: those answered, refused or passed on by now."),
        received,
        _finished,
    ),
    _part(
        "finished_in_time",
        _("Finished in time"),
        _(
            "Of the matters received within the period that are finished or were due before its end: "
            "those answered, refused or passed on by their due date. Time in which the clock stood and "
            "extensions are in the due date."
        ),
        _finish_was_due,
        _finished_in_time,
    ),
    _part(
        "solved",
        _("Solved, as the worker says"),
        _(
            "Of the matters closed within the period after an answer: those that the worker confirmed. "
            "Silence counts as not solved."
        ),
        closed_after_answer,
        _confirmed,
    ),
    _judged(
        "result_satisfied_or_fairly",
        _("Satisfaction with the result"),
        _(
            "Of the ratings given within the period: those with “satisfied” or “fairly satisfied” for "
            "the result. Each round is rated by itself; silence is not counted."
        ),
        "result",
        *GOOD,
        public=True,
    ),
    _judged(
        "result_satisfied",
        _("Satisfied with the result"),
        _(
            "Of the ratings given within the period: those with “satisfied” for the result, without "
            "“fairly satisfied”."
        ),
        "result",
        Mark.SATISFIED,
    ),
    _judged(
        "attitude_satisfied_or_fairly",
        _("Satisfaction with the attitude"),
        _(
            "Of the ratings given within the period: those with “satisfied” or “fairly satisfied” for "
            "the attitude of the body. It says nothing about a single person."
        ),
        "attitude",
        *GOOD,
        public=True,
    ),
    _judged(
        "attitude_satisfied",
        _("Satisfied with the attitude"),
        _(
            "Of the ratings given within the period: those with “satisfied” for the attitude, without "
            "“fairly satisfied”."
        ),
        "attitude",
        Mark.SATISFIED,
    ),
    Measure(
        "appeals.answer_time_median",
        _("Answer time, median"),
        _(
            "Days from hand-in to the first answer given within the period: half of the matters took no "
            "longer. Calendar days with fractions, history from older systems included."
        ),
        "days",
        first_answered,
        _answer_time(0.5),
        public=True,
    ),
    Measure(
        "appeals.answer_time_p90",
        _("Answer time, nine in ten"),
        _(
            "Days from hand-in to the first answer given within the period: nine in ten matters took no "
            "longer. Calendar days with fractions, history from older systems included."
        ),
        "days",
        first_answered,
        _answer_time(0.9),
        public=True,
    ),
    _counted(
        "reopened",
        _("Reopened"),
        _("Matters begun anew within the period: after a bad mark, at the worker's wish, or after a review."),
        reopened,
    ),
    _counted(
        "refused",
        _("Not accepted"),
        _("Matters refused within the period on one of the four lawful grounds."),
        refused,
    ),
    _counted(
        "escalated",
        _("Escalated"),
        _(
            "Matters that went to a body above within the period because a clock ran out; one matter "
            "counts once."
        ),
        escalated,
    ),
    _counted(
        "silent",
        _("Closed in silence"),
        _(
            "Matters closed within the period because the worker did not judge the answer. They count "
            "as not confirmed."
        ),
        silent,
    ),
)
BY_KEY = {m.key: m for m in MEASURES}
INDICATORS = tuple(
    Indicator(
        key=m.key,
        label=m.label,
        definition=m.definition,
        unit=m.unit,
        compute=m.compute,
        drill_down="appeals:queue",
        source=SOURCE,
        public=m.public,
    )
    for m in MEASURES
)


@dataclass(frozen=True)
class Part:
    """One row of a break-down: its name, and the figures in the order of the columns."""

    code: str
    name: str
    figures: tuple[Figure, ...]


COLUMNS = (
    "appeals.received",
    "appeals.finished",
    "appeals.finished_in_time",
    "appeals.responded_in_time",
    "appeals.solved",
)
SHARES: dict[str, tuple[Condition, Condition]] = {
    "appeals.finished": (received, _finished),
    "appeals.finished_in_time": (_finish_was_due, _finished_in_time),
    "appeals.responded_in_time": (_response_was_due, _responded_in_time),
    "appeals.solved": (closed_after_answer, _confirmed),
}


def broken_down(
    field: str, scope: Scope, start: dt.datetime, end: dt.datetime
) -> dict[Any, tuple[Figure, ...]]:
    """Return the columns for each value of ``field`` (a column of the appeal); one query."""
    counts: dict[str, Count] = {"n_received": Count("pk", filter=received(start, end))}
    for n, (cases, good) in enumerate(SHARES.values()):
        counts[f"all_{n}"] = Count("pk", filter=cases(start, end))
        counts[f"good_{n}"] = Count("pk", filter=cases(start, end) & good(start, end))
    near = _within("received_at", start, end) | _within("closed_at", start, end)
    rows = (
        rows_in(scope).filter(near, is_history=False).values(field).annotate(**counts).order_by("-n_received")
    )
    return {row[field]: _columns(row) for row in rows}


def _columns(row: dict[str, Any]) -> tuple[Figure, ...]:
    first = Figure(float(row["n_received"]), row["n_received"], row["n_received"])
    return (first, *(Figure.share(row[f"good_{n}"], row[f"all_{n}"]) for n in range(len(SHARES))))
