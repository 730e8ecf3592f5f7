"""An officer's day in a real browser: enter for a person, accept, assign by keyboard, answer, supervise."""

import re

import pytest
from playwright.sync_api import Page, expect

DISPATCHER, HANDLER, AGENT, SUPERVISOR, STEWARD = "周派舟", "何承远", "林听雨", "高察秋", "管仲文"
QUEUE = "/appeals/work/"


def entered(page: Page, text: str) -> tuple[str, str]:
    """Enter a matter as the hotline does; return number and receipt."""
    page.goto("/appeals/enter/?channel=hotline")
    page.locator("[name=channel][value=hotline]").check()
    page.locator("#id_text").fill(text)
    page.locator("#id_employer_text").fill("磐石建筑")
    page.locator("#hints label", has_text="河北磐石建筑劳务有限公司").click()
    page.locator("[name=confidentiality][value=anonymous]").check()
    page.locator("#entry .button-primary").click()
    page.wait_for_url("**/receipt/")
    receipt = page.locator(".receipt-large").inner_text().strip()
    assert re.fullmatch(r"(\d{4} ){4}\d{4}", receipt)
    return page.locator("main dd.number").first.inner_text().strip(), receipt


def found(page: Page, number: str) -> None:
    """Find a matter by its number and open it."""
    page.goto(f"{QUEUE}?tab=all&q={number}")
    page.locator("[data-row] a[data-open]").first.click()
    expect(page.locator(".desk-title .number")).to_have_text(number)


def step(page: Page, name: str) -> None:
    """Open the form of a step."""
    page.locator(f"#step a[href*='do={name}#']").click()
    expect(page.locator(f"form[action$='/{name}/']")).to_be_visible()


def test_a_call_is_entered_accepted_assigned_and_answered(visit, assert_accessible, picture) -> None:
    agent = visit("/desk/", who=AGENT, size="desktop")
    number, _receipt = entered(agent, "工地上二十多个人三个月没有发工资，包工头电话打不通了。")
    assert_accessible(agent)
    picture(agent, "officer-slip")

    desk = visit(QUEUE, who=DISPATCHER, size="desktop")
    found(desk, number)
    assert_accessible(desk)
    desk.locator("form[action$='/accept/'] .button-primary").click()
    expect(desk.locator("form[action$='/assign/']")).to_be_visible()

    desk.goto(f"{QUEUE}?tab=unassigned&q={number}")
    desk.locator("[data-shortcuts-open]:visible").wait_for()  # the keys work from now on
    desk.keyboard.press("j")
    desk.keyboard.press("x")
    expect(desk.locator("[data-row] input")).to_be_checked()
    desk.keyboard.press("a")
    expect(desk.locator("#handler")).to_be_focused()
    desk.locator("#handler").select_option(label=f"{HANDLER}（邢台市总工会）")
    desk.locator(".queue-foot button", has_text=re.compile("分派|派单")).first.click()
    expect(desk.locator(".alert-success")).to_contain_text(number)
    picture(desk, "officer-assigned")

    handler = visit(f"{QUEUE}?tab=mine", who=HANDLER, size="phone")
    assert_accessible(handler)
    picture(handler, "officer-mine")
    found(handler, number)
    handler.locator("form[action$='/sign_for/'] .button-primary").click()
    expect(handler.locator("form[action$='/reply/']")).to_be_visible()
    expect(handler.locator("#beside")).to_contain_text("同单位")
    assert_accessible(handler)
    picture(handler, "officer-case")
    handler.locator("form[action$='/reply/'] [name=opinion][value=supported]").check()
    handler.locator("#id_text").fill("已与单位核实，工资将在五日内发放。")
    handler.locator("form[action$='/reply/'] .button-primary").click()
    expect(handler.locator(".alert-success")).to_be_visible()
    expect(handler.locator("main")).to_contain_text("工资将在五日内发放")


def test_a_supervisor_urges_and_the_handler_asks_and_notes_without_scripts(visit, picture) -> None:
    agent = visit("/desk/", who=AGENT, size="phone")
    number, _receipt = entered(agent, "仓库高温没有防暑措施，已经有人晕倒。")
    desk = visit(QUEUE, who=DISPATCHER, size="phone", java_script_enabled=False)
    found(desk, number)
    desk.locator("form[action$='/accept/'] .button-primary").click()
    desk.locator("#id_handler_id").select_option(label=HANDLER)
    desk.locator("form[action$='/assign/'] .button-primary").click()
    above = visit(QUEUE, who="郑督明", size="desktop")
    found(above, number)
    step(above, "supervise")
    above.locator("#id_demand").fill("请两日内到现场。")
    above.locator("form[action$='/supervise/'] .button-primary").click()
    expect(above.locator(".alert-success")).to_be_visible()
    picture(above, "officer-supervised")

    handler = visit(QUEUE, who=HANDLER, size="phone", java_script_enabled=False)
    found(handler, number)
    handler.locator("form[action$='/sign_for/'] .button-primary").click()
    step(handler, "ask")
    handler.locator("#id_question").fill("在哪个仓库？")
    handler.locator("form[action$='/ask/'] .button-primary").click()
    expect(handler.locator("main .alert-warning").first).to_contain_text("在哪个仓库？")


@pytest.mark.parametrize(
    ("who", "path"),
    [
        (DISPATCHER, QUEUE),
        (DISPATCHER, f"{QUEUE}?tab=open&more=1"),
        (DISPATCHER, f"{QUEUE}figures/"),
        (DISPATCHER, "/appeals/texts/"),
        (AGENT, "/appeals/enter/"),
        (SUPERVISOR, "/appeals/flags/"),
        (STEWARD, "/appeals/promises/"),
    ],
)
def test_every_officers_page_is_accessible(who, path, size, visit, assert_accessible, picture) -> None:
    page = visit(path, who=who, size=size)
    assert "/accounts/" not in page.url
    assert_accessible(page)
    picture(page, f"officer{path}")
