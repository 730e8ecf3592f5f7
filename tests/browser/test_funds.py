"""Union money at the desk and on a phone: over the cap, corrected, approved by another, exported."""

import re

import pytest
from playwright.sync_api import expect

HANDLER, TREASURER, CHAIR = "孟办清", "钱算清", "管仲文"
PAGES = ("", "ledger/?code=102", "dues/", "levy/", "levy/new/", "budgets/", "spendings/", "files/", "sums/",
         "vouchers/new/")  # fmt: skip


def city_of(page) -> str:
    """Return the address of the city's money, from the officer's own list."""
    page.goto("/funds/")
    link = page.locator("section.card", has_text="邢台市总工会").get_by_role("link", name="付款").first
    return re.sub(r"spendings/$", "", link.get_attribute("href"))


@pytest.mark.parametrize("path", PAGES)
def test_each_page_is_accessible(path, size, visit, assert_accessible, picture) -> None:
    page = visit("/funds/", who=TREASURER, size=size)
    if path == "":
        assert_accessible(page)
        picture(page, "funds-index")
    page.goto(city_of(page) + path)
    assert_accessible(page)
    picture(page, f"funds-{path}")


def test_a_wage_that_is_none_is_refused_in_its_own_line_and_nothing_typed_is_lost(
    size, visit, assert_accessible, picture
) -> None:
    visit.allow("status of 422")  # the wage below nothing
    page = visit("/funds/", who=TREASURER, size=size)
    union = page.locator("section.card", has_text="沙河明澈玻璃有限公司工会")
    page.goto(union.get_by_role("link", name="会费").get_attribute("href") + "charge/")
    picture(page, "funds-charge")
    assert_accessible(page)
    first, second = page.locator("tbody input").all()[:2]
    assert first.bounding_box()["height"] >= 44
    first.fill("5123.40")
    second.fill("-3000")
    button = page.get_by_role("button", name="收缴会费")
    assert button.is_visible()
    button.click()
    refused = page.locator("tbody tr", has=page.locator(".errorlist"))
    expect(refused).to_contain_text("金额不能是负数")
    expect(refused.locator("input")).to_have_value("-3000")
    expect(page.locator("tbody input").first).to_have_value("5123.40")
    picture(page, "funds-charge-refused")
    assert_accessible(page)


def test_a_payment_over_the_cap_is_corrected_approved_by_others_and_exported(
    visit, assert_accessible, picture
) -> None:
    visit.allow("status of 422")  # the refusal of the amount over the cap
    desk = visit("/funds/", who=HANDLER, size="desktop")
    home = city_of(desk)
    desk.goto(f"{home}spendings/new/")
    assert_accessible(desk)
    picture(desk, "funds-spending-new")
    for name, value in {
        "amount": "300.01", "text": "会员生日慰问", "period": "2026", "member_reference": "demo-0001",
        "payee_name": "王小满", "payee_number": "6222 0202 0011 2233 453",
    }.items():  # fmt: skip
        desk.locator(f"[name={name}]").fill(value)
    desk.locator("[name=code]").select_option("502")
    desk.locator("[name=purpose]").select_option("birthday")
    desk.locator("[name=payee_kind]").select_option("person")
    for box in desk.locator("[name=confirmed]").all():
        box.check()
    desk.get_by_role("button", name="提交申请").click()
    assert desk.get_by_text("最多 300.00 元").first.is_visible()
    picture(desk, "funds-over-the-cap")
    desk.locator("[name=amount]").fill("300")
    desk.get_by_role("button", name="提交申请").click()
    desk.wait_for_url(re.compile(r"/spendings/[0-9a-f-]{36}/$"))
    address = desk.url
    money = visit(address, who=TREASURER, size="desktop")
    assert_accessible(money)
    money.get_by_role("button", name="审核通过：单据和账户无误").click()
    chair = visit(address, who=CHAIR, size="desktop")
    chair.locator("[name=no_relative]").check()
    chair.get_by_role("button", name="同意", exact=True).click()
    picture(chair, "funds-approved")
    money.goto(f"{home}files/")
    assert_accessible(money)
    money.get_by_role("button", name="生成付款文件").click()
    picture(money, "funds-file")
    assert_accessible(money)
    with money.expect_download() as download:
        money.get_by_role("button", name="导出 CSV（GB18030）").click()
    text = download.value.path().read_bytes().decode("gb18030")
    assert "6222020200112233453" in text
    assert "合计" in text
