"""The case page of an officer: one appeal with all that is needed to decide the next step."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from zhijia.appeals.enums import Confidentiality, State
from zhijia.appeals.models import Appeal, PublishedAnswer, SavedReply
from zhijia.appeals.permissions import COMPLAINANT
from zhijia.appeals.selectors.actions import available_actions
from zhijia.appeals.selectors.public import Law
from zhijia.appeals.selectors.queue import ORDERS
from zhijia.appeals.selectors.timeline import Item, Steps, people_in, steps_of, timeline, with_names
from zhijia.appeals.selectors.words import state_words
from zhijia.appeals.suggestions import applicable_law
from zhijia.appeals.urgency import BY_CODE
from zhijia.appeals.workflow import OPEN, RUNNING
from zhijia.attachments import selectors as attachments
from zhijia.core.clock import local_date
from zhijia.core.errors import NotFound
from zhijia.unions import selectors as unions
from zhijia.unions.enums import Role
from zhijia.unions.models import UnionBody
from zhijia.vault import selectors as vault
from zhijia.vault.enums import RequestState
from zhijia.vault.selectors import RequestLine

# Address name -> transition or deed it stands for, in the order in which the page offers them.
STEPS = {
    "sign_for": "sign_for_appeal",
    "accept": "accept_appeal",
    "reply": "reply_to_appeal",
    "answer_on_the_spot": "answer_on_the_spot",
    "assign": "assign_appeal",
    "decide_extension": "decide_extension",
    "decide_review": "decide_review",
    "lift": "lift_suspension",
    "resume": "resume_handling",
    "ask": "ask_worker",
    "talk": "write_message",
    "note": "write_note",
    "sort": "sort_appeal",
    "route": "route_appeal",
    "object": "object_to_routing",
    "refer": "refer_appeal",
    "refuse": "refuse_appeal",
    "ask_extension": "ask_extension",
    "hand_over": "hand_over_appeal",
    "suspend": "suspend_appeal",
    "supervise": "supervise_appeal",
    "link": "link_appeals",
    "publish": "publish_answer",
    "ask_name": "ask_name",
    "open_complainant": "open_complainant",
    "renew_receipt": "renew_receipt",
}


def work_appeal(public_id: Any, user: Any, now: dt.datetime) -> Appeal:
    """Return one matter of the officer's work; raise ``NotFound``."""
    # Names of people come in one look-up with those of the timeline; a group is rare.
    rows = Appeal.objects.work_for(user, local_date(now)).select_related(
        "handling_body", "category", "employer"
    )
    found = rows.filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True)
class Clocks:
    """Both clocks as the page shows them."""

    first_due: dt.datetime
    first_done: dt.datetime | None
    final_due: dt.datetime
    final_done: dt.datetime | None
    stands: Any
    """The open hold, or None."""
    provisional: bool
    runs: bool

    @property
    def next_due(self) -> dt.datetime:
        """When the clock that runs out next does so."""
        return self.final_due if self.first_done else min(self.first_due, self.final_due)


@dataclass(frozen=True)
class CasePage:
    """Everything the case page prints."""

    appeal: Appeal
    steps: Steps
    items: list[Item]
    talks: list[Any]
    notes: list[Any]
    files: list[Any]
    group: list[Appeal]
    published: PublishedAnswer | None
    handler: str
    entered_by: str
    complainant: str
    """``anonymous``, ``none`` (nothing was left), ``named``, ``sealed``, ``asked`` or ``approved``."""
    request: RequestLine | None
    """What this officer asked the custodians, while it waits or holds."""
    law: list[Law]
    actions: dict[str, Any]
    clocks: Clocks
    circumstances: list[Any]


