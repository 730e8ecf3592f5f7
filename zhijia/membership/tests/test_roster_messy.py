"""What spreadsheets do to a list of members: read where it can be read, named by row and cell where not."""

import datetime as dt
import io

import pytest
from openpyxl import Workbook, load_workbook

from zhijia.membership.models import Membership, Worker
from zhijia.membership.roster.errors import RosterUnreadable
from zhijia.membership.roster.lists import columns_of
from zhijia.membership.roster.mapping import Layout
from zhijia.membership.services import importing
from zhijia.membership.tests.roster_files import (
    GOOD,
    HEADER,
    check,
    person,
    problems,
    text_file,
    upload,
    workbook,
    write,
)  # fmt: skip

pytestmark = pytest.mark.django_db
NUMBER = GOOD[1]


def merge_body(sheet):
    sheet.merge_cells("E2:E3")


TOTALS = [["合计", "", "", ""], ["总计：2人", "", "", ""], ["小计", "", "2", ""], ["", "", "", ""]]
TITLES = [["沙河市总工会会员花名册", "", "", ""], ["填表日期：2026年1月", "", "", ""]]
READABLE = {
    "utf-8": lambda: text_file(HEADER, GOOD),
    "utf-8 with a mark": lambda: text_file(HEADER, GOOD, encoding="utf-8-sig"),
    "gb18030": lambda: text_file(HEADER, GOOD, encoding="gb18030"),
    "utf-16": lambda: text_file(HEADER, GOOD, encoding="utf-16", delimiter="\t"),
    "tabs": lambda: text_file(HEADER, GOOD, delimiter="\t"),
    "semicolons": lambda: text_file(HEADER, GOOD, delimiter=";"),
    "title rows": lambda: text_file(*TITLES, HEADER, GOOD),
    "totals and empty rows": lambda: text_file(HEADER, GOOD, *TOTALS),
    "notes below": lambda: text_file(HEADER, GOOD, ["制表人：王五", "", "", ""], ["备注：以上属实", "", "",
                                                                            ""]),
    "the header on each page": lambda: text_file(HEADER, GOOD, HEADER, person(2)),
    "other order of columns": lambda: text_file(HEADER[::-1], GOOD[::-1]),
    "decorated headings": lambda: text_file(["*姓名", "身份证号码（18位）", "手机号码(必填)", "入会时间"],
                                            GOOD),
    "no header": lambda: text_file(GOOD, person(2), person(3)),
    "full-width digits": lambda: text_file(HEADER, ["张三", "１１０１０５１９４９１２３１００２Ｘ",
                                                    "１３８０００００００１", "2020-01-02"]),
    "apostrophes": lambda: text_file(HEADER, ["张三", "'" + NUMBER, "’13800000001", "2020-01-02"]),
    "spaces": lambda: text_file(HEADER, [" 张 三 ", "110105 19491231 002x", "138 0000 0001", "2020-01-02"]),
    "text kept by an export": lambda: text_file(HEADER, ["张三", f'="{NUMBER}"', "13800000001",
                                                         "2020-01-02"]),
    "+86": lambda: text_file(HEADER, ["张三", NUMBER, "+86-138-0000-0001", "2020-01-02"]),
    "phone as a float": lambda: text_file(HEADER, ["张三", NUMBER, "13800000001.0", "2020-01-02"]),
    "phone as a number": lambda: workbook(HEADER, ["张三", NUMBER, 13800000001, "2020-01-02"]),
    "a real date": lambda: workbook(HEADER, ["张三", NUMBER, "13800000001", dt.date(2020, 1, 2)]),
    "a serial": lambda: workbook(HEADER, ["张三", NUMBER, "13800000001", 43832]),
    "a compact date": lambda: workbook(HEADER, ["张三", NUMBER, "13800000001", 20200102]),
    "a Chinese date": lambda: text_file(HEADER, ["张三", NUMBER, "13800000001", "二〇二〇年一月二日"]),
    "dots": lambda: text_file(HEADER, ["张三", NUMBER, "13800000001", "2020.1.2"]),
    "a sheet that begins at C4": lambda: workbook([], [], [], ["", "", *HEADER], ["", "", *GOOD]),
}  # fmt: skip


