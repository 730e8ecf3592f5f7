"""Payments: nobody decides alone, no cap is passed, nothing is paid twice."""

import io

import openpyxl
import pytest
from django.db import connection

from tests.bad_days.threads import at_once
from zhijia.core.errors import NotAllowed, WrongState
from zhijia.funds import selectors, services
from zhijia.funds.bank_file import as_csv, as_xlsx
from zhijia.funds.enums import Barred
from zhijia.funds.errors import (
    AlreadyAsked,
    BadAccountNumber,
    BatchSealed,
    CapExceeded,
    ChecklistIncomplete,
    MemberMissing,
    NoBudget,
    NotPayable,
    OverBudget,
    RelativeMayNotApprove,
    SecondPersonNeeded,
)
from zhijia.funds.models import Batch, BatchItem, Spending, Voucher
from zhijia.funds.tests.factories import ALL, CARD, Money, gift, order
from zhijia.notifications.models import Notification
from zhijia.unions.tests.factories import NOW, TODAY


def step(money: Money, name: str, row: Spending, by: str, **more) -> Spending:
    return getattr(services, name)(public_id=row.public_id, by=money.people[by], now=NOW, **more)


def approve(money: Money, row: Spending, by: str, no_relative: bool = True) -> Spending:
    return step(money, "approve_spending", row, by, no_relative=no_relative)


# The way ------------------------------------------------------------------------------------------


def test_a_payment_goes_from_the_request_to_the_bank_and_into_the_books(money: Money) -> None:
    row = money.paid(order(amount=800_00))
    assert (row.state, row.paid_on) == ("paid", TODAY)
    balances = selectors.trial_balance(money.body, TODAY.replace(month=1, day=1), TODAY)
    assert {b.account.code: b.closing for b in balances if b.closing} == {"102": -800_00, "501": 800_00}
    assert Notification.objects.filter(kind="funds.spending_decided").count() == 1
    told = Notification.objects.filter(kind="funds.spending_waits").values_list("to", flat=True)
    assert set(told) == {money.chair.pk, money.deputy.pk, money.steward.pk}


@pytest.mark.parametrize(
    ("amount", "needed"),
    [(4_999_99, 1), (5_000_00, 2), (49_999_99, 2), (50_000_00, 3)],
)
def test_the_number_of_approvals_grows_with_the_amount(money: Money, amount: int, needed: int) -> None:
    row = money.checked(order(amount=amount))
    for n, name in enumerate(("chair", "deputy", "steward")[:needed], 1):
        row = approve(money, row, name)
        assert row.state == ("approved" if n == needed else "checked")


def test_nobody_takes_two_steps_of_one_payment(money: Money) -> None:
    own = money.draft(by=money.treasurer)
    with pytest.raises(SecondPersonNeeded):
        step(money, "check_spending", own, "treasurer")
    mine = money.draft(by=money.chair)
    mine = step(money, "check_spending", mine, "treasurer")
    with pytest.raises(SecondPersonNeeded):
        approve(money, mine, "chair")
    large = money.checked(order(amount=6_000_00))
    approve(money, large, "chair")
    with pytest.raises(SecondPersonNeeded):
        approve(money, large, "chair")
    assert set(Spending.objects.values_list("state", flat=True)) == {"drafted", "checked"}


def test_who_is_paid_neither_checks_nor_approves(money: Money) -> None:
    row = money.draft(order(payee=money.treasurer))
    with pytest.raises(SecondPersonNeeded):
        step(money, "check_spending", row, "treasurer")
    row = money.checked(order(payee=money.chair))
    with pytest.raises(SecondPersonNeeded):
        approve(money, row, "chair")
    assert not row.approvals.exists()


def test_a_relative_is_declared_and_does_not_approve(money: Money) -> None:
    row = money.checked(order(has_relative=True))
    assert row.needed == 2
    with pytest.raises(RelativeMayNotApprove):
        approve(money, row, "chair", no_relative=False)
    assert not row.approvals.exists()


@pytest.mark.parametrize("by", ["handler", "treasurer", "auditor"])
def test_only_the_committee_approves(money: Money, by: str) -> None:
    row = money.checked()
    with pytest.raises(NotAllowed):
        approve(money, row, by)
    row.refresh_from_db()
    assert row.state == "checked"


