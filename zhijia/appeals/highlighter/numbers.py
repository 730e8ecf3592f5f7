"""What follows a fixed form: telephone, identity and card numbers, plates, accounts, dates, links."""

import re
from collections.abc import Iterator
from functools import cache

from .words import HAN, NUMERAL, words

_SPOKEN = "一二三四五六七八九零〇幺"
_PLATE = "A-HJ-NP-Za-hj-np-z"
_DAY = rf"(?:\d{{1,2}}|[{NUMERAL}]{{1,3}})"
_PART_OF_DAY = "(?:上午|下午|中午|早上|晚上|凌晨|夜里|傍晚|晚)?"
_AFTER_CUE = "[ :：是为]{0,3}"


def find_numbers(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, kind), the surest patterns first."""
    for kind, pattern in _patterns():
        for found in pattern.finditer(text):
            yield found.start(), found.end(), kind


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    rows = [*_contacts(), *_papers(), *_times()]
    return tuple((kind, re.compile(pattern)) for kind, pattern in rows)


def _contacts() -> list[tuple[str, str]]:
    return [
        ("link", r"(?:https?://|www\.)[\x21-\x27\x2a-\x7e]{3,200}"),
        ("email", r"[A-Za-z0-9_.+-]{1,40}@[A-Za-z0-9-]{1,40}(?:\.[A-Za-z0-9-]{1,20}){1,3}"),
        ("account", rf"(?i:qq群|qq|扣扣|q群)(?:号码|号)?{_AFTER_CUE}[1-9]\d{{4,11}}"),
        ("account", rf"(?i:微信号?|薇信|威信|v信|vx|wx|抖音号?){_AFTER_CUE}[A-Za-z0-9][A-Za-z0-9_-]{{5,19}}"),
    ]


def _papers() -> list[tuple[str, str]]:
    plate = (
        rf"[{''.join(words().lists['provinces'])}][{_PLATE}][·. ]?[{_PLATE}0-9]{{4,5}}[{_PLATE}0-9挂学警港澳]"
    )
    cues = "工号|学号|胸牌号|员工编号|合同编?号|受理号|编号|证号|单号|案号|社保号"
    return [
        (
            "resident_id",
            r"(?<![0-9A-Za-z])\d{6}[ -]?(?:18|19|20)\d{2}[ -]?\d{4}[ -]?\d{3}[\dXx](?![0-9A-Za-z])",
        ),
        ("phone", r"(?<!\d)(?:\+?86[ -]?)?1[3-9](?:[ -]?\d){9}(?!\d)"),
        ("phone", r"(?<!\d)1[3-9]\d{1,5}[*xX×]{2,8}\d{0,4}(?!\d)"),
        ("resident_id", r"(?<!\d)\d{6,14}[*xX×]{3,12}\d{0,4}[Xx]?(?!\d)"),
        ("phone", r"(?<!\d)\(?0\d{2,3}\)?[ -]?\d{7,8}(?!\d)"),
        ("phone", rf"(?<![{_SPOKEN}])[一幺][三四五六七八九][{_SPOKEN}]{{9}}(?![{_SPOKEN}])"),
        ("employer", r"(?<![0-9A-Za-z])[1-9A-Y][0-9A-Y]\d{6}[0-9A-HJ-NPQRTUWXY]{9}[0-9A-Z](?![0-9A-Za-z])"),
        ("bank_card", r"(?<!\d)[3-6](?:[ -]?\d){14,18}(?!\d)"),
        ("plate", rf"{plate}(?![0-9A-Za-z])"),
        ("number", rf"[(〔【\[]\d{{4}}[)〕】\]][{HAN}0-9]{{2,20}}?第?\d{{1,6}}号"),
        ("number", rf"(?:{cues}){_AFTER_CUE}[A-Za-z0-9][A-Za-z0-9-]{{2,24}}"),
    ]


def _times() -> list[tuple[str, str]]:
    clock = rf"(?:{_DAY}[点时:](?:\d{{1,2}}分?|[{NUMERAL}]{{1,3}}分|半)?)"
    days = rf"今天|昨天|前天|昨晚|今早|上周[{NUMERAL}日天]|星期[{NUMERAL}日天]|周[{NUMERAL}日天]"
    return [
        ("date", rf"(?:\d{{4}}年)?{_DAY}月{_DAY}[日号](?:{_PART_OF_DAY}{clock})?"),
        ("date", r"(?<!\d)(?:19|20)\d{2}[./-]\d{1,2}[./-]\d{1,2}(?!\d)(?: ?\d{1,2}:\d{2}(?::\d{2})?)?"),
        ("date", rf"(?:{days}){_PART_OF_DAY}{clock}"),
        ("unique", rf"(?:唯一|只有我一|就我一个|仅我一|独一)[{HAN}]{{0,8}}"),
    ]
