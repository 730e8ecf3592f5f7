"""The page of one matter as its worker reads it: everything on it, in a fixed number of queries."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from zhijia.appeals.enums import Channel, Confidentiality, State
from zhijia.appeals.models import Appeal, Escalation, Hold, Rating, Reply, Review, Talk
from zhijia.appeals.permissions import COMPLAINANT, CONTACT
from zhijia.appeals.selectors.actions import Actions, available_actions
from zhijia.appeals.selectors.history import Event, handler_label, history, span_in_words
from zhijia.appeals.selectors.progress import WITH_WORKER, ProgressStep, happens_next, next_due, progress
from zhijia.appeals.windows import LAST_ROUND
from zhijia.appeals.workflow import RUNNING, TABLE
from zhijia.attachments.models import Attachment
from zhijia.attachments.selectors import attachments_of
from zhijia.core.actors import Actor
from zhijia.core.clock import local_date
from zhijia.core.journal.keeping import Standing, standing_of
from zhijia.vault.selectors import DisclosureLine, RequestLine, disclosures_of, requests_about

NEWEST_TALKS = 5
"""Messages shown at once; the older ones are folded away."""


@dataclass(frozen=True)
class Answer:
    """The answer of a round with the judgement on it."""

    reply: Reply
    rating: Rating | None


@dataclass(frozen=True)
class OpenedDay:
    """What one office opened on one day, how often and for which reasons; nothing is left out."""

    day: dt.date
    office: str
    part: str
    lines: tuple[DisclosureLine, ...]

    @property
    def is_name(self) -> bool:
        """Whether it tells who the person is."""
        return self.part in (COMPLAINANT, CONTACT)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Every reason that was given, once."""
        return tuple(dict.fromkeys(line.reason for line in self.lines))

    @property
    def times(self) -> tuple[dt.datetime, ...]:
        """When, newest first."""
        return tuple(line.at for line in self.lines)


def opened_days(lines: Iterable[DisclosureLine]) -> tuple[OpenedDay, ...]:
    """Return openings by day, office and part, newest first."""
    days: dict[tuple[dt.date, str, str], list[DisclosureLine]] = {}
    for line in lines:
        days.setdefault((local_date(line.at), line.office, line.part), []).append(line)
    return tuple(OpenedDay(*key, tuple(found)) for key, found in days.items())


@dataclass(frozen=True)
class NextStep:
    """What happens next, who does it, by when."""

    text: Any
    who: str
    due_on: dt.date | None
    is_yours: bool


@dataclass(frozen=True)
class MatterPage:
    """Everything on the page of one matter."""

    appeal: Appeal
    steps: tuple[ProgressStep, ...]
    next: NextStep
    actions: Actions
    answers: tuple[Answer, ...]
    talks: tuple[Talk, ...]
    holds: tuple[Hold, ...]
    reviews: tuple[Review, ...]
    escalations: tuple[Escalation, ...]
    events: tuple[Event, ...]
    files: tuple[Attachment, ...]
    disclosures: tuple[OpenedDay, ...]
    requests: tuple[RequestLine, ...]
    """Every request of an officer to learn who the person is."""
    stood: str
    """How long the clock of this round has stood, in words; empty if never."""
    standing_copies: Standing | None
    """Where what was handed in is kept; None once the journal has let it go."""

    @property
    def state(self) -> Any:
        """Name of the state."""
        return TABLE.state(self.appeal.state).label

    @property
    def standing(self) -> Hold | None:
        """The hold that stops the clock now."""
        return next((h for h in self.holds if h.ended_at is None), None)

    @property
    def is_shown(self) -> bool:
        """Whether the texts stand on the page."""
        return bool(self.appeal.opened_with) or self.appeal.erased_at is not None

    @property
    def older_talks(self) -> tuple[Talk, ...]:
        """Messages that are folded away."""
        return self.talks[:-NEWEST_TALKS]

    @property
    def newest_talks(self) -> tuple[Talk, ...]:
        """The last messages."""
        return self.talks[-NEWEST_TALKS:]

    @property
    def answer(self) -> Answer | None:
        """The answer of the last round."""
        return self.answers[-1] if self.answers else None

    @property
    def earlier_answers(self) -> tuple[Answer, ...]:
        """The answers before the last."""
        return self.answers[:-1]

    @property
    def question(self) -> Talk | None:
        """What the handler asked, while it waits for the worker."""
        if self.appeal.state != State.WAITING:
            return None
        return next((t for t in reversed(self.talks) if not t.is_from_worker), None)

    @property
    def is_open(self) -> bool:
        """Whether somebody still owes something."""
        return self.appeal.is_open

    @property
    def first_is_due(self) -> bool:
        """Whether the first response is still owed."""
        return self.appeal.first_responded_at is None and self.appeal.state in RUNNING

    @property
    def final_is_due(self) -> bool:
        """Whether the answer is still owed, the clock running or standing."""
        return self.appeal.state in (*RUNNING, State.WAITING, State.SUSPENDED)

    @property
    def may_reopen_later(self) -> bool:
        """Whether a bad mark would still send it to a second handler."""
        return self.appeal.round < LAST_ROUND

    @property
    def review_until(self) -> dt.date | None:
        """Last day for asking the review that is possible now."""
        asking = self.actions.ask_re_review or self.actions.ask_review
        return asking.until if asking else None

    @property
    def is_sealed(self) -> bool:
        """Whether there is somebody whose data may have been opened."""
        return self.appeal.confidentiality != Confidentiality.ANONYMOUS

    @property
    def entered_for_you(self) -> str:
        """The channel, when an officer typed it for the person."""
        return "" if self.appeal.channel == Channel.WEB else str(self.appeal.get_channel_display())


