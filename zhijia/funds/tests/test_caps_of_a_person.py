"""A cap counts for a person and a year, whichever union pays; no union learns what another one gave."""

import pytest

from tests.bad_days.threads import at_once
from zhijia.funds import selectors, services
from zhijia.funds.errors import CapExceeded, CapExceededTogether
from zhijia.funds.models import Spending
from zhijia.funds.tests.factories import ALL, Money, gift, officer
from zhijia.membership.card import number_of
from zhijia.membership.enums import Kind
from zhijia.membership.models import Membership, Worker
from zhijia.membership.tests.factories import member, resident_id
from zhijia.unions.enums import Role
from zhijia.unions.models import UnionBody
from zhijia.unions.tests.factories import NOW, TODAY, UnionBodyFactory

BIRTHDAY = 300_00


def number(row: Membership) -> str:
    """Return what stands on the card."""
    return number_of(row.tenant, row.pk)


class Two:
    """One person in two unions, each with an officer who asks for payments."""

    def __init__(self, money: Money) -> None:
        self.money, self.id_number = money, resident_id()
        self.county, self.glass = money.body, money.tree.glass_union
        self.handlers = {b.pk: officer(b, Role.HANDLER) for b in (self.county, self.glass)}
        self.here = member(self.county, id_number=self.id_number)
        self.there = member(self.glass, id_number=self.id_number, kind=Kind.ASSOCIATE)

    def give(self, body: UnionBody, row: Membership, amount: int, **more: object) -> Spending:
        """Ask for a birthday gift."""
        wanted = gift(amount=amount, member_reference=number(row), **more)
        by = self.handlers[body.pk]
        return services.draft_spending(body=body, order=wanted, confirmed=ALL, by=by, now=NOW)


@pytest.fixture
def two(money: Money) -> Two:
    return Two(money)


def test_the_cap_of_a_year_holds_for_a_person_in_two_unions(two: Two) -> None:
    two.give(two.county, two.here, 200_00)
    with pytest.raises(CapExceededTogether):
        two.give(two.glass, two.there, 100_01)
    assert Spending.objects.count() == 1
    assert two.give(two.glass, two.there, 100_00).amount == 100_00
    assert {row.person for row in Spending.objects.all()} == {two.here.worker_id}


def test_the_refusal_tells_no_sum_and_no_name_of_the_other_union(two: Two) -> None:
    two.give(two.county, two.here, 217_00)
    with pytest.raises(CapExceededTogether) as refused:
        two.give(two.glass, two.there, BIRTHDAY)
    said = f"{refused.value} {refused.value.advice}"
    assert "300.00" in said
    for part in ("217", "83", two.county.name, number(two.here)):
        assert part not in said
    row = two.give(two.glass, two.there, 50_00)
    assert [use.used for use in selectors.cap_uses(row, TODAY)] == [0]


def test_its_own_payments_are_told_with_their_sum(two: Two) -> None:
    two.give(two.glass, two.there, 200_00)
    with pytest.raises(CapExceeded) as refused:
        two.give(two.glass, two.there, 100_01, period="2026-second")
    assert refused.value.code == "cap-exceeded"
    assert "200.00" in str(refused.value)


def test_who_moves_to_another_union_does_not_begin_the_year_anew(two: Two) -> None:
    two.give(two.county, two.here, BIRTHDAY)
    Membership.objects.filter(pk=two.here.pk).update(ended_on=TODAY, state="ended", ending="transferred")
    with pytest.raises(CapExceededTogether):
        two.give(two.glass, two.there, 1)


def test_entries_that_turned_out_to_be_one_person_count_together(two: Two) -> None:
    twin = member(two.glass, name="王小明", id_number="")
    two.give(two.glass, twin, 250_00)
    Worker.objects.filter(pk=twin.worker_id).update(merged_into=two.here.worker_id)
    with pytest.raises(CapExceededTogether):
        two.give(two.county, two.here, 50_01)
    assert two.give(two.county, two.here, 50_00)


def test_a_number_given_by_the_union_itself_is_found_too_and_two_people_with_one_are_not_mixed(
    two: Two,
) -> None:
    Membership.objects.filter(pk=two.here.pk).update(card_number="沙工-7")
    wanted = gift(amount=BIRTHDAY, member_reference="沙工-7")
    told = {"body": two.county, "confirmed": ALL, "by": two.handlers[two.county.pk], "now": NOW}
    assert services.draft_spending(order=wanted, **told).person == two.here.worker_id
    other = member(two.glass, name="李大山")
    Membership.objects.filter(pk=other.pk).update(card_number="沙工-7")
    again = gift(amount=1, member_reference="沙工-7", period="2027", purpose="wedding")
    assert services.draft_spending(order=again, **told).person is None


def test_a_membership_that_the_employer_must_not_learn_of_says_nothing_elsewhere(two: Two) -> None:
    Membership.objects.filter(pk=two.here.pk).update(is_discreet=True)
    assert two.give(two.county, two.here, BIRTHDAY).person is None
    assert two.give(two.glass, two.there, BIRTHDAY).amount == BIRTHDAY
    with pytest.raises(CapExceeded):
        two.give(two.county, two.here, 1, period="2026-second")


def test_another_province_counts_for_itself(two: Two) -> None:
    far = UnionBodyFactory(
        name="合肥市总工会", level=3, place="340100", tenant=34, parent=two.money.tree.nation
    )
    two.handlers[far.pk] = officer(far, Role.HANDLER)
    row = member(far, id_number=two.id_number, kind=Kind.ASSOCIATE)
    two.give(two.county, two.here, BIRTHDAY)
    assert two.give(far, row, BIRTHDAY).amount == BIRTHDAY


@pytest.mark.postgres_only
@pytest.mark.django_db(transaction=True)
def test_two_unions_at_once_do_not_pass_the_cap() -> None:
    two = Two(Money())

    def ask(body: UnionBody, row: Membership):
        return lambda: two.give(body, row, 200_00)

    results = at_once(ask(two.county, two.here), ask(two.glass, two.there))
    assert sum(isinstance(r, Spending) for r in results) == 1
    assert sum(isinstance(r, CapExceeded) for r in results) == 1
