"""Entries of the roll that may be one person: what is alike, and who looks at it."""

import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count

from zhijia.membership.enums import IdStanding
from zhijia.membership.models import Membership, Worker
from zhijia.membership.roster.roll import pieces
from zhijia.unions import paths

SAME_PHONE, SAME_BIRTH, NEAR_NUMBER = "phone", "birth", "number"
MANY = 20
"""So many people with one name and one birthday are no duplicates but a placeholder."""
_DIGITS = "0123456789X"


@dataclass(frozen=True)
class Alike:
    """Two workers, the smaller id first, and what is alike."""

    first: int
    second: int
    ground: str


def alike_in_body(tenant: int, body_id: int) -> Iterator[Alike]:
    """Yield members of one body with the same name and birthday, or with numbers one digit apart.

    Opens the sealed entries of the body in memory, one after the other; nothing of it is kept.
    """
    people: dict[tuple[str, str], list[int]] = defaultdict(list)
    numbers: dict[str, int] = {}
    doubted: dict[int, str] = {}
    rows = Worker.objects.filter(
        memberships__tenant=tenant, memberships__body=body_id, memberships__ended_on=None
    )
    for worker in rows.only("person", "person_key", "id_standing").iterator(2000):
        told = worker.details()
        if told.get("born_on"):
            people[told.get("name", ""), told["born_on"]].append(worker.pk)
        number = told.get("id_number", "")
        if worker.id_standing == IdStanding.DOUBTED:
            doubted[worker.pk] = number
        elif number:
            numbers[number] = worker.pk
    for same in people.values():
        yield from _combined(same, SAME_BIRTH)
    for worker_id, number in doubted.items():
        near = {numbers[other] for other in one_digit_apart(number) if other in numbers}
        yield from (_alike(worker_id, other, NEAR_NUMBER) for other in sorted(near))


def one_digit_apart(number: str) -> Iterator[str]:
    """Yield the numbers that differ from this one in one place; a doubled digit more or less is none of "
    "them."""
    for place, old in enumerate(number):
        for new in _DIGITS:
            if new != old:
                yield f"{number[:place]}{new}{number[place + 1 :]}"


def alike_by_phone(tenant: int, worker_ids: Iterable[int]) -> Iterator[Alike]:
    """Yield workers of the tenant with the same mobile number and the same name, across its bodies."""
    for part in pieces(worker_ids, 900):
        own = Worker.objects.filter(tenant=tenant, pk__in=part, phone_index__isnull=False)
        phones = list(own.values_list("phone_index", flat=True))
        shared = Worker.objects.filter(tenant=tenant, phone_index__in=phones, merged_into=None).order_by()
        many = (
            shared.values("phone_index")
            .annotate(n=Count("id"))
            .filter(n__gt=1)
            .values_list("phone_index", flat=True)
        )
        yield from _same_names(tenant, list(many))


def _same_names(tenant: int, phones: list[UUID | None]) -> Iterator[Alike]:
    groups: dict[tuple[UUID | None, str], list[int]] = defaultdict(list)
    rows = Worker.objects.filter(tenant=tenant, phone_index__in=phones, merged_into=None)
    for worker in rows.only("person", "person_key", "phone_index"):
        groups[worker.phone_index, worker.details().get("name", "")].append(worker.pk)
    for same in groups.values():
        yield from _combined(same, SAME_PHONE)


def _combined(workers: list[int], ground: str) -> Iterator[Alike]:
    kept = sorted(set(workers))
    if 1 < len(kept) <= MANY:
        yield from (_alike(one, other, ground) for one, other in itertools.combinations(kept, 2))


def _alike(one: int, other: int, ground: str) -> Alike:
    return Alike(min(one, other), max(one, other), ground)


def bodies_over(found: list[Alike]) -> dict[Alike, int]:
    """Return for each pair the lowest body over both, whose officers look at it.

    Somebody who joined another union by himself is paired with nobody of a union that may not know.
    """
    wanted = sorted({worker for pair in found for worker in (pair.first, pair.second)})
    standing: dict[int, Membership] = {}
    for part in pieces(wanted, 900):
        rows = Membership.objects.filter(worker_id__in=part).select_related("body").order_by("ended_on", "id")
        for row in sorted(rows, key=lambda row: row.is_open):
            standing[row.worker_id] = row  # the open one last
    over: dict[Alike, int] = {}
    for pair in found:
        one, other = standing.get(pair.first), standing.get(pair.second)
        if one and other and not (one.body_id != other.body_id and (one.is_discreet or other.is_discreet)):
            above = _lowest(one.body.path, other.body.path)
            if above is not None:
                over[pair] = above
    return over


def _lowest(one: str, other: str) -> int | None:
    shared = [a for a, b in zip(paths.ids_of(one), paths.ids_of(other), strict=False) if a == b]
    return shared[-1] if shared else None
