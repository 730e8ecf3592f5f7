"""Who a group means: the one query answers as a plain walk over all people does, whoever asks."""

import datetime as dt
import random
from dataclasses import dataclass, field
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from zhijia.core.actors import SYSTEM
from zhijia.membership.enums import Channel, Education, Engagement, Trade, WorkStatus
from zhijia.membership.models import Correction, Membership, Reminder
from zhijia.membership.segments.choosing import how_many, members
from zhijia.membership.segments.fields import BLANK, FIELDS, Comparison, Field, Shape
from zhijia.membership.segments.grammar import Condition, check_all
from zhijia.membership.segments.questions import question
from zhijia.membership.services import Person, enrol
from zhijia.membership.tests.factories import NOW, TODAY, Tree, keeper, resident_id
from zhijia.unions.models import UnionBody
from zhijia.unions.tests.factories import AffiliationFactory

SEED = 20260302
PEOPLE = 70
PLACES = ("130582", "130533", "130500", "130000", "140100", "")
INDUSTRIES = ("", "C", "G", "H")
BANDS = {
    "under_25": range(25), "25_35": range(25, 36), "36_45": range(36, 46), "46_55": range(46, 56),
    "over_55": range(56, 200),
}  # fmt: skip


@dataclass
class Fact:
    """One membership as the test knows it, beside its row."""

    row: Membership
    contacts: list[dt.date] = field(default_factory=list)


class House:
    """A small province whose rolls hold all sorts of people."""

    def __init__(self) -> None:
        self.draw = random.Random(SEED)
        self.tree = Tree()
        self.tree.glass.industry = "C"
        self.tree.glass.save(update_fields=["industry"])
        self.bodies = [
            self.tree.county, self.tree.other_county, self.tree.glass_union, self.tree.kiln,
            self.tree.farm_union, self.tree.station, self.tree.city,
        ]  # fmt: skip
        self.facts: list[Fact] = []
        for _ in range(PEOPLE):
            self._enter()
        self.askers = [keeper(self.tree.county), keeper(self.tree.province), keeper(self.tree.forest_nation)]
        self.askers.append(keeper(self.tree.nation))
        self.tied = keeper(self.tree.county)
        AffiliationFactory(user=self.tied, by=self.tied, employer=self.tree.glass)
        self.askers.append(self.tied)
        self.body_of = {user: user.posts.first().body for user in self.askers}
        self.by_id = {str(body.pk): body for body in UnionBody.objects.all()}

    def _enter(self) -> None:
        pick = self.draw.choice
        number = resident_id(born=f"{self.draw.randint(1960, 2007)}0523", sex=self.draw.randint(1, 2))
        person = Person(
            name="某人", id_kind="resident", id_number=pick(["", number, number]), place=pick(PLACES),
            education=pick(["", "20", "70"]), is_migrant=pick([True, False]),
            trade=pick(["", "courier", "food"]),
            engagement=pick(["", "contract", "platform"]), work_status=pick(["", "at_work", "retired"]),
            industry=pick(INDUSTRIES),
        )  # fmt: skip
        first = self._member(person, pick(self.bodies), "full")
        if first.row.worker.id_index and self.draw.random() < 0.4:
            other = pick([body for body in self.bodies if body != first.row.body])
            self._member(person, other, "associate")

    def _member(self, person: Person, body: UnionBody, kind: str) -> Fact:
        pick = self.draw.choice
        on = TODAY - dt.timedelta(days=pick([0, 1, 29, 30, 31, 90, 365, 366, 800]))
        row = enrol(
            person=person, body=body, on=on, by=SYSTEM, now=NOW, channel=pick(Channel.values), kind=kind,
            employer=pick([None, self.tree.glass, self.tree.farm]), is_discreet=pick([True, False, False]),
        )  # fmt: skip
        changes = {"card_number": pick(["", "A1"]), "state": pick(["active", "retained", "held"])}
        if self.draw.random() < 0.1:
            changes |= {"state": "ended", "ended_on": str(TODAY), "ending": "withdrawn"}
        Membership.objects.filter(pk=row.pk).update(**changes)
        fact = Fact(Membership.objects.select_related("worker", "body__employer", "employer").get(pk=row.pk))
        if row.channel != "roster":
            fact.contacts.append(on)
        self._speak(fact)
        self.facts.append(fact)
        return fact

    def _speak(self, fact: Fact) -> None:
        """Let some answer a reminder, and some ask for a correction, on a known day in China."""
        for chance in (0.4, 0.2):
            if self.draw.random() > chance:
                continue
            day = TODAY - dt.timedelta(days=self.draw.choice([1, 30, 89, 90, 91, 400]))
            moment = dt.datetime.combine(day, dt.time(0, 30), tzinfo=dt.timezone(dt.timedelta(hours=8)))
            row = fact.row
            if chance == 0.4:
                said = {"state": "answered", "answered_at": moment, "sent_at": moment, "due_on": day}
                Reminder.objects.create(tenant=row.tenant, membership=row, **said)
            else:
                Correction.objects.create(
                    tenant=row.tenant, worker=row.worker, body=row.body, field="name", value=b"",
                    asked_at=moment, due_on=day, state="done", decided_at=moment,
                    decided_by=keeper(self.tree.county),
                )  # fmt: skip
            fact.contacts.append(day)


# The slow way -----------------------------------------------------------------------------------


def sees(house: House, user: Any, row: Membership) -> bool:
    return row.body.is_under(house.body_of[user]) and not (
        user == house.tied and row.is_discreet and row.employer == house.tree.glass
    )


