"""The books: every voucher balances, counts once, has its number, and stays."""

import datetime as dt
import io

import openpyxl
import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from zhijia.accounts.tests.factories import sign_in
from zhijia.audit.models import Entry
from zhijia.core.errors import NotAllowed
from zhijia.funds import selectors, services
from zhijia.funds.errors import (
    AlreadyReversed,
    BadPeriod,
    NoSuchLedgerAccount,
    NotBalanced,
    PeriodClosed,
    SourceReused,
)
from zhijia.funds.models import Account, Line, Voucher
from zhijia.funds.services import Leg, Posting
from zhijia.funds.tests.factories import Money
from zhijia.unions.tests.factories import NOW, TODAY

FIRST = dt.date(2026, 1, 1)


def balances(money: Money) -> dict[str, int]:
    rows = selectors.trial_balance(money.body, FIRST, dt.date(2026, 12, 31))
    return {row.account.code: row.closing for row in rows if row.closing}


def write(money: Money, *legs: Leg, source: str = "s", on: dt.date = TODAY) -> Voucher:
    posting = Posting(on, "某事", source, legs)
    return services.write_voucher(body=money.body, posting=posting, by=money.treasurer, now=NOW)


def test_a_voucher_with_several_accounts_moves_each_by_its_amount(money: Money) -> None:
    voucher = write(money, Leg("102", debit=100), Leg("401", credit=60), Leg("402", credit=40))
    assert balances(money) == {"102": 100, "401": 60, "402": 40}
    page = selectors.voucher_page(money.body, 2026, voucher.number)
    assert [(a.code, n) for a, n in page.debits] == [("102", 100)]
    assert [(a.code, n) for a, n in page.credits] == [("401", 60), ("402", 40)]
    assert page.total == 100
    assert Entry.objects.filter(action="voucher.posted").count() == 1


@pytest.mark.parametrize(
    "legs",
    [
        (Leg("102", debit=100), Leg("401", credit=99)),
        (Leg("102", debit=0), Leg("401", credit=0)),
        (Leg("102", debit=-5), Leg("401", credit=-5)),
        (Leg("102", debit=5, credit=5), Leg("401", credit=0)),
        (Leg("102", debit=5), Leg("102", credit=5)),
        (),
    ],
)
def test_what_does_not_balance_is_not_posted(money: Money, legs: tuple[Leg, ...]) -> None:
    with pytest.raises(NotBalanced):
        write(money, *legs)
    assert not Voucher.objects.exists()


def test_an_account_that_the_body_does_not_have_is_refused(money: Money) -> None:
    with pytest.raises(NoSuchLedgerAccount):
        write(money, Leg("102", debit=5), Leg("999", credit=5))
    assert not Voucher.objects.exists()


