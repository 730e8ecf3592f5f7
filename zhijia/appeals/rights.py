"""What appeals hold about one person, for how long, and how they let go of it."""

import datetime as dt
from collections.abc import Iterator
from functools import partial
from typing import Any
from uuid import UUID

from django.urls import reverse

from zhijia.accounts.models import User
from zhijia.appeals.models import Appeal, own_public_ids
from zhijia.appeals.models import OwnMatter as Link
from zhijia.appeals.models.appeal import own_index
from zhijia.appeals.permissions import COMPLAINANT, CONTACT, CONTENT, EVIDENCE, NARRATIVE
from zhijia.appeals.selectors.worker import own_title
from zhijia.appeals.services.reading import read_own
from zhijia.appeals.services.retention import erase_appeal
from zhijia.attachments.selectors import attachments_of, open_rendition
from zhijia.core.actors import SYSTEM
from zhijia.core.rights import ConsentKind, Eraser, Ground, Held, HeldFile, Keeping, OwnMatter, keepings
from zhijia.core.words import _
from zhijia.regulations.selectors import let_go_before
from zhijia.vault.errors import KeyLocked, KeyNotGiven, NoSuchPart
from zhijia.vault.models import SealedPart
from zhijia.vault.services import OpenPart, erase_part

PUBLISHING = ConsentKind(
    key="publish_matter", version=1, title=_("Publish the answer without names"),
    text=_(
        "The union may publish the question and the answer of this matter without any name, so that"
        " others with the same trouble find it."
    ),
    without=_("Your matter is handled just the same; only nobody else can read the answer."),
    per_matter=True, elsewhere=True,
)  # fmt: skip

RECEIVED, ERASED = _("the day you handed the matter in"), "appeals.erase_expired"
IN_USE = _("as long as the union uses it; it holds nothing about a worker")

KEEPING = (
    *keepings(
        "appeal.retention.web", RECEIVED, ERASED, Ground.DUTY,
        *(f"appeals.{name}" for name in (
            "Appeal", "OwnMatter", "ReceiptLookup", "Assignment", "Talk", "Reply", "Rating", "Hold",
            "Extension", "RoutingStep", "Note", "Supervision", "Review",
        )),
    ),
    *(
        Keeping(f"appeals.{name}", "", IN_USE, "", Ground.DUTY)
        for name in ("MatterGroup", "EmployerFlag", "SavedReply", "PublishedAnswer")
    ),
)  # fmt: skip


def held(user: User, now: dt.datetime, proven: bool) -> Iterator[Held]:
    """Yield each matter; what was written only after a proof, opened with the person's own key."""
    for appeal in Appeal.objects.own(user).select_related("category").order_by("received_at"):
        yield from _matter(appeal, user, now, proven)


def _matter(appeal: Appeal, user: User, now: dt.datetime, proven: bool) -> Iterator[Held]:
    line = partial(Held, "appeals.Appeal", owner=appeal.owner)
    title = f"{appeal.number} · {own_title(appeal)}"
    yield line(title, at=appeal.received_at, url=reverse("appeals:detail", args=[appeal.public_id]))
    yield line(_("State"), str(appeal.get_state_display()), appeal.changed_at)
    opened = _opened(appeal, user, now, proven)
    if NARRATIVE not in opened:
        yield line(_("What you wrote"), is_sealed=True)
        return
    appeal.opened_with = opened[NARRATIVE].private
    appeal.show(appeal)
    told = (
        (_("What happened"), appeal.text), (_("What you want"), appeal.wish),
        (_("Employer as written"), appeal.employer_text), (_("What you were told"), appeal.notice),
    )  # fmt: skip
    yield from (line(name, text, is_sealed=True) for name, text in told if text)
    yield from _steps(appeal)
    if EVIDENCE in opened:
        yield from _files(appeal, opened[EVIDENCE].private)


def _opened(appeal: Appeal, user: User, now: dt.datetime, proven: bool) -> dict[str, OpenPart]:
    """Return the parts that open with the person's own key; none without a proof or without a key."""
    try:
        return read_own(appeal=appeal, by=user, now=now, proven=proven, parts=CONTENT)
    except (KeyLocked, KeyNotGiven, NoSuchPart):
        return {}


