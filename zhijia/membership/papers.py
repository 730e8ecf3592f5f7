"""Papers of a member: the registration form and the application, drawn from the record, in Chinese.

A code on each says that the paper is ours and when it was made. It names nobody: whoever finds the
paper and asks learns no more than that.
"""

import datetime as dt
import hmac
from dataclasses import dataclass
from typing import Any

from django.db.models import F
from django.utils.translation import get_language, override

from zhijia.core.errors import NotFound
from zhijia.core.sealing import keyed_digest
from zhijia.membership.card import number_of
from zhijia.membership.enums import Education, Engagement, IdKind, Paper, Sex, Trade, WorkStatus
from zhijia.membership.models import Application, Membership
from zhijia.membership.selectors import EntryPage, worker_of
from zhijia.regulations.places import full_name

PURPOSE = "member-paper"
SIGNATURE, MARK = 20, 8
"""Hex digits of the signature (80 bits), and of what tells two papers of one day apart."""
LETTERS = {Paper.REGISTRATION: "r", Paper.APPLICATION: "a"}


def language_of_papers() -> Any:
    """Return a context in which papers are drawn: Chinese, in the reader's script."""
    reader = get_language() or ""
    return override(reader if reader.startswith("zh") else "zh-hans")


# What a paper says ----------------------------------------------------------------------------


def own_facts(user: Any, name: str, on: dt.date) -> dict[str, Any]:
    """Return the context of one's own paper; raise ``NotFound`` where there is nothing to print."""
    paper, worker = _named(name), worker_of(user)
    rows = Membership.objects.filter(worker=worker) if worker else Membership.objects.none()
    rows = rows.select_related("worker", "body", "employer")
    row = rows.order_by(F("ended_on").desc(nulls_first=True), "-kind", "-joined_on").first()
    application = Application.objects.filter(account=user).select_related("body", "employer").last()
    if row is not None:
        return _of_membership(paper, row, row.worker.details(), application, on)
    if application is None or paper != Paper.APPLICATION:
        raise NotFound
    return _of_application(application, on)


def facts_of_entry(page: EntryPage, name: str, on: dt.date) -> dict[str, Any]:
    """Return the context of a member's paper for who keeps the roll and has opened the entry."""
    application = page.row.applications.select_related("body", "employer").last()
    return _of_membership(_named(name), page.row, page.details, application, on)


def template_of(name: str) -> str:
    """Return the fragment that a paper is drawn from."""
    return f"membership/papers/{_named(name).value}.html"


def _named(name: str) -> Paper:
    if name not in Paper.values:
        raise NotFound
    return Paper(name)


def _of_membership(
    paper: Paper, row: Membership, details: dict[str, str], application: Application | None, on: dt.date
) -> dict[str, Any]:
    number = row.card_number or number_of(row.tenant, row.pk)
    asked = application.submitted_at if application else None
    return {
        **_person(row.worker, details), "title": paper.label, "paper": paper, "body": row.body, "on": on,
        "row": row, "number": number, "asked_at": asked,
        "employer": row.employer.name if row.employer else _typed(application),
        "token": token_of(paper, f"m{row.pk}", on),
    }  # fmt: skip


def _of_application(application: Application, on: dt.date) -> dict[str, Any]:
    employer = application.employer.name if application.employer else _typed(application)
    return {
        **_person(application, application.details()), "title": Paper.APPLICATION.label,
        "paper": Paper.APPLICATION, "body": application.body, "on": on, "row": None, "number": "",
        "asked_at": application.submitted_at, "employer": employer,
        "token": token_of(Paper.APPLICATION, f"a{application.public_id}", on),
    }  # fmt: skip


def _typed(application: Application | None) -> str:
    return application.employer_name if application else ""


def _person(coded: Any, details: dict[str, str]) -> dict[str, Any]:
    """Return who it is: sealed details and codes in words; blank where nothing is known."""
    born = details.get("born_on", "")
    return {
        "details": {**details, "phone": details.get("phone", "").removeprefix("+86")},
        "born_on": dt.date.fromisoformat(born) if born else None,
        "id_kind": _word(IdKind, details.get("id_kind", "")), "sex": _word(Sex, coded.sex),
        "education": _word(Education, getattr(coded, "education", "") or details.get("education", "")),
        "work_status": _word(WorkStatus, getattr(coded, "work_status", "")),
        "engagement": _word(Engagement, coded.engagement), "trade": _word(Trade, coded.trade),
        "is_migrant": coded.is_migrant, "place": full_name(coded.place) if coded.place else "",
    }  # fmt: skip


def _word(choices: Any, value: Any) -> Any:
    """Return a code in words; nothing for "unknown", which a form leaves blank."""
    return choices(value).label if value and value in choices.values else ""


# The code on a paper --------------------------------------------------------------------------


@dataclass(frozen=True)
class PaperCheck:
    """A paper that we made: of which kind, and when."""

    paper: Paper
    made_on: dt.date


def token_of(paper: Paper, record: str, on: dt.date) -> str:
    """Return what stands in the code of a paper of a record; another each day, and none leads back."""
    mark = keyed_digest(f"{record}|{on}".encode(), purpose=PURPOSE).hex()[:MARK]
    head = f"{LETTERS[paper]}{on:%Y%m%d}-{mark}"
    return f"{head}-{_sign(head)}"


def check_of(token: str) -> PaperCheck | None:
    """Return what the code of a paper says; None for a code that is not ours."""
    head, _, signature = token.rpartition("-")
    if not head or not hmac.compare_digest(signature.encode(), _sign(head).encode()):
        return None
    kinds = {letter: paper for paper, letter in LETTERS.items()}
    return PaperCheck(kinds[head[0]], dt.datetime.strptime(head[1:9], "%Y%m%d").replace(tzinfo=dt.UTC).date())


def _sign(head: str) -> str:
    return keyed_digest(f"code|{head}".encode(), purpose=PURPOSE).hex()[:SIGNATURE]