def test_every_point_of_the_list_of_barred_spending_is_confirmed(money: Money) -> None:
    assert len(Barred) == 8
    with pytest.raises(ChecklistIncomplete):
        money.draft(confirmed=ALL[:-1])
    assert not Spending.objects.exists()


def test_a_refusal_frees_the_key_and_a_withdrawal_is_for_who_asked(money: Money) -> None:
    row = money.checked(order(source="paper:7"))
    with pytest.raises(AlreadyAsked):
        money.draft(order(source="paper:7"))
    step(money, "refuse_spending", row, "chair", reason="没有发票")
    again = money.draft(order(source="paper:7"))
    with pytest.raises(SecondPersonNeeded):
        step(money, "withdraw_spending", again, "chair")
    assert step(money, "withdraw_spending", again, "handler").state == "withdrawn"
    with pytest.raises(WrongState):
        step(money, "check_spending", again, "treasurer")


# Caps and budget ----------------------------------------------------------------------------------


def test_a_cap_names_rule_article_and_what_is_left(money: Money) -> None:
    money.draft(gift(amount=200_00))
    with pytest.raises(CapExceeded) as refused:
        money.draft(gift(amount=100_01, period="2026-second"))
    said = str(refused.value)
    for part in ("300.00", "200.00", "100.00", "内部规定"):
        assert part in said
    assert Spending.objects.count() == 1
    assert (
        money.draft(gift(amount=100_00, period="2026-second")).rule
        == "spending.cap.birthday|130000|2022-05-01"
    )


@pytest.mark.parametrize(
    ("place", "purpose", "most"),
    [
        ("340100", "festival", 1_500_00), ("340100", "birthday", 300_00), ("340100", "wedding", 600_00),
        ("340100", "hospital", 1_000_00), ("340100", "death", 2_000_00),
        ("340100", "relative_death", 1_000_00), ("340100", "retirement", 1_000_00),
        ("520100", "spring_festival", 500_00), ("520100", "festival", 200_00), ("520100", "birthday", 300_00),
    ],
)  # fmt: skip
def test_the_caps_of_anhui_and_guizhou(money: Money, place: str, purpose: str, most: int) -> None:
    money.body.place = place
    money.body.save(update_fields=["place"])
    with pytest.raises(CapExceeded):
        money.draft(gift(purpose=purpose, amount=most + 1))
    assert money.draft(gift(purpose=purpose, amount=most)).amount == most


def test_festivals_count_together_in_a_year_and_another_person_has_his_own_cap(money: Money) -> None:
    money.draft(gift(purpose="spring_festival", amount=1_000_00))
    with pytest.raises(CapExceeded):
        money.draft(gift(purpose="festival", amount=500_01))
    money.draft(gift(purpose="festival", amount=500_00))
    money.draft(gift(purpose="festival", amount=1_500_00, member_reference="member-2", source="m2"))


def test_the_year_of_festivals_also_holds_whichever_comes_first(money: Money) -> None:
    money.draft(gift(purpose="festival", amount=1_000_00))
    with pytest.raises(CapExceeded):
        money.draft(gift(purpose="spring_festival", amount=500_01))
    money.draft(gift(purpose="spring_festival", amount=500_00))


def test_the_cap_of_one_festival_holds_each_time_and_not_for_the_year(money: Money) -> None:
    money.body.place = "520100"
    money.body.save(update_fields=["place"])
    for festival in ("端午", "中秋"):
        money.draft(gift(purpose="festival", amount=200_00, period=festival))


def test_what_names_one_member_is_for_one_person(money: Money) -> None:
    with pytest.raises(MemberMissing):
        money.draft(gift(purpose="festival", amount=100_00, headcount=2))
    assert not Spending.objects.exists()


def test_goods_for_many_count_by_head(money: Money) -> None:
    told = {"purpose": "festival", "member_reference": "", "payee_kind": "unit", "headcount": 3,
            "payee_number": "13001658808050512345"}  # fmt: skip
    with pytest.raises(CapExceeded):
        money.draft(gift(amount=4_500_01, **told))
    assert money.draft(gift(amount=4_500_00, **told)).needed == 1
    with pytest.raises(MemberMissing):
        money.draft(gift(amount=1, member_reference=""))


def test_where_no_cap_is_known_a_gift_needs_three_people(money: Money) -> None:
    money.body.place = "440100"
    money.body.save(update_fields=["place"])
    assert money.draft(gift(amount=9_000_00)).needed == 3


