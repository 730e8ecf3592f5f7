"""Reads of what a body is made of: its term, who sits in it, and until when the law protects them."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from zhijia.regulations.periods import add_months
from zhijia.regulations.selectors import RuleValue, value
from zhijia.unions.enums import CommitteeKind, Position, Role
from zhijia.unions.models import Committee, Headcount, LegalPerson, Post, Seat, Term, UnionBody

OFFICERS = (Position.CHAIR, Position.VICE_CHAIR, Position.MEMBER)
"""Who the law protects: chair, vice chairs, members of the committee (Trade Union Law art. 19)."""


@dataclass(frozen=True)
class Protection:
    """Until when an officer's labour contract lasts at least, and where that stands."""

    until_on: dt.date
    is_least: bool
    """The last day of the contract is not known: it is this day at the earliest."""
    rule: RuleValue


@dataclass(frozen=True)
class Sitter:
    """A seat with its protection."""

    seat: Seat
    protection: Protection | None


@dataclass(frozen=True)
class CommitteePage:
    """A committee with who sits in it."""

    committee: Committee
    sitters: tuple[Sitter, ...]

    @property
    def vacant(self) -> int:
        """How many seats are empty."""
        return max(self.committee.places - len(self.sitters), 0)


def open_term(body: UnionBody) -> Term | None:
    """Return the term that runs, or ran out without another."""
    return body.terms.filter(ended_on=None).first()


def legal_person_of(body: UnionBody) -> LegalPerson | None:
    """Return the registration as legal person that is in force."""
    return body.legal_persons.filter(ended_on=None).select_related("registrar").first()


def latest_headcount(body: UnionBody) -> Headcount | None:
    """Return the newest reported figures."""
    return headcounts(body).first()


def headcounts(body: UnionBody) -> QuerySet[Headcount]:
    """Return all figures that a body reported, newest first; the first of a day is the one that counts."""
    return body.headcounts.order_by("-reported_on", "-id")


def seats_of(user: Any) -> QuerySet[Seat]:
    """Return the seats of a person, with their bodies."""
    return Seat.objects.filter(account=user).select_related("committee__term__body").order_by("-from_on")


def posts_of_seat(seat: Seat) -> QuerySet[Post]:
    """Return the posts of chair that stand and fall with a seat; none for any other seat.

    Where the account of who sits there is not known, they are all posts of chair in the body: whoever
    holds one without being elected gets it anew from the steward.
    """
    committee = seat.committee
    if seat.position != Position.CHAIR or committee.kind != CommitteeKind.FULL:
        return Post.objects.none()
    rows = Post.objects.filter(
        tenant=seat.tenant, body=committee.term.body_id, role=Role.CHAIR, ended_at=None
    )
    return rows if seat.account_id is None else rows.filter(user=seat.account_id)


def is_seat_of(seat: Seat, user: Any) -> bool:
    """Say whether a person sits there, as far as accounts and posts tell."""
    if seat.account_id is not None:
        return bool(seat.account_id == user.pk)
    return posts_of_seat(seat).filter(user=user.pk).exists()


def committee_pages(term: Term, on: dt.date) -> tuple[CommitteePage, ...]:
    """Return the committees of a term with their seats that are taken; two queries."""
    committees = list(Committee.objects.filter(term=term).order_by("kind"))
    order = {kind: place for place, kind in enumerate(CommitteeKind.values)}
    seats = list(Seat.objects.taken().filter(committee__in=committees).order_by("id"))
    rank = {position: place for place, position in enumerate(Position.values)}
    found = []
    for committee in sorted(committees, key=lambda one: order[one.kind]):
        own = sorted((s for s in seats if s.committee_id == committee.pk), key=lambda s: rank[s.position])
        found.append(CommitteePage(committee, tuple(Sitter(s, protection(s, term, on)) for s in own)))
    return tuple(found)


def protection(seat: Seat, term: Term, on: dt.date) -> Protection | None:
    """Return until when the seat's labour contract lasts by the Trade Union Law art. 19.

    Full-time officers: the contract is longer by as much as they serve. Part-time officers: it lasts at
    least until the end of the term. Grave fault of one's own and retirement age stay exceptions. Women's
    and audit committees are protected by other rules, which are not computed here.
    """
    if seat.committee.kind not in (CommitteeKind.FULL, CommitteeKind.STANDING):
        return None
    if seat.position not in OFFICERS:
        return None
    rule = value("union_body.protection", term.body.place, max(on, seat.from_on))
    until = seat.ended_on or term.until_on
    return protected_until(
        contract_until_on=seat.contract_until_on, from_on=seat.from_on, until_on=until,
        is_full_time=seat.is_full_time, rule=rule,
    )  # fmt: skip


def protected_until(
    *,
    contract_until_on: dt.date | None,
    from_on: dt.date,
    until_on: dt.date,
    is_full_time: bool,
    rule: RuleValue,
) -> Protection:
    """Return the protection of one officer who serves from a day until another.

    A contract whose last day is not known ran at least on the day of the election, so that day plus the
    time served, which is the last day of service, is the earliest end.
    """
    if contract_until_on is None:
        return Protection(until_on, True, rule)
    if is_full_time:
        return Protection(_extended(contract_until_on, from_on, until_on), False, rule)
    return Protection(max(contract_until_on, until_on), False, rule)


def _extended(contract: dt.date, from_on: dt.date, until_on: dt.date) -> dt.date:
    """Return the contract's last day moved on by the whole months served, then by the days left over."""
    after = until_on + dt.timedelta(days=1)
    months = (after.year - from_on.year) * 12 + after.month - from_on.month
    if add_months(from_on, months) > after:
        months -= 1
    rest = (after - add_months(from_on, months)).days
    return add_months(contract, months) + dt.timedelta(days=rest)


def chair_vacant_since(term: Term) -> dt.date | None:
    """Return since when the full committee of a term has no chair, or None when it has one."""
    committee = term.committees.filter(kind=CommitteeKind.FULL).first()
    if committee is None:
        return None
    chairs = committee.seats.filter(position=Position.CHAIR)
    if chairs.filter(ended_on=None).exists():
        return None
    last = chairs.exclude(ended_on=None).order_by("-ended_on").first()
    return last.ended_on if last and last.ended_on else term.from_on


@dataclass(frozen=True)
class PublicOffice:
    """What everybody may know: the term and how many sit where. No names, no figures of members."""

    term: Term
    committees: tuple[tuple[str, int], ...]
    is_legal_person: bool


def public_office(body: UnionBody) -> PublicOffice | None:
    """Return the public part of a body's term, or None when none is written down."""
    term = open_term(body)
    if term is None:
        return None
    taken = Count("seats", filter=Q(seats__ended_on=None))
    rows = term.committees.annotate(taken=taken).order_by("id")
    told = tuple((str(committee.get_kind_display()), committee.taken) for committee in rows)
    return PublicOffice(term, told, legal_person_of(body) is not None)
