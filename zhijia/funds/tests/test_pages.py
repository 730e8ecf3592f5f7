"""What officers see and do on the pages of money, and who sees nothing."""

import datetime as dt
import io
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from zhijia.accounts.models import ApiToken
from zhijia.accounts.tests.factories import UserFactory, sign_in
from zhijia.accounts.tokens import hash_of
from zhijia.core.errors import NotAllowed
from zhijia.core.manifest import contributions
from zhijia.funds import selectors, services
from zhijia.funds.models import DuesPayment, LevyReturn, Spending, Voucher
from zhijia.funds.permissions import Ask, may
from zhijia.funds.tests.factories import ALL, CARD, Money, gift, officer, order
from zhijia.statistics.selectors import compute
from zhijia.unions.enums import Role
from zhijia.unions.selectors import scope_of
from zhijia.unions.tests.factories import NOW, TODAY

TOKEN = "zj_money_token_0000000000000000000000000000"


@pytest.fixture(autouse=True)
def clock(time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)


def at(money: Money, name: str, **more: Any) -> str:
    return reverse(f"funds:{name}", kwargs={"body_id": money.body.pk, **more})


def as_(client: Client, person: Any) -> Client:
    client.logout()
    return sign_in(client, person)


FORM = {
    "code": "502", "purpose": "birthday", "amount": "300.01", "text": "生日慰问", "period": "2026",
    "member_reference": "m1", "headcount": "1", "payee_kind": "person", "payee_name": "王小满",
    "payee_number": CARD, "confirmed": list(ALL),
}  # fmt: skip


def test_a_request_over_the_cap_shows_the_rule_and_the_corrected_one_is_drafted(
    money: Money, client: Client
) -> None:
    as_(client, money.handler)
    page = client.post(at(money, "spending_new"), FORM)
    assert page.status_code == 422
    assert "最多 300.00 元" in page.content.decode()
    assert not Spending.objects.exists()
    assert client.post(at(money, "spending_new"), FORM | {"amount": "300"}).status_code == 302
    assert Spending.objects.get().amount == 300_00


def test_the_steps_of_a_payment_are_taken_on_its_page(money: Money, client: Client) -> None:
    row = money.draft()
    url = at(money, "spending", public_id=row.public_id)
    as_(client, money.treasurer)
    assert client.post(url, {"step": "check_spending"}).status_code == 302
    assert client.post(url, {"step": "approve_spending", "no_relative": "on"}).status_code == 422
    as_(client, money.chair)
    assert client.post(url, {"step": "approve_spending"}).status_code == 422
    row.refresh_from_db()
    assert row.state == "checked"
    assert client.post(url, {"step": "approve_spending", "no_relative": "on"}).status_code == 302
    as_(client, money.treasurer)
    assert client.post(at(money, "files"), {"public_ids": [str(row.public_id)]}).status_code == 302
    batch = selectors.batches_of(money.body).get()
    export = at(money, "file_export", batch_id=batch.pk, form="csv")
    text = client.post(export).content.decode("gb18030")
    assert "13001658808050512345" in text
    assert "合计" in text
    told = {"confirm": "yes", "on": "2026-03-02"}
    assert client.post(at(money, "file", batch_id=batch.pk), told).status_code == 302
    row.refresh_from_db()
    assert row.state == "paid"


def test_the_page_of_a_payment_shows_only_the_end_of_the_account_number(money: Money, client: Client) -> None:
    row = money.draft(gift())
    page = as_(client, money.treasurer).get(at(money, "spending", public_id=row.public_id)).content.decode()
    assert CARD not in page
    assert CARD[-4:] in page


