"""Founding, changing and moving union bodies."""

import datetime as dt
import re
from typing import Any

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Concat, Substr

from zhijia.audit import services as audit
from zhijia.core.actors import Actor
from zhijia.core.clock import local_date
from zhijia.core.manifest import contributions
from zhijia.core.services import load_locked
from zhijia.core.text import tidy
from zhijia.unions.enums import BodyKind, Level
from zhijia.unions.errors import BadPlace, BadTerm, NameMissing, OtherTenant, ParentNotAbove, TreeCycle
from zhijia.unions.models import Employer, UnionBody
from zhijia.unions.permissions import require_manage

CHANGEABLE = (
    "name",
    "short_name",
    "phone",
    "address",
    "hours",
    "about",
    "accepts_appeals",
    "is_active",
    "dissolved_on",
)
MANY = (Level.VILLAGE, Level.BRANCH, Level.GROUP)
"""Levels that may stand below one of their own kind, e.g. a group within a larger group."""
BESIDE = (BodyKind.INDUSTRIAL, BodyKind.OFFICE)
"""Kinds that share the level of the federation they stand below, e.g. a province's industrial union."""
NATION = 0
"""Tenant of the national federation: provinces and industry federations stand below it with their own."""


@transaction.atomic
def found_body(
    *,
    name: str,
    level: int,
    kind: str,
    parent: UnionBody | None = None,
    line_parent: UnionBody | None = None,
    tenant: int | None = None,
    place: str = "",
    employer: Employer | None = None,
    short_name: str = "",
    by: Actor,
    now: dt.datetime,
    **details: Any,
) -> UnionBody:
    """Found a body below ``parent`` and, beside it, on the industrial line below ``line_parent``.

    ``details`` are the other public fields (phone, address, hours, about, accepts_appeals, founded_on).
    Without ``line_parent`` a body joins the line of its parent, if that is on one; an industrial
    union without any begins its own. Raise ``ParentNotAbove``, ``NameMissing``, ``BadPlace``.
    """
    _check_parents(level, kind, parent, line_parent)
    if parent is not None:
        require_manage(by, parent, local_date(now))
    body = UnionBody(
        tenant=_tenant(tenant, parent), name=_name(name), short_name=tidy(short_name), level=level, kind=kind,
        place=check_place(place or (parent.place if parent else "")), employer=employer, **details,
    )  # fmt: skip
    body.path = _waiting_path()
    body.depth = parent.depth + 1 if parent else 0
    body.save(force_insert=True)
    body.path = f"{parent.path if parent else ''}{body.pk}/"
    body.line_path = _line(body, parent, line_parent)
    body.save(update_fields=["path", "line_path"])
    audit.record(
        "union_body.founded", obj=body, by=by, now=now, tenant=body.tenant, data={"level": int(level)}
    )
    return body


def _check_parents(level: int, kind: str, *parents: UnionBody | None) -> None:
    beside = level in MANY or kind in BESIDE
    for parent in parents:
        if parent is not None and (parent.level > level or (parent.level == level and not beside)):
            raise ParentNotAbove


def _tenant(tenant: int | None, parent: UnionBody | None) -> int:
    if tenant is not None:
        return tenant
    return parent.tenant if parent else 0


def _name(text: str) -> str:
    name = tidy(text)
    if not name:
        raise NameMissing
    return name


def check_place(place: str) -> str:
    """Return the place code, or raise ``BadPlace``; blank stands for the whole nation."""
    if place and not re.fullmatch(r"\d{6}(\d{3}(\d{3})?)?", place):
        raise BadPlace
    return place


def _waiting_path() -> str:
    """Return a path that no other body has, until the row has its number."""
    from uuid import uuid4

    return f"new-{uuid4().hex}/"


def _line(body: UnionBody, parent: UnionBody | None, line_parent: UnionBody | None) -> str:
    above = line_parent or (parent if parent is not None and parent.line_path else None)
    if above is not None:
        return _line_below(above, body)
    return f"{body.pk}/" if body.kind == BodyKind.INDUSTRIAL else ""


def _line_below(above: UnionBody, body: UnionBody) -> str:
    if not above.line_path:
        raise ParentNotAbove
    return f"{above.line_path}{body.pk}/"


@transaction.atomic
def change_body(*, body_id: int, by: Actor, now: dt.datetime, **changes: Any) -> UnionBody:
    """Change public details and settings of a body; raise ``NameMissing``, ``BadTerm``, ``TypeError``."""
    body = load_locked(UnionBody.objects.all(), pk=body_id)
    require_manage(by, body, local_date(now))
    if unknown := set(changes) - set(CHANGEABLE):
        raise TypeError(f"not a setting: {sorted(unknown)}")
    if "name" in changes:
        changes["name"] = _name(changes["name"])
    changed = [field for field, value in changes.items() if getattr(body, field) != value]
    for field in changed:
        setattr(body, field, changes[field])
    if body.dissolved_on and body.founded_on and body.dissolved_on < body.founded_on:
        raise BadTerm
    if changed:
        body.save(update_fields=changed)
        audit.record(
            "union_body.changed", obj=body, by=by, now=now, tenant=body.tenant, data={"fields": changed}
        )
    return body


@transaction.atomic
def move_body(
    *, body_id: int, parent: UnionBody, line_parent: UnionBody | None = None, by: Actor, now: dt.datetime
) -> UnionBody:
    """Move a body and all below it to another parent: one statement per line.

    Without ``line_parent`` the industrial line stays as it is. The mover must be steward of the
    body and of the new parent. Raise ``TreeCycle``, ``ParentNotAbove``, ``OtherTenant``.
    """
    body = load_locked(UnionBody.objects.all(), pk=body_id)
    parent = load_locked(UnionBody.objects.all(), pk=parent.pk)
    for place in (body, parent):
        require_manage(by, place, local_date(now))
    if any(above is not None and above.is_under(body) for above in (parent, line_parent)):
        raise TreeCycle
    _check_parents(body.level, body.kind, parent, line_parent)
    if parent.tenant not in (body.tenant, NATION):
        raise OtherTenant
    old = body.path
    _rewrite_paths(old, f"{parent.path}{body.pk}/", parent.depth + 1 - body.depth)
    if line_parent is not None:
        _move_line(body, _line_below(line_parent, body))
    body.refresh_from_db()
    for call in contributions("after_move"):
        call(body, old, now)
    data = {"from": old, "to": body.path}
    audit.record("union_body.moved", obj=body, by=by, now=now, tenant=body.tenant, data=data)
    return body


def _rewrite_paths(old: str, new: str, deeper: int) -> int:
    """Rewrite the path of a whole subtree in one statement; return how many rows."""
    rest = Substr("path", len(old) + 1)
    below = UnionBody.objects.filter(path__under=old)
    return below.update(path=Concat(Value(new), rest), depth=F("depth") + deeper)


def _move_line(body: UnionBody, new: str) -> None:
    """Rewrite the industrial line of a subtree in one statement; a body without one joins with all below."""
    if body.line_path:
        rest = Substr("line_path", len(body.line_path) + 1)
        UnionBody.objects.filter(line_path__under=body.line_path).update(line_path=Concat(Value(new), rest))
    else:
        below = UnionBody.objects.get(pk=body.pk).path
        rest = Substr("path", len(below) + 1)
        UnionBody.objects.filter(path__under=below, line_path="").update(line_path=Concat(Value(new), rest))
