"""The page of one process: where it stands, what can be done, what was done, which papers there are."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from zhijia.core.clock import local_date
from zhijia.core.words import _
from zhijia.core.workflow import State as StateRow
from zhijia.core.workflow import Transition
from zhijia.membership.selectors import Following, following
from zhijia.organising import sizes
from zhijia.organising.enums import Paper, ProcessKind, State
from zhijia.organising.models import Process, Vote
from zhijia.organising.permissions import Ask, is_applicant_side, may
from zhijia.organising.workflow import NAMING, table_of

MADE_UP = (ProcessKind.FOUNDING, ProcessKind.TERM, ProcessKind.BY_ELECTION)
"""Processes that make up a committee: only for these say what the numbers ask for."""


@dataclass(frozen=True)
class ProcessPage:
    """Everything that the page of a process shows."""

    process: Process
    state: StateRow
    actions: tuple[Transition, ...]
    steps: tuple["HistoryLine", ...]
    votes: tuple[Vote, ...]
    papers: tuple[Paper, ...]
    hints: tuple[sizes.Hint, ...]
    is_ours: bool
    may_name: bool
    may_count: bool
    progress: tuple[dict[str, Any], ...]
    following: Following | None
    """Members who go along when the body ends; None once it has, and for other processes."""


def process_page(process: Process, user: Any, now: dt.datetime) -> ProcessPage:
    """Return the page of a process for one reader."""
    on = local_date(now)
    table = table_of(process.kind)
    ours = bool(is_applicant_side(user, Ask(on, process)))
    return ProcessPage(
        process=process, state=table.state(process.state), actions=tuple(actions(process, user, on)),
        steps=tuple(history(process)),
        votes=votes_of(process), papers=papers_of(process), hints=_hints(process, on), is_ours=ours,
        may_name=ours and process.state in NAMING.get(ProcessKind(process.kind), ()),
        may_count=ours and process.state == State.ELECTION_PREPARED, progress=progress(process),
        following=_following(process, user, on),
    )  # fmt: skip


def _following(process: Process, user: Any, on: dt.date) -> Following | None:
    closes = process.kind in (ProcessKind.MERGER, ProcessKind.DISSOLUTION) and not process.is_final
    return following(process.body, user, on) if closes and process.body else None


@dataclass(frozen=True)
class HistoryLine:
    """One thing that was done, as both sides read it: the office of the union above, never a name."""

    label: Any
    at: dt.datetime
    office: str
    reason: str


WORDS = {
    "open_founding": _("Begun"), "open_term": _("Begun"), "open_registration": _("Begun"),
    "open_closing": _("Begun"), "open_recall": _("Begun"),
    "escalate": _("Not answered in time: the body above answers now"),
}  # fmt: skip
"""What steps without a button are called in the history."""


def history(process: Process) -> Iterator[HistoryLine]:
    """Yield what was done, oldest first."""
    table = table_of(process.kind)
    for step in process.steps.select_related("office").order_by("at", "id"):
        label = WORDS.get(step.name) or table.transition(step.name).label
        yield HistoryLine(label, step.at, step.office.name if step.office else "", step.reason)


def actions(process: Process, user: Any, on: dt.date) -> list[Transition]:
    """Return the steps that this person can make now, in the table's order."""
    question = Ask(on, process)
    rows = table_of(process.kind).from_state(process.state)
    return [
        step for step in rows if not step.by_timer and step.label and may(user, step.permission, question)
    ]


def _hints(process: Process, on: dt.date) -> tuple[sizes.Hint, ...]:
    if not process.members or process.kind not in MADE_UP:
        return ()
    told = {name: getattr(process, name) for name in ("workers", "members", "women", "place")}
    return tuple(sizes.hints(**told, on=on))


PATHS = {
    ProcessKind.FOUNDING: (
        "draft",
        "prep_applied",
        "recruiting",
        "election_prepared",
        "result_reported",
        "established",
    ),
    ProcessKind.TERM: ("draft", "candidates_asked", "election_prepared", "result_reported", "renewed"),
    ProcessKind.BY_ELECTION: ("draft", "candidates_asked", "election_prepared", "result_reported", "renewed"),
    ProcessKind.REGISTRATION: ("draft", "applied", "registered"),
    ProcessKind.MERGER: ("draft", "voted", "applied", "closed"),
    ProcessKind.DISSOLUTION: ("draft", "voted", "applied", "closed"),
    ProcessKind.RECALL: ("draft", "voted", "applied", "closed"),
}

STANDS_AT = {
    "prep_approved": "prep_applied", "prep_rejected": "prep_applied",
    "candidates_rejected": "candidates_asked", "elected": "election_prepared",
    "result_rejected": "result_reported", "rejected": "applied",
}  # fmt: skip
"""Where a state off the straight way is shown."""


def progress(process: Process) -> tuple[dict[str, Any], ...]:
    """Return the straight way with what is done and where it stands."""
    path, table = PATHS[ProcessKind(process.kind)], table_of(process.kind)
    at = STANDS_AT.get(process.state, process.state)
    if at == State.UNDER_REVIEW:
        at = process.refused_from
    place = path.index(at) if at in path else -1
    return tuple(
        {"label": table.state(name).label, "state": "done" if i < place else "now" if i == place else ""}
        for i, name in enumerate(path)
    )


def votes_of(process: Process) -> tuple[Vote, ...]:
    """Return the votes in the order of the offices, with their candidates."""
    rows = list(process.votes.prefetch_related("candidates").order_by("round", "id"))
    order = ("full", "chair", "vice_chair", "standing", "women", "audit")
    return tuple(sorted(rows, key=lambda vote: (order.index(vote.office), vote.round)))


def papers_of(process: Process) -> tuple[Paper, ...]:
    """Return the papers that can be printed from what is there by now."""
    done = set(process.steps.values_list("name", flat=True))
    return tuple(paper for paper, step in PAPERS.get(ProcessKind(process.kind), ()) if step in done)


_ELECTION = (
    (Paper.RESULT_REPORT, "finish_election"),
    (Paper.RESULT_REPLY, "approve_result"),
)

_CANDIDATES = (
    (Paper.CANDIDATES_REQUEST, "ask_candidates"),
    (Paper.CANDIDATES_REPLY, "approve_candidates"),
)

PAPERS = {
    ProcessKind.FOUNDING: (
        (Paper.FOUNDING_REQUEST, "open_founding"), (Paper.FOUNDING_REPLY, "approve_preparation"),
        (Paper.CANDIDATES_REQUEST, "prepare_election"), *_ELECTION,
    ),
    ProcessKind.TERM: (*_CANDIDATES, *_ELECTION),
    ProcessKind.BY_ELECTION: (*_CANDIDATES, *_ELECTION),
    ProcessKind.REGISTRATION: ((Paper.REGISTRATION_FORM, "open_registration"),),
    ProcessKind.MERGER: ((Paper.CLOSING_REQUEST, "record_assembly"),),
    ProcessKind.DISSOLUTION: ((Paper.CLOSING_REQUEST, "record_assembly"),),
    ProcessKind.RECALL: ((Paper.RECALL_REQUEST, "record_recall"), (Paper.RECALL_REPLY, "approve_recall")),
}  # fmt: skip
"""Which paper a process has, and the step from which it says something."""