@pytest.mark.parametrize("kind", READABLE)
def test_it_is_read(kind, tree, now):
    roster = check(upload(tree.county, READABLE[kind](), now), now)
    assert problems(roster) == [], kind
    write(roster, now)
    told = {w.details()["name"]: w for w in Worker.objects.all()}
    assert told["张三"].details() == {
        "name": "张三", "id_kind": "resident", "id_number": NUMBER, "phone": "+8613800000001",
        "born_on": "1949-12-31",
    }  # fmt: skip
    assert told["张三"].memberships.get().joined_on == dt.date(2020, 1, 2)
    assert all(name in ("张三", "李四") for name in told)


def with_error(sheet):
    sheet["B2"].value, sheet["B2"].data_type = "#N/A", "e"


def since_1904(sheet):
    sheet.parent.epoch = dt.datetime(1904, 1, 1)


def test_a_workbook_that_counts_from_1904(tree, now):
    book = Workbook()
    book.epoch = dt.datetime(1904, 1, 1)
    book.active.append(HEADER)
    book.active.append(["张三", NUMBER, "13800000001", 43832 - 1462])
    out = io.BytesIO()
    book.save(out)
    write(check(upload(tree.county, out, now), now), now)
    assert Membership.objects.get().joined_on == dt.date(2020, 1, 2)


def one(**changes):
    return lambda: text_file(HEADER, person(5), person(6, **changes))


NAMED = {
    "check digit": (one(id="110105194912310021"), "id_number", "id-checksum"),
    "17 characters": (one(id="11010519491231002"), "id_number", "id-length"),
    "15 digits": (one(id="110105491231002"), "id_number", "id-old"),
    "no such birthday": (one(id="110105199013310021"), "id_number", "id-birth"),
    "letters": (one(id="1101051949123100ZX"), "id_number", "id-characters"),
    "rounded, as text": (one(id="1.30502E+17"), "id_number", "id-rounded"),
    "rounded, spelt out": (one(id="130502199001011000"), "id_number", "id-rounded"),
    "rounded, as a number": (lambda: workbook(HEADER, person(5), person(6, id=1.30502199001011e17)),
                             "id_number", "id-rounded"),
    "an error value": (lambda: workbook(HEADER, ["张三", "", "13800000001", ""], arrange=with_error),
                       "id_number", "cell-error"),
    "a formula never computed": (lambda: workbook(HEADER, ["张三", "=A1", "13800000001", ""]), "id_number",
                                 "formula-empty"),
    "text like a formula": (one(name="=cmd()"), "name", "formula-text"),
    "no name": (one(name=""), "name", "name-missing"),
    "no name but digits": (one(name="12345"), "name", "name-odd"),
    "lost characters": (one(name="锟斤拷"), "name", "garbled-lost"),
    "question marks": (one(name="??"), "name", "garbled-lost"),
    "10 digits": (one(phone="1380000000"), "phone", "mobile-invalid"),
    "telephone at a desk": (one(phone="0319-8812345"), "phone", "mobile-invalid"),
    "two days in one": (one(joined="03/04/2020"), "joined_on", "date-ambiguous"),
    "month or October": (lambda: workbook(HEADER, person(5), person(6, joined=2020.1)), "joined_on",
                         "date-ambiguous"),
    "no date": (one(joined="去年"), "joined_on", "date-unreadable"),
    "for ever": (one(joined="长期"), "joined_on", "date-open"),
    "30 February": (one(joined="2020-02-30"), "joined_on", "date-unreadable"),
    "the future": (one(joined="2027-01-01"), "joined_on", "joined-later"),
    "before the federation": (one(joined="1924-01-01"), "joined_on", "joined-early"),
    "joined as a child": (one(joined="1985-01-01"), "joined_on", "joined-young"),
    "neither number": (one(id="", phone=""), "id_number", "id-missing"),
}  # fmt: skip


@pytest.mark.parametrize("kind", NAMED)
def test_it_is_named_by_row_and_cell(kind, tree, now):
    make, column, code = NAMED[kind]
    roster = check(upload(tree.county, make(), now), now)
    found = problems(roster)
    assert [(c, k) for _row, c, k in found if k not in ("joined-early",) or code == "joined-early"][:1] == [
        (column, code)
    ]
    assert roster.rows_bad == 1
    assert not Worker.objects.exists()


