"""Pages of a phone and of a desk, signed in as people of the demo, that watch themselves.

A test asks for ``visit`` and gets pages from it; whatever a page does wrong by itself (a breach of the
content policy, a script error, a request to another host) fails the test when it ends.
"""

import base64
import hashlib
import hmac
import json
import os
import re
import shutil
import struct
import time
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.server import ROOT, Server, copy_of_prepared, running

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium")
RESULTS = ROOT / "test-results"
AXE = ROOT / "frontend/node_modules/axe-core/axe.min.js"
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# The secret of every demo officer's authenticator app.
DEMO_SECRET = "ZHIJIADEMOSECRET"
SIZES: dict[str, dict[str, Any]] = {
    "phone": {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True},
    "desktop": {"viewport": {"width": 1440, "height": 900}},
}
REPORT_BREACHES = """
document.addEventListener('securitypolicyviolation', e =>
  console.error(`content policy: ${e.violatedDirective} ${e.blockedURI} ${e.sourceFile}:${e.lineNumber}`));
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    if not CHROMIUM:
        missing = "no Chromium: apt-get install chromium, or name it in CHROMIUM"
        # make test installs it, so there its absence is a failure.
        pytest.fail(missing) if os.environ.get("ZHIJIA_NEED_BROWSER") else pytest.skip(missing)
    flags = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-quic", "--no-first-run"]
    flags += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
    flags += ["--font-render-hinting=none"]
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": flags}


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A running demo installation, one for each parallel worker."""
    own = tmp_path_factory.mktemp("house")
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    copy_of_prepared(shared, own)
    with running(own) as started:
        yield started


def code_now(secret: str) -> str:
    """Return the six digits of an authenticator app (RFC 6238)."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(time.time()) // 30), hashlib.sha1).digest()
    start = digest[-1] & 15
    return str((struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF) % 10**6).zfill(6)


class Visit:
    """Opens pages for one test and remembers what went wrong on them."""

    def __init__(self, browser: Browser, server: Server, people: dict[str, Any], name: str) -> None:
        self.browser, self.server, self.people, self.name = browser, server, people, name
        self.contexts: list[BrowserContext] = []
        self.pages: list[Page] = []
        self.faults: list[str] = []
        self.allowed: list[str] = []

    def __call__(self, path: str = "/", *, who: str = "", size: str = "phone", **options: Any) -> Page:
        """Open ``path`` at a size, signed in as the person whose demo entry holds ``who``."""
        page = self.blank(who=who, size=size, **options)
        page.goto(path)
        return page

    def blank(self, *, who: str = "", size: str = "phone", **options: Any) -> Page:
        """Return a page that has not gone anywhere yet; ``options`` go to the browser context."""
        state = self._signed_in(who) if who else None
        context = self.browser.new_context(
            base_url=self.server.address, locale="zh-CN", timezone_id="Asia/Shanghai",
            storage_state=state, **{**SIZES[size], **options},
        )  # fmt: skip
        context.set_default_timeout(10_000)
        context.add_init_script(REPORT_BREACHES)
        context.on("page", self._watch)
        self.contexts.append(context)
        return context.new_page()

    def allow(self, pattern: str) -> None:
        """Expect faults that match ``pattern``, e.g. the 404 that a test provokes."""
        self.allowed.append(pattern)

    def _watch(self, page: Page) -> None:
        self.pages.append(page)
        page.on(
            "console",
            lambda m: self._note(f"console: {m.text} {m.location.get('url')}") if m.type == "error" else None,
        )
        page.on("pageerror", lambda error: self._note(f"script: {error}"))
        page.on("request", lambda request: self._check_host(request.url))

    def _note(self, fault: str) -> None:
        self.faults.append(fault)

    def _check_host(self, url: str) -> None:
        if urlsplit(url).scheme in ("http", "https", "ws", "wss") and not url.startswith(self.server.address):
            self._note(f"request to another host: {url}")

    def _signed_in(self, who: str) -> Any:
        if who not in self.people:
            row = next((r for r in self.server.sign_ins() if who in r[0]), None)
            if row is None:
                raise LookupError(f"no demo sign-in holds {who!r}: {[r[0] for r in self.server.sign_ins()]}")
            self.people[who] = self._sign_in(row)
        return self.people[who]

    def _sign_in(self, row: list[str]) -> Any:
        context = self.browser.new_context(base_url=self.server.address, locale="zh-CN")
        page = context.new_page()
        page.goto("/accounts/login/")
        page.locator("[name=login]").fill(row[1])
        page.locator("[name=password]").fill(row[2])
        page.locator("form:has([name=password]) [type=submit]").first.click()
        if "/2fa/authenticate" in page.url:
            page.locator("[name=code]").fill(code_now(DEMO_SECRET))
            page.locator("form:has([name=code]) [type=submit]").first.click()
        page.wait_for_url(lambda url: "/accounts/" not in url)
        state = context.storage_state()
        context.close()
        return state

    def unexpected(self) -> list[str]:
        """Return the faults that the test did not allow."""
        return [fault for fault in self.faults if not any(re.search(p, fault) for p in self.allowed)]

    def close(self) -> None:
        """Close every page."""
        for context in self.contexts:
            context.close()


@pytest.fixture(scope="session")
def people() -> dict[str, Any]:
    """Cookies of those who have signed in already: a second code of the same half minute is refused."""
    return {}


@pytest.fixture
def visit(
    browser: Browser, server: Server, people: dict[str, Any], request: pytest.FixtureRequest
) -> Iterator[Visit]:
    """Open pages: ``visit("/", who="dispatcher", size="desktop")``."""
    visiting = Visit(browser, server, people, request.node.name)
    yield visiting
    call = getattr(request.node, "report_call", None)
    if call is None or call.failed:
        for number, page in enumerate(visiting.pages):
            if not page.is_closed():
                take_picture(page, f"failed-{request.node.name}-{number}")
    faults = visiting.unexpected()
    visiting.close()
    assert faults == []


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.when == "call":
        item.report_call = report  # type: ignore[attr-defined]
    return report


@pytest.fixture(params=list(SIZES))
def size(request: pytest.FixtureRequest) -> str:
    """Each size in turn."""
    return str(request.param)


def take_picture(page: Page, name: str) -> Path:
    """Write a picture of the whole page into ``test-results``."""
    RESULTS.mkdir(exist_ok=True)
    width = page.viewport_size["width"] if page.viewport_size else 0
    path = RESULTS / (re.sub(r"[^\w.-]+", "-", name) + f"-{width}.png")
    page.screenshot(path=path, full_page=True, animations="disabled")
    return path


@pytest.fixture
def picture() -> Any:
    """``picture(page, name)``: keep a picture of the whole page."""
    return take_picture


def complaints(page: Page) -> list[str]:
    """Return what axe finds on the page: rule, help and the first places."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("tags => axe.run(document, {runOnly: tags, resultTypes: ['violations']})", AXE_TAGS)
    return [
        f"{v['id']}: {v['help']}: {json.dumps([n['target'] for n in v['nodes'][:4]], ensure_ascii=False)}"
        for v in found["violations"]
    ]


@pytest.fixture
def assert_accessible() -> Any:
    """``assert_accessible(page)``: axe finds nothing, and nothing is wider than the screen."""

    def check(page: Page) -> None:
        assert complaints(page) == []
        width = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        assert width[0] <= width[1], f"the page is {width[0]} wide on a screen of {width[1]}"

    return check
