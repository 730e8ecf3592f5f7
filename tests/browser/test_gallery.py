"""The page components in a real browser, and what only a browser can show: drafts, offline, keys, weight."""

import gzip
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, expect

FIRST_VISIT = 100_000
"""Bytes, gzip, without pictures."""
REPEAT_VISIT = 20_000
CONTROLLED = """() => new Promise(done => navigator.serviceWorker.controller
  ? done(true) : navigator.serviceWorker.addEventListener("controllerchange", () => done(true)))"""


@pytest.mark.parametrize("shell", ["worker", "officer"])
@pytest.mark.parametrize("aids", ["normal.0.0", "largest.0.0", "normal.1.0", "normal.0.1"])
def test_every_component_is_accessible_with_every_reading_aid(
    shell: str, aids: str, size: str, visit: Any, assert_accessible: Callable[[Page], None], picture: Any
) -> None:
    page = visit.blank(size=size)
    cookie = {"name": "reading", "value": aids, "url": visit.server.address}
    page.context.add_cookies([cookie])
    page.goto(f"/gallery/?shell={shell}")
    page.locator("form[data-ready]").wait_for()
    assert_accessible(page)
    picture(page, f"gallery-{shell}-{aids}")


def test_the_gallery_works_without_scripts(visit: Any) -> None:
    page = visit("/gallery/", java_script_enabled=False)
    assert page.locator("form[data-draft] [type=submit]").is_visible()
    assert not page.locator("[data-draft-note]").is_visible()


def test_reading_aids_are_switched_by_an_ordinary_form(visit: Any) -> None:
    page = visit("/menu/", java_script_enabled=False)
    page.get_by_role("button", name="特大").click()
    expect(page.locator("html")).to_have_attribute("data-size", "largest")
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")


def _gallery(page: Page) -> Any:
    page.goto("/gallery/")
    return _form(page)


def _form(page: Page) -> Any:
    page.locator("form[data-ready]").wait_for()
    return page.locator("form[data-draft]")


def _write(form: Any, text: str) -> None:
    form.locator("[name=text]").fill(text)
    expect(form.locator("[data-draft-status]")).to_contain_text("还没有提交")


def _drafts(page: Page) -> Any:
    page.goto("/drafts/")
    page.locator("[data-drafts-list][data-ready]").wait_for()
    return page.locator("[data-drafts-list] li")


def _complete(form: Any) -> None:
    form.locator("[name=mobile]").fill("138 0013 8000")
    form.locator("[name=urgency][value=general]").check()
    form.locator("[name=place]").select_option("130500")


def _controlled(page: Page) -> None:
    page.evaluate(CONTROLLED)


def _send(form: Any) -> None:
    form.locator("[type=submit]").click()


def test_a_draft_with_its_files_is_kept_resumed_sent_and_only_then_gone(visit: Any) -> None:
    page = visit.blank()
    form = _gallery(page)
    photo = {"name": "工资条.png", "mimeType": "image/png", "buffer": b"x" * 3000}
    form.locator("[name=evidence]").set_input_files(photo)
    _write(form, "三个月没发工资")
    key = form.locator("[name=idempotency_key]").input_value()

    assert _drafts(page).count() == 1
    expect(_drafts(page)).to_contain_text("三个月没发工资")
    page.get_by_role("link", name="继续写").click()

    form = _form(page)
    expect(form.locator("[name=text]")).to_have_value("三个月没发工资")
    assert form.locator("[name=idempotency_key]").input_value() == key
    names = "input => Array.from(input.files, file => [file.name, file.size])"
    assert form.locator("[name=evidence]").evaluate(names) == [["工资条.png", 3000]]

    _complete(form)
    _send(form)
    expect(page.locator("[data-draft-gone]")).to_have_attribute("data-draft-sent", key)
    assert _drafts(page).count() == 0


def test_several_drafts_are_kept_side_by_side_and_deleted_one_by_one(visit: Any) -> None:
    page = visit.blank()
    _write(_gallery(page), "第一件")
    _write(_gallery(page), "第二件")
    assert _drafts(page).count() == 2
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="删除").first.click()
    expect(page.locator("[data-drafts-list] li")).to_have_count(1)
    expect(page.locator("[data-drafts-list] li")).to_contain_text("第一件")


def test_a_draft_is_not_kept_when_the_worker_forbids_it(visit: Any) -> None:
    page = visit.blank()
    form = _gallery(page)
    _write(form, "别人也用这台手机")
    form.locator("[data-draft-forbid]").check()
    expect(form.locator("[data-draft-status]")).to_contain_text("没有保存任何内容")
    form.locator("[name=text]").fill("别人也用这台手机，请不要保存")
    page.evaluate("() => new Promise(done => setTimeout(done, 700))")  # longer than the pause before saving
    assert _drafts(page).count() == 0


def test_a_form_with_errors_keeps_its_draft_its_files_and_its_sending_number(visit: Any) -> None:
    page = visit.blank()
    form = _gallery(page)
    photo = {"name": "a.png", "mimeType": "image/png", "buffer": b"x" * 10}
    form.locator("[name=evidence]").set_input_files(photo)
    _write(form, "还没写完")
    key = form.locator("[name=idempotency_key]").input_value()
    _send(form)
    form = _form(page)
    expect(form.locator("[data-summary]")).to_be_focused()
    expect(form.locator("[name=text]")).to_have_value("还没写完")
    assert form.locator("[name=idempotency_key]").input_value() == key
    assert form.locator("[name=evidence]").evaluate("input => input.files.length") == 1
    assert _drafts(page).count() == 1


