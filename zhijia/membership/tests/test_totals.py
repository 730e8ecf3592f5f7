"""Kept totals: what is folded in is what a recount finds, whatever happened in between."""

import datetime as dt
import threading
from collections import Counter
from unittest.mock import patch

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from zhijia.core.actors import SYSTEM
from zhijia.membership import services
from zhijia.membership.models import BodyTotals, Membership, TotalsDelta, TotalsState
from zhijia.membership.models.totals import FIGURES
from zhijia.membership.services import totals
from zhijia.membership.tests.factories import NOW, Tree, member, resident_id
from zhijia.unions.models import UnionBody
from zhijia.unions.services import dissolve_body, move_body, report_headcount

WOMAN = {"sex": 2}
NEXT = NOW + dt.timedelta(days=1)


def kept(body) -> dict[str, int]:
    """Return the kept figures of a body with all below it."""
    return BodyTotals.objects.filter(pk=body.pk).values(*FIGURES).first() or dict.fromkeys(FIGURES, 0)


def counted() -> dict[int, dict[str, int]]:
    """Return all figures as the roll says them, counted one by one."""
    found: dict[int, Counter[str]] = {pk: Counter() for pk in UnionBody.objects.values_list("pk", flat=True)}
    rows = Membership.objects.filter(ended_on=None, kind="full").select_related("worker", "body")
    for row in rows:
        if row.is_discreet and row.employer_id:
            continue
        is_member = row.state in ("active", "held")
        told = {
            "members": is_member, "women": is_member and row.worker.sex == 2,
            "migrants": is_member and row.worker.is_migrant, "platform": is_member and bool(row.worker.trade),
            "retained": row.state == "retained",
        }  # fmt: skip
        for above in (int(part) for part in row.body.path.split("/") if part):
            found[above].update({name: int(yes) for name, yes in told.items()})
    return {pk: {name: told[name] for name in FIGURES} for pk, told in found.items()}


def all_kept() -> dict[int, dict[str, int]]:
    """Return all kept figures; a body without a row has none."""
    rows = {row.pop("body_id"): row for row in BodyTotals.objects.values("body_id", *FIGURES)}
    none = dict.fromkeys(FIGURES, 0)
    return {pk: rows.get(pk, none) for pk in UnionBody.objects.values_list("pk", flat=True)}