def test_what_is_checked_holds_back_the_budget(money: Money) -> None:
    money.plan({"501": 1_000_00})
    money.checked(order(amount=700_00))
    row = money.draft(order(amount=300_01))
    with pytest.raises(OverBudget):
        step(money, "check_spending", row, "treasurer")
    other = money.draft(order(code="508", amount=1))
    with pytest.raises(NoBudget):
        step(money, "check_spending", other, "treasurer")
    money.checked(order(amount=300_00))
    row.refresh_from_db()
    assert row.state == "drafted"


# Files --------------------------------------------------------------------------------------------


def export(money: Money, batch: Batch) -> list[list[str]]:
    return services.export_batch(batch_id=batch.pk, by=money.treasurer, now=NOW)[1]


def test_the_file_has_each_payment_and_a_control_sum_in_both_forms(money: Money) -> None:
    batch = money.batch(money.approved(order(amount=5)), money.approved(gift(text="=1+1")))
    rows = export(money, batch)
    assert rows[1][3:6] == ["13001658808050512345", "建设银行邢台分行", "0.05"]
    assert rows[2][1:4] == ["个人", "王小满", CARD]
    assert rows[-1] == ["合计", "2", "", "", "", "300.05", "", "2026-0001"]
    text = as_csv(rows).decode("gb18030")
    assert "王小满" in text
    assert "'=1+1" in text
    sheet = openpyxl.load_workbook(io.BytesIO(as_xlsx(rows, "x"))).active
    assert sheet["D3"].value == CARD
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value} == {"s"}


def test_a_file_that_went_to_the_bank_stays_as_it_was(money: Money) -> None:
    row = money.approved()
    batch = money.batch(row)
    assert export(money, batch) == export(money, batch)
    Spending.objects.filter(pk=row.pk).update(bank="另一家银行")
    with pytest.raises(BatchSealed):
        export(money, batch)
    with pytest.raises(BatchSealed):
        step(money, "reverse_spending", row, "chair", reason="r")
    row.refresh_from_db()
    assert row.state == "approved"


def test_nothing_is_in_two_files_and_nothing_unapproved_in_any(money: Money) -> None:
    row, waiting = money.approved(), money.checked()
    money.batch(row)
    for wrong in (row, waiting):
        with pytest.raises(NotPayable):
            money.batch(wrong)
    assert BatchItem.objects.count() == 1


def test_confirming_twice_posts_once_and_only_after_the_export(money: Money) -> None:
    batch = money.batch(money.approved())
    told = {"batch_id": batch.pk, "on": TODAY, "by": money.treasurer, "now": NOW}
    with pytest.raises(WrongState):
        services.confirm_batch(**told)
    export(money, batch)
    services.confirm_batch(**told)
    services.confirm_batch(**told)
    assert Voucher.objects.count() == 1


def balances(money: Money) -> dict[str, int]:
    rows = selectors.trial_balance(money.body, TODAY.replace(month=1, day=1), TODAY)
    return {row.account.code: row.closing for row in rows if row.closing}


def returned(money: Money) -> Spending:
    row = money.paid(order(amount=100))
    item = row.items.get()
    return services.return_payment(item_id=item.pk, on=TODAY, reason="户名不符", by=money.treasurer, now=NOW)


def test_a_returned_payment_is_corrected_approved_anew_and_paid_once_more(money: Money) -> None:
    row = returned(money)
    assert balances(money) == {"501": 100, "211": 100}
    step(money, "correct_payee", row, "treasurer", payee_name="新店", payee_number="99887766554433", bank="")
    assert not row.approvals.exists()
    row = approve(money, row, "chair")
    batch = money.batch(row)
    assert export(money, batch)[1][2:4] == ["新店", "99887766554433"]
    services.confirm_batch(batch_id=batch.pk, on=TODAY, by=money.treasurer, now=NOW)
    assert balances(money) == {"102": -100, "501": 100}


def test_a_paid_or_returned_payment_that_is_taken_back_leaves_no_expense(money: Money) -> None:
    row = money.paid(order(amount=100))
    step(money, "reverse_spending", row, "chair", reason="供应商退款")
    assert balances(money) == {}
    other = returned(money)
    step(money, "reverse_spending", other, "chair", reason="不再支付")
    assert balances(money) == {}


