"""The levy: worked out by parts, shared by rule, handed on and given back in both books at once."""

import datetime as dt
from collections import Counter

import pytest

from zhijia.core.errors import NotAllowed
from zhijia.funds import levy_rules, selectors, services
from zhijia.funds.errors import (
    BadSplit,
    LevyOverlaps,
    NoPreparationLevy,
    NoRefund,
    NothingToDo,
    TooMuch,
)
from zhijia.funds.models import LevyPayment, LevyReturn, LevyShare, Voucher
from zhijia.funds.services import Wages
from zhijia.funds.tests.factories import Money, officer
from zhijia.unions.tests.factories import NOW, TODAY, EmployerFactory

YEAR = (dt.date(2020, 1, 1), dt.date(2030, 12, 31))


def closing(body) -> dict[str, int]:
    return {row.account.code: row.closing for row in selectors.trial_balance(body, *YEAR) if row.closing}


def pay(money: Money, row: LevyReturn, amount: int, key: str = "k1", on: dt.date = TODAY) -> LevyPayment:
    return services.record_levy_payment(
        return_id=row.pk, amount=amount, paid_on=on, key=key, by=money.base_treasurer, now=NOW
    )


def test_the_levy_is_two_per_cent_of_the_parts_that_count(money: Money) -> None:
    wages = Wages(1_000_000_00, 100_000_00, 50_000_00, 40_000_00, 30_000_00, 14_567_89)
    row = money.declare(wages=0)
    row = money.declare(wages=0) if row.amount else row
    services.record_levy_return(
        body=money.tree.glass_union, by=money.base_treasurer, now=NOW,
        declared=services.Declared(money.tree.glass, dt.date(2026, 1, 1), dt.date(2026, 1, 31), wages),
    )  # fmt: skip
    found = LevyReturn.objects.get(replaced_at=None)
    assert (found.total_wages, found.amount) == (1_234_567_89, 24_691_36)
    assert found.rule == "levy.rate||1992-04-03"
    assert found.due_on == dt.date(2026, 2, 24), "the 15th and the holidays after it are rest days"
    assert {part.name for part in levy_rules.PARTS} == {*Wages.__dataclass_fields__}
    assert all(part.article and not part.counts for part in levy_rules.LEFT_OUT)


def test_each_level_gets_its_share_in_its_own_books(money: Money) -> None:
    row = money.declare()
    payment = pay(money, row, 20_000_00)
    tree = money.tree
    shares = {share.body: share.amount for share in LevyShare.objects.select_related("body")}
    assert shares == {
        tree.glass_union: 12_000_00, tree.county: 3_000_00, tree.city: 2_000_00, tree.province: 2_000_00,
        tree.nation: 1_000_00,
    }  # fmt: skip
    assert closing(tree.glass_union) == {"102": 20_000_00, "201": 8_000_00, "402": 12_000_00}
    for body in (tree.county, tree.city, tree.province, tree.nation):
        assert closing(body) == {"121": shares[body], "402": shares[body]}
        claim = Voucher.objects.get(body=body, source=f"levy-share:{payment.pk}")
        assert payment.voucher.reference in claim.text


def test_handing_on_empties_debt_and_claim_with_one_reference_in_both_books(money: Money) -> None:
    pay(money, money.declare(), 20_000_00)
    told = {"body": money.tree.glass_union, "on": TODAY, "by": money.base_treasurer, "now": NOW}
    made = services.transfer_shares(**told)
    assert set(Counter(voucher.source for voucher in made).values()) == {2}
    assert closing(money.tree.glass_union) == {"102": 12_000_00, "402": 12_000_00}
    assert closing(money.tree.city) == {"102": 2_000_00, "402": 2_000_00}
    before = Voucher.objects.count()
    with pytest.raises(NothingToDo):
        services.transfer_shares(**told)
    assert Voucher.objects.count() == before


def test_a_level_without_a_body_leaves_its_share_to_the_next_above(money: Money) -> None:
    parts = levy_rules.shares(100_00, money.tree.glass_union, (money.tree.province,), TODAY)
    assert {body.name: amount for body, amount in parts} == {"明澈玻璃工会": 60_00, "河北省总工会": 40_00}
    parts = levy_rules.shares(100_00, money.tree.county, (money.tree.city, money.tree.nation), TODAY)
    assert [amount for _body, amount in parts] == [75_00, 10_00, 15_00]


def test_the_territorial_body_gets_the_share_where_an_industrial_one_stands_beside_it(money: Money) -> None:
    tree = money.tree
    above = (tree.forest_city, tree.city, tree.province, tree.nation)
    parts = dict(levy_rules.shares(100_00, tree.farm_union, above, TODAY))
    assert (parts[tree.city], tree.forest_city in parts) == (25_00, False)


