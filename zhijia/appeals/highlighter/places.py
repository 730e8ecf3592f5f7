"""Where somebody works and lives: names of firms and bodies, addresses, teams and shifts."""

import re
from collections.abc import Iterator
from functools import cache

from .words import HAN, NUMERAL, words

# A name begins after one of these; a firm's full legal name is cut more sparingly.
_CUT = re.compile(
    "投诉|举报|反映|关于|咨询|本人|我们|他们|你们|大家|家住|住在|位于|入职|应聘|承包|上班|隶属|属于|承建|受雇|工作|投资|联系|挂靠"
    "|希望|请问|需要|可以|没有|因为|所以|如果|结果|当时|目前|一批|好多|许多|有些|某些|同时|其中|拖欠|所谓|私自|违规|违法|涉嫌|拒绝|介入|出面|督促|提高|推行|加快|然而|奈何|按照|完成|开始|交清|系(?!统)"
    r"|\d{3,}|一名|一个|一家|今日|最近|入(?=新)|和(?![平谐顺兴源泰信])|向(?!阳)|前(?!进)|来(?![福宾])|有(?!色)|会(?!展)|[在于到至是为给由与跟及从被对找进去叫让把将往经的了着过没请求等都也就要想说问我他她它这那该其某原用做每不能几后内里个家些年]"
)
_CUT_LEGAL = re.compile(
    "投诉|举报|反映|关于|咨询|本人|我们|隶属|属于|入职|应聘|承包|上班|受雇|法人|挂靠|拖欠|起诉|以及|原为|[（(](?![^（(]*[）)])|[）)]原?(?=[^（(]*$)|[在是由被的了我叫该给跟找向从到]"
)


def find_employers(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, "employer") for names of firms, schools, hospitals, sites; not for 我们公司."""
    for pattern, cut in _employer_patterns():
        for found in pattern.finditer(text):
            start = found.start() + _after_last(cut, found["stem"])
            stem = text[start : found.end("stem")].strip("0123456789（）() ")
            if len(stem) > 1 and not _is_generic(stem):
                yield start, found.end(), "employer"


def find_addresses(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, "address") for roads with a number, housing estates, villages, flats."""
    for pattern in _address_patterns():
        for found in pattern.finditer(text):
            stem = found["stem"]
            start = found.start() + _after_last(_CUT, stem)
            if not stem or (
                found.end("stem") - start >= 2 and not _is_generic(text[start : found.end("stem")])
            ):
                yield start, found.end(), "address"


def find_positions(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, "position") for a team, line or shift with the job in it."""
    for found in _position_pattern().finditer(text):
        yield found.start(), found.end(), "position"


def _after_last(cut: re.Pattern[str], stem: str) -> int:
    return max((found.end() for found in cut.finditer(stem)), default=0)


def _is_generic(stem: str) -> bool:
    """Tell whether nothing is left of a name once the words that name nobody are taken away."""
    return _generic_pattern().fullmatch(stem) is not None


@cache
def _generic_pattern() -> re.Pattern[str]:
    return re.compile(rf"(?:{words().either('generic')}|[{NUMERAL}\d两几多])*")


@cache
def _employer_patterns() -> tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]:
    letters = rf"{HAN}A-Za-z0-9·"
    branch = rf"(?:[{letters}]{{2,10}}?(?:分公司|支公司|项目部|工厂|厂|店))?"
    group = rf"集团(?:[{letters}]{{0,12}}?公司)?"
    legal = rf"(?P<stem>[{letters}（）()]{{2,24}}?)(?:{group}|{words().either('legal_ends')}){branch}"
    plain = rf"(?P<stem>[{letters}]{{2,16}}?)(?:{words().either('plain_ends')})"
    return (re.compile(legal), _CUT_LEGAL), (re.compile(plain), _CUT)


@cache
def _address_patterns() -> tuple[re.Pattern[str], ...]:
    number = rf"(?:\d{{1,5}}|[{NUMERAL}百]{{1,4}}|[A-Za-z]\d{{0,3}})"
    inside = rf"(?:\s?{number}(?:号楼|号院|号|栋|幢|座|单元|室|房|楼|层)){{1,4}}\d{{0,5}}室?"
    flat = rf"\s?\d{{1,3}}(?:号楼|栋|幢|单元)(?:{inside})?\d{{0,5}}室?"
    estates = words().either("estates")
    rows = [
        rf"(?P<stem>[{HAN}]{{2,14}}?)(?:{words().either('places')}){inside}",
        rf"(?P<stem>[{HAN}0-9]{{2,14}}?)(?:{estates})(?:{inside})",
        rf"(?P<stem>[{HAN}]{{2,10}}?)(?:{estates})(?![织长民委干])",
        rf"(?P<stem>){flat}",
    ]
    return tuple(re.compile(row) for row in rows)


@cache
def _position_pattern() -> re.Pattern[str]:
    jobs = words().either("jobs")
    return re.compile(
        rf"第?(?:\d{{1,3}}|[A-Da-d]|[甲乙丙丁{NUMERAL}]{{1,2}})号?(?:车间|班组|工段|生产线|号线|科室)(?:[{HAN}]{{0,4}}?(?:{jobs}))?"
        rf"|(?:夜|白|早|中|晚|大夜|常白|[甲乙丙丁A-D])班的?[{HAN}]{{0,3}}?(?:{jobs})"
    )
