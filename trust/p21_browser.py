"""P21, the browser's part: everybody walks through the house; no page breaks its policy or hinders anybody.

A real browser opens every page that a stranger, a worker and officers reach, checks its headers, lets
axe look at it, and the house counts what browsers report. The control spoils a page on its way into the
browser: the same eyes must see it and the house must count a report.
"""

import os
import re
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests import empty_database
from trust import Broken, NotHere

PROMISE = "P21"
TITLE = "The pages keep one strict policy, and an old phone or a screen reader can use them"
Figures = dict[str, Any]
ROOT = Path(__file__).resolve().parents[1]
WALKERS = ("", "职工", "派舟")
MORE_WALKERS = ("管仲文", "郑督明", "林听雨")


def prove(*, long: bool) -> Figures:
    """Return the figures, or raise ``Broken``."""
    sys.path.insert(0, str(ROOT))
    with house() as (visit, server):
        figures = walks(visit, server, long=long)
        figures |= control(visit, server)
        figures["n"] = figures["pages"]
        return figures


@contextmanager
def house() -> Iterator[tuple[Any, Any]]:
    """Run a demo house and a browser; addresses are resolved in this process."""
    browser_path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not browser_path:
        raise NotHere("Chromium is not installed: tools/system_packages.sh tests")
    with tempfile.TemporaryDirectory(prefix="zhijia-walk-") as folder:
        os.environ |= {"DJANGO_SETTINGS_MODULE": "zhijia.config.settings", "ZHIJIA_DATA": f"{folder}/own"}
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = os.environ["ZHIJIA_DEVELOPMENT"] = "1"
        import django
        from playwright.sync_api import sync_playwright

        from tests.browser.conftest import Visit
        from tests.browser.server import running

        django.setup()
        data = Path(folder) / "house"
        data.mkdir()
        empty_database.place(data / "zhijia.sqlite3")
        flags = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--no-first-run"]
        with running(data, "--prepare", "--demo") as server, sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=browser_path, args=flags)
            visit = Visit(browser, server, {}, "proof")
            yield visit, server
            visit.close()
            browser.close()


def walks(visit: Any, server: Any, *, long: bool) -> Figures:
    """Walk as everybody; raise ``Broken`` at the first person who met something wrong."""
    from tests.browser import crawl
    from tests.browser.conftest import complaints

    pages, views, statuses, axe_pages = Counter[str](), set[str](), Counter[int](), 0
    errors: list[str] = []
    against_axe: list[str] = []
    for who in (*WALKERS, *MORE_WALKERS) if long else WALKERS:
        faults: list[str] = []
        page = visit.blank(who=who)
        crawl.watch(page, faults)
        # In the short run the officer's pages keep the policy; axe looks at them in tests/browser.
        axe = complaints if long or who != "派舟" else None
        found = crawl.Walk(page, server.address, of_each=3 if long else 1, axe=axe).go()
        wrong = [*found.faults, *faults, *found.axe]
        if wrong:
            raise Broken(f"{who or 'a stranger'} met {len(wrong)}: {wrong[:3]}")
        page.close()
        errors += faults
        against_axe += found.axe
        pages[who or "stranger"] = found.pages
        views |= found.views
        statuses += found.statuses
        axe_pages += found.axe_pages
    reports = crawl.reports(server.data)
    if reports:
        raise Broken(f"browsers reported {reports} breaches of the policy")
    return {
        "pages": pages.total(), "walkers": len(pages), "views": len(views), "reports": reports,
        "console_errors": len(errors), "axe_pages": axe_pages, "axe_violations": len(against_axe),
        "statuses": {str(status): count for status, count in sorted(statuses.items())},
    }  # fmt: skip


def control(visit: Any, server: Any) -> Figures:
    """Put a script into a page on its way: it must not run, must be seen, and must be counted."""
    from tests.browser import crawl

    page = visit.blank()
    faults: list[str] = []
    crawl.watch(page, faults)

    def spoil(route: Any) -> None:
        answer = route.fetch()
        script = "<script>document.title = 'broken'</script></main>"
        route.fulfill(response=answer, body=answer.text().replace("</main>", script, 1))

    page.route(re.compile(r"/menu/$"), spoil)
    with page.expect_response(re.compile("/browser-reports/")):
        page.goto("/menu/")
    counted = crawl.reports(server.data)
    if page.title() == "broken":
        raise Broken("a script in the page ran")
    if not counted or not any("script-src" in fault for fault in faults):
        raise Broken("the proof is blind: a script in the page was neither seen nor reported")
    return {"control_reports": counted, "control_seen": len(faults)}
