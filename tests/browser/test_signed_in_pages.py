"""Where people land after signing in."""

import pytest


@pytest.mark.parametrize("path", ["/", "/me/", "/me/sessions/", "/messages/"])
def test_a_workers_page_is_accessible_and_quiet(path, size, visit, assert_accessible, picture) -> None:
    page = visit(path, who="职工", size=size)
    assert "/accounts/login" not in page.url
    assert_accessible(page)
    picture(page, f"worker{path}")


@pytest.mark.parametrize(
    "path", ["/desk/", "/search/?q=工资", "/statistics/", "/unions/", "/employers/", "/rules/"]
)
def test_an_officers_page_is_accessible_and_quiet(path, size, visit, assert_accessible, picture) -> None:
    page = visit(path, who="干部", size=size)
    assert "/accounts/" not in page.url
    assert_accessible(page)
    picture(page, f"officer{path}")