def _cut(context: BrowserContext) -> None:
    """Take the network away from pages and from the service worker alike."""
    context.route("**/*", lambda route: route.abort())
    context.set_offline(True)


def _restore(context: BrowserContext) -> None:
    context.unroute("**/*")
    context.set_offline(False)


def test_without_a_network_nothing_is_lost_and_the_page_says_that_nothing_was_sent(visit: Any) -> None:
    visit.allow("ERR_INTERNET_DISCONNECTED|ERR_FAILED")
    page = visit.blank()
    form = _gallery(page)
    _controlled(page)
    _write(form, "山里没有信号")
    _complete(form)
    _cut(page.context)
    _send(form)
    expect(form.locator("[data-draft-status]")).to_contain_text("没有网络")

    assert _drafts(page).count() == 1
    expect(_drafts(page)).to_contain_text("还没有收到回执")

    page.goto("/statistics/")
    expect(page.locator("h1")).to_have_text("没有网络")
    expect(page.locator("[data-not-sent]")).to_be_visible()

    _restore(page.context)
    _drafts(page)
    page.get_by_role("link", name="继续写").click()
    _send(_form(page))
    expect(page.locator("[data-draft-gone]")).to_have_count(1)
    assert _drafts(page).count() == 0


def test_the_device_keeps_no_private_page(visit: Any) -> None:
    page = visit("/menu/")
    _controlled(page)
    page.goto("/gallery/")
    kept = page.evaluate(
        """async () => {
          const found = [];
          for (const name of await caches.keys())
            for (const request of await (await caches.open(name)).keys())
              found.push(new URL(request.url).pathname);
          return found;
        }"""
    )
    pages = {path for path in kept if not path.startswith("/static/")}
    assert {"/offline/", "/drafts/"} <= pages
    assert not pages & {"/", "/menu/", "/gallery/"}


def test_a_file_past_the_cap_is_left_out_at_once(visit: Any) -> None:
    page = visit.blank()
    form = _gallery(page)
    field = form.locator("[name=evidence]")
    field.evaluate("input => { input.dataset.maxBytes = 100 }")
    small = {"name": "ok.pdf", "mimeType": "application/pdf", "buffer": b"x" * 50}
    large = {"name": "film.mp4", "mimeType": "video/mp4", "buffer": b"x" * 500}
    field.set_input_files([small, large])
    assert field.evaluate("input => Array.from(input.files, file => file.name)") == ["ok.pdf"]
    expect(form.locator(".file-list")).to_contain_text("film.mp4: 文件太大")


def test_characters_are_counted_as_the_server_counts_them(visit: Any) -> None:
    form = _gallery(visit.blank())
    form.locator("[name=text]").fill("一二😀")
    expect(form.locator(".count").first).to_have_text("3 / 200")


def test_an_officer_walks_a_list_by_keys(visit: Any) -> None:
    page = visit("/gallery/?shell=officer", size="desktop")
    page.locator("form[data-ready]").wait_for()
    page.locator("[data-shortcuts-open]").wait_for()
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("x")
    rows = page.locator("[data-list] [data-row]")
    expect(rows.nth(1)).to_have_attribute("data-row-now", "")
    expect(rows.nth(1).locator("input")).to_be_checked()
    page.keyboard.press("k")
    expect(rows.nth(0).locator("[data-open]")).to_be_focused()
    page.keyboard.press("/")
    expect(page.locator("[data-search]")).to_be_focused()
    page.keyboard.type("jx?")
    expect(page.locator("[data-search]")).to_have_value("jx?")
    page.locator("h1").click()
    page.keyboard.press("?")
    expect(page.locator("#shortcuts")).to_be_visible()


def test_the_keys_can_be_switched_off(visit: Any) -> None:
    page = visit("/gallery/?shell=officer", size="desktop")
    page.locator("[data-shortcuts-open]").wait_for()
    page.keyboard.press("?")
    page.locator("[data-shortcuts-off]").check()
    page.locator("#shortcuts button").click()
    page.keyboard.press("j")
    assert page.locator("[data-row-now]").count() == 0


def _weigh(page: Page, path: str) -> tuple[int, dict[str, int]]:
    """Return the gzip bytes that a visit moves, in all and by address."""
    moved: dict[str, int] = {}

    def weigh(answer: Any) -> None:
        if answer.ok and not answer.from_service_worker and answer.status != 304:
            moved[urlsplit(answer.url).path] = len(gzip.compress(answer.body(), 6))

    page.on("response", weigh)
    page.goto(path, wait_until="networkidle")
    page.remove_listener("response", weigh)
    return sum(moved.values()), moved


@pytest.mark.parametrize("path", ["/", "/menu/"])
def test_a_worker_page_is_light_enough_for_a_weak_network(path: str, visit: Any) -> None:
    page = visit.blank(service_workers="block")
    visit.allow("Service Worker registration blocked")
    total, moved = _weigh(page, path)
    assert re.search(r"app\.\w*\.?css", " ".join(moved)), moved
    assert total <= FIRST_VISIT, moved
    again, moved = _weigh(page, path)
    assert again <= REPEAT_VISIT, moved