def _steps(appeal: Appeal) -> Iterator[Held]:
    """Yield the conversation, the answers and the judgements; notes among officers are not his."""
    for kind, name, column, at in (
        ("Talk", _("Conversation"), "text", "said_at"),
        ("Reply", _("Answer of the union"), "text", "replied_at"),
        ("Rating", _("Your judgement"), "comment", "rated_at"),
        ("Review", _("Review"), "text", "asked_at"),
    ):
        related = {"Talk": "talks", "Reply": "replies", "Rating": "ratings", "Review": "reviews"}[kind]
        for row in getattr(appeal, related).filter(tenant=appeal.tenant).order_by(at):
            appeal.show(row)
            if text := str(getattr(row, column)):
                yield Held(f"appeals.{kind}", name, text, getattr(row, at), appeal.owner, is_sealed=True)


def _files(appeal: Appeal, key: bytes) -> Iterator[Held]:
    rows = [row for row in attachments_of(appeal.owner, tenant=appeal.tenant) if row.standing == "ready"]
    if not rows:
        return
    files = tuple(HeldFile(row.name, partial(open_rendition, row, key=key)) for row in rows)
    yield Held(
        "attachments.Attachment", _("Files"), ", ".join(row.name for row in rows), rows[0].added_at,
        appeal.owner, is_sealed=True, files=files,
    )  # fmt: skip


# Erasing --------------------------------------------------------------------------------------


def matters(reference: str) -> Iterator[str]:
    """Yield the matters that go with an account."""
    user = User.objects.filter(pk=reference.partition(":")[2]).first()
    if user is not None:
        rows = Appeal.objects.own(user).filter(erased_at=None)
        yield from (row.owner for row in rows.order_by("pk"))


def mine(user: User, now: dt.datetime) -> Iterator[OwnMatter]:
    """Yield the person's own matters that are not erased yet."""
    rows = Appeal.objects.own(user).filter(erased_at=None).select_related("category")
    for row in rows.order_by("-received_at"):
        yield OwnMatter(row.owner, f"{row.number} · {own_title(row)}", row.handling_body_id)


def obstacles(reference: str, now: dt.datetime) -> Iterator[str]:
    """Yield what stands against erasing a matter: somebody still works on it."""
    appeal = _found(reference)
    if appeal is not None and appeal.is_open:
        yield _("Matter %(number)s is still being worked on. Wait for the answer or take it back first.") % {
            "number": appeal.number
        }


def account_obstacles(reference: str, now: dt.datetime) -> Iterator[str]:
    """Yield what stands against erasing an account: its matters that are still open."""
    for matter in matters(reference):
        yield from obstacles(matter, now)


def own(user: Any) -> frozenset[UUID]:
    """Return the ids of what a person handed in with his account."""
    return own_public_ids(user)


def author(reference: str) -> User | None:
    """Return the account to tell of news about a matter."""
    appeal = _found(reference)
    return User.objects.filter(pk=appeal.author_pk).first() if appeal and appeal.author_pk else None


def visible(user: Any, on: dt.date) -> Any:
    """Return the ids of the matters that an officer may know of, as a subquery."""
    return Appeal.objects.work_for(user, on).values("public_id")


def erase(reference: str, *, now: dt.datetime) -> dict[str, int]:
    """Erase a matter, its receipt and every key to it; nothing if it is gone already."""
    appeal = _found(reference)
    if appeal is None:
        return {}
    erase_appeal(appeal_id=appeal.pk, now=now)
    return {"matters": 1}


def forget_links(reference: str, *, now: dt.datetime) -> dict[str, int]:
    """Take the look-up keys of a person's matters away; the matters themselves are erased by themselves."""
    return {"links": Link.objects.filter(index=own_index(int(reference.partition(":")[2]))).delete()[0]}


def _found(reference: str) -> Appeal | None:
    return Appeal.objects.filter(public_id=reference.partition(":")[2]).first()


ERASERS = (
    Eraser(
        kind="appeal",
        erase=erase,
        obstacles=obstacles,
        mine=mine,
        own=own,
        author=author,
        visible=visible,
        order=10,
    ),
    Eraser(kind="user", erase=forget_links, obstacles=account_obstacles, matters=matters, order=40),
)


def erase_identities(now: dt.datetime) -> int:
    """Timer: erase who the person was, one year after the matter ended; return how many parts."""
    limit, done = let_go_before("retention.identity", now), 0
    parts = SealedPart.objects.filter(part__in=(COMPLAINANT, CONTACT), erased_at=None, sealed_at__lt=limit)
    for row in parts.filter(owner__startswith="appeal:").order_by("sealed_at").iterator():
        appeal = _found(row.owner)
        if appeal is not None and appeal.closed_at and appeal.closed_at < limit:
            done += erase_part(owner=row.owner, part=row.part, now=now, by=SYSTEM, tenant=row.tenant)
    return done
