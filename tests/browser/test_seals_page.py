"""The page of seals, as a phone and a desk see it."""

from tests.browser.server import Server


def test_the_page_of_seals_is_readable_and_holds_a_code(
    size, visit, server: Server, assert_accessible, picture
) -> None:
    server.zhijia("audit", "sign")
    page = visit("/audit/heads", size=size)
    assert page.locator("svg.qr").count() == 1
    box = page.locator("svg.qr").bounding_box()
    assert box is not None
    assert 200 <= box["width"] <= 390  # large enough to scan, no wider than a phone
    assert_accessible(page)
    picture(page, "seals")