def days_back(values: tuple[str, ...]) -> dt.date:
    number, unit = int(values[0]), values[1]
    if unit == "days":
        return TODAY - dt.timedelta(days=number)
    months = number * (12 if unit == "years" else 1)
    day, month, year = TODAY.day, TODAY.month, TODAY.year
    for _ in range(months):
        year, month = (year - 1, 12) if month == 1 else (year, month - 1)
    return dt.date(year, month, day)


def value_of(row: Membership, name: str) -> str:
    worker = row.worker
    if name == "industry":
        owners = (row.employer, row.body.employer)
        return next((e.industry for e in owners if e and e.industry), worker.industry)
    if name == "age":
        age = TODAY.year - worker.birth_year if worker.birth_year else None
        return next((band for band, years in BANDS.items() if age in years), "")
    if name == "migrant":
        return "yes" if worker.is_migrant else "no"
    if name == "card":
        return "yes" if row.card_number else "no"
    return str(getattr(row, name) if name in ("state", "kind", "channel") else getattr(worker, name))


def lies_in(place: str, code: str) -> bool:
    while code.endswith("00"):
        code = code[:-2]
    return place.startswith(code)


def meets(house: House, fact: Fact, condition: Condition) -> bool:
    row, values = fact.row, condition.values
    if condition.field == "body":
        inside = any(row.body.is_under(house.by_id[v]) for v in values)
    elif condition.field == "place":
        inside = any(lies_in(row.worker.place, v) for v in values)
    elif condition.field == "joined":
        is_new = row.joined_on > days_back(values)
        return is_new if condition.comparison == "within" else not is_new
    elif condition.field == "joined_on":
        return (values[0] or "0") <= str(row.joined_on) <= (values[1] or "9")
    elif condition.field == "contact":
        last = max(fact.contacts, default=None)
        if condition.comparison == "never":
            return last is None
        is_recent = last is not None and last > days_back(values)
        return is_recent if condition.comparison == "within" else not is_recent
    else:
        inside = (value_of(row, condition.field) or BLANK) in values
    return inside if condition.comparison == "is" else not inside


def slowly(house: House, user: Any, body: UnionBody, conditions: list[Condition]) -> set[int]:
    """Return the entries that are meant: of each person the full one, else the first one written."""
    found: dict[int, tuple[bool, int]] = {}
    for fact in house.facts:
        row = fact.row
        is_asked = row.ended_on is None and row.body.is_under(body) and sees(house, user, row)
        if is_asked and all(meets(house, fact, condition) for condition in conditions):
            rank = (row.kind != "full", row.pk)
            found[row.worker_id] = min(rank, found.get(row.worker_id, rank))
    return {pk for _is_further, pk in found.values()}


# Conditions by chance ---------------------------------------------------------------------------


def values_for(spec: Field, bodies: list[str]) -> st.SearchStrategy[tuple[str, ...]]:
    if spec.shape == Shape.AGO:
        spans = ("1 days", "30 days", "90 days", "1 months", "1 years", "3 years")
        return st.sampled_from([tuple(span.split()) for span in spans])
    if spec.shape == Shape.DATES:
        return st.sampled_from([("2025-01-01", ""), ("", "2025-12-31"), ("2025-03-02", "2026-01-31")])
    pool = {Shape.BODIES: bodies, Shape.PLACES: [p for p in PLACES if p]}.get(
        spec.shape, [value for value, _word in spec.options]
    )
    many = st.lists(st.sampled_from(pool), min_size=1, max_size=3, unique=True).map(tuple)
    return st.sampled_from([(v,) for v in pool]) if spec.shape == Shape.FLAG else many


@st.composite
def conditions(draw: Any, bodies: list[str]) -> list[Condition]:
    found = []
    for spec in draw(st.lists(st.sampled_from(FIELDS), max_size=3)):
        comparison = draw(st.sampled_from(spec.comparisons))
        values = () if comparison == Comparison.NEVER else draw(values_for(spec, bodies))
        found.append(Condition(spec.name, comparison.value, values))
    return found


class WhoIsMeant(TestCase):
    house: House

    @classmethod
    def setUpTestData(cls) -> None:
        cls.house = House()

    @settings(max_examples=120, deadline=None, derandomize=True)
    @given(data=st.data())
    def test_the_query_means_whom_a_walk_over_all_people_means(self, data: Any) -> None:
        house = self.house
        user = data.draw(st.sampled_from(house.askers))
        body = house.body_of[user]
        below = [str(one.pk) for one in (*house.bodies, house.tree.province) if one.is_under(body)]
        asked = data.draw(conditions(below or [str(body.pk)]))
        meant = question(body, check_all(asked))
        found = list(members(meant, user, TODAY).values_list("pk", flat=True))
        expected = slowly(house, user, body, asked)
        assert (set(found), len(found)) == (expected, how_many(meant, user, TODAY))

    def test_the_house_holds_every_kind_of_case(self) -> None:
        rows = [fact.row for fact in self.house.facts]
        assert {row.channel for row in rows} == set(Channel.values)
        assert any(row.ended_on for row in rows)
        assert any(row.is_discreet and row.employer == self.house.tree.glass for row in rows)
        assert len({row.worker_id for row in rows}) < len(rows)
        assert any(not fact.contacts for fact in self.house.facts)
        workers = [row.worker for row in rows]
        seen = {code for w in workers for code in (w.education, w.trade, w.engagement, w.work_status)}
        assert {Education.LOWER, Trade.FOOD, Engagement.PLATFORM, WorkStatus.RETIRED} <= seen
