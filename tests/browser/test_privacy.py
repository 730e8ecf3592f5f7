"""The pages of one's own data, on a phone and at a desk."""

import pytest

WORKER = ["/privacy/me/", "/privacy/me/choices/", "/privacy/me/requests/", "/privacy/me/requests/new/"]


@pytest.mark.parametrize("path", ["/privacy/", "/privacy/periods/"])
def test_everybody_reads_the_notice(path, size, visit, assert_accessible, picture) -> None:
    page = visit(path, size=size)
    assert_accessible(page)
    picture(page, f"privacy{path}")


@pytest.mark.parametrize("path", WORKER)
def test_a_workers_own_pages_are_accessible_and_quiet(path, size, visit, assert_accessible, picture) -> None:
    page = visit(path, who="职工", size=size)
    assert "/accounts/login" not in page.url
    assert_accessible(page)
    picture(page, f"privacy-worker{path}")


def test_a_worker_agrees_asks_and_takes_both_back(visit) -> None:
    page = visit("/privacy/me/choices/", who="职工")
    switch = page.locator("form[action$='/notice_email/'] button")
    before = switch.inner_text()
    switch.click()
    assert page.locator("form[action$='/notice_email/'] button").inner_text() != before
    page.locator("form[action$='/notice_email/'] button").click()
    page.goto("/privacy/me/requests/new/")
    page.locator("input[name=kind][value=explain]").check()
    page.locator("[name=text]").fill("谁能看到我的手机号？")
    page.locator("form:has([name=kind]) [type=submit]").click()
    page.wait_for_url("**/privacy/me/requests/")
    assert page.get_by_text("谁能看到我的手机号？").count() == 1
    page.get_by_role("button", name="撤回请求").first.click()
    assert page.get_by_text("您撤回了请求").count() >= 1
