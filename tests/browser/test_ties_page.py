"""An officer declares a relative at an employer on his phone; the steward has the same page at his desk."""

import re


def test_an_officer_declares_a_relative_and_finds_the_line(size, visit, assert_accessible, picture) -> None:
    page = visit("/affiliations/?q=清溪", who="周派舟", size=size)
    page.get_by_label("我的近亲属在那里工作或曾经工作").check()
    page.get_by_label("开始日期").fill("2021-05-01")
    picture(page, "ties-form")
    assert_accessible(page)
    page.get_by_role("button", name="申报").click()
    page.get_by_text("我的近亲属在那里工作或曾经工作").first.wait_for()
    page.get_by_text("关系已结束").first.click()
    picture(page, "ties-declared")
    assert_accessible(page)


def test_a_steward_reaches_the_ties_of_a_holder_from_his_posts(
    visit, size, assert_accessible, picture
) -> None:
    page = visit("/unions/?q=邢台市总工会", who="管仲文", size=size)
    page.get_by_role("link", name="邢台市总工会").first.click()
    page.get_by_role("link", name=re.compile("任职|职务|岗位")).first.click()
    page.get_by_role("link", name=re.compile("与用人单位的关联")).first.click()
    assert page.locator("h1").inner_text() == "与用人单位的关联"
    assert_accessible(page)
    picture(page, "ties-steward")