WARNED = {
    "a line in another encoding": (
        lambda: io.BytesIO(
            text_file(HEADER, person(5), encoding="gb18030").getvalue() + text_file(person(7)).getvalue()
        ),
        "name",
        "garbled-mended",
    ),
    "no identity number": (one(id=""), "id_number", "id-later"),
    "garbled, can be mended": (one(name="寮犱笁"), "name", "garbled-mended"),
    "only a month": (one(joined="2020-05"), "joined_on", "month-only"),
    "a passport": (one(id="E12345678"), "id_number", "id-foreign"),
    "a shared number": (one(phone="13800000005"), "phone", "mobile-shared"),
}


@pytest.mark.parametrize("kind", WARNED)
def test_a_warning_does_not_keep_a_row_out(kind, tree, now):
    make, column, code = WARNED[kind]
    roster = check(upload(tree.county, make(), now), now)
    assert problems(roster) == [(3, column, code)]
    assert write(roster, now).rows_written == 2


EXTRA = ["姓名", "身份证号码", "手机号码", "性别", "出生日期", "学历", "所属工会"]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["女", "1949-12-31", "本科", ""], [("sex", "sex-differs")]),
        (["男", "1950-12-31", "本科", ""], [("born_on", "birth-differs"), ("sex", "sex-differs")]),
        (["", "1949年12月", "本科", ""], []),
        (["", "", "神仙", ""], [("education", "education-unknown")]),
        (["", "", "", "第九工会"], [("body", "body-unknown")]),
        (["", "", "", "明澈玻璃工会委员会"], []),
    ],
)
def test_what_does_not_fit_together_is_named(cells, expected, tree, now):
    number = "110105194912310038"
    number = __import__("bench.rosters", fromlist=["number_of"]).number_of("110105", dt.date(1949, 12, 31), 2)
    file = text_file(EXTRA, ["张三", number, "13800000001", *cells])
    found = [(column, code) for _row, column, code in problems(check(upload(tree.county, file, now), now))]
    wanted = [pair for pair in expected if pair != ("sex", "sex-differs")]
    assert [pair for pair in found if pair[1] != "sex-differs"] == wanted
    assert (("sex", "sex-differs") in found) == (cells[0] == "男")


WIDE = {ord("0") + n: 0xFF10 + n for n in range(10)}
"""Digits as a Chinese keyboard types them."""


def test_a_row_that_lacks_its_person_is_named_and_not_passed_over(tree, now):
    header, number = ["备注", *HEADER, "学历"], person(6)[1]
    rows = [
        ["", *person(5), ""],
        ["负责人", "王五", "", "", "2020-01-02", "本科"],
        ["", "", "", "", "2020-01-02", "本科"],
        ["注：以上共2人", "", "", "", "", ""],
        ["备注", *person(6, id=number.translate(WIDE)), "本科"],
    ]
    roster = check(upload(tree.county, text_file(header, *rows), now), now)
    assert {row for row, _column, _code in problems(roster)} >= {3, 4}
    assert (roster.rows_found, roster.rows_bad) == (4, 2)


def test_lines_of_the_other_encoding_are_read_in_their_own(tree, now):
    lines = [text_file(HEADER, *map(person, range(5, 9))).getvalue()]
    lines += [text_file(person(9, name="赵六"), encoding="gb18030").getvalue()]
    roster = write(check(upload(tree.county, io.BytesIO(b"".join(lines)), now), now), now)
    assert roster.rows_written == 5
    assert "赵六" in {worker.details()["name"] for worker in Worker.objects.all()}


def test_a_list_that_begins_further_right_keeps_its_letters(tree, now):
    def at_c(sheet):
        sheet.insert_cols(1, 2)

    roster = check(upload(tree.county, workbook(HEADER, person(5, phone="138"), arrange=at_c), now), now)
    layout = Layout.of(roster.layout)
    assert (layout.columns["name"], layout.columns["phone"]) == (2, 4)  # C and E, as the officer sees them


