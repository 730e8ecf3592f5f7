"""Proofs, sessions and lost telephones as people see them."""

from typing import Any

from playwright.sync_api import expect

WORKER_PAGES = ["/me/", "/me/printed-codes/", "/me/sessions/", "/recovery/mine/", "/accounts/logout/"]


def test_the_pages_of_a_worker(visit: Any, size: str, picture: Any, assert_accessible: Any) -> None:
    page = visit("/", who="职工", size=size)
    for address in WORKER_PAGES:
        page.goto(address)
        picture(page, f"accounts{address.replace('/', '-')}")
        assert_accessible(page)
    page.goto("/me/printed-codes/")
    page.locator("main form [type=submit], main form button").first.click()
    expect(page.locator("[data-printed-codes] li")).to_have_count(10)
    picture(page, "accounts-printed")
    assert_accessible(page)


def test_the_ways_back_for_a_stranger(visit: Any, size: str, picture: Any, assert_accessible: Any) -> None:
    visit.allow("status of 422")
    page = visit("/accounts/login/", size=size)
    page.locator("a[href='/me/lost-phone/']").click()
    picture(page, "lost-phone")
    assert_accessible(page)
    page.locator("[name=phone]").fill("13800009999")
    page.locator("[name=code]").fill("1234 5678 1234 5678")
    page.locator("form:has([name=code]) [type=submit]").first.click()
    picture(page, "lost-phone-refused")
    assert_accessible(page)


def test_the_counter_and_the_question_in_between(
    visit: Any, size: str, picture: Any, assert_accessible: Any
) -> None:
    visit.allow("status of 403")
    page = visit("/recovery/counter/", who="何承远", size=size)
    picture(page, "recovery-first")
    assert_accessible(page)
    page.goto("/recovery/counter/confirm/")
    picture(page, "recovery-second")
    assert_accessible(page)


def test_the_warning_before_the_end_keeps_what_was_typed(
    visit: Any, picture: Any, assert_accessible: Any
) -> None:
    page = visit.blank(who="职工")
    page.clock.install()
    page.goto("/me/")
    box = page.locator("[data-session]")
    expect(box).to_be_hidden()
    page.locator("[name=name]").fill("typed and not sent")
    page.clock.fast_forward("29:00")
    expect(box).to_be_visible()
    picture(page, "session-ends-soon")
    assert_accessible(page)
    page.locator("[data-stay]").click()
    expect(box).to_be_hidden()
    page.clock.fast_forward("28:30")
    expect(box).to_be_visible()
    page.clock.fast_forward("03:00")
    expect(page.locator("[data-session-over]")).to_be_visible()
    expect(page.locator("[name=name]")).to_have_value("typed and not sent")
    picture(page, "session-over")
