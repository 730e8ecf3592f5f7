"""Pages for everybody: reading aids, menu, drafts, offline page, gallery."""

import json

import pytest
from django.test import Client
from django.urls import reverse

from zhijia.core import offline
from zhijia.core.context_processors import PageFrame
from zhijia.core.manifest import MenuEntry, contributions
from zhijia.core.reading import Reading, reading_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def visitor() -> Client:
    return Client(headers={"Accept-Language": "zh-CN"})


@pytest.mark.parametrize(
    ("wish", "cookie", "mark"),
    [
        ("size-large", "large.0.0", 'data-size="large"'),
        ("size-largest", "largest.0.0", 'data-size="largest"'),
        ("contrast-on", "normal.1.0", 'data-contrast="high"'),
        ("light-on", "normal.0.1", "data-light"),
        ("size-enormous", "normal.0.0", 'data-size="normal"'),
        ("<script>", "normal.0.0", 'data-size="normal"'),
    ],
)
def test_a_stranger_switches_a_reading_aid_without_javascript(
    visitor: Client, wish: str, cookie: str, mark: str
) -> None:
    answer = visitor.post("/reading/", {"wish": wish, "next": "/menu/"})
    assert answer.status_code == 302
    assert answer.url == "/menu/"
    assert answer.cookies["reading"].value == cookie
    assert mark in visitor.get("/menu/").content.decode().split("<head>")[0]


def test_two_reading_aids_can_be_on_at_once(visitor: Client) -> None:
    visitor.post("/reading/", {"wish": "contrast-on"})
    visitor.post("/reading/", {"wish": "size-large"})
    assert visitor.cookies["reading"].value == "large.1.0"


def test_a_stranger_switches_the_language(visitor: Client) -> None:
    visitor.post("/reading/", {"language": "en", "next": "/menu/"})
    assert '<html lang="en"' in visitor.get("/menu/").content.decode()
    visitor.post("/reading/", {"language": "zh-hant"})
    assert '<html lang="zh-hant"' in visitor.get("/menu/").content.decode()


def test_an_unknown_language_changes_nothing(visitor: Client) -> None:
    visitor.post("/reading/", {"language": "tlh"})
    assert "django_language" not in visitor.cookies


@pytest.mark.parametrize("elsewhere", ["https://example.com/", "//example.com/", "javascript:alert(1)", ""])
def test_a_switch_never_leads_to_another_host(visitor: Client, elsewhere: str) -> None:
    assert visitor.post("/reading/", {"wish": "size-large", "next": elsewhere}).url == "/"


def test_the_text_page_has_no_icons(visitor: Client) -> None:
    assert b"icons.svg" in visitor.get("/menu/").content
    visitor.post("/reading/", {"wish": "light-on"})
    assert b"icons.svg" not in visitor.get("/menu/").content


def test_aids_of_the_account_hold_until_the_device_has_its_own() -> None:
    class Account:
        text_size = "large"
        high_contrast = True

    assert reading_of(None, Account()) == Reading("large", contrast=True)
    assert reading_of("normal.0.0", Account()) == Reading()
    assert reading_of("huge.7.x", None) == Reading()


def test_every_menu_entry_leads_somewhere() -> None:
    entries: list[MenuEntry] = list(contributions("menu"))
    assert [entry.url_name for entry in entries if not reverse(entry.url_name)] == []
    assert {entry.audience for entry in entries} <= {"public", "worker", "officer"}


def test_every_menu_icon_is_drawn() -> None:
    drawn = set(_symbols())
    assert [entry.icon for entry in contributions("menu") if entry.icon not in drawn] == []


def test_the_gallery_shows_every_icon_there_is() -> None:
    from zhijia.core.gallery import ICONS

    assert ICONS.split() == _symbols()


def _symbols() -> list[str]:
    import re
    from pathlib import Path

    from django.contrib.staticfiles import finders

    return re.findall(r'<symbol id="([^"]+)"', Path(finders.find("core/icons.svg")).read_text())


def test_every_page_kept_on_a_device_exists_and_is_the_same_for_a_stranger(visitor: Client) -> None:
    names = list(contributions("offline_pages"))
    assert "core:offline" in names
    for name in names:
        assert visitor.get(reverse(name)).status_code == 200


def test_the_page_frame_marks_where_the_reader_is(rf) -> None:
    request = rf.get("/accounts/")
    frame = PageFrame(request)
    assert frame.audience == "public"
    assert frame.here == "/accounts/"
    assert frame.csrf_cookie == "csrftoken"
    assert [code for code, _ in frame.languages] == ["zh-hans", "zh-hant", "en"]
    assert len(frame.tabs) <= 4


def test_the_drafts_page_says_that_we_do_not_have_them(visitor: Client) -> None:
    page = visitor.get("/drafts/").content.decode()
    assert "草稿只保存在这个浏览器里，我们还没有收到。" in page
    assert "<noscript>" in page
    assert "sessionid" not in visitor.cookies


def test_the_service_worker_looks_after_the_whole_site(
    visitor: Client, monkeypatch: pytest.MonkeyPatch, tmp_path
) -> None:
    for name, text in {"sw.js": "run();", "app.css": "a{}", "app.js": "1;"}.items():
        (tmp_path / name).write_text(text)
    (tmp_path / "chunks.json").write_text('["drafts-A.js", "hypermedia-B.js", "list-C.js"]')
    monkeypatch.setattr(offline, "built_file", lambda name: tmp_path / name)
    offline.build_version.cache_clear()
    answer = visitor.get("/sw.js?lang=zh-hans")
    offline.build_version.cache_clear()
    first, rest = answer.content.decode().split("\n", 1)
    kept = json.loads(first.removeprefix("self.ZHIJIA=").removesuffix(";"))
    assert answer["Service-Worker-Allowed"] == "/"
    assert answer["Content-Type"].startswith("text/javascript")
    assert rest == "run();"
    assert kept["offline"] == "/offline/"
    assert {"/offline/", "/drafts/"} <= set(kept["pages"])
    assert [one["url"] for one in kept["files"]] == [
        "/static/core/build/app.css",
        "/static/core/build/app.js",
        "/static/core/icons.svg",
        "/static/core/emblem.svg",
        "/static/core/build/chunks/drafts-A.js",
    ]


def test_an_unbuilt_front_end_has_no_service_worker(visitor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise offline.NotBuilt(name)

    monkeypatch.setattr(offline, "service_worker", lambda: missing("sw.js"))
    assert visitor.get("/sw.js").status_code == 404


def test_a_phone_can_put_the_site_on_its_home_screen(visitor: Client) -> None:
    answer = visitor.get("/manifest.webmanifest").json()
    assert answer["name"] == "职工之家"
    assert answer["start_url"] == "/"


def test_the_gallery_is_for_developers_only(visitor: Client, settings) -> None:
    settings.DEVELOPMENT = False
    assert visitor.get("/gallery/").status_code == 404
    settings.DEVELOPMENT = True
    assert visitor.get("/gallery/").status_code == 200
    assert visitor.get("/gallery/?shell=officer").status_code == 200


def test_no_page_of_ours_breaks_the_content_policy(visitor: Client, settings) -> None:
    settings.DEVELOPMENT = True
    for address in ("/gallery/", "/gallery/?shell=officer", "/menu/", "/drafts/", "/offline/"):
        page = visitor.get(address).content.decode()
        assert " style=" not in page, address
        assert "<style" not in page, address
        assert " onclick=" not in page, address
        assert "<script>" not in page, address
        assert page.count("<h1>") == 1, address