def test_a_quotation_mark_never_closed_is_found_within_a_page(tree, now):
    head = text_file(HEADER, person(5)).getvalue()
    with pytest.raises(RosterUnreadable) as refused:
        upload(tree.county, io.BytesIO(head + b'"' + b"x" * 40_000 + b"\r\n"), now)
    assert "第3行" in str(refused.value)


def test_rows_go_to_the_union_that_they_name(tree, now):
    file = text_file(
        EXTRA,
        ["张三", NUMBER, "13800000001", "", "", "", "窑炉分会"],
        [*person(2)[:3], "", "", "", "明澈玻璃工会"],
        [*person(3)[:3], "", "", "", ""],
    )  # fmt: skip
    write(check(upload(tree.county, file, now), now), now)
    found = {m.body_id: m for m in Membership.objects.all()}
    assert set(found) == {tree.kiln.pk, tree.glass_union.pk, tree.county.pk}
    assert found[tree.glass_union.pk].employer == tree.glass


def test_a_union_outside_the_subtree_is_unknown(tree, now):
    file = text_file(EXTRA, ["张三", NUMBER, "13800000001", "", "", "", "云顶山林场工会"])
    assert problems(check(upload(tree.county, file, now), now)) == [(2, "body", "body-unknown")]


def test_merged_cells_say_the_same_of_all_rows_where_that_is_safe(tree, now):
    lines = [
        ["姓名", "身份证号码", "手机号码", "所属工会"],
        [*GOOD[:3], "窑炉分会"],
        [*person(2)[:3], None],
        person(3)[:3],
    ]

    def arrange(sheet):
        sheet.merge_cells("D2:D3")

    write(check(upload(tree.county, workbook(*lines, arrange=arrange), now), now), now)
    assert sorted(Membership.objects.values_list("body_id", flat=True)) == sorted(
        [tree.kiln.pk, tree.kiln.pk, tree.county.pk]
    )


def test_a_header_of_two_rows(tree, now):
    lines = [["姓名", "身份证号码", "联系方式", None], [None, None, "手机", "住址"], [*GOOD[:3], "沙河市"]]

    def arrange(sheet):
        sheet.merge_cells("C1:D1")

    roster = upload(tree.county, workbook(*lines, arrange=arrange), now)
    assert roster.layout["header"] == 2
    write(check(roster, now), now)
    assert Worker.objects.get().details()["address"] == "沙河市"


UPPER = ["序号", "姓名", "身份信息", None, None, "联系方式", "备注"]
LOWER = [None, None, "性别", "身份证号码", "文化程度", "手机", None]
BELOW_TWO_ROWS = [1, GOOD[0], "", GOOD[1], "本科", GOOD[2], "外地来"]


NOTE = ["填表单位：沙河市总工会", None, "姓名如下"]


@pytest.mark.parametrize("above", [[], [["沙河市总工会会员花名册"]], [NOTE]])
def test_a_header_of_two_rows_whose_lower_row_names_more(tree, now, above):
    roster = upload(tree.county, workbook(*above, UPPER, LOWER, BELOW_TWO_ROWS), now)
    assert roster.layout["header"] == len(above) + 2
    assert roster.layout["headings"] == ["序号", "姓名", "性别", "身份证号码", "文化程度", "手机", "备注"]
    write(check(roster, now), now)
    assert Worker.objects.get().details()["name"] == GOOD[0]


@pytest.mark.parametrize("title", [["姓名"], NOTE, ["沙河市总工会", "王五"]])
def test_a_title_above_a_blank_heading_is_no_header(tree, now, title):
    roster = upload(tree.county, workbook(title, [None, *HEADER], [1, *GOOD]), now)
    assert roster.layout["headings"] == ["", *HEADER]
    write(check(roster, now), now)
    assert Worker.objects.get().details()["name"] == GOOD[0]


def test_a_column_without_a_heading_can_be_chosen(tree, now):
    roster = upload(tree.county, workbook([None, *HEADER[1:]], GOOD, person(2)), now)
    layout = Layout.of(roster.layout)
    assert "name" not in layout.columns
    assert str(columns_of(layout)[0]) == "A"