def case_page(appeal: Appeal, user: Any, now: dt.datetime) -> CasePage:
    """Return the page of a matter; the number of queries does not depend on how much happened.

    Texts stand on it when the matter was opened (``appeal.opened_with``), else it is the frame alone.
    """
    steps, published = steps_of(appeal), published_of(appeal)
    talks, notes = list(_talks(appeal)), list(_notes(appeal))
    appeal.show(appeal, *steps.rows, *talks, *notes)
    asked = _asked_for_name(appeal, user, now)
    items = timeline(steps)
    actors = [i.by for i in items] + [f"user:{a.handler_id}" for a in steps.assignments]
    people = {"handler": appeal.handler_id, "entered_by": appeal.entered_by_id}
    actors += [f"user:{pk}" for pk in people.values() if pk]
    actors += [t.author for t in talks if not t.is_from_worker] + [f"user:{n.noted_by_id}" for n in notes]
    names = people_in(actors)
    for talk in talks:
        talk.name = "" if talk.is_from_worker else names.get(talk.author, "")
    for note in notes:
        note.name = names.get(f"user:{note.noted_by_id}", "")
    return CasePage(
        appeal=appeal,
        steps=steps,
        items=with_names(items, names),
        talks=talks,
        notes=notes,
        files=list(attachments.attachments_of(appeal.owner, tenant=appeal.tenant)),
        group=list(_group(appeal, user, now)),
        published=published,
        **{role: names.get(f"user:{pk}", "") for role, pk in people.items()},
        complainant=complainant_state(appeal, asked),
        request=asked,
        law=_law(appeal),
        clocks=_clocks(appeal, steps),
        actions=dict(_actions(appeal, user, now, steps, published, asked)),
        circumstances=[BY_CODE[c] for c in appeal.circumstances if c in BY_CODE],
    )


def published_of(appeal: Appeal) -> PublishedAnswer | None:
    """Return what stands on the public page from this matter, if anything."""
    if appeal.replied_at is None:
        return None
    return PublishedAnswer.objects.filter(tenant=appeal.tenant, appeal=appeal, withdrawn_at=None).first()


def _talks(appeal: Appeal) -> Any:
    return appeal.talks.filter(tenant=appeal.tenant).order_by("said_at", "id")


def _notes(appeal: Appeal) -> Any:
    return appeal.notes.filter(tenant=appeal.tenant).order_by("-noted_at", "-id")


def _group(appeal: Appeal, user: Any, now: dt.datetime) -> Any:
    if appeal.group_id is None:
        return []
    rows = Appeal.objects.work_for(user, local_date(now)).filter(tenant=appeal.tenant, group=appeal.group_id)
    found = list(rows.exclude(pk=appeal.pk).order_by("-received_at")[:50])
    for other in found:
        other.officer_state = state_words(other.state)  # type: ignore[attr-defined]
    return found


def _clocks(appeal: Appeal, steps: Steps) -> Clocks:
    ended = appeal.replied_at or appeal.closed_at
    return Clocks(
        appeal.first_due_at,
        appeal.first_responded_at,
        appeal.final_due_at,
        None if appeal.state in OPEN else ended,
        steps.open_hold,
        appeal.due_is_provisional,
        appeal.state in RUNNING,
    )


def complainant_state(appeal: Appeal, asked: RequestLine | None) -> str:
    """Say how far this officer is from knowing who the person is."""
    if appeal.is_anonymous:
        return "anonymous"
    if not vault.has_part(appeal.owner, COMPLAINANT, tenant=appeal.tenant):
        return "none"
    if appeal.confidentiality == Confidentiality.NAMED:
        return "named"
    return str(asked.request.state) if asked else "sealed"


def _asked_for_name(appeal: Appeal, user: Any, now: dt.datetime) -> RequestLine | None:
    return vault.live_request(user, appeal.owner, COMPLAINANT, now) if appeal.handler_id == user.pk else None


def _law(appeal: Appeal) -> list[Law]:
    """Return pointers to law that fit the opened text, worked out in memory."""
    if not appeal.opened_with:
        return []
    text = f"{appeal.subject}\n{appeal.text}"
    return [Law(p) for p in applicable_law(text, appeal.category.code if appeal.category else None)]


def _actions(
    appeal: Appeal,
    user: Any,
    now: dt.datetime,
    steps: Steps,
    published: PublishedAnswer | None,
    asked: RequestLine | None,
) -> Iterator[tuple[str, Any]]:
    """Yield address name and label of what the workflow, the permissions and the rows allow now."""
    offered = {a.name: a for a in available_actions(user, appeal, now).items}
    if "decide_re_review" in offered:
        offered["decide_review"] = offered["decide_re_review"]
    hidden = _pointless(appeal, user, steps, published) | _names(appeal, asked)
    for name, step in STEPS.items():
        if step in offered and name not in hidden:
            yield name, offered[step]


