"""An officer imports a roster and mends what was wrong with it."""

import datetime as dt
import io
import re

from openpyxl import load_workbook

from bench.rosters import number_of
from tests.browser.server import Server

HEADER = "姓名,身份证号码,手机号码,入会时间"


def _file(rows: list[str]) -> dict[str, object]:
    text = "\n".join(["邢台市总工会会员花名册", HEADER, *rows, "合计,2,,"])
    return {"name": "名册.csv", "mimeType": "text/csv", "buffer": text.encode("gb18030")}


def _numbers(size: str) -> tuple[str, str]:
    """Return two numbers that no other run of this test uses."""
    born = dt.date(1975, 1, 1) if size == "phone" else dt.date(1976, 1, 1)
    return number_of("130502", born, 501), number_of("130502", born, 503)


def test_an_officer_imports_and_mends_a_roster(
    size, visit, server: Server, assert_accessible, picture
) -> None:
    good, other = _numbers(size)
    wrong = other[:17] + ("1" if other[17] != "1" else "2")
    page = visit("/membership/rosters/", who="管仲文", size=size)
    page.get_by_role("link", name="上传名册").first.click()
    assert_accessible(page)
    picture(page, "roster-upload")
    rows = [f"张三,{good},13900000101,2020-01-02", f"李四,{wrong},13900000102,2020-01-02"]
    page.get_by_label("会员名册文件").set_input_files(_file(rows))
    page.get_by_role("button", name="上传").click()
    assert page.get_by_label("身份证号码").count() or page.get_by_label("证件号码").count()
    picture(page, "roster-columns")
    assert_accessible(page)
    page.get_by_role("button", name="检查所有行").click()
    page.wait_for_selector("text=尚未写入任何内容", timeout=90_000)
    assert page.get_by_text("B4").first.is_visible()
    picture(page, "roster-checked")
    assert_accessible(page)
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("待更正的行及原因")).click()
    book = load_workbook(io.BytesIO(download.value.path().read_bytes()))  # the kept file has no ending
    page.get_by_role("button", name="写入没有问题的行").click()
    page.wait_for_selector("text=没有问题的行已登记入册", timeout=90_000)
    picture(page, "roster-written")
    assert_accessible(page)
    _mend_and_finish(page, book, other, lambda: (assert_accessible(page), picture(page, "roster-sheets")))


def _mend_and_finish(page, book, number: str, look) -> None:
    """Put the right number into the workbook that came back, and upload it with a sheet that is not read."""
    book.active["B2"] = number
    for line in (["姓名", "手机号码"], ["王五", "13900000109"], ["赵六", "13900000110"]):
        (book["退会"] if "退会" in book.sheetnames else book.create_sheet("退会")).append(line)
    out = io.BytesIO()
    book.save(out)
    page.goto(re.sub(r"/rosters/\d+/.*", "/rosters/new/", page.url))
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    page.get_by_label("会员名册文件").set_input_files(
        {"name": "更正.xlsx", "mimeType": kind, "buffer": out.getvalue()}
    )
    page.get_by_role("button", name="上传").click()
    assert page.get_by_role("listitem").filter(has_text="退会 – 2 行").is_visible()
    look()
    page.get_by_role("button", name="检查所有行").click()
    page.wait_for_selector("text=1行", timeout=90_000)
    page.get_by_role("button", name="写入没有问题的行").click()
    page.wait_for_selector("text=没有问题的行已登记入册", timeout=90_000)
