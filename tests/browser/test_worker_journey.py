"""A worker's whole way in a real browser: ask, follow, talk, judge, be heard again; also offline."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.bad_days.house import filed
from tests.browser.server import Server
from tests.browser.taps import Cost, Hands

SEND = "form[data-draft=appeal] button.button-primary"
OFFICER = """
from zhijia.appeals import services
from zhijia.appeals.models import Appeal
from zhijia.core import clock
from zhijia.unions.enums import Role
from zhijia.unions.selectors import holders
now = clock.now()
appeal = Appeal.objects.get(number="{number}")
desk = holders(appeal.handling_body, (Role.DISPATCHER, Role.CHAIR), clock.local_date(now))[0]
if appeal.state == "received":
    services.accept_appeal(appeal_id=appeal.pk, by=desk, now=now)
handler = services.handlers_for(appeal, now)[0]
services.assign_appeal(appeal_id=appeal.pk, handler_id=handler.pk, by=desk, now=now)
services.sign_for_appeal(appeal_id=appeal.pk, by=handler, now=now)
services.reply_to_appeal(
    appeal_id=appeal.pk, text="{text}", opinion="supported", correction="{correction}", by=handler, now=now
)
"""


def officer_answers(server: Server, number: str, text: str, correction: str = "") -> None:
    """Let an officer take the matter on and answer it, through the services."""
    server.zhijia("shell", "-v0", "-c", OFFICER.format(number=number, text=text, correction=correction))


def write(page: Page, text: str) -> None:
    page.locator("form[data-draft=appeal][data-ready]").wait_for()
    page.locator("#id_text").fill(text)


def send(page: Page) -> tuple[str, str]:
    """Send the form; return the receipt and the number of the matter."""
    page.locator(SEND).click()
    page.wait_for_url("**/appeals/sent/")
    receipt = page.locator("main .number").inner_text().strip()
    assert re.fullmatch(r"(\d{4} ){4}\d{4}", receipt)
    number = page.locator("main dd.figures").inner_text().strip()
    return receipt, number


def judge(page: Page, result: str) -> None:
    page.locator(f"#rate_result input[value={result}]").check()
    page.locator("#rate_attitude input[value=satisfied]").check()
    page.locator("form[action$='/rate/'] button").click()


def test_a_stranger_on_a_phone_is_heard_twice(visit, server, assert_accessible, picture) -> None:
    page = visit("/appeals/new/")
    assert_accessible(page)
    write(page, "老板拖欠我三个月工资，一直推脱不发，电话13800001234")
    page.locator("#id_place").select_option("130500")
    suggested = page.locator("#suggestions input[value='WAGE.ARREARS']")
    suggested.check()
    expect(page.locator("#suggestions mark").first).to_be_visible()
    assert_accessible(page)
    picture(page, "worker-new")
    receipt, number = send(page)
    assert_accessible(page)
    picture(page, "worker-sent")

    page.goto("/appeals/follow/")
    assert_accessible(page)
    page.locator("#id_receipt").fill(receipt)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**/appeals/followed/")
    assert_accessible(page)
    page.locator("#write_text").fill("我还有考勤照片")
    page.locator("form[action$='/write/'] button.button-secondary[type=submit]").click()
    expect(page.locator(".timeline .typed").first).to_have_text("我还有考勤照片")

    officer_answers(server, number, "已约谈单位，答应补发。")
    page.reload()
    expect(page.locator("main")).to_contain_text("已约谈单位，答应补发。")
    assert_accessible(page)
    picture(page, "worker-answered")
    judge(page, "dissatisfied")
    expect(page.locator("#rate_result")).to_have_count(0)

    officer_answers(server, number, "工资已经到账。", "上次没有核对到账，这次看了银行回单。")
    page.reload()
    expect(page.locator("main")).to_contain_text("这次看了银行回单")
    judge(page, "satisfied")
    assert page.locator(".steps .step-done").count() == 5
    assert_accessible(page)
    picture(page, "worker-solved")
    assert receipt.replace(" ", "") not in page.url


def test_the_whole_way_in_works_without_scripts(visit, picture) -> None:
    page = visit("/appeals/new/", java_script_enabled=False)
    page.locator("#id_text").fill("没有脚本也能反映")
    receipt, _number = send(page)
    page.goto("/appeals/follow/")
    page.locator("#id_receipt").fill(receipt)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**/appeals/followed/")
    page.locator("#write_text").fill("补充一句")
    page.locator("form[action$='/write/'] button[type=submit]").click()
    expect(page.locator(".timeline .typed").first).to_have_text("补充一句")
    picture(page, "worker-no-scripts")


def test_a_signed_in_worker_at_a_desk_is_sealed_and_finds_it_again(visit, assert_accessible, picture) -> None:
    page = visit("/appeals/new/", who="职工", size="desktop")
    expect(page.locator("input[name=confidentiality][value=sealed]")).to_be_checked()
    assert_accessible(page)
    write(page, "加班费怎么算，公司按底薪算对吗")
    _receipt, number = send(page)
    page.goto("/appeals/mine/")
    assert_accessible(page)
    page.locator(".list h2 a").first.click()
    expect(page.locator("h1")).to_contain_text(number)
    assert_accessible(page)
    picture(page, "worker-desk")


def wait_for_offline_pages(page: Page) -> None:
    page.evaluate("navigator.serviceWorker.ready.then(r => r.active && r.active.state)")
    page.wait_for_function(
        "caches.keys().then(all => Promise.all(all.filter(n => n.startsWith('pages-')).map("
        "n => caches.open(n).then(c => c.match('/appeals/new/'))))).then(found => found.some(Boolean))"
    )
    page.reload()


def drafts(page: Page) -> Any:
    page.goto("/drafts/")
    page.locator("[data-drafts-list][data-ready]").wait_for()
    return page.locator("[data-drafts-list] li")


def test_drafts_written_without_a_network_are_sent_later_once(visit, server, picture) -> None:
    visit.allow("Failed to load|ERR_INTERNET_DISCONNECTED|Failed to fetch")
    page = visit("/appeals/new/")
    wait_for_offline_pages(page)
    texts = ["林区工资没发第一件", "林区宿舍漏雨第二件"]
    page.context.set_offline(True)
    for text in texts:
        page.goto("/appeals/new/")
        write(page, text)
        page.locator(SEND).click()
        expect(page.locator("[data-draft-status]")).not_to_be_empty()
    assert drafts(page).count() == 2
    picture(page, "worker-drafts")
    page.context.set_offline(False)
    for left in (1, 0):
        drafts(page).first.locator("a").click()
        page.locator("form[data-draft=appeal][data-ready]").wait_for()
        assert page.locator("#id_text").input_value() in texts
        send(page)
        assert drafts(page).count() == left
    assert [filed(server.data, text) for text in texts] == [1, 1]


SHORTEST, WITH_PLACE_AND_KIND = Cost(screens=3, taps=3, fields=1), Cost(screens=3, taps=6, fields=2)
"""From the home page to the receipt; as many as before the trust work (docs/reference/budgets.md)."""


def hand_in(page: Page, *, also: bool) -> Cost:
    """Go from the home page to the receipt, counting; ``also`` names the place and the kind."""
    hands = Hands(page)
    page.goto("/")
    hands.tap(page.locator("main a[href='/appeals/new/']").first)
    page.locator("form[data-draft=appeal][data-ready]").wait_for()
    hands.fill(page.locator("#id_text"), "老板拖欠我三个月工资，一直推脱不发")
    if also:
        hands.choose(page.locator("#id_place"), "130500")
        hands.tap(page.locator("#suggestions label:has(input[value='WAGE.ARREARS'])"))
        expect(page.locator("#suggestions input[value='WAGE.ARREARS']")).to_be_checked()
    hands.tap(page.locator(SEND))
    page.wait_for_url("**/appeals/sent/")
    expect(page.locator("main .number")).to_have_text(re.compile(r"(\d{4} ){4}\d{4}"))
    return hands.cost


@pytest.mark.parametrize("who", ["", "职工"], ids=["a stranger", "a worker who has signed in"])
@pytest.mark.parametrize(
    ("also", "ceiling"),
    [(False, SHORTEST), (True, WITH_PLACE_AND_KIND)],
    ids=["in short", "with place and kind"],
)
def test_handing_in_costs_no_more_than_before_it_was_sealed(who, also, ceiling, visit) -> None:
    cost = hand_in(visit.blank(who=who), also=also)
    print(f"TAPS {who or 'stranger'} {also} {cost}")
    assert cost.screens <= ceiling.screens, cost
    assert cost.taps <= ceiling.taps, cost
    assert cost.fields <= ceiling.fields, cost
