"""What the roll already knows of the people of a roster, a batch at a time."""

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection

from zhijia.membership.enums import Ending, Kind
from zhijia.membership.models import Identity, Membership, Worker
from zhijia.membership.roster.bodies import Bodies
from zhijia.membership.roster.problems import Found
from zhijia.membership.roster.rows import Ready

Thing = TypeVar("Thing")
NEW, KNOWN = "new", "known"
Answer = Found | str
"""``NEW``, ``KNOWN``, or what keeps the row from being written."""


@dataclass(frozen=True, slots=True)
class Held:
    """A membership of somebody."""

    body: int
    is_full: bool
    is_discreet: bool
    ended_on: dt.date | None
    """None for one that goes on."""


def pieces(things: Iterable[Thing], size: int) -> Iterator[list[Thing]]:
    """Yield lists of at most ``size``."""
    rest = iter(things)
    while piece := list(islice(rest, size)):
        yield piece


def _in_pieces(values: Sequence[Thing]) -> Iterator[list[Thing]]:
    """Yield as many values as one question may hold."""
    return pieces(values, connection.features.max_query_params or 10_000)


def _as_new(row: Ready) -> Ready:
    """Return the row as that of somebody who is not on the roll, whatever was found before."""
    return row._replace(worker="", kind=Kind.FULL.value) if row.worker else row


class Roll:
    """Answers for the rows of one roster. ``indexer`` makes look-up keys of mobile numbers."""

    def __init__(self, bodies: Bodies, phone_indexer: Any) -> None:
        self.bodies, self.phone_indexer = bodies, phone_indexer

    def decide(self, rows: Sequence[Ready]) -> list[tuple[Ready, Answer]]:
        """Say of each row whether the person is new, known in the union named, or what is in the way.

        In the way is a full membership elsewhere, and an earlier one that ended after the day of joining.

        Names the worker in the row where he is on the roll already. Somebody who joined another union by
        himself, which nobody at his unit may learn, becomes a further member here: nothing tells him from
        others.
        """
        workers = self._by_number([row.id_index for row in rows if row.id_index])
        people = self._by_person([row for row in rows if not row.id_index and row.phone])
        if not workers and not people:
            return [(_as_new(row), NEW) for row in rows]
        found = [workers.get(row.id_index) if row.id_index else people.get(row.key()) for row in rows]
        open_ones = self._held({worker for worker in found if worker is not None}, running=True)
        answers = [
            self._one(_as_new(row), worker, open_ones) for row, worker in zip(rows, found, strict=True)
        ]
        past = self._held({int(row.worker) for row, answer in answers if answer == NEW and row.worker})
        return [_in_order(row, past.get(int(row.worker or 0), []), answer) for row, answer in answers]

    def _one(self, row: Ready, worker: int | None, open_ones: dict[int, list[Held]]) -> tuple[Ready, Answer]:
        if worker is None:
            return row, NEW
        row = row._replace(worker=str(worker))
        held = open_ones.get(worker, [])
        if any(one.body == int(row.body) for one in held):
            return row, KNOWN
        full = [one for one in held if one.is_full]
        if not full:
            return row, NEW
        if any(one.is_discreet for one in full):
            return row._replace(kind=Kind.ASSOCIATE.value), NEW
        return row, Found("already-member", "id_number" if row.id_index else "name")

    def _by_number(self, indexes: list[str]) -> dict[str, int]:
        """Find people by look-up key. Plain SQL: a list as one value, and no object for each key."""
        if not indexes:
            return {}
        column, table = connection.ops.quote_name("index"), Identity._meta.db_table
        where, value = "IN (SELECT value FROM json_each(%s))", json.dumps(indexes)
        if connection.vendor == "postgresql":
            where, value = "= ANY(string_to_array(%s, ',')::uuid[])", ",".join(indexes)
        question = f"SELECT {column}, worker_id FROM {table} WHERE {column} {where}"  # noqa: S608  (quoted)
        with connection.cursor() as cursor:
            cursor.execute(question, [value])
            return {str(index).replace("-", ""): worker for index, worker in cursor.fetchall()}

    def _by_person(self, rows: list[Ready]) -> dict[tuple[str, str], int]:
        """Find people without a trusted number by mobile number and name, which lies under seal."""
        wanted: dict[UUID, set[str]] = defaultdict(set)
        keys: dict[UUID, str] = {}
        for row in rows:
            index = UUID(hex=self.phone_indexer(row.phone))
            wanted[index].add(row.name)
            keys[index] = row.phone
        found: dict[tuple[str, str], int] = {}
        tenants = set(self.bodies.tenants.values())
        for part in _in_pieces(list(wanted)):
            people = Worker.objects.filter(tenant__in=tenants, phone_index__in=part, merged_into=None)
            for worker in people.order_by("-id").only("person", "person_key", "phone_index"):
                name = worker.details().get("name", "")
                if worker.phone_index in keys and name in wanted[worker.phone_index]:
                    found[name, keys[worker.phone_index]] = worker.pk
        return found

    def _held(self, workers: set[int], *, running: bool = False) -> dict[int, list[Held]]:
        """Return the memberships of these people that go on, or those that ended; no mistakes."""
        found: dict[int, list[Held]] = defaultdict(list)
        columns = ("worker_id", "body_id", "kind", "is_discreet", "ended_on")
        for part in _in_pieces(sorted(workers)):
            rows = Membership.objects.filter(worker_id__in=part, ended_on__isnull=running)
            for worker, body, kind, is_silent, ended_on in rows.exclude(ending=Ending.MISTAKE).values_list(
                *columns
            ):
                found[worker].append(Held(body, kind == Kind.FULL, is_silent, ended_on))
        return found


def _in_order(row: Ready, past: list[Held], answer: Answer) -> tuple[Ready, Answer]:
    """Refuse a row whose membership would begin before another one of the person ended.

    One elsewhere of which nobody may learn keeps nobody out: as while it ran, the row becomes a further
    membership.
    """
    joined = dt.date.fromisoformat(row.joined_on) if past else dt.date.max
    is_full = row.kind == Kind.FULL
    later = [
        one for one in past
        if one.ended_on and one.ended_on > joined and (one.body == int(row.body) or (is_full and one.is_full))
    ]  # fmt: skip
    told = [
        one.ended_on for one in later if one.ended_on and (one.body == int(row.body) or not one.is_discreet)
    ]
    if told:
        return row, Found("joined-before-end", "joined_on", row.joined_on, max(told).isoformat())
    return (row._replace(kind=Kind.ASSOCIATE.value) if later else row), answer