@pytest.mark.parametrize("number", ["6222020200112233456", "123", "abc", ""])
def test_a_card_number_that_cannot_be_is_refused(money: Money, number: str) -> None:
    with pytest.raises(BadAccountNumber):
        money.draft(gift(payee_number=number))
    assert not Spending.objects.exists()


def test_name_and_number_of_who_is_paid_lie_under_seal(money: Money) -> None:
    money.draft(gift())
    with connection.cursor() as cursor:
        cursor.execute("SELECT payee_name, payee_number FROM funds_spending")
        raw = b"".join(bytes(value) for value in cursor.fetchone())
    assert CARD.encode() not in raw
    assert "王小满".encode() not in raw


# Other apps ---------------------------------------------------------------------------------------


def reserve(money: Money, wanted=None, approvers=("chair",), by: str = "handler") -> Spending:
    people = [money.people[name] for name in approvers]
    return services.reserve_payment(
        body=money.body, order=wanted or order(source="assistance:1"), approved_by=people,
        by=money.people[by], now=NOW,
    )  # fmt: skip


def test_another_app_reserves_once_and_releases_what_is_not_paid(money: Money) -> None:
    row = reserve(money)
    assert (row.state, reserve(money).pk) == ("approved", row.pk)
    with pytest.raises(AlreadyAsked):
        reserve(money, order(source="assistance:1", amount=7))
    key = {"source": "assistance:1", "period": "2026", "purpose": "activity"}
    assert selectors.payment_of(money.body, **key) == row
    services.release_payment(body=money.body, **key, reason="撤回", by=money.handler, now=NOW)
    assert selectors.payment_of(money.body, **key) is None


def test_another_app_needs_as_many_approvals_and_the_same_room(money: Money) -> None:
    with pytest.raises(SecondPersonNeeded):
        reserve(money, approvers=("handler",))
    with pytest.raises(SecondPersonNeeded):
        reserve(money, order(amount=6_000_00), approvers=("chair",))
    with pytest.raises(CapExceeded):
        reserve(money, gift(amount=301_00))
    with pytest.raises(NotAllowed):
        reserve(money, by="auditor")
    assert not Spending.objects.exists()


# At the same moment -------------------------------------------------------------------------------


@pytest.mark.postgres_only
@pytest.mark.django_db(transaction=True)
def test_two_officers_at_once_do_not_pass_a_cap() -> None:
    money = Money()

    def ask(n: int):
        return lambda: money.draft(gift(amount=200_00, period=f"2026-{n}"), by=money.handler)

    results = at_once(ask(1), ask(2), ask(3))
    assert sum(isinstance(r, Spending) for r in results) == 1
    assert sum(isinstance(r, CapExceeded) for r in results) == 2


@pytest.mark.postgres_only
@pytest.mark.django_db(transaction=True)
def test_vouchers_posted_at_once_have_numbers_without_gaps() -> None:
    money = Money(budget=0)
    at_once(*[lambda n=n: money.post(source=f"bank:{n % 4}") for n in range(8)])
    assert sorted(Voucher.objects.values_list("number", flat=True)) == [1, 2, 3, 4]


def test_a_budget_takes_three_people_and_one_waits_at_a_time(money: Money) -> None:
    from zhijia.funds.errors import BudgetUnderWay

    told = {"body": money.body, "year": 2027, "by": money.treasurer, "now": NOW}
    made = services.draft_budget(**told, lines={"501": 5})
    with pytest.raises(BudgetUnderWay):
        services.draft_budget(**told, lines={})
    with pytest.raises(WrongState):
        services.approve_budget(budget_id=made.pk, by=money.auditor, now=NOW)
    with pytest.raises(NotAllowed):
        services.agree_budget(budget_id=made.pk, by=money.treasurer, now=NOW)
    services.agree_budget(budget_id=made.pk, by=money.chair, now=NOW)
    with pytest.raises(NotAllowed):
        services.approve_budget(budget_id=made.pk, by=money.deputy, now=NOW)
    made.refresh_from_db()
    assert made.state == "agreed"


def test_the_execution_of_a_budget_is_counted_from_the_ledger(money: Money) -> None:
    money.paid(order(amount=25_000_00))
    budget = selectors.budgets_of(money.body).get()
    row = next(r for r in selectors.budget_page(money.body, budget.pk).rows if r.account.code == "501")
    assert (row.planned, row.actual, row.left, row.percent) == (100_000_00, 25_000_00, 75_000_00, 25)