@pytest.mark.django_db
class TestFolding:
    @pytest.fixture(autouse=True)
    def plant(self) -> None:
        self.tree = Tree()

    def test_a_join_reaches_every_body_above_and_the_change_is_gone(self) -> None:
        member(self.tree.kiln, id_number=resident_id(sex=2), is_migrant=True, trade="courier")
        assert totals.fold_totals(now=NOW) == 1
        one = {"members": 1, "women": 1, "migrants": 1, "platform": 1, "retained": 0}
        for body in (self.tree.kiln, self.tree.glass_union, self.tree.county, self.tree.nation):
            assert kept(body) == one
        assert kept(self.tree.other_county)["members"] == 0
        own = BodyTotals.objects.get(pk=self.tree.county.pk)
        assert own.own_members == 0
        assert not TotalsDelta.objects.exists()
        assert totals.fold_totals(now=NOW) == 0
        assert kept(self.tree.nation) == one, "folding again changes nothing"

    def test_more_changes_than_one_transaction_takes_are_all_folded(self) -> None:
        for _ in range(5):
            member(self.tree.county)
        with patch.object(totals, "AT_ONCE", 2):
            assert totals.fold_totals(now=NOW) == 5
        assert kept(self.tree.city)["members"] == 5

    def test_a_crash_before_the_changes_are_gone_counts_nothing(self) -> None:
        member(self.tree.county)
        with (
            patch.object(totals.TotalsDelta.objects, "filter", side_effect=RuntimeError("power cut")),
            pytest.raises(RuntimeError),
        ):
            totals.fold_totals(now=NOW)
        assert kept(self.tree.county)["members"] == 0
        assert TotalsDelta.objects.count() == 1
        totals.fold_totals(now=NOW)
        assert kept(self.tree.county)["members"] == 1

    def test_the_control_without_one_transaction_counts_twice_after_the_crash(self) -> None:
        member(self.tree.county)
        folding = totals._fold_some.__wrapped__
        with (
            patch.object(totals.TotalsDelta.objects, "filter", side_effect=RuntimeError("power cut")),
            pytest.raises(RuntimeError),
        ):
            folding(NOW)
        totals.fold_totals(now=NOW)
        assert kept(self.tree.county)["members"] == 2, "so the transaction is what protects"

    def test_a_moved_body_takes_its_figures_along(self) -> None:
        member(self.tree.kiln)
        totals.fold_totals(now=NOW)
        member(self.tree.kiln)  # still waits when the body moves
        move_body(body_id=self.tree.glass_union.pk, parent=self.tree.other_county, by=SYSTEM, now=NOW)
        assert kept(self.tree.county)["members"] == 0
        assert kept(self.tree.other_county)["members"] == 1
        assert kept(self.tree.city)["members"] == 1
        totals.fold_totals(now=NOW)
        assert kept(self.tree.other_county)["members"] == 2
        assert kept(self.tree.county)["members"] == 0

    def test_members_of_a_closed_body_are_counted_until_they_belong_elsewhere(self) -> None:
        row = member(self.tree.kiln)
        dissolve_body(body_id=self.tree.kiln.pk, on=NOW.date(), by=SYSTEM, now=NOW)
        totals.fold_totals(now=NOW)
        assert totals.recount_totals(now=NOW) == []
        assert kept(self.tree.county)["members"] == 1
        services.withdraw(membership_id=row.pk, on=NOW.date(), by=SYSTEM, now=NOW)
        totals.fold_totals(now=NOW)
        assert kept(self.tree.county)["members"] == 0


@pytest.mark.django_db
class TestRecount:
    @pytest.fixture(autouse=True)
    def plant(self) -> None:
        self.tree = Tree()

    def test_it_mends_what_is_wrong_and_says_what_it_was(self, caplog) -> None:
        member(self.tree.county)
        totals.fold_totals(now=NOW)
        assert totals.recount_totals(now=NOW) == []
        BodyTotals.objects.filter(pk=self.tree.county.pk).update(own_members=4, own_women=1)
        BodyTotals.objects.filter(pk=self.tree.city.pk).update(members=9)
        found = totals.recount_totals(now=NEXT)
        assert [(one.body_id, one.own, one.sums) for one in found] == [
            (self.tree.city.pk, 0, 8), (self.tree.county.pk, 4, 0),
        ]  # fmt: skip
        assert all_kept() == counted()
        assert TotalsState.objects.get().drifted == 2
        assert totals.recount_totals(now=NEXT + dt.timedelta(days=1)) == []

    def test_changes_that_still_wait_are_not_counted_twice(self) -> None:
        member(self.tree.county)
        totals.recount_totals(now=NOW)
        assert kept(self.tree.county)["members"] == 0
        totals.fold_totals(now=NOW)
        assert all_kept() == counted()

    def test_a_house_whose_changes_were_lost_gets_its_totals_from_the_roll(self) -> None:
        member(self.tree.kiln, id_number=resident_id(sex=2))
        TotalsDelta.objects.all().delete()
        totals.recount_totals(now=NOW)
        assert kept(self.tree.nation) == {
            "members": 1, "women": 1, "migrants": 0, "platform": 0, "retained": 0,
        }  # fmt: skip
        assert BodyTotals.objects.get(pk=self.tree.county.pk).bodies == 3

    def test_it_runs_once_a_night(self) -> None:
        evening = dt.datetime(2026, 3, 2, 15, 50, tzinfo=dt.UTC)  # 23:50 in China
        assert TotalsState.objects.count() == 0
        totals.recount_if_due(now=evening)
        for minutes in (10, 100):  # midnight, and a quarter past one
            totals.recount_if_due(now=evening + dt.timedelta(minutes=minutes))
            assert TotalsState.objects.get().recounted_at == evening
        night = evening + dt.timedelta(minutes=140)
        totals.recount_if_due(now=night)
        totals.recount_if_due(now=night + dt.timedelta(hours=3))
        assert TotalsState.objects.get().recounted_at == night