def test_dues_levy_and_budget_are_entered_on_their_pages(money: Money, client: Client) -> None:
    as_(client, money.treasurer)
    money.charge(services.Payer("m1", 6_483_00, "wage", dt.date(2020, 1, 1)))
    key = {"idempotency_key": "0123456789abcdef0123"}
    paid = {"member_reference": "m1", "amount": "32.40", "paid_on": "2026-03-02", **key}
    for _ in range(2):
        assert client.post(at(money, "dues"), paid).status_code == 302
    assert DuesPayment.objects.get().amount == 32_40
    told = {"employer": money.tree.glass.pk, "kind": "levy", "from_on": "2026-01-01",
            "until_on": "2026-01-31", "time_wages": "1,000,000"}  # fmt: skip
    answer = client.post(at(money, "levy_new"), told)
    row = LevyReturn.objects.get()
    assert (answer.status_code, row.amount) == (302, 20_000_00)
    page = client.get(at(money, "levy_return", return_id=row.pk)).content.decode()
    for article in ("第五条", "第十条", "工会法 第四十四条"):
        assert article in page
    told = {"amount": "5000", "paid_on": "2026-03-02", **key}
    assert client.post(at(money, "levy_return", return_id=row.pk), told).status_code == 302
    assert client.post(at(money, "transfer"), {"on": "2026-03-02"}).status_code == 302
    assert client.post(at(money, "budgets"), {"year": "2027", "line_501": "1000"}).status_code == 302
    made = selectors.budgets_of(money.body).first()
    assert (made.year, made.lines.get().amount) == (2027, 1_000_00)
    as_(client, money.chair)
    assert client.post(at(money, "budget", budget_id=made.pk), {"step": "agree_budget"}).status_code == 302
    made.refresh_from_db()
    assert made.state == "agreed"


def test_a_figure_leads_to_its_postings_and_a_voucher_is_taken_back(money: Money, client: Client) -> None:
    voucher = money.post(amount=123_45)
    as_(client, money.treasurer)
    page = client.get(at(money, "overview")).content.decode()
    assert "123.45" in page
    assert f"{at(money, 'ledger')}?code=102&amp;since=2026-01-01&amp;until=2026-03-02" in page
    statement = client.get(at(money, "ledger"), {"code": "102"}).content.decode()
    url = at(money, "voucher", year=2026, number=voucher.number)
    assert url in statement
    assert client.post(url, {"on": "2026-03-02", "reason": "记错"}).status_code == 302
    assert Voucher.objects.count() == 2
    form = {"idempotency_key": "0123456789abcdef0123", "posted_on": "2026-03-02", "text": "利息",
            "debit": "102", "credit": "408", "amount": "1.00"}  # fmt: skip
    for _ in range(2):
        assert client.post(at(money, "write"), form).status_code == 302
    assert Voucher.objects.count() == 3
    assert client.post(at(money, "close"), {"until_on": "2026-02-28"}).status_code == 302
    assert selectors.closed_until(money.body).isoformat() == "2026-02-28"


def test_bodies_above_read_sums_and_no_person_no_payee_no_voucher(money: Money, client: Client) -> None:
    money.paid(gift())
    money.charge(services.Payer("secret-member", 5_000_00, "wage", dt.date(2020, 1, 1)))
    services.record_dues_payment(
        body=money.body, member_reference="secret-member", amount=50_00, paid_on=TODAY, key="k",
        by=money.treasurer, now=NOW,
    )  # fmt: skip
    above = officer(money.tree.city, Role.TREASURER)
    as_(client, above)
    page = client.get(reverse("funds:sums", args=[money.tree.city.pk])).content.decode()
    assert "50.00" in page
    assert "300.00" in page
    assert "secret-member" not in page
    assert "王小满" not in page
    for name in ("overview", "ledger", "export", "dues", "levy", "budgets", "spendings", "files"):
        assert client.get(at(money, name)).status_code == 403, name


@pytest.mark.parametrize("who", ["worker", "glass_chair", "other_county"])
def test_workers_the_employers_people_and_neighbours_see_nothing(
    money: Money, client: Client, who: str
) -> None:
    people = {
        "worker": lambda: UserFactory(),
        "glass_chair": lambda: officer(money.tree.glass_union, Role.CHAIR),
        "other_county": lambda: officer(money.tree.other_county, Role.TREASURER),
    }
    as_(client, people[who]())
    before = Voucher.objects.count()
    for name in ("overview", "sums", "dues", "levy", "spendings", "files", "budgets", "write"):
        assert client.get(at(money, name)).status_code == 403, name
        assert client.post(at(money, name), FORM).status_code == 403, name
    assert (Voucher.objects.count(), Spending.objects.count()) == (before, 0)


def test_the_desk_tells_each_what_waits_for_him(money: Money) -> None:
    money.draft()
    money.checked()
    money.approved()

    def cards(name: str) -> list[tuple[str, int]]:
        return [(str(card.url).rpartition("=")[2], card.count)
                for card in selectors.desk_cards(money.people[name], NOW)]  # fmt: skip

    assert cards("treasurer") == [("drafted", 1), ("approved", 1)]
    assert cards("chair") == [("checked", 1)]
    assert cards("handler") == []


