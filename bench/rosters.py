"""Rosters of people who do not exist, as large as a city's: for measuring the import, and for nothing else.

Names are drawn from a short list, numbers carry right check digits, 1.5 % of the rows have a mistake.
"""

import csv
import datetime as dt
import random
from collections.abc import Iterator
from pathlib import Path

from openpyxl import Workbook

HEADER = ["序号", "姓名", "身份证号码", "性别", "手机号码", "学历", "入会时间", "会员证号"]
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
FAMILIES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰建国志"
SCHOOLS = ("初中", "高中", "大专", "本科", "硕士研究生")
PLACES = ("130502", "130503", "130582", "130533", "130521", "130525")
FIRST_BIRTHDAY, FIRST_DAY = dt.date(1965, 1, 1), dt.date(2005, 1, 1)


def number_of(place: str, born: dt.date, sequence: int) -> str:
    """Return an identity number with its check character."""
    digits = f"{place}{born:%Y%m%d}{sequence:03}"
    return digits + "10X98765432"[sum(int(d) * w for d, w in zip(digits, WEIGHTS, strict=True)) % 11]


def rows(count: int, seed: int = 1) -> Iterator[list[str]]:
    """Yield the rows of a roster without its header."""
    chance = random.Random(seed)  # the same roster each time
    earlier = ""
    for place in range(count):
        born = FIRST_BIRTHDAY + dt.timedelta(days=place % 14_000)
        number = number_of(PLACES[place // 14_000 % 6], born, 100 + place // 84_000 * 2 + place % 2)
        name = chance.choice(FAMILIES) + "".join(chance.sample(GIVEN, chance.choice((1, 2, 2))))
        phone = f"1{chance.choice('3578')}{place % 10}{chance.randrange(10**8):08}"
        joined = FIRST_DAY + dt.timedelta(days=chance.randrange(7000))
        joined = max(joined, born.replace(year=born.year + 18, day=min(born.day, 28)))
        row = [str(place + 1), name, number, "男" if int(number[16]) % 2 else "女", phone,
               chance.choice(SCHOOLS),
               joined.isoformat(), f"{place:010}"]  # fmt: skip
        yield _spoilt(row, chance.randrange(200), earlier)
        earlier = number


def _spoilt(row: list[str], luck: int, earlier: str) -> list[str]:
    """Return the row, three in two hundred with a mistake: check digit, mobile number, said twice."""
    if luck == 0:
        row[2] = row[2][:17] + "0123456789"[(int(row[2][16]) + 5) % 10]
    elif luck == 1:
        row[4] = row[4][:10]
    elif luck == 2 and earlier:
        row[2] = earlier
    return row


def write_csv(path: Path, count: int, encoding: str = "gb18030") -> None:
    """Write a roster as text."""
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows([["会员花名册"], HEADER])
        csv.writer(file).writerows(rows(count))


def write_workbook(path: Path, count: int) -> None:
    """Write a roster as a workbook."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("名册")
    sheet.append(["会员花名册"])
    sheet.append(HEADER)
    for row in rows(count):
        sheet.append(row)
    book.save(path)