@pytest.mark.django_db
class TestReportedWorkers:
    @pytest.fixture(autouse=True)
    def plant(self) -> None:
        self.tree = Tree()

    def report(self, body, workers: int, on: dt.date = dt.date(2026, 2, 1)) -> None:
        report_headcount(body_id=body.pk, reported_on=on, workers=workers, members=0, by=SYSTEM, now=NOW)

    def figures(self, body) -> tuple[int | None, int, int]:
        row = BodyTotals.objects.get(pk=body.pk)
        return row.workers, row.reporting_members, row.reports

    def test_nobody_reported_is_not_zero_workers(self) -> None:
        member(self.tree.county)
        totals.fold_totals(now=NOW)
        totals.recount_totals(now=NOW)
        assert self.figures(self.tree.county) == (None, 0, 0)

    def test_the_newest_report_counts_and_members_elsewhere_are_left_out(self) -> None:
        self.report(self.tree.glass_union, 100, dt.date(2025, 5, 1))
        self.report(self.tree.glass_union, 80)
        self.report(self.tree.farm_union, 30)
        for body in (self.tree.kiln, self.tree.glass_union, self.tree.county):
            member(body)
        totals.fold_totals(now=NOW)
        totals.recount_totals(now=NOW)
        assert self.figures(self.tree.county) == (80, 2, 1)
        assert self.figures(self.tree.city) == (110, 2, 2)
        assert BodyTotals.objects.get(pk=self.tree.city.pk).oldest_report_on == dt.date(2026, 2, 1)

    def test_a_report_of_a_body_stands_for_all_below_it(self) -> None:
        self.report(self.tree.kiln, 20)
        self.report(self.tree.glass_union, 80)
        self.report(self.tree.farm_union, 30)
        member(self.tree.county)
        totals.fold_totals(now=NOW)
        totals.recount_totals(now=NOW)
        assert self.figures(self.tree.county) == (80, 0, 1)
        assert self.figures(self.tree.glass_union) == (80, 0, 1)
        self.report(self.tree.county, 900)
        totals.recount_totals(now=NEXT)
        assert self.figures(self.tree.county) == (900, 1, 1)
        assert self.figures(self.tree.city) == (930, 1, 2)


@pytest.mark.django_db
class TestHiddenMembers:
    @pytest.fixture(autouse=True)
    def plant(self) -> None:
        self.tree = Tree()

    def join(self, count: int, body=None) -> None:
        for _ in range(count):
            services.enrol(
                person=services.Person(name="吴工", id_number=resident_id()), body=body or self.tree.county,
                on=dt.date(2026, 2, 2), by=SYSTEM, now=NOW, employer=self.tree.glass, is_discreet=True,
            )  # fmt: skip

    def hidden(self, body) -> int:
        return BodyTotals.objects.get(pk=body.pk).hidden_members

    def test_no_total_goes_up_when_somebody_joins_in_confidence(self) -> None:
        totals.recount_totals(now=NOW)
        before = list(BodyTotals.objects.order_by("pk").values())
        self.join(12)
        assert totals.fold_totals(now=NOW) == 0
        totals.recount_totals(now=NOW + dt.timedelta(days=20))
        assert list(BodyTotals.objects.order_by("pk").values()) == before
        services.withdraw(membership_id=Membership.objects.first().pk, on=NOW.date(), by=SYSTEM, now=NOW)
        assert totals.fold_totals(now=NOW) == 0

    def test_they_are_counted_after_the_month_rounded_and_never_few(self) -> None:
        self.join(13)
        self.join(9, self.tree.other_county)
        self.join(11, self.tree.glass_union)
        totals.recount_totals(now=NOW)
        assert self.hidden(self.tree.county) == 20  # 24, rounded down to fives
        assert self.hidden(self.tree.other_county) == 0
        assert self.hidden(self.tree.glass_union) == 0, "never where the employer is"
        assert self.hidden(self.tree.city) == 30  # 33
        self.join(10)
        totals.recount_totals(now=NOW + dt.timedelta(days=20))
        assert self.hidden(self.tree.county) == 20
        totals.recount_totals(now=NOW + dt.timedelta(days=31))
        assert self.hidden(self.tree.county) == 30  # 34

    def test_who_joined_without_a_known_employer_is_counted_like_everybody(self) -> None:
        services.enrol(
            person=services.Person(name="刘小满"), body=self.tree.county, on=dt.date(2026, 2, 2), by=SYSTEM,
            now=NOW, is_discreet=True,
        )  # fmt: skip
        totals.fold_totals(now=NOW)
        assert kept(self.tree.county)["members"] == 1


