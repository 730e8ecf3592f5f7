"""A courier joins the union on a phone; an officer answers at his desk; the card is shown and checked."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.taps import Hands

MOST_TAPS = 8
"""From the page "My membership" to "handed in", fields included: two minutes on an old phone."""


def hands_in(page: Page) -> Hands:
    """Let the worker fill in what is needed and send; return what it cost."""
    hands = Hands(page)
    hands.tap(page.locator("main a.button[href='/membership/join/']"))
    page.locator("form[data-draft=join][data-ready]").wait_for()
    hands.fill(page.locator("#id_name"), "王小满")
    hands.choose(page.locator("#id_place"), "130502")
    hands.choose(page.locator("#id_trade"), "courier")
    hands.tap(page.locator("form[data-draft=join] button.button-primary"))
    page.wait_for_url("**/membership/applications/**")
    return hands


def test_a_courier_joins_and_shows_a_valid_card(visit, assert_accessible, picture) -> None:
    page = visit("/membership/", who="王小满")
    assert_accessible(page)
    hands = hands_in(page)
    assert hands.cost.taps <= MOST_TAPS
    expect(page.locator("main")).to_contain_text("襄都区总工会")
    expect(page.locator("main")).to_contain_text("单位")
    picture(page, "membership-application")
    assert_accessible(page)

    desk = visit("/membership/work/applications/", who="管仲文", size="desktop")
    picture(desk, "membership-queue")
    assert_accessible(desk)
    desk.get_by_role("link", name="王小满").first.click()
    picture(desk, "membership-work")
    assert_accessible(desk)
    desk.locator("button[value=accept_application]").click()
    desk.wait_for_url("**/membership/work/applications/")

    page.goto("/membership/card/")
    picture(page, "membership-card")
    assert_accessible(page)
    address = page.evaluate("document.querySelector('svg.qr') !== null")
    assert address
    page.goto("/membership/")
    picture(page, "membership-mine")
    assert_accessible(page)


def test_the_pages_of_the_roll_read_well_at_both_sizes(visit, size, assert_accessible, picture) -> None:
    page = visit("/membership/work/roll/", who="管仲文", size=size)
    picture(page, "roll")
    assert_accessible(page)
    page.locator("tbody a").first.click()
    picture(page, "roll-entry")
    assert_accessible(page)
    for address in ("enrol", "doors", "transfers", "corrections"):
        page.goto(f"/membership/work/{address}/")
        picture(page, f"roll-{address}")
        assert_accessible(page)
    page.goto("/membership/work/doors/")
    page.get_by_role("link", name="火车站快递柜旁").click()
    picture(page, "roll-door")
    assert_accessible(page)


def test_the_form_to_join_reads_well_at_both_sizes(visit, size, assert_accessible, picture) -> None:
    page = visit("/membership/join/", who="李", size=size)
    picture(page, "join")
    assert_accessible(page)
    visit.allow("status of 422")
    page.locator("form[data-draft=join][data-ready]").wait_for()
    page.locator("#id_name").fill("")
    page.locator("form[data-draft=join] button.button-primary").click()
    expect(page.locator("[data-summary]")).to_be_focused()  # by the first tap, also where nothing was typed
    expect(page.locator(".field-bad")).to_have_count(2)
    picture(page, "join-refused")
    assert_accessible(page)


LINES_OF = """() => [...document.querySelectorAll(".check .sign p")].map(p => ({
  lines: Math.round(p.clientHeight / parseFloat(getComputedStyle(p).lineHeight)),
  room: p.querySelector(".rule").clientWidth,
}))"""
"""How many lines of text each label of the foot takes, and how many pixels there are to sign on."""


@pytest.mark.parametrize("paper", ["registration", "application"])
def test_a_paper_leaves_room_to_sign(visit, size, paper, assert_accessible, picture) -> None:
    page = visit("/membership/work/roll/", who="管仲文", size=size)
    page.locator("tbody a").first.click()
    page.goto(f"{page.url}{paper}/")
    picture(page, f"paper-{paper}")
    assert_accessible(page)
    for place in page.evaluate(LINES_OF):
        assert place["lines"] == 1
        assert place["room"] >= 120