def test_what_stands_below_no_heading_comes_along_to_be_mended(tree, now):
    bad = [*person(2)[:3], "03/04/2020", "外地来"]
    roster = check(upload(tree.county, workbook(HEADER, [*GOOD, "本地"], bad), now), now)
    content = importing.read_corrected_rows(roster_id=roster.pk, by=tree_system(), now=now)
    row = [cell.value for cell in load_workbook(io.BytesIO(content)).active[2]]
    assert row[3:5] == ["03/04/2020", "外地来"]


def test_the_sheet_with_the_members_is_found_and_another_can_be_chosen(tree, now):
    book = Workbook()
    book.active.append(["填写说明"])
    second = book.create_sheet("会员")
    second.append(HEADER)
    second.append(GOOD)
    third = book.create_sheet("退会")
    third.append(HEADER[:2])
    out = io.BytesIO()
    book.save(out)
    roster = upload(tree.county, out, now)
    assert (roster.layout["sheet"], roster.layout["sheets"]) == (1, ["Sheet", "会员", "退会"])
    changed = importing.choose_sheet(roster_id=roster.pk, sheet=2, by=tree_system(), now=now)
    assert changed.layout["columns"] == {"name": 0, "id_number": 1}


def tree_system():
    from zhijia.core.actors import SYSTEM

    return SYSTEM


@pytest.mark.parametrize("content", [b"", b"\xd0\xcf\x11\xe0 locked", b"PK\x03\x04 broken"])
def test_what_is_no_table_is_refused_and_nothing_stays(content, tree, now, settings):
    from pathlib import Path

    with pytest.raises(RosterUnreadable):
        upload(tree.county, io.BytesIO(content), now)
    assert not [path for path in Path(settings.ZHIJIA_ROSTERS).rglob("*") if path.is_file()]


def test_a_person_twice_in_the_file(tree, now):
    file = text_file(HEADER, GOOD, person(2), [GOOD[0], GOOD[1], "13900000000", GOOD[3]])
    roster = check(upload(tree.county, file, now), now)
    assert problems(roster) == [(4, "id_number", "twice")]
    assert write(roster, now).rows_written == 2


def test_somebody_younger_than_sixteen(tree, now):
    from bench.rosters import number_of

    file = text_file(
        HEADER, ["张三", number_of("130502", dt.date(2012, 5, 1), 101), "13800000001", "2026-01-02"]
    )
    assert problems(check(upload(tree.county, file, now), now)) == [(2, "id_number", "too-young")]


def test_a_doubted_number_never_locks_anybody_out(tree, now):
    roster = upload(
        tree.county, text_file(HEADER, ["张三", "110105194912310021", "13800000001", "2020-01-02"]), now
    )
    importing.set_columns(
        roster_id=roster.pk, columns=roster.layout["columns"], joined_on=now.date(), doubted=True,
        by=tree_system(),
        now=now,
    )  # fmt: skip
    assert problems(check(roster, now)) == [(2, "id_number", "id-doubted")]
    write(roster, now)
    worker = Worker.objects.get()
    assert (worker.id_standing, worker.id_index) == ("doubted", None)


def test_the_rows_to_mend_come_back_with_reasons_and_finish_the_job(tree, now):
    bad = person(6, id="110105194912310021", name="=张三")
    roster = check(upload(tree.county, text_file(["花名册"], HEADER, GOOD, bad), now), now)
    write(roster, now)
    content = importing.read_corrected_rows(roster_id=roster.pk, by=tree_system(), now=now)
    sheet = load_workbook(io.BytesIO(content)).active
    rows = list(sheet.iter_rows())
    assert [cell.value for cell in rows[0]] == [*HEADER, "问题/原因"]
    assert len(rows) == 2
    assert rows[1][0].value == "=张三"
    assert rows[1][0].data_type == "s"
    assert rows[1][1].fill.fgColor.rgb == "FFF4C7C3"
    assert "第4行" in rows[1][4].value
    sheet["A2"], sheet["B2"] = "王五", person(6)[1]
    out = io.BytesIO()
    sheet.parent.save(out)
    again = check(upload(tree.county, out, now), now)
    assert problems(again) == []
    assert write(again, now).rows_written == 1
    assert Worker.objects.count() == 2