class TestAnyOrder(TestCase):
    @settings(max_examples=25, deadline=None)
    @given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 99), st.integers(0, 99)), max_size=25))
    def test_folded_changes_are_what_a_recount_finds(self, steps: list[tuple[int, int, int]]) -> None:
        tree = Tree()
        bodies = [tree.county, tree.other_county, tree.glass_union, tree.kiln, tree.farm_union, tree.station]
        for what, one, other in steps:
            _do(tree, bodies, what, one, other)
        totals.fold_totals(now=NOW)
        folded = all_kept()
        assert folded == counted()
        totals.recount_totals(now=NOW)
        assert totals.recount_totals(now=NEXT) == []
        assert all_kept() == folded


def _do(tree: Tree, bodies: list[UnionBody], what: int, one: int, other: int) -> None:
    """Let one thing happen: join, join in confidence, leave, be retained, a body moves, fold, recount."""
    told = {"by": SYSTEM, "now": NOW}
    rows = list(Membership.objects.open().order_by("pk"))
    row = rows[one % len(rows)] if rows else None
    if what == 0:
        member(bodies[one % 6], id_number=resident_id(sex=other % 2 + 1), is_migrant=bool(other & 4))
    elif what == 1:
        services.enrol(person=services.Person(name="吴工"), body=bodies[one % 6], on=NOW.date(),
                       employer=tree.glass, is_discreet=True, **told)  # fmt: skip
    elif what == 2 and row:
        services.withdraw(membership_id=row.pk, on=NOW.date(), **told)
    elif what == 3 and row:
        step = services.resume if row.state == "retained" else services.retain
        reason = {} if row.state == "retained" else {"reason": "失业"}
        step(membership_id=row.pk, on=NOW.date(), **reason, **told)
    elif what == 4:
        parent = UnionBody.objects.get(pk=(tree.county, tree.other_county, tree.city)[other % 3].pk)
        move_body(body_id=(tree.glass_union, tree.farm_union)[one % 2].pk, parent=parent, **told)
    elif what == 5:
        totals.fold_totals(now=NOW)
    elif what == 6:
        totals.recount_totals(now=NOW)


@pytest.mark.postgres_only
@pytest.mark.django_db(transaction=True)
def test_two_workers_that_fold_at_once_count_everything_once() -> None:
    tree = Tree()
    for _ in range(40):
        member(tree.county)
    gate = threading.Barrier(4)

    def fold() -> None:
        gate.wait()
        totals.fold_totals(now=NOW)
        connection.close()

    def move() -> None:
        gate.wait()
        move_body(body_id=tree.county.pk, parent=tree.province, by=SYSTEM, now=NOW)
        connection.close()

    def recount() -> None:
        gate.wait()
        totals.recount_totals(now=NOW)
        connection.close()

    with patch.object(totals, "AT_ONCE", 3):
        threads = [threading.Thread(target=call) for call in (fold, fold, move, recount)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert all_kept() == counted()
    assert kept(tree.province)["members"] == 40
    assert kept(tree.city)["members"] == 0