def test_not_even_a_direct_write_makes_books_that_do_not_balance(money: Money) -> None:
    voucher, bank = money.post(), Account.objects.get(body=money.body, code="102")
    for wrong in ({"debit": bank, "credit": bank, "amount": 5}, {"debit": None, "credit": bank, "amount": 5}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Line.objects.bulk_create([Line(tenant=13, voucher=voucher, position=9, **wrong)])
    cash = Account.objects.get(body=money.body, code="101")
    for amount in (0, -1):
        with pytest.raises(IntegrityError), transaction.atomic():
            Line.objects.bulk_create(
                [Line(tenant=13, voucher=voucher, position=9, debit=bank, credit=cash, amount=amount)]
            )


def test_the_same_source_is_posted_once_and_never_with_other_contents(money: Money) -> None:
    first = money.post(source="bank:1")
    assert money.post(source="bank:1").pk == first.pk
    for other in ({"amount": 101}, {"credit": "401"}, {"on": TODAY + dt.timedelta(days=1)}):
        with pytest.raises(SourceReused):
            money.post(source="bank:1", **other)
    assert Voucher.objects.count() == 1


def test_numbers_have_no_gap_in_a_body_and_year_and_a_refused_voucher_takes_none(money: Money) -> None:
    numbers = [money.post().number]
    with pytest.raises(NotBalanced):
        write(money, Leg("102", debit=1))
    numbers += [money.post().number, money.post(on=dt.date(2025, 12, 31)).number, money.post().number]
    assert numbers == [1, 2, 1, 3]


def test_a_posted_voucher_is_never_changed_or_deleted(money: Money) -> None:
    voucher = money.post()
    line = voucher.lines.get()
    line.amount = 7
    for deed in (
        voucher.save, voucher.delete, line.save, line.delete, Voucher.objects.all().delete,
        lambda: Line.objects.update(amount=7), lambda: Voucher.objects.bulk_update([voucher], ["text"]),
    ):  # fmt: skip
        with pytest.raises(TypeError, match="reverse it"):
            deed()
    assert Line.objects.get().amount == 100


def test_a_voucher_is_taken_back_once_by_its_mirror(money: Money) -> None:
    voucher = write(money, Leg("102", debit=100), Leg("401", credit=60), Leg("402", credit=40))
    told = {"body": money.body, "on": TODAY, "reason": "记错", "by": money.treasurer, "now": NOW}
    mirror = services.reverse_voucher(voucher_id=voucher.pk, **told)
    assert balances(money) == {}
    assert mirror.reverses == voucher
    for again in (voucher, mirror):
        with pytest.raises(AlreadyReversed):
            services.reverse_voucher(voucher_id=again.pk, **told)
    assert Voucher.objects.count() == 2


def test_nothing_is_posted_into_a_closed_month_not_even_a_reversal(money: Money) -> None:
    voucher = money.post(on=dt.date(2026, 1, 31))
    told = {"body": money.body, "by": money.treasurer, "now": NOW}
    services.close_period(until_on=dt.date(2026, 1, 31), **told)
    with pytest.raises(PeriodClosed):
        money.post(on=dt.date(2026, 1, 31))
    with pytest.raises(PeriodClosed):
        services.reverse_voucher(voucher_id=voucher.pk, on=dt.date(2026, 1, 31), reason="r", **told)
    assert Voucher.objects.count() == 1
    money.post(on=dt.date(2026, 2, 1))
    for day in (dt.date(2026, 1, 31), dt.date(2026, 2, 27), dt.date(2026, 3, 31)):
        with pytest.raises(BadPeriod):
            services.close_period(until_on=day, **told)


@pytest.mark.parametrize("name", ["auditor", "chair", "handler", "steward"])
def test_only_the_treasurer_of_the_body_posts_and_closes(money: Money, name: str) -> None:
    told = {"body": money.body, "by": money.people[name], "now": NOW}
    with pytest.raises(NotAllowed):
        money.post(by=money.people[name])
    with pytest.raises(NotAllowed):
        services.close_period(until_on=dt.date(2026, 1, 31), **told)
    assert not Voucher.objects.exists()


def test_a_treasurer_above_does_not_keep_the_books_below(money: Money) -> None:
    from zhijia.funds.tests.factories import officer

    above = officer(money.tree.city, "treasurer")
    with pytest.raises(NotAllowed):
        money.post(by=above)
    assert not Voucher.objects.exists()


def test_a_statement_runs_from_opening_to_closing_and_names_what_stands_against(money: Money) -> None:
    money.post(amount=500, on=dt.date(2026, 1, 10))
    money.post(amount=300, on=dt.date(2026, 2, 10))
    money.post(debit="501", credit="102", amount=200, on=dt.date(2026, 2, 20))
    found = selectors.statement(money.body, "102", dt.date(2026, 2, 1), dt.date(2026, 2, 28))
    assert (found.balance.opening, found.balance.debit, found.balance.credit, found.balance.closing) == (
        500, 300, 200, 600,
    )  # fmt: skip
    assert [(line.debit, line.credit, line.balance, line.against) for line in found.lines] == [
        (300, 0, 800, "408"), (0, 200, 600, "501"),
    ]  # fmt: skip


def page(client: Client, money: Money, name: str, **query: str) -> bytes:
    answer = client.get(reverse(f"funds:{name}", args=[money.body.pk]), query)
    assert answer.status_code == 200
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_an_exported_text_that_looks_like_a_formula_stays_a_text(
    money: Money, client: Client, time_machine
) -> None:
    time_machine.move_to(NOW, tick=False)
    money.post(text="=HYPERLINK(1)", amount=12345)
    sign_in(client, money.treasurer)
    told = {"code": "102", "since": "2026-01-01", "until": "2026-12-31"}
    book = openpyxl.load_workbook(io.BytesIO(page(client, money, "export", format="xlsx", **told)))
    cells = {cell.value: cell.data_type for row in book.active.iter_rows() for cell in row}
    assert cells["=HYPERLINK(1)"] == "s"
    assert cells[123.45] == "n"
    text = page(client, money, "export", format="csv", **told).decode("utf-8-sig")
    assert "'=HYPERLINK(1)" in text
    assert "123.45" in text
