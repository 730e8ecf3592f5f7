"""An officer builds a group of members, looks who that is, saves it and filters the roll by it."""

import re

from playwright.sync_api import Page, expect


def _add(page: Page, label: str) -> None:
    page.get_by_label("再加一个条件").select_option(label=label)
    page.get_by_role("button", name="添加", exact=True).click()
    expect(page.locator("fieldset.condition legend").first).to_be_visible()


def test_an_officer_builds_a_group_and_filters_the_roll(size, visit, assert_accessible, picture) -> None:
    visit.allow("422")  # a refused form, which this test provokes
    name = f"新入会农民工-{size}"
    page = visit("/membership/work/roll/", who="管仲文", size=size)
    page.get_by_role("link", name="会员分组").first.click()
    picture(page, "segments-list-first")
    assert_accessible(page)
    page.get_by_role("link", name="新建分组").first.click()
    page.get_by_label("分组名称").fill(name)
    _add(page, "农民工")
    page.get_by_label("农民工", exact=True).check()
    _add(page, "职工群体")
    _add(page, "最近联系")
    picture(page, "segments-building")
    assert_accessible(page)
    page.get_by_role("button", name="保存").click()
    expect(page.locator(".summary")).to_contain_text("还没有选择")
    picture(page, "segments-refused")
    assert_accessible(page)
    page.get_by_label("快递员").check()
    page.get_by_label("网约配送员").check()
    page.get_by_label("多少").fill("90")
    page.locator(".form-foot button[value=look]").click()
    expect(page.locator("#found")).to_contain_text("90天未联系")
    expect(page.get_by_label("农民工", exact=True)).to_be_checked()
    picture(page, "segments-looked-at")
    assert_accessible(page)
    page.get_by_role("button", name="保存").click()
    page.wait_for_url(re.compile(r"/membership/segments/\d+/$"))
    picture(page, "segment")
    assert_accessible(page)
    page.get_by_role("link", name="在名册中显示全部").click()
    expect(page.locator("main")).to_contain_text(name)
    picture(page, "segment-roll")
    assert_accessible(page)
    page.goto("/membership/segments/")
    picture(page, "segments-list")
    assert_accessible(page)


def test_the_builder_works_without_a_script(visit, picture) -> None:
    page = visit("/membership/segments/new/", who="管仲文", size="phone", java_script_enabled=False)
    page.get_by_label("分组名称").fill("无脚本")
    _add(page, "入会时间长短")
    page.get_by_label("多少").fill("3")
    page.get_by_label("天、月或年").select_option("years")
    page.get_by_label("多少").press("Enter")
    expect(page.locator("#found")).to_contain_text("入会不满3年")
    assert page.get_by_label("分组名称").input_value() == "无脚本"
    page.get_by_role("button", name="移除这个条件").click()
    assert page.locator("fieldset.condition").count() == 0
    page.get_by_role("button", name="保存").click()
    page.wait_for_url(re.compile(r"/membership/segments/\d+/$"))
    picture(page, "segment-no-script")
