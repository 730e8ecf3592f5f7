"""A whole province from a seed: believable, the same for the same seed, and only into an empty house."""

import datetime as dt
import io
import random

import pytest
from django.core.management import CommandError, call_command

from zhijia.accounts.tests.factories import UserFactory
from zhijia.membership import crowd
from zhijia.membership.crowd.planning import plan
from zhijia.membership.models import BodyTotals, Identity, Membership, MembershipStep, TotalsDelta, Worker
from zhijia.membership.services import totals
from zhijia.membership.tests.factories import NOW, Tree, member
from zhijia.unions.enums import Level
from zhijia.unions.models import Employer, Headcount, UnionBody

MEMBERS = 900


def figures() -> tuple[object, ...]:
    """Return what must be the same for the same seed; ids may differ."""
    names = ("body__name", "members", "women", "migrants", "platform", "retained", "workers", "bodies")
    return (
        sorted(BodyTotals.objects.values_list(*names), key=repr),
        sorted(Membership.objects.values_list("body__name", "state", "joined_on", "ended_on", "card_number")),
        sorted(Headcount.objects.values_list("body__name", "reported_on", "workers", "members")),
    )


@pytest.fixture
def province(db, time_machine) -> Tree:
    time_machine.move_to(NOW, tick=False)
    return Tree()


def test_the_plan_follows_from_the_seed_alone() -> None:
    one, same, other = (plan(5_000, random.Random(f"units {seed}")) for seed in (1, 1, 2))
    assert one == same != other
    assert sum(unit.members for unit in one) == 5_000
    assert {unit.level for unit in one} == set(Level) - {Level.NATION, Level.PROVINCE}
    assert all(unit.above < place for place, unit in enumerate(one))


def test_a_province_has_all_levels_and_believable_members(province) -> None:
    out = io.StringIO()
    for _ in range(2):
        member(province.county)
    crowd.load(out, MEMBERS, 7)
    assert "900 of 900 members" in out.getvalue()
    assert Membership.objects.open().count() == MEMBERS + 2
    whole = BodyTotals.objects.get(pk=province.province.pk)
    assert whole.members + whole.retained == MEMBERS + 2
    assert not TotalsDelta.objects.exists(), "nobody waits for a timer to be counted"
    assert 0.2 < whole.women / whole.members < 0.7
    assert 0.2 < whole.migrants / whole.members < 0.6
    assert 0 < whole.platform < whole.members / 3
    assert whole.workers > whole.reporting_members > 0
    assert Membership.objects.filter(ending="transferred").count() > 50
    assert not Employer.objects.filter(credit_code="", pk__gt=province.farm.pk).exists()
    worker = Worker.objects.filter(id_standing="plausible").order_by("-pk").first()
    assert worker.details()["id_number"].startswith("99")
    assert worker.details()["name"]
    assert totals.recount_totals(now=NOW + dt.timedelta(days=1)) == []
    assert UnionBody.objects.filter(place="130500", level=Level.CITY, kind="federation").count() == 1, (
        "bodies of the demo are used, not made again"
    )


def made(province: Tree, seed: int) -> tuple[object, ...]:
    """Return the figures that a seed gives, and leave nothing of it."""
    crowd.load(io.StringIO(), 300, seed)
    found = figures()
    for model in (MembershipStep, Membership, Worker, Identity, BodyTotals, Headcount):
        model.objects.all().delete()
    UnionBody.objects.filter(pk__gt=province.station.pk).delete()
    Employer.objects.filter(pk__gt=province.farm.pk).delete()
    return found


@pytest.mark.parametrize("seeds", [(3, 3), (3, 4)])
def test_the_same_seed_gives_the_same_figures(province, seeds) -> None:
    one, other = (made(province, seed) for seed in seeds)
    assert (one == other) is (seeds[0] == seeds[1])


def test_the_day_is_that_of_china_whatever_the_hour(province, time_machine) -> None:
    found = []
    for hours in (dt.timedelta(hours=-9), dt.timedelta(hours=6)):  # 00:30 and 15:30 of one day there
        time_machine.move_to(NOW + hours, tick=False)
        found.append(made(province, 3))
    assert found[0] == found[1]


@pytest.mark.django_db
def test_a_used_house_is_refused_and_so_is_a_strange_number() -> None:
    UserFactory()
    with pytest.raises(CommandError, match="in use"):
        call_command("demo", "--members", "50")
    with pytest.raises(CommandError, match="from 0 on"):
        call_command("demo", "--members", "-1")
    assert not UnionBody.objects.exists()