def matter_page(by: Actor, appeal: Appeal, now: dt.datetime) -> MatterPage:
    """Return the page of ``appeal``, which ``own_appeal`` has fetched for ``by``."""
    tenant = appeal.tenant
    replies = list(appeal.replies.filter(tenant=tenant).order_by("round"))
    ratings = {r.round: r for r in appeal.ratings.filter(tenant=tenant)}
    holds = tuple(appeal.holds.filter(tenant=tenant).order_by("started_at"))
    reviews = tuple(appeal.reviews.filter(tenant=tenant).select_related("body").order_by("asked_at"))
    talks = tuple(appeal.talks.filter(tenant=tenant).order_by("said_at", "pk"))
    appeal.show(appeal, *replies, *ratings.values(), *holds, *reviews, *talks)
    escalations = tuple(appeal.escalations.filter(tenant=tenant).select_related("to_body").order_by("pk"))
    return MatterPage(
        appeal=appeal,
        steps=progress(appeal.state),
        next=_next(appeal, reviews),
        actions=available_actions(by, appeal, now),
        answers=tuple(Answer(reply, ratings.get(reply.round)) for reply in replies),
        talks=talks,
        holds=holds,
        reviews=reviews,
        escalations=tuple(e for e in escalations if e.round == appeal.round),
        events=history(appeal, replies, list(ratings.values()), holds, reviews, escalations),
        files=tuple(attachments_of(appeal.owner, tenant=tenant)),
        disclosures=opened_days(disclosures_of(appeal.owner, tenant=tenant)),
        requests=tuple(requests_about(appeal.owner, tenant=tenant)),
        stood=_stood(appeal, holds, now),
        standing_copies=standing_of(appeal.owner),
    )


def _next(appeal: Appeal, reviews: tuple[Review, ...]) -> NextStep:
    yours = appeal.state in WITH_WORKER
    under = next((r for r in reviews if r.decided_at is None), None)
    if yours:
        who, due = _("you"), next_due(appeal)
    elif under:
        who, due = under.body.name, local_date(under.due_at)
    elif appeal.is_open:
        who = ", ".join(part for part in (appeal.handling_body.name, handler_label(appeal)) if part)
        due = next_due(appeal)
    else:
        who, due = "", None
    return NextStep(happens_next(appeal), who, due, yours)


def _stood(appeal: Appeal, holds: tuple[Hold, ...], now: dt.datetime) -> str:
    mine = (h for h in holds if h.started_at >= appeal.round_started_at)
    total = sum(((h.ended_at or now) - h.started_at for h in mine), dt.timedelta())
    return span_in_words(total) if total else ""
