"""What a paper of a process says: its title and the facts in it. Papers are written in Chinese."""

import datetime as dt
from typing import Any

from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from zhijia.core.clock import local_date
from zhijia.core.errors import NotFound
from zhijia.organising.enums import Material, Office, Paper, ProcessKind
from zhijia.organising.models import Process, Step
from zhijia.organising.selectors import papers_of, votes_of
from zhijia.unions import offices

REPLIES = {
    Paper.FOUNDING_REPLY: "approve_preparation",
    Paper.CANDIDATES_REPLY: "approve_candidates",
    Paper.RESULT_REPLY: "approve_result",
    Paper.RECALL_REPLY: "approve_recall",
}
"""Papers of the union above, and the step that they put in writing."""
REQUESTS = {
    Paper.FOUNDING_REQUEST: "apply_founding",
    Paper.CANDIDATES_REQUEST: "ask_candidates",
    Paper.RESULT_REPORT: "report_result",
    Paper.REGISTRATION_FORM: "apply_registration",
    Paper.CLOSING_REQUEST: "apply_closing",
    Paper.RECALL_REQUEST: "apply_recall",
}
"""Papers of the applicants, and the step by which they are sent."""


def language_of_papers() -> Any:
    """Return a context in which papers are drawn: Chinese, in the reader's script."""
    reader = get_language() or ""
    return override(reader if reader.startswith("zh") else "zh-hans")


def template_of(paper: Paper) -> str:
    """Return the fragment that a paper is drawn from."""
    return f"organising/papers/{paper.value}.html"


def facts(process: Process, name: str, now: dt.datetime) -> dict[str, Any]:
    """Return the context of a paper; raise ``NotFound`` for one that says nothing yet."""
    if name not in Paper.values or Paper(name) not in papers_of(process):
        raise NotFound
    paper = Paper(name)
    written = _step(process, {**REPLIES, **REQUESTS}[paper])
    on = local_date(written.at) if written else local_date(now)
    return {
        "title": title_of(process, paper), "process": process, "paper": paper, "on": on,
        "votes": _votes(process),
        "remark": written.reason if written else "", "asked_on": _asked_on(process, paper),
        "office": written.office if written and written.office else process.answering,
        "signature": _signature(process), "materials": _materials(process),
        "headcount": offices.latest_headcount(process.body) if process.body else None,
        "is_term": process.kind == ProcessKind.TERM, "why": _why(process),
    }  # fmt: skip


def title_of(process: Process, paper: Paper) -> str:
    """Return the heading of a paper."""
    words = {
        Paper.FOUNDING_REQUEST: _("Application to found %(union)s"),
        Paper.FOUNDING_REPLY: _("Reply on the preparation of %(union)s"),
        Paper.CANDIDATES_REQUEST: _("Application about the candidates for the committee of %(union)s"),
        Paper.CANDIDATES_REPLY: _("Reply on the election and the candidates of %(union)s"),
        Paper.RESULT_REPORT: _("Report on the result of the election of %(union)s"),
        Paper.RESULT_REPLY: _("Reply on the result of the election of %(union)s"),
        Paper.REGISTRATION_FORM: _("Application of %(union)s for registration as legal person"),
        Paper.CLOSING_REQUEST: _("Application to merge or dissolve %(union)s"),
        Paper.RECALL_REQUEST: _("Application about the recall of an officer of %(union)s"),
        Paper.RECALL_REPLY: _("Reply on the recall of an officer of %(union)s"),
    }
    return words[paper] % {"union": process.title}


def _step(process: Process, name: str) -> Step | None:
    rows = process.steps.filter(name=name).select_related("office")
    return rows.order_by("-at", "-id").first()


def _asked_on(process: Process, paper: Paper) -> dt.date | None:
    """Return the day of the application that a reply answers."""
    answers = {
        Paper.FOUNDING_REPLY: "apply_founding", Paper.CANDIDATES_REPLY: "ask_candidates",
        Paper.RESULT_REPLY: "report_result", Paper.RECALL_REPLY: "apply_recall",
    }  # fmt: skip
    asked = _step(process, answers[paper]) if paper in answers else None
    return local_date(asked.at) if asked else None


def _why(process: Process) -> str:
    """Return the reason for which a recall was begun."""
    begun = _step(process, "open_recall")
    return begun.reason if begun else ""


def _signature(process: Process) -> str:
    if process.kind == ProcessKind.FOUNDING:
        return _("Preparatory group of %(union)s") % {"union": process.title}
    return process.title


def _materials(process: Process) -> list[tuple[Any, bool]]:
    return [(material.label, material.value in process.materials) for material in Material]


def _votes(process: Process) -> list[dict[str, Any]]:
    """Return each ballot with its candidates and how many were elected."""
    found = []
    for vote in votes_of(process):
        people = sorted(vote.candidates.all(), key=lambda person: person.pk)
        elected = [person for person in people if person.is_elected]
        found.append({"vote": vote, "label": Office(vote.office).label, "people": people, "elected": elected})
    return found
