"""Tables of the books for a spreadsheet. Amounts are numbers in yuan, texts stay texts."""

import io
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from zhijia.core.spreadsheet import cell, new_book
from zhijia.funds.selectors import Balance, Statement

Table = list[list[Any]]


def balance_table(rows: Iterable[Balance]) -> Table:
    """Return a trial balance (试算平衡表)."""
    head = [_("Account"), _("Account name"), _("Kind"), _("Opening"), _("Debit"), _("Credit"), _("Closing")]
    found = list(rows)
    body = [
        [row.account.code, row.account.name, str(row.account.get_kind_display()),
         *map(number, (row.opening, row.debit, row.credit, row.closing))]
        for row in found
    ]  # fmt: skip
    sums = [number(sum(getattr(row, side) for row in found)) for side in ("debit", "credit")]
    return [head, *body, [_("Total"), "", "", "", *sums, ""]]


def statement_table(found: Statement) -> Table:
    """Return the statement of an account."""
    head = [_("Day"), _("Voucher"), _("Voucher text"), _("Against"), _("Debit"), _("Credit"), _("Balance")]
    lines = [
        [line.voucher.posted_on.isoformat(), line.voucher.reference, line.voucher.text, line.against,
         *map(number, (line.debit, line.credit, line.balance))]
        for line in found.lines
    ]  # fmt: skip
    balance = found.balance
    opening = ["", "", _("Opening"), "", "", "", number(balance.opening)]
    closing = ["", "", _("Closing"), "", *map(number, (balance.debit, balance.credit, balance.closing))]
    return [[_("Account"), str(balance.account)], head, opening, *lines, closing]


def number(fen: int) -> float:
    """Return an amount in yuan as a spreadsheet's number; up to ten million million yuan it is exact."""
    return round(fen / 100, 2)


def workbook(title: str, notes: Iterable[Sequence[Any]], table: Table) -> bytes:
    """Return an XLSX file: what was asked first, then the table."""
    book = new_book()
    sheet = book.create_sheet(title[:31])
    for row in (*notes, [], *table):
        sheet.append([cell(sheet, value) for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
