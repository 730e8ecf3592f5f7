"""The file that goes to the bank: one row for each payment, in a layout that any bank can take over.

Columns: 序号, 收款人类型 (个人, 单位), 收款人名称, 收款账号, 开户行,
金额(元), 用途, 付款凭据号. The last row holds 合计, the number of payments
and the control sum. CSV in GB18030 with CRLF, or XLSX; both from the same rows.
"""

import csv
import io
from collections.abc import Sequence

from zhijia.core.spreadsheet import cell, new_book
from zhijia.funds.enums import PayeeKind
from zhijia.funds.models import Batch
from zhijia.funds.money import to_yuan

HEADER = ["序号", "收款人类型", "收款人名称", "收款账号", "开户行", "金额(元)", "用途", "付款凭据号"]
KINDS = {PayeeKind.PERSON: "个人", PayeeKind.UNIT: "单位"}
TOTAL = "合计"
FORMULA = ("=", "+", "-", "@")


def lines_of(batch: Batch) -> list[list[str]]:
    """Return the rows of a file, header and control sum included; the same rows each time."""
    items = list(batch.items.select_related("spending").order_by("position"))
    rows = [
        [
            str(item.position), KINDS[PayeeKind(item.spending.payee_kind)], item.spending.payee_name,
            item.spending.payee_number, item.spending.bank, to_yuan(item.amount), item.spending.text,
            f"{batch.reference}-{item.position}",
        ]
        for item in items
    ]  # fmt: skip
    total = to_yuan(sum(item.amount for item in items))
    return [HEADER, *rows, [TOTAL, str(len(items)), "", "", "", total, "", batch.reference]]


def as_csv(rows: Sequence[Sequence[str]]) -> bytes:
    """Return rows as CSV in GB18030; a typed text that looks like a formula gets an apostrophe before it."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerows([_plain(text) for text in row] for row in rows)
    return out.getvalue().encode("gb18030")


def _plain(text: str) -> str:
    is_number = text.lstrip("-").replace(".", "", 1).isdigit()
    return f"'{text}" if text.startswith(FORMULA) and not is_number else text


def as_xlsx(rows: Sequence[Sequence[str]], title: str) -> bytes:
    """Return rows as a workbook; every cell is text, so that no account number loses its zeros."""
    book = new_book()
    sheet = book.create_sheet(title[:31])
    for number, row in enumerate(rows):
        sheet.append([cell(sheet, str(text), bold=number == 0) for text in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