def _pointless(appeal: Appeal, user: Any, steps: Steps, published: PublishedAnswer | None) -> set[str]:
    """Return steps that the table allows but that would only be refused."""
    asked = steps.open_extension
    tests = {
        "sign_for": appeal.handler_id not in (None, user.pk),
        "ask_extension": steps.extension_used,
        "decide_extension": asked is None or asked.asked_by_id == user.pk,
        "publish": published is not None or appeal.replied_at is None,
        "talk": appeal.state == State.WITHDRAWN,
    }
    return {name for name, pointless in tests.items() if pointless}


def _names(appeal: Appeal, asked: RequestLine | None) -> set[str]:
    """Return which of asking for the name and opening it would only be refused."""
    if appeal.is_anonymous:
        return {"ask_name", "open_complainant"}
    if appeal.confidentiality == Confidentiality.NAMED:
        return {"ask_name"}
    approved = asked is not None and asked.request.state == RequestState.APPROVED
    return ({"ask_name"} if asked else set()) | (set() if approved else {"open_complainant"})


def next_of_mine(user: Any, now: dt.datetime, without: int) -> Appeal | None:
    """Return the next matter in hand by urgency and due date, other than the present one."""
    rows = Appeal.objects.work_for(user, local_date(now)).filter(handler=user, todo=1, state__in=RUNNING)
    return rows.exclude(pk=without).order_by(*ORDERS["urgency"]).first()


def saved_replies_for(appeal: Appeal) -> list[SavedReply]:
    """Return the texts to start from: of the body or one above it, for this kind or for any."""
    line = appeal.handling_body.chain_ids
    rows = SavedReply.objects.filter(tenant__in={0, appeal.tenant}, body__in=line).select_related("category")
    own = [r for r in rows if r.category_id in (None, appeal.category_id, _parent(appeal))]
    return sorted(own, key=lambda r: (r.category_id is None, r.title))


def _parent(appeal: Appeal) -> int | None:
    return appeal.category.parent_id if appeal.category else None


def saved_replies_of(body: UnionBody) -> list[SavedReply]:
    """Return the texts that a body keeps."""
    rows = SavedReply.objects.filter(tenant=body.tenant, body=body)
    return list(rows.select_related("category").order_by("category__order", "title"))


def saved_reply(reply_id: int) -> SavedReply:
    """Return one saved text; raise ``NotFound``. Who may change it, the service decides."""
    found = SavedReply.objects.select_related("body", "category").filter(pk=reply_id).first()
    if found is None:
        raise NotFound
    return found


def bodies_with_role(user: Any, roles: tuple[Role, ...], on: dt.date) -> list[UnionBody]:
    """Return the bodies in which the person holds one of the roles."""
    return list({p.body_id: p.body for p in unions.posts_of(user, on) if p.role in roles}.values())


def routing_choices(appeal: Appeal, text: str = "") -> list[UnionBody]:
    """Return bodies a matter may be sent to: found by name, or those around the present one."""
    here = appeal.handling_body
    if text:
        found = unions.search_bodies(text, 30)
    else:
        above = unions.ancestors(here)
        siblings = unions.children(above[0])[:100] if above else []
        found = [*above, *siblings, *unions.children(here)[:100]]
    fit = (
        b
        for b in found
        if b.tenant == appeal.tenant and b.accepts_appeals and b.is_active and b.pk != here.pk
    )
    return unions.without_ties({b.pk: b for b in fit}.values(), appeal.employer_id)


def case_actions(appeal: Appeal, user: Any, now: dt.datetime) -> dict[str, Any]:
    """Return what the officer may do with the matter now, by address name."""
    asked = _asked_for_name(appeal, user, now)
    return dict(_actions(appeal, user, now, steps_of(appeal), published_of(appeal), asked))


def was_taken(public_id: Any, user: Any, now: dt.datetime) -> bool:
    """Say whether the matter would lie in the person's pool, had not a colleague just taken it."""
    desks = [p.body_id for p in unions.posts_of(user, local_date(now)) if p.role == Role.HANDLER]
    rows = Appeal.objects.free_of_conflict(user, local_date(now)).not_own(user)
    return rows.filter(public_id=public_id, handling_body__in=desks, handler__isnull=False).exists()
