"""The quick way through the check gives what looking at each cell gives, and most rows can go it."""

import datetime as dt
from itertools import islice
from types import SimpleNamespace

from hypothesis import given, settings
from hypothesis import strategies as st

from bench.rosters import HEADER, number_of, rows
from zhijia.membership.roster.cells import plain
from zhijia.membership.roster.checking import Checker
from zhijia.membership.roster.fields import NAMES
from zhijia.membership.roster.mapping import Layout, _match_headings
from zhijia.membership.roster.sources import Source

TODAY = dt.date(2026, 3, 2)
DAYS = st.dates(dt.date(1900, 1, 1), dt.date(2026, 12, 31))
NUMBERS = st.builds(number_of, st.sampled_from(["130502", "810000", "830000"]), DAYS, st.integers(1, 9))
CLEAN = {
    "name": "张三", "id_number": "11010519900131003X", "phone": "13800000001", "joined_on": "2020-01-02",
    "sex": "男", "education": "本科", "address": "沙河市新城镇1号", "card_number": "0012",
}  # fmt: skip
CELLS = {
    "name": ["李四", "寮犱笁", "锟斤拷", "张烫烫", "阿依古丽·买买提", "𠮷田", " 李 四 ", "张", "=A1", ""],
    "id_number": ["", "110105194912310021", "1.30502E+17", "E12345678", 1.30502199001011e17, "１３０５０２"],
    "id_kind": ["", "居民身份证", "护照", "港澳居民居住证", "神仙"],
    "sex": ["", "男", "女", "1", 2.0, "？", "未知"],
    "phone": ["", "13800000001", 13900000002.0, "138 0000 0003", "1380000", "12000000001", "+8613800000001"],
    "education": ["", "本科", " 本科 ", 20.0, "神仙", "无"],
    "is_migrant": ["", "是", "否", True, "也许"],
    "trade": ["", "快递员", "其他", "神仙"],
    "joined_on": ["", "1991-01-01", 43832.0, "2020.1.2", "2020年5月", "1924-01-01", "2027-01-01", "昨天"],
    "ethnicity": ["", "汉族", " 汉 族 ", "=1", "寮犱笁"],
    "address": ["", "沙河市新城镇1号", "暂无", "无", "寮犱笁寮犱笁", "=SUM(A1)", "沙 河", "长" * 121, 5.0],
    "card_number": ["", "0012", 12.0, "A-1", "a b", "9" * 21],
    "body": ["", "窑炉分会", "第九工会"],
}  # fmt: skip


def bodies():
    return SimpleNamespace(top=SimpleNamespace(pk=7), read=body)


def body(cell):
    text = plain(cell)
    return (None, "body-unknown", text) if text == "第九工会" else (8 if text else 7, "", "")


def both_ways(table, columns):
    """Return what the checker says of rows, and what it says when none may go the quick way."""
    source = Source("xlsx", ("",))
    source._rows = lambda _sheet: iter(table)
    found = []
    for is_quick in (True, False):
        checker = Checker(source, Layout(columns=columns), bodies(), TODAY, lambda number: f"key of {number}")
        if not is_quick:
            checker.quick.ready = lambda part: [None] * len(part)
        found.append([checked for part in checker.parts(4) for checked in part])
    return found


SPOILT = st.one_of(
    *(st.tuples(st.just(name), st.sampled_from(cells)) for name, cells in CELLS.items()),
    st.tuples(st.just("id_number"), NUMBERS),
    st.tuples(st.just("born_on"), st.one_of(DAYS, DAYS.map(str))),
)
EMPTY = dict.fromkeys([*CELLS, "born_on"], "")
PERSONS = st.lists(SPOILT, max_size=3).map(lambda changes: EMPTY | CLEAN | dict(changes))
"""Clean rows with at most three cells that are something else."""


def own_numbers(place, person):
    """Return numbers of his own for whoever still has the clean ones: nobody stands there twice by that."""
    own = {"id_number": number_of("110105", dt.date(1990, 1, 1 + place), 3), "phone": f"138{place:08}"}
    return {name: value for name, value in own.items() if person[name] == CLEAN[name]}


NEEDED = {"name", "id_number"}
COLUMNS = st.sets(st.sampled_from(sorted(EMPTY.keys() - NEEDED))).map(lambda some: NEEDED | some)


@given(st.lists(PERSONS, max_size=9), COLUMNS)
@settings(max_examples=300, deadline=None)
def test_both_ways_say_the_same(people, names):
    columns = {name: place for place, name in enumerate(sorted(names))}
    others = [person | own_numbers(place, person) for place, person in enumerate(people)]
    table = [[person[name] for name in columns] for person in others]
    quick, slow = both_ways(table, columns)
    assert [told._replace(problems=list(told.problems)) for told in quick] == slow


FEW = st.fixed_dictionaries({
    "name": st.sampled_from(["张三", "李四"]), "id_number": NUMBERS,
    "phone": st.sampled_from(["", "13800000001", "13900000001"]),
})  # fmt: skip


@given(st.lists(FEW, max_size=9))
@settings(deadline=None)
def test_whoever_stands_there_twice_is_found_on_both_ways(people):
    columns = {"name": 0, "id_number": 1, "phone": 2}
    quick, slow = both_ways([list(person.values()) for person in people], columns)
    assert [told._replace(problems=list(told.problems)) for told in quick] == slow


def test_an_ordinary_roster_goes_the_quick_way():
    layout = Layout(headings=HEADER)
    _match_headings(layout)
    assert set(layout.columns) <= set(NAMES)
    source = Source("csv", ("",))
    checker = Checker(source, layout, bodies(), TODAY, lambda _number: "key")
    part = list(enumerate(islice(rows(1000), 1000), start=3))
    assert sum(ready is not None for ready in checker.quick.ready(part)) > 970
