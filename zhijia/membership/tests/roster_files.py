"""Messy rosters for tests, and the steps of an import in one call each."""

import io
from collections import deque
from typing import Any

from openpyxl import Workbook

from bench.rosters import number_of
from zhijia.core.actors import SYSTEM
from zhijia.membership.services import importing

HEADER = ["姓名", "身份证号码", "手机号码", "入会时间"]
GOOD = ["张三", "11010519491231002X", "13800000001", "2020-01-02"]


def person(number: int, **changes: Any) -> list[Any]:
    """Return a good row of somebody else for each number."""
    import datetime as dt

    born = dt.date(1980, 1, 1) + dt.timedelta(days=number)
    row = {
        "name": "李四",
        "id": number_of("130502", born, 101),
        "phone": f"138{number:08}",
        "joined": "2020-01-02",
    }
    return list((row | changes).values())


def text_file(*lines: list[Any], encoding: str = "utf-8", delimiter: str = ",") -> io.BytesIO:
    """Return a text file of lines."""
    return io.BytesIO("".join(delimiter.join(map(str, line)) + "\r\n" for line in lines).encode(encoding))


def workbook(*lines: list[Any], arrange: Any = None) -> io.BytesIO:
    """Return a workbook of lines; ``arrange`` changes its sheet before it is saved."""
    book = Workbook()
    for line in lines:
        book.active.append(line)
    if arrange:
        arrange(book.active)
    out = io.BytesIO()
    book.save(out)
    out.seek(0)
    return out


def upload(body: Any, file: io.BytesIO, now: Any, by: Any = SYSTEM) -> Any:
    """Upload a file."""
    return importing.upload_roster(body_id=body.pk, file=file, file_name="名册.csv", by=by, now=now)


def check(roster: Any, now: Any, by: Any = SYSTEM) -> Any:
    """Check it to the end."""
    importing.begin_check(roster_id=roster.pk, by=by, now=now, in_background=False)
    deque(importing.check_roster(roster_id=roster.pk, now=now), maxlen=0)
    roster.refresh_from_db()
    return roster


def write(roster: Any, now: Any, by: Any = SYSTEM) -> Any:
    """Write it to the end."""
    importing.begin_writing(roster_id=roster.pk, by=by, now=now, in_background=False)
    deque(importing.write_roster(roster_id=roster.pk, now=now), maxlen=0)
    roster.refresh_from_db()
    return roster


def problems(roster: Any) -> list[tuple[int, str, str]]:
    """Return row, column and code of each problem."""
    return [(one.row, one.column, one.code) for one in roster.problems.order_by("row", "id")]
