"""Members and coverage: read on a desk and on a phone, drilled down, and figures reported."""

import re

import pytest
from playwright.sync_api import expect


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_an_officer_reads_coverage_goes_down_and_reports(visit, assert_accessible, picture, size) -> None:
    visit.allow("status of 422")  # more members than workers are refused
    page = visit("/membership/work/coverage/", who="管仲文", size=size)
    main = page.locator("main")
    expect(main).to_contain_text("入会率")
    picture(page, f"coverage-{size}")
    assert_accessible(page)
    main.locator("th a[href*='sort=members']").first.dispatch_event("click")
    page.wait_for_url("**sort=members**")
    assert_accessible(page)
    page.locator("tbody th a").first.click()
    page.wait_for_url(re.compile("body="))
    page.locator("a[href*='/figures/']").first.click()
    page.locator("#id_workers").fill("120")
    page.locator("#id_members").fill("130")
    page.locator("main form button[type=submit]").last.click()
    expect(page.locator("main")).to_contain_text("130")
    assert_accessible(page)
    page.locator("#id_members").fill("80")
    page.locator("main form button[type=submit]").last.click()
    expect(page.locator("main")).to_contain_text("已经上报的")
    picture(page, f"headcounts-{size}")
    assert_accessible(page)