def test_shares_that_do_not_make_the_whole_are_refused(money: Money, monkeypatch) -> None:
    real = levy_rules.value

    def wrong(key, place, on):
        found = real(key, place, on)
        return type(found)(**{**found.__dict__, "value": 50}) if key.endswith("grassroots") else found

    monkeypatch.setattr(levy_rules, "value", wrong)
    row = money.declare()
    with pytest.raises(BadSplit):
        pay(money, row, 100)
    assert not LevyPayment.objects.exists()


def test_sent_twice_it_is_one_payment_and_never_more_than_is_owed(money: Money) -> None:
    row = money.declare()
    assert pay(money, row, 20_000_00).pk == pay(money, row, 20_000_00).pk
    with pytest.raises(TooMuch):
        pay(money, row, 1, key="k2")
    assert (LevyPayment.objects.count(), LevyShare.objects.count()) == (1, 5)


def test_a_newer_return_takes_the_place_and_the_payments_of_the_old_one(money: Money) -> None:
    old = money.declare()
    pay(money, old, 10_000_00)
    new = money.declare(wages=600_000_00)
    page = selectors.levy_page(money.tree.glass_union, new.pk, TODAY)
    assert (new.replaces, page.paid, page.open) == (old, 10_000_00, 2_000_00)
    with pytest.raises(TooMuch):
        money.declare(wages=400_000_00)
    assert LevyReturn.objects.filter(replaced_at=None).get() == new


def test_overlapping_days_are_refused(money: Money) -> None:
    money.declare()
    with pytest.raises(LevyOverlaps):
        money.declare(from_on=dt.date(2026, 1, 15), until_on=dt.date(2026, 2, 14))
    assert LevyReturn.objects.count() == 1


def test_a_late_return_says_so_from_the_day_after(money: Money) -> None:
    row = money.declare()
    body = money.tree.glass_union
    assert not selectors.levy_page(body, row.pk, row.due_on).is_late
    after = row.due_on + dt.timedelta(days=1)
    assert selectors.levy_page(body, row.pk, after).is_late
    assert list(selectors.returns_of(body, late_on=after)) == [row]
    assert list(selectors.returns_of(body, late_on=row.due_on)) == []


def test_a_preparation_levy_needs_a_rule_of_the_place_and_no_union(money: Money) -> None:
    told = {"kind": "preparation", "body": money.body, "by": money.treasurer}
    with pytest.raises(NoPreparationLevy):
        money.declare(**told)
    alone = EmployerFactory(name="威县无工会公司", place="130582")
    with pytest.raises(NoPreparationLevy):
        money.declare(**told, employer=alone)
    assert not LevyReturn.objects.exists()
    money.body.place = "500101"
    money.body.save(update_fields=["place"])
    assert money.declare(**told, employer=alone).amount == 20_000_00


def remitted_in(money: Money, year: int, amount: int) -> None:
    """Let the glass works pay so that exactly ``amount`` goes upwards, in a year."""
    day = dt.date(year, 6, 1)
    row = money.declare(wages=amount * 125, from_on=dt.date(year, 5, 1), until_on=dt.date(year, 5, 31))
    pay(money, row, row.amount, on=day)
    services.transfer_shares(body=money.tree.glass_union, on=day, by=money.base_treasurer, now=NOW)


def refund(money: Money, year: int, by=None) -> list[Voucher]:
    by = by or officer(money.tree.county, "treasurer")
    return services.refund_small_payer(body=money.tree.glass_union, year=year, on=TODAY, by=by, now=NOW)


def test_a_small_payer_gets_all_it_remitted_back_within_the_dates_of_the_rule(money: Money) -> None:
    remitted_in(money, 2024, 9_999_99)
    refund(money, 2024)
    own = closing(money.tree.glass_union)
    assert own["403"] == 9_999_99
    assert sum(closing(b)["506"] for b in (money.tree.county, money.tree.city, money.tree.province,
                                           money.tree.nation)) == 9_999_99  # fmt: skip
    before = Voucher.objects.count()
    with pytest.raises(NoRefund):
        refund(money, 2024)
    assert Voucher.objects.count() == before


@pytest.mark.parametrize(("year", "amount"), [(2024, 10_000_00), (2022, 500_00), (2025, 500_00)])
def test_no_refund_from_the_threshold_on_nor_outside_the_dates(money: Money, year: int, amount: int) -> None:
    remitted_in(money, year, amount)
    before = Voucher.objects.count()
    with pytest.raises(NoRefund):
        refund(money, year)
    assert Voucher.objects.count() == before


def test_the_body_itself_orders_no_refund_and_only_its_treasurer_enters_levy(money: Money) -> None:
    remitted_in(money, 2024, 500_00)
    before = Voucher.objects.count()
    with pytest.raises(NotAllowed):
        refund(money, 2024, by=money.base_treasurer)
    with pytest.raises(NotAllowed):
        money.declare(by=money.treasurer)
    assert Voucher.objects.count() == before
