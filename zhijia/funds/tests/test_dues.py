"""Dues: what is owed, what was paid, and that nothing follows by itself."""

import datetime as dt

import pytest

from zhijia.core.actors import SYSTEM
from zhijia.core.errors import NotAllowed
from zhijia.funds import selectors, services
from zhijia.funds.errors import AlreadyDecided, NoSuchPayer, SecondPersonNeeded
from zhijia.funds.models import DuesAdjustment, DuesCharge, DuesPayment, Voucher
from zhijia.funds.services import Charged, Payer
from zhijia.funds.tests.factories import Money
from zhijia.membership.tests.factories import member
from zhijia.unions.tests.factories import NOW, TODAY

LONG_AGO = dt.date(2020, 1, 1)


def payer(reference: str = "m1", wage: int = 6_483_00, **more) -> Payer:
    return Payer(reference, wage, more.pop("group", "wage"), more.pop("from_on", LONG_AGO), **more)


def pay(money: Money, amount: int, reference: str = "m1", key: str = "k1") -> DuesPayment:
    return services.record_dues_payment(
        body=money.body, member_reference=reference, amount=amount, paid_on=TODAY, key=key,
        by=money.treasurer, now=NOW,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("wage", "dues"), [(6_483_00, 32_40), (5_999_00, 29_95), (10_00, 5), (1_999, 5), (9_99, 0)]
)
def test_half_a_per_cent_of_the_basic_wage_with_the_part_below_ten_yuan_dropped(
    money: Money, wage: int, dues: int
) -> None:
    money.charge(payer(wage=wage))
    assert sum(DuesCharge.objects.values_list("amount", flat=True)) == dues


def test_retained_later_and_waived_members_owe_nothing_and_a_second_run_changes_nothing(money: Money) -> None:
    members = (
        payer("a"), payer("retained", is_retained=True), payer("later", from_on=dt.date(2026, 3, 1)),
        payer("courier", group="new_form"),
    )  # fmt: skip
    assert money.charge(*members) == Charged(made=1, free=3)
    assert money.charge(*members) == Charged(known=1, free=3)
    assert DuesCharge.objects.get().rule == "dues.rate||1978-01-01"


def test_where_no_rule_of_the_place_says_anything_nobody_is_charged(money: Money) -> None:
    money.body.place = "440100"
    assert money.charge(payer(group="new_form")) == Charged(without_rule=1)
    assert not DuesCharge.objects.exists()


def test_dues_that_came_in_are_posted_once_and_cover_the_oldest_month_first(money: Money) -> None:
    for month in (1, 2):
        money.charge(payer(), month=dt.date(2026, month, 1))
    assert pay(money, 40_00).pk == pay(money, 40_00).pk
    account = selectors.dues_account(money.body, "m1")
    assert [month.open for month in account.months] == [0, 24_80]
    assert selectors.arrears(money.body) == [selectors.Arrears("m1", 24_80, 1)]
    assert (Voucher.objects.count(), DuesPayment.objects.count()) == (1, 1)


def test_nothing_is_posted_under_a_number_that_is_nobodys(money: Money) -> None:
    money.charge(payer("m1"))
    other, own = member(money.tree.glass_union), member(money.body, name="孙冬至")
    for wrong in ("m2", "王小满", str(other.pk), "9" * 19, " "):
        with pytest.raises(NoSuchPayer):
            pay(money, 50_00, wrong)
        with pytest.raises(NoSuchPayer):
            adjust(money, reference=wrong)
    assert not Voucher.objects.exists()
    assert not DuesPayment.objects.exists()
    assert not DuesAdjustment.objects.exists()
    assert pay(money, 50_00, f" {own.pk} ").member_reference == str(own.pk)  # paid before the first charge


def test_a_member_sees_his_own_account_only(money: Money) -> None:
    money.charge(payer("m1"), payer("m2"))
    pay(money, 50_00, "m2")
    mine = selectors.dues_account(money.body, "m1")
    assert (mine.open, mine.paid) == (32_40, 0)
    assert selectors.dues_account(money.body, "m2").credit == 17_60
    assert selectors.dues_account(money.body, "nobody").months == ()


def test_six_months_without_dues_are_a_figure_and_nothing_more(money: Money) -> None:
    for month in range(1, 8):
        money.charge(payer(), month=dt.date(2025, month, 1))
    pay(money, 32_40)
    assert selectors.months_without_dues(selectors.dues_account(money.body, "m1")) == 6


def adjust(money: Money, amount: int = -10_00, reference: str = "m1") -> DuesAdjustment:
    return services.ask_adjustment(
        body=money.body, member_reference=reference, month_on=dt.date(2026, 2, 14), amount=amount,
        reason="病假", by=money.treasurer, now=NOW,
    )  # fmt: skip


def test_an_adjustment_counts_once_a_second_person_has_approved_it(money: Money) -> None:
    money.charge(payer())
    row = adjust(money)
    assert selectors.dues_account(money.body, "m1").open == 32_40
    services.decide_adjustment(adjustment_id=row.pk, approve=True, by=money.chair, now=NOW)
    assert selectors.dues_account(money.body, "m1").open == 22_40
    with pytest.raises(AlreadyDecided):
        services.decide_adjustment(adjustment_id=row.pk, approve=False, by=money.auditor, now=NOW)


def test_nobody_decides_his_own_adjustment_nor_anybody_without_the_task(money: Money) -> None:
    from zhijia.funds.tests.factories import PostFactory

    money.charge(payer())
    row = adjust(money)
    PostFactory(body=money.body, user=money.treasurer, role="chair")
    money.treasurer.__dict__.pop("_posts_by_day", None)
    with pytest.raises(SecondPersonNeeded):
        services.decide_adjustment(adjustment_id=row.pk, approve=True, by=money.treasurer, now=NOW)
    with pytest.raises(NotAllowed):
        services.decide_adjustment(adjustment_id=row.pk, approve=True, by=money.handler, now=NOW)
    row.refresh_from_db()
    assert row.state == "asked"


def test_only_the_treasurer_and_the_platform_charge(money: Money) -> None:
    told = {"body": money.body, "month_on": TODAY, "members": [payer()], "now": NOW}
    with pytest.raises(NotAllowed):
        services.charge_dues(**told, by=money.chair)
    assert not DuesCharge.objects.exists()
    assert services.charge_dues(**told, by=SYSTEM).made == 1


def test_after_thirty_years_what_is_said_about_people_goes_and_the_postings_stay(money: Money) -> None:
    money.charge(payer())
    pay(money, 5_00)
    paid = money.paid()
    for years, left in ((29, 1), (31, 0)):
        services.forget_old(now=NOW.replace(year=NOW.year + years))
        assert DuesCharge.objects.count() == DuesPayment.objects.count() == left
        assert type(paid).objects.count() == left
    assert Voucher.objects.count() == 2
