"""The pages that anybody may open, as a phone and a desk see them."""

import pytest

PUBLIC = ["/", "/accounts/login/", "/accounts/signup/", "/open/", "/gallery/", "/offline/"]


@pytest.mark.parametrize("path", PUBLIC)
def test_a_public_page_is_accessible_and_quiet(path, size, visit, assert_accessible, picture) -> None:
    page = visit(path, size=size)
    assert_accessible(page)
    picture(page, f"public{path}")


def test_the_home_page_works_without_scripts(size, visit) -> None:
    page = visit("/", size=size, java_script_enabled=False)
    assert page.locator("h1").count() == 1
    assert page.locator("a[href*='login']").count() >= 1


def test_a_page_that_is_not_there_says_so_and_leads_home(visit, assert_accessible) -> None:
    visit.allow("404")
    page = visit("/no-such-page/")
    assert page.locator("main a").count() >= 1
    assert_accessible(page)


def test_the_page_for_programmers_needs_no_script_and_no_other_host(visit) -> None:
    page = visit("/api/v1/docs", size="desktop", java_script_enabled=False)
    page.get_by_text("GET /api/v1/appeals/categories").click()
    page.locator("details[open] a[href='#shape-CategoryOut']").first.wait_for()
    assert page.locator("#shape-CategoryOut").count() == 1


def test_the_page_for_programmers_is_accessible(size, visit, assert_accessible) -> None:
    assert_accessible(visit("/api/v1/docs", size=size))
