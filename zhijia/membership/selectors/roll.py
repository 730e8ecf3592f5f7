"""The roll of a body, as those who keep it see it."""

import datetime as dt
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db.models import QuerySet

from zhijia.core.errors import BadInput, NotFound
from zhijia.core.identifiers import clean_mobile, clean_resident_id
from zhijia.membership.models import Membership, MembershipStep, Reminder
from zhijia.membership.models.person import id_index, masked, phone_index
from zhijia.membership.permissions import Ask
from zhijia.membership.workflow import MEMBERSHIP
from zhijia.unions.enums import KEEPERS_OF_THE_ROLL as KEEPERS
from zhijia.unions.models import UnionBody
from zhijia.unions.selectors import posts_of, scope, scope_of

NAME_SEARCH = 5000
"""Entries that are opened, in memory, to look for a name; a larger roll asks for a number or a body."""

ROWS_FOUND = 50
ROWS_OPENED = 200
"""Entries that are read at once: SQLite knows no question with a thousand parts."""


def may_keep_some_roll(user: Any, on: dt.date) -> bool:
    """Say whether the person keeps the roll of any body."""
    return bool(own_bodies(user, on))


def own_bodies(user: Any, on: dt.date) -> tuple[UnionBody, ...]:
    """Return the bodies in which the officer himself has the task; all below them are his too."""
    posts = posts_of(user, on) if getattr(user, "is_officer", False) else ()
    found = {post.body_id: post.body for post in posts if post.role in KEEPERS}
    return tuple(found.values())


@dataclass(frozen=True)
class RollLine:
    """One entry in a list: the name, and numbers with their middle hidden."""

    row: Membership
    name: str
    phone: str
    id_number: str


def roll_rows(
    user: Any, on: dt.date, *, body: UnionBody | None = None, below: bool = True, state: str = "",
    trade: str = "", among: QuerySet[Membership] | None = None,
) -> QuerySet[Membership]:  # fmt: skip
    """Return the running memberships that the officer may see, by body and order of entry.

    ``among``: rows that came through ``visible_to`` already, such as those of a group of members.
    """
    rows = among if among is not None else Membership.objects.visible_to(user, on).open()
    rows = rows.prefetch_related("worker", "body")  # of the page alone: a join would read all of them to sort
    if body is not None:
        inside = scope(user, KEEPERS, on)
        if not inside.covers(body):
            raise NotFound
        rows = rows.filter(scope_of([body]).own_q()) if below else rows.filter(body=body)
    if state:
        rows = rows.filter(state=state)
    if trade:
        rows = rows.filter(worker__trade=trade)
    return rows.order_by("body", "id")


def roll_lines(rows: Any) -> list[RollLine]:
    """Return lines for a page of rows."""
    lines = []
    for row in rows:
        shown = masked(row.worker.details())
        lines.append(RollLine(row, shown["name"], shown["phone"], shown["id_number"]))
    return lines


def find_in_roll(rows: QuerySet[Membership], text: str) -> list[Membership] | None:
    """Return the rows whose person has this number or name; None where the roll is too long for a name."""
    for clean, index, column in (
        (clean_resident_id, id_index, "worker__id_index"), (clean_mobile, phone_index, "worker__phone_index"),
    ):  # fmt: skip
        try:
            return list(rows.filter(**{column: index(clean(text))})[:ROWS_FOUND])
        except BadInput:
            continue
    if rows.order_by().values("pk")[NAME_SEARCH : NAME_SEARCH + 1]:
        return None
    fitting = (row for row in rows.iterator(chunk_size=ROWS_OPENED) if _fits(row, text.strip()))
    return list(islice(fitting, ROWS_FOUND))


def _fits(row: Membership, wanted: str) -> bool:
    """Say whether a name holds what was typed, or a doubted number, which has no index, is the same."""
    details = row.worker.details()
    return wanted in details.get("name", "") or wanted.upper() == details.get("id_number", "").upper()


@dataclass(frozen=True)
class EntryPage:
    """One entry of the roll, whole."""

    row: Membership
    details: dict[str, str]
    others: tuple[Membership, ...]
    steps: tuple[MembershipStep, ...]
    reminders: tuple[Reminder, ...]
    actions: frozenset[str]


def entry_page(user: Any, membership_id: int, on: dt.date) -> EntryPage:
    """Return one entry that the officer may see; raise ``NotFound``."""
    rows = Membership.objects.visible_to(user, on).select_related("worker", "body", "employer")
    row = rows.filter(pk=membership_id).first()
    if row is None:
        raise NotFound
    others = Membership.objects.visible_to(user, on).filter(worker=row.worker).exclude(pk=row.pk)
    return EntryPage(
        row, row.worker.details(), tuple(others.select_related("body").order_by("-joined_on")),
        tuple(row.steps.select_related("written_by").order_by("id")),
        tuple(row.reminders.order_by("-sent_at")), _actions(user, row, on),
    )  # fmt: skip


def _actions(user: Any, row: Membership, on: dt.date) -> frozenset[str]:
    """Return the steps that the table allows now and the officer may take; never about himself."""
    from rules import permissions

    ask = Ask(on, row.body, row.worker.account_id)
    return frozenset(
        step.name for step in MEMBERSHIP.from_state(row.state)
        if step.label and permissions.permissions[step.permission].test(user, ask) and not _is_own(user, row)
    )  # fmt: skip


def _is_own(user: Any, row: Membership) -> bool:
    return row.worker.account_id is not None and row.worker.account_id == user.pk
