"""Who may open a sealed part: nobody, unless the app that owns the record says so."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import rules

from zhijia.core.actors import Actor, ReceiptHolder, System
from zhijia.core.clock import local_date
from zhijia.core.errors import NotAllowed
from zhijia.unions import selectors as unions
from zhijia.unions.enums import Role
from zhijia.vault.enums import Purpose, RequestState
from zhijia.vault.errors import RequestNeeded
from zhijia.vault.models import IdentityRequest

Opener = Callable[[Actor, str, str, Purpose, dt.date], Any]
"""``opener(by, owner, part, purpose, on)``: does this person hold an assignment, and no conflict?"""
Describer = Callable[[str], str]
"""``about(owner)``: how the record is called to somebody who may know neither text nor name."""
OwnTest = Callable[[Actor, str], Any]
"""``is_own(by, owner)``: did this person hand it in?"""
TwoPersons = Callable[[str, str], Any]
"""``needs_two(owner, part)``: does the part open only after a second person agreed?"""
ConflictTest = Callable[[Actor, str, dt.date], Any]
"""``is_barred(by, owner, on)``: must the record not exist for this person?"""


@dataclass(frozen=True)
class Keeper:
    """What the app that owns a type of record answers."""

    may_open: Opener
    is_own: OwnTest = lambda by, owner: False
    needs_two: TwoPersons = lambda owner, part: False
    is_barred: ConflictTest = lambda by, owner, on: False
    about: Describer = lambda owner: ""


_keepers: dict[str, Keeper] = {}


def register_keeper(owner_type: str, keeper: Keeper) -> None:
    """Let the app that owns records of ``owner_type`` (before the colon) decide; once per type."""
    known = _keepers.get(owner_type)
    if known is not None and known is not keeper:
        raise ValueError(f"somebody else already decides about {owner_type!r}")
    _keepers[owner_type] = keeper


def register_opener(owner_type: str, predicate: Opener) -> None:
    """Register a keeper that only answers who may open."""
    known = _keepers.get(owner_type)
    if known is not None and known.may_open is not predicate:
        raise ValueError(f"somebody else already decides about {owner_type!r}")
    _keepers[owner_type] = Keeper(predicate)


def forget_opener(owner_type: str) -> None:
    """Take back a registration (for tests)."""
    _keepers.pop(owner_type, None)


Freeze = Callable[[str, dt.datetime], bool]
"""``is_frozen(owner, now)``: is the record kept for a law only?"""
_freezes: list[Freeze] = []


def register_freeze(is_frozen: Freeze) -> None:
    """Let an app above say which records are frozen; every part of such a record takes two people."""
    if is_frozen not in _freezes:
        _freezes.append(is_frozen)


def keeper_of(owner: str) -> Keeper | None:
    """Return who decides about a record."""
    return _keepers.get(owner.partition(":")[0])


def may_open(by: Actor, owner: str, part: str, purpose: Purpose, on: dt.date) -> bool:
    """Say whether ``by`` may open the part on a day; False for a type that nobody answers for."""
    keeper = keeper_of(owner)
    return keeper is not None and bool(keeper.may_open(by, owner, part, purpose, on))


def is_own(by: Actor, owner: str) -> bool:
    """Say whether the record is the person's own."""
    if isinstance(by, ReceiptHolder):
        return by.matter == owner
    keeper = keeper_of(owner)
    return keeper is not None and bool(keeper.is_own(by, owner))


def require_opening(by: Actor, owner: str, part: str, purpose: Purpose, now: dt.datetime) -> None:
    """Raise ``NotAllowed`` or ``RequestNeeded`` unless ``by`` may open the part now."""
    if not may_open(by, owner, part, purpose, local_date(now)):
        raise NotAllowed
    keeper = keeper_of(owner)
    two = keeper is not None and keeper.needs_two(owner, part)
    if (two or any(is_frozen(owner, now) for is_frozen in _freezes)) and not has_approval(
        by, owner, part, now
    ):
        raise RequestNeeded


def has_approval(by: Actor, owner: str, part: str, now: dt.datetime) -> bool:
    """Say whether a second person agreed that ``by`` opens the part, and the time has not run out."""
    if getattr(by, "pk", None) is None:
        return False
    rows = IdentityRequest.objects.filter(owner=owner, part=part, asked_by=by, expires_at__gt=now)
    return rows.filter(state=RequestState.APPROVED).exists()


@rules.predicate
def may_ask(by: Any, request: IdentityRequest) -> bool:
    """Whoever could open the part, were there no second person."""
    on = local_date(request.asked_at)
    return may_open(by, request.owner, request.part, Purpose.GRIEVANCE_HANDLE, on)


@dataclass(frozen=True)
class Decision:
    """A request to be decided on a day."""

    request: IdentityRequest
    on: dt.date


@rules.predicate
def may_decide(by: Any, decision: Decision) -> bool:
    """A custodian, and another person than who asked."""
    request, on = decision.request, decision.on
    return is_custodian(by, request, on) and is_independent(by, request, on)


@rules.predicate
def is_system(by: Any, _request: IdentityRequest) -> bool:
    """A timer."""
    return isinstance(by, System)


@rules.predicate
def may_withdraw(by: Any, request: IdentityRequest) -> bool:
    """Who asked."""
    return request.asked_by_id == getattr(by, "pk", None)


def is_custodian(by: Any, request: IdentityRequest, on: dt.date) -> bool:
    """A custodian of the body or of one above, who has no part in the matter himself."""
    if getattr(by, "pk", None) is None or not unions.holds(by, Role.CUSTODIAN, request.body, on):
        return False
    keeper = keeper_of(request.owner)
    return keeper is not None and not keeper.is_barred(by, request.owner, on)


def is_custodian_on(user: Any, on: dt.date) -> bool:
    """Say whether the person decides about names anywhere on a day."""
    posts = unions.posts_of(user, on) if getattr(user, "is_officer", False) else ()
    return any(post.role == Role.CUSTODIAN for post in posts)


def is_independent(by: Any, request: IdentityRequest, on: dt.date) -> bool:
    """Another person than who asks, and nobody whose office stands under one that he leads."""
    if by.pk == request.asked_by_id:
        return False
    led = [p.body for p in unions.posts_of(request.asked_by, on) if p.role in (Role.CHAIR, Role.STEWARD)]
    seats = [p.body for p in unions.posts_of(by, on) if p.role == Role.CUSTODIAN]
    return any(request.body.is_under(seat) and not any(seat.is_under(body) for body in led) for seat in seats)


rules.add_perm("vault.ask_identity", may_ask)
rules.add_perm("vault.decide_identity", may_decide)
rules.add_perm("vault.expire_identity", is_system)
rules.add_perm("vault.withdraw_identity", may_withdraw)
