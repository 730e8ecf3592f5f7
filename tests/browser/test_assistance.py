"""The rules as text and the self-test, on a phone and a desk, with and without script."""

import pytest
from playwright.sync_api import expect


@pytest.mark.parametrize("chosen", ["", "?set=qingdao%402021"])
def test_the_rules_can_be_read(chosen, size, visit, assert_accessible, picture) -> None:
    page = visit(f"/assistance/rules/{chosen}", size=size)
    expect(page.locator("main")).to_contain_text("家庭月人均纯收入")
    expect(page.locator("main")).to_contain_text("有哪些不同")
    assert_accessible(page)
    picture(page, f"assistance-rules{'-qingdao' if chosen else ''}-{size}")


@pytest.mark.parametrize("script", [True, False])
def test_somebody_tests_himself_and_corrects_a_mistake(
    script, size, visit, assert_accessible, picture
) -> None:
    visit.allow("status of 422")
    page = visit("/assistance/self-test/", size=size, java_script_enabled=script)
    page.locator("#id_place").select_option("130502")
    page.locator("main form button[type=submit]").click()
    page.locator("#id_household_size").fill("3")
    page.locator("#id_wages").fill("四万八")
    page.locator("#id_medical_cost").fill("30000")
    page.locator("main form button[type=submit]").click()
    expect(page.locator("main")).to_contain_text("请填写以元为单位的金额")
    expect(page.locator("#id_medical_cost")).to_have_value("30000")
    if script:
        assert_accessible(page)
    page.locator("#id_wages").fill("48000")
    page.locator("main form button[type=submit]").click()
    expect(page.locator("#result")).to_contain_text("深度困难")
    expect(page.locator("#result")).to_contain_text("500.00元")
    assert "48000" not in page.url
    if script:
        assert_accessible(page)
        picture(page, f"self-test-{size}")
        page.locator("#id_wages").fill("90000")
        page.locator("main form button[type=submit]").click()
        expect(page.locator("#result")).to_contain_text("哪些实际情况可以改变结果")
        assert_accessible(page)
        picture(page, f"self-test-refused-{size}")