def call(method: str, path: str, data: Any = None, key: str = "money-key-0123456789") -> Any:
    headers = {"Authorization": f"Bearer {TOKEN}", "Idempotency-Key": key}
    if method == "get":
        return Client().get(path, data, headers=headers)
    return Client().post(path, data, content_type="application/json", headers=headers)


def token_for(person: Any) -> None:
    ApiToken.objects.create(
        user=person, name="t", hash=hash_of(TOKEN), hint="zj_", created_at=NOW,
        scopes=["funds:read", "funds:write"], expires_at=NOW.replace(year=NOW.year + 1),
    )  # fmt: skip


def test_a_program_reads_statements_and_enters_a_return_once(money: Money) -> None:
    money.post(amount=7)
    token_for(money.treasurer)
    days = {"body": money.body.pk, "since": "2026-01-01", "until": "2026-12-31"}
    rows = {row["code"]: row["closing"] for row in call("get", "/api/v1/funds/balances", days).json()}
    assert (rows["102"], rows["408"]) == (7, 7)
    told = call("get", "/api/v1/funds/statement", days | {"code": "102"}).json()
    assert [line["balance"] for line in told["lines"]] == [7]
    body = {"body": money.body.pk, "employer": money.tree.glass.pk, "from_on": "2026-01-01",
            "until_on": "2026-01-31", "time_wages": 123_456_789}  # fmt: skip
    first, again = (call("post", "/api/v1/funds/levy-returns", body) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert first.json()["amount"] == 24_691_36
    assert LevyReturn.objects.count() == 1


def test_a_program_of_somebody_above_is_refused_and_nothing_is_entered(money: Money) -> None:
    token_for(officer(money.tree.city, Role.TREASURER))
    days = {"body": money.body.pk, "since": "2026-01-01", "until": "2026-12-31"}
    assert call("get", "/api/v1/funds/balances", days).status_code == 403
    body = {"body": money.body.pk, "employer": money.tree.glass.pk, "from_on": "2026-01-01",
            "until_on": "2026-01-31", "time_wages": 5}  # fmt: skip
    assert call("post", "/api/v1/funds/levy-returns", body).status_code == 403
    assert not LevyReturn.objects.exists()


def test_the_person_reads_what_was_paid_to_him_and_nobody_else_does(money: Money) -> None:
    from zhijia.funds.rights import held

    me, other = UserFactory(), UserFactory()
    money.draft(gift(payee=me))
    assert [one.model for one in held(me, NOW, proven=True)] == ["funds.Spending"]
    assert list(held(other, NOW, proven=True)) == []


def test_figures_count_what_they_say(money: Money) -> None:
    money.approved(order())
    row = money.declare()
    services.record_levy_payment(
        return_id=row.pk, amount=row.amount, paid_on=TODAY, key="k", by=money.base_treasurer, now=NOW
    )
    start, end = NOW.replace(month=1, day=1), NOW.replace(month=12, day=31)
    found = {i.key: i for i in contributions("indicators") if i.key.startswith("funds.")}
    scope = scope_of([money.tree.county])
    assert compute(found["funds.levy_paid"], scope, start, end).value == 100
    assert compute(found["funds.approval_time"], scope, start, end).denominator == 1
    assert compute(found["funds.dues_paid"], scope, start, end).value is None
    assert compute(found["funds.levy_paid"], scope_of([money.tree.other_county]), start, end).value is None


def test_an_officer_reads_a_body_only_by_a_post_in_that_very_body(money: Money) -> None:
    for person in (money.treasurer, money.auditor, money.chair):
        assert may(person, "funds.read_books", Ask(money.body, TODAY))
        assert not may(person, "funds.read_books", Ask(money.tree.glass_union, TODAY))
    with pytest.raises(NotAllowed):
        selectors.body_of_books(money.body.pk, money.handler, TODAY)


def test_the_trial_balance_is_exported_with_its_days(money: Money, client: Client) -> None:
    money.post(amount=5_00)
    as_(client, money.auditor)
    answer = client.get(at(money, "export"), {"since": "2026-01-01", "until": "2026-03-02"})
    cells = {c.value for row in openpyxl.load_workbook(io.BytesIO(answer.content)).active for c in row}
    assert {"102", 5, "2026-01-01", "2026-03-02", money.body.name} <= cells
