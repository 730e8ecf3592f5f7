"""Dues from the roll: who pays where and when, by which wage, once."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from zhijia.accounts.models import ApiToken
from zhijia.accounts.tests.factories import sign_in
from zhijia.core.actors import SYSTEM
from zhijia.core.errors import NotAllowed
from zhijia.funds import selectors, services
from zhijia.funds.errors import BadAmount, MonthAhead
from zhijia.funds.models import DuesCharge
from zhijia.funds.tests.factories import Money, officer
from zhijia.funds.tests.test_pages import call, token_for
from zhijia.membership import services as roll
from zhijia.membership.models import Membership
from zhijia.membership.selectors import roll_payers
from zhijia.membership.tests.factories import member
from zhijia.unions.enums import Role
from zhijia.unions.tests.factories import NOW, TODAY, AffiliationFactory

JANUARY, FEBRUARY, MARCH = (dt.date(2026, month, 1) for month in (1, 2, 3))


def charge(money: Money, month=FEBRUARY, body=None, by=None, **wages: int) -> services.Collected:
    told = {reference.lstrip("m"): wage for reference, wage in wages.items()}
    return services.charge_from_roll(
        body=body or money.body, month_on=month, wages=told, by=by or money.treasurer, now=NOW
    )


def charged(month=FEBRUARY) -> dict[str, int]:
    return dict(DuesCharge.objects.filter(month_on=month).values_list("member_reference", "amount"))


def test_wages_are_told_once_and_nobody_is_charged_twice(money: Money) -> None:
    told, silent = member(money.body), member(money.body)
    first = charge(money, **{f"m{told.pk}": 6_483_00})
    assert (first.charged.made, first.without_wage) == (1, 1)
    again = charge(money)
    assert (again.charged.made, again.charged.known, again.without_wage) == (0, 1, 1)
    late = charge(money, **{f"m{silent.pk}": 5_999_00})
    assert (late.charged.made, late.charged.known, late.without_wage) == (1, 1, 0)
    assert charged() == {str(told.pk): 32_40, str(silent.pk): 29_95}
    assert charge(money, month=MARCH).charged.made == 2, "the wage of last month goes on"


def test_retained_and_held_members_pay_nothing_and_couriers_the_sum_of_the_place(money: Money) -> None:
    resting, kept = member(money.body), member(money.body)
    courier = member(money.body, trade="courier")
    day = dt.date(2026, 2, 10)
    roll.retain(membership_id=resting.pk, on=day, reason="退休", by=SYSTEM, now=NOW)
    roll.hold(membership_id=kept.pk, on=day, reason="新单位无工会", by=SYSTEM, now=NOW)
    assert charge(money).charged == services.Charged(free=3)
    assert charge(money, month=JANUARY).without_wage == 2, "in January both were at work"
    assert str(courier.pk) not in charged()


def test_in_the_month_of_a_transfer_he_pays_where_he_is_at_its_end_and_only_there(money: Money) -> None:
    row, there = member(money.body), money.tree.other_county
    transfer = roll.ask_transfer(membership=row, to_body=there, by=SYSTEM, now=NOW)
    roll.release_member(transfer_id=transfer.pk, by=SYSTEM, now=NOW)
    new = Membership.objects.open().get()
    other = officer(there, Role.TREASURER)
    assert charge(money, month=MARCH, **{f"m{row.pk}": 5_000_00}).charged == services.Charged()
    assert charge(money, month=MARCH, body=there, by=other, **{f"m{new.pk}": 5_000_00}).charged.made == 1
    assert charge(money, month=FEBRUARY, **{f"m{row.pk}": 5_000_00}).charged.made == 1


def test_who_joins_within_the_month_pays_for_it_and_further_memberships_pay_nothing(money: Money) -> None:
    joined = member(money.body, on=dt.date(2026, 2, 27))
    member(money.body, on=TODAY)
    member(money.body, kind="associate")
    charge(money, **{f"m{joined.pk}": 5_000_00})
    assert charged() == {str(joined.pk): 25_00}


def test_who_joined_after_the_month_owes_nothing_for_it(money: Money) -> None:
    late = member(money.body, on=dt.date(2026, 3, 1))
    assert roll_payers(money.body, money.treasurer, month_on=FEBRUARY, today=TODAY) == []
    assert charge(money, **{f"m{late.pk}": 6_483_00}).charged.made == 0
    assert charged() == {}
    assert charge(money, month=MARCH, **{f"m{late.pk}": 6_483_00}).charged.made == 1


def test_a_month_that_has_not_begun_and_somebody_elses_body_are_refused(money: Money) -> None:
    member(money.body)
    with pytest.raises(MonthAhead):
        charge(money, month=dt.date(2026, 4, 1))
    for who in (money.chair, money.auditor, officer(money.tree.city, Role.TREASURER)):
        with pytest.raises(NotAllowed):
            charge(money, by=who)
    assert not DuesCharge.objects.exists()


def test_who_joined_in_secret_is_not_betrayed_to_the_treasurer_at_his_workplace(money: Money) -> None:
    """His dues go to the union above that no employer has a hand in."""
    row, open_one = (
        member(money.tree.glass_union, name="赵立夏"),
        member(money.tree.glass_union, name="钱秋生"),
    )
    Membership.objects.filter(pk=row.pk).update(is_discreet=True, employer=money.tree.glass)
    desk = sign_in(Client(), money.base_treasurer)
    text = desk.get(reverse("funds:charge", args=[money.tree.glass_union.pk])).content.decode()
    assert "钱秋生" in text
    assert "赵立夏" not in text
    assert str(row.pk) not in {
        line.payer.reference
        for line in selectors.payer_lines(money.tree.glass_union, money.base_treasurer, FEBRUARY, TODAY)
    }
    wages = {f"m{row.pk}": 5_000_00, f"m{open_one.pk}": 5_000_00}
    assert charge(money, body=money.tree.glass_union, by=money.base_treasurer, **wages).charged.made == 1
    assert charge(money, **wages).charged.made == 1
    assert DuesCharge.objects.get(member_reference=str(row.pk)).body == money.body


def test_a_treasurer_of_the_territory_who_is_tied_to_the_employer_does_not_find_him(money: Money) -> None:
    row = member(money.body, name="赵立夏")
    Membership.objects.filter(pk=row.pk).update(is_discreet=True, employer=money.tree.glass)
    AffiliationFactory(user=money.treasurer, employer=money.tree.glass, by=money.treasurer)
    assert selectors.payer_lines(money.body, money.treasurer, FEBRUARY, TODAY) == []
    assert charge(money, **{f"m{row.pk}": 5_000_00}).charged == services.Charged()


def test_the_page_asks_for_wages_charges_and_shows_arrears_by_name(money: Money) -> None:
    row = member(money.body, name="钱秋生", phone="13912345678")
    desk = sign_in(Client(), money.treasurer)
    address = reverse("funds:charge", args=[money.body.pk]) + "?month=2026-02"
    text = desk.get(address).content.decode()
    assert "钱秋生" in text
    assert row.worker.details()["id_number"] not in text
    assert "13912345678" not in text
    for wrong in ("abc", "-6483"):
        refused = desk.post(address, {f"wage-{row.pk}": wrong})
        assert refused.status_code == 422
        cell = refused.content.decode().partition("<tbody>")[2]
        assert "errorlist" in cell
        assert f'value="{wrong}"' in cell
    assert not DuesCharge.objects.exists()
    assert desk.post(address, {f"wage-{row.pk}": "6483"}).status_code == 302
    assert charged() == {str(row.pk): 32_40}
    assert "钱秋生" in desk.get(reverse("funds:dues", args=[money.body.pk])).content.decode()
    assert sign_in(Client(), money.auditor).get(address).status_code in (403, 404)
    wrong = desk.get(reverse("funds:charge", args=[money.body.pk]) + "?month=x")
    assert wrong.status_code == 200
    assert "wage-" not in wrong.content.decode()  # no list of another month below the refusal
    entering = desk.get(reverse("funds:dues", args=[money.body.pk]), {"member": row.pk})
    assert entering.content.decode().count(f'value="{row.pk}"') == 1


def test_a_wage_below_nothing_charges_nobody(money: Money) -> None:
    row = member(money.body)
    with pytest.raises(BadAmount):
        charge(money, **{f"m{row.pk}": -5_000_00})
    assert not DuesCharge.objects.exists()


PAYERS, CHARGES = "/api/v1/funds/dues-payers", "/api/v1/funds/dues-charges"


def test_a_program_sees_who_pays_and_charges_the_roll_once_for_each_key(money: Money, time_machine) -> None:
    time_machine.move_to(NOW, tick=False)
    told, silent = member(money.body, name="钱秋生"), member(money.body)
    token_for(money.treasurer)
    asked = {"body": money.body.pk, "month": "2026-02"}
    answer = call("get", PAYERS, asked)
    seen = answer.json()
    assert (seen["people"], seen["without_wage"], seen["next_after"]) == (2, 2, None)
    assert {line["reference"] for line in seen["lines"]} == {str(told.pk), str(silent.pk)}
    assert "钱秋生" not in answer.content.decode()
    body = {**asked, "wages": {str(told.pk): 6_483_00, "999999": 5_000_00}}
    first, again = (call("post", CHARGES, body) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json() == {
        "made": 1, "known": 0, "free": 0, "without_rule": 0, "without_wage": 1, "unknown": ["999999"],
    }  # fmt: skip
    assert charged() == {str(told.pk): 32_40}
    other = {**asked, "wages": {str(silent.pk): 5_999_00}}
    reused = call("post", CHARGES, other)
    assert (reused.status_code, reused.json()["code"]) == (422, "idempotency-key-reused")
    late = call("post", CHARGES, other, key="another-key-0123456789")
    assert (late.status_code, late.json()["made"], late.json()["known"]) == (201, 1, 1)
    assert charged() == {str(told.pk): 32_40, str(silent.pk): 29_95}


def test_a_long_list_of_payers_comes_in_parts(money: Money, time_machine, monkeypatch) -> None:
    time_machine.move_to(NOW, tick=False)
    monkeypatch.setattr("zhijia.funds.api_dues.LINES", 2)
    rows = {str(member(money.body).pk) for _ in range(3)}
    token_for(money.treasurer)
    asked = {"body": money.body.pk, "month": "2026-02"}
    first = call("get", PAYERS, asked).json()
    rest = call("get", PAYERS, asked | {"after": first["next_after"]}).json()
    assert (first["next_after"], rest["next_after"], rest["people"]) == (2, None, 3)
    assert {line["reference"] for line in first["lines"] + rest["lines"]} == rows


def test_a_program_of_whoever_does_not_keep_these_books_charges_nobody(money: Money, time_machine) -> None:
    time_machine.move_to(NOW, tick=False)
    row = member(money.body)
    body = {"body": money.body.pk, "month": "2026-02", "wages": {str(row.pk): 5_000_00}}
    for who in (money.auditor, money.chair, officer(money.tree.city, Role.TREASURER), money.base_treasurer):
        ApiToken.objects.all().delete()
        token_for(who)
        assert call("get", PAYERS, {"body": money.body.pk, "month": "2026-02"}).status_code == 403
        assert call("post", CHARGES, body).status_code == 403
    ApiToken.objects.all().delete()
    token_for(money.treasurer)
    ahead = call("post", CHARGES, body | {"month": "2026-04"})
    assert (ahead.status_code, ahead.json()["code"]) == (422, "month-ahead")
    for wrong in ({"month": "2026-13"}, {"wages": {str(row.pk): 0}}, {"wages": {str(row.pk): -5}}):
        assert call("post", CHARGES, body | wrong).status_code == 422
    assert not DuesCharge.objects.exists()


def test_the_number_of_questions_does_not_grow_with_the_members(
    money: Money, django_assert_max_num_queries
) -> None:
    rows = [member(money.body) for _ in range(25)]
    with django_assert_max_num_queries(25):
        charge(money, **{f"m{row.pk}": 5_000_00 for row in rows})
    assert len(charged()) == 25
