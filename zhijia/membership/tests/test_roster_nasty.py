"""Files that other people's machines make: each is read, or refused with a sentence that says what it is."""

import io
import zipfile

import pytest
from openpyxl import Workbook

from zhijia.membership.models import Worker
from zhijia.membership.roster import workbook as inside
from zhijia.membership.roster.errors import UNREADABLE, RosterUnreadable
from zhijia.membership.tests.roster_files import (
    HEADER,
    check,
    person,
    problems,
    text_file,
    upload,
    write,
)  # fmt: skip

pytestmark = pytest.mark.django_db


def book(*sheets, arrange=None):
    """Return a workbook with sheets of lines; ``arrange`` changes it before it is saved."""
    made = Workbook()
    for number, lines in enumerate(sheets):
        sheet = made.active if number == 0 else made.create_sheet(f"表{number}")
        for line in lines:
            sheet.append(line)
    if arrange:
        arrange(made)
    out = io.BytesIO()
    made.save(out)
    out.seek(0)
    return out


def hide_first(made):
    made.worksheets[0].sheet_state = "hidden"
    made.active = 1


def empty_row_far_below(made):
    made.active.cell(row=50_000, column=1).value = " "


def one_far_to_the_right(made):
    made.active.cell(row=1, column=16_384).value = "备注"


FOOTERS = [["", "", "", ""], HEADER, ["合计", "1人", "", ""], ["制表：王五", "审核：赵六", "", ""],
           ["（盖章）", "", "", ""], ["负责人签字：", "", "日期：", ""],
           ["第 1 页，共 2 页", "", "", ""]]  # fmt: skip
ROW = person(3)
READ = {
    "a hidden sheet with last year's list": lambda: book([HEADER, person(1), person(2)], [HEADER, ROW],
                                                         arrange=hide_first),
    "an empty column of the same name": lambda: book([["姓名", "身份证号码", "身份证号码", "手机号码"],
                                                      [ROW[0], "", *ROW[1:3]]]),
    "50,000 empty rows": lambda: book([HEADER, ROW], arrange=empty_row_far_below),
    "16,384 columns": lambda: book([HEADER, ROW], arrange=one_far_to_the_right),
    "100 columns": lambda: text_file([f"列{n}" for n in range(97)] + HEADER, ["x"] * 97 + ROW),
    "UTF-16 without its mark": lambda: text_file(HEADER, ROW, encoding="utf-16-le", delimiter="\t"),
    "UTF-16 the other way round": lambda: text_file(HEADER, ROW, encoding="utf-16-be"),
    "semicolons behind a mark": lambda: text_file(HEADER, ROW, encoding="utf-8-sig", delimiter=";"),
    "a line that names the separator": lambda: text_file(["sep=;"], HEADER, ROW, delimiter=";"),
    "headers in the middle, signatures below": lambda: text_file(["花名册"], HEADER, ROW, *FOOTERS),
    "a line end within a cell": lambda: io.BytesIO(
        f'姓名,身份证号码,手机号码,家庭住址\r\n李四,"{ROW[1]}\n",{ROW[2]},"沙河市\n新城镇"\r\n'.encode()
    ),
    "two rows of headings, merged": lambda: book(
        [["基本信息", None, "联系方式", None], ["姓名", "身份证号码", "手机号码", "入会时间"], ROW]
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", READ)
def test_it_is_read_to_the_last_person(kind, tree, now):
    roster = check(upload(tree.county, READ[kind](), now), now)
    assert (problems(roster), roster.rows_found) == ([], 1)
    write(roster, now)
    told = Worker.objects.get().details()
    assert (told["name"], told["id_number"], told["phone"]) == ("李四", ROW[1], "+86" + ROW[2])


@pytest.mark.parametrize("name", ["阿依古丽·买买提", "𠮷田", "㐂田", "买买提·阿卜杜热合曼·艾合麦提江·图尔荪"])
def test_rare_characters_and_long_names_stay_as_they_are(name, tree, now):
    write(check(upload(tree.county, text_file(HEADER, person(1, name=name)), now), now), now)
    assert Worker.objects.get().details()["name"] == name


def test_a_space_between_rare_characters_goes(tree, now):
    write(check(upload(tree.county, text_file(HEADER, person(1, name="𠮷 田")), now), now), now)
    assert Worker.objects.get().details()["name"] == "𠮷田"


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"id": "1.30502198001011E+17"}, "id-rounded"),
        ({"phone": "1.38E+10"}, "mobile-rounded"),
        ({"id": "130502800101101"}, "id-old"),
    ],
)
def test_lost_digits_are_named_and_never_guessed(cells, code, tree, now):
    roster = check(upload(tree.county, text_file(HEADER, person(1), person(2, **cells)), now), now)
    assert [found for _row, _column, found in problems(roster)] == [code]
    assert roster.rows_bad == 1


def test_a_mobile_number_with_all_its_digits_is_read(tree, now):
    roster = check(upload(tree.county, text_file(HEADER, person(1, phone="1.3800000001E+10")), now), now)
    assert problems(roster) == []


def archive(**parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name.replace("__", "/"), content)
    return out.getvalue()


REFUSED = {
    "nothing": (b"", "empty"),
    "only a mark": (b"\xef\xbb\xbf", "empty"),
    "a web page": (
        b"\xef\xbb\xbf<html><table><tr><td>1</td></tr></table></html>",
        "markup",
    ),
    "an XML spreadsheet": (b'<?xml version="1.0"?><Workbook/>', "markup"),
    "a PDF": (b"%PDF-1.4\n1 0 obj", "binary"),
    "a photo": (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + bytes(range(256)), "binary"),
    "a text document": (archive(word__document="<w/>"), "binary"),
    "a workbook with a password": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504, "locked"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_no_list_is_refused_by_its_name(kind, tree, now):
    content, code = REFUSED[kind]
    with pytest.raises(RosterUnreadable) as refused:
        upload(tree.county, io.BytesIO(content), now)
    assert str(UNREADABLE[code][0]) in str(refused.value)


def test_an_archive_that_lies_about_its_size_is_not_unpacked(tree, now, monkeypatch):
    size = 1 << 23
    monkeypatch.setattr(inside, "LARGEST_INSIDE", 1 << 22)
    told = archive(xl__sheet="0" * size).replace(size.to_bytes(4, "little"), (100).to_bytes(4, "little"))
    with pytest.raises(RosterUnreadable) as refused:
        upload(tree.county, io.BytesIO(told), now)
    assert str(UNREADABLE["too-large-inside"][0]) in str(refused.value)
