"""Goes through the house in a real browser as everybody, and notes what breaks the page policy.

Begins at every address of the resolver that needs no argument and follows the links of each page; of
pages that differ only in an id it opens a few. Used by the tests and by the proof of promise 21.
"""

import re
import sqlite3
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

from playwright.sync_api import Error, Page, Response

HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "x-frame-options": "DENY",
}
POLICY = {
    "default-src": "'none'", "script-src": "'self'", "style-src": "'self'", "img-src": "'self'",
    "font-src": "'self'", "connect-src": "'self'", "manifest-src": "'self'", "worker-src": "'self'",
    "form-action": "'self'", "base-uri": "'none'", "frame-ancestors": "'none'",
    "require-trusted-types-for": "'script'", "trusted-types": "default zhijia",
    "report-uri": "/browser-reports/",
}  # fmt: skip
OFF = ("camera", "geolocation", "display-capture", "usb", "payment")
NOTHING = "00000000-0000-4000-8000-000000000000"
SOME = {"key": "x", "token": "x", "form": "json"}
LEAVES = re.compile(r"/logout/|/static/|\.ics$|\.xlsx$|\.json$|/files?/")
"""What ends the visit, or is no page."""


@dataclass
class Findings:
    """What a walk met."""

    pages: int = 0
    views: set[str] = field(default_factory=set)
    statuses: Counter[int] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    axe: list[str] = field(default_factory=list)
    axe_pages: int = 0


@dataclass(frozen=True)
class Route:
    """One named address of the house."""

    name: str
    asked: frozenset[str]
    """Names of the arguments it takes."""


def routes() -> Iterator[Route]:
    """Yield every address of the resolver; one without a name is a fault, for nothing could lead there."""
    from django.urls import URLPattern, URLResolver, get_resolver

    def below(resolver: URLResolver, spaces: tuple[str, ...], above: frozenset[str]) -> Iterator[Route]:
        for entry in resolver.url_patterns:
            asked = above | frozenset(entry.pattern.regex.groupindex)
            if isinstance(entry, URLResolver):
                yield from below(entry, spaces + ((entry.namespace,) if entry.namespace else ()), asked)
            elif isinstance(entry, URLPattern):
                if not entry.name:
                    raise LookupError(f"the address {entry.pattern} has no name")
                yield Route(":".join([*spaces, entry.name]), asked)

    yield from below(get_resolver(), (), frozenset())


def doors() -> Iterator[str]:
    """Yield every address that needs no argument; raises for one that cannot be built."""
    from django.urls import reverse

    yield from (reverse(route.name) for route in routes() if not route.asked)


def some_address(route: Route) -> str:
    """Return the address of nothing in particular, to see what the view takes."""
    from django.urls import reverse

    def value(name: str) -> str | int:
        is_uuid = name in ("public_id", "file_id", "request_id")
        return NOTHING if is_uuid else SOME.get(name, 1)

    return reverse(route.name, kwargs={name: value(name) for name in route.asked} or None)


def kind_of(path: str) -> str:
    """Return the name of the view behind a path."""
    from django.urls import Resolver404, resolve

    try:
        return resolve(path).view_name
    except Resolver404:
        return "unknown"


def policy_of(response: Response) -> dict[str, str]:
    """Return the content policy of an answer, by directive."""
    header = response.headers.get("content-security-policy", "")
    parts = [part.strip().partition(" ") for part in header.split(";") if part.strip()]
    return {name: value for name, _, value in parts}


def missing_headers(response: Response) -> list[str]:
    """Return what is wrong with the headers of a page."""
    wrong = [f"{name}: {response.headers.get(name)}" for name, value in HEADERS.items()
             if response.headers.get(name) != value]  # fmt: skip
    if policy_of(response) != POLICY:
        wrong.append(f"content-security-policy: {policy_of(response)}")
    rights = response.headers.get("permissions-policy", "")
    return wrong + [f"{name} is not off" for name in OFF if f"{name}=()" not in rights]


class Walk:
    """One person's way through the house."""

    def __init__(self, page: Page, address: str, *, of_each: int = 2, axe: Any = None) -> None:
        self.page, self.address, self.of_each, self.axe = page, address, of_each, axe
        self.found = Findings()
        self.seen: set[str] = set()
        self.visits: Counter[str] = Counter()
        self.doors: set[str] = set()

    def go(self, *starts: str) -> Findings:
        """Walk until no new page is left."""
        self.doors = set() if starts else set(doors())
        waiting = list(starts) or sorted(self.doors)
        while waiting:
            path = waiting.pop(0)
            if path in self.seen or self._knows_enough(path):
                continue
            self.seen.add(path)
            waiting += self._open(path)
        return self.found

    def _knows_enough(self, path: str) -> bool:
        view = kind_of(urlsplit(path).path)
        return bool(LEAVES.search(path)) or self.visits[view] >= self.of_each

    def _open(self, path: str) -> list[str]:
        view = kind_of(urlsplit(path).path)
        self.visits[view] += 1
        if path in self.doors and self._takes_forms_only(path):
            return []
        try:
            response = self.page.goto(urljoin(self.address, path), wait_until="load")
        except Error as error:
            self._no_page(path, str(error))
            return []
        return self._look_at(path, view, response) if response else []

    def _no_page(self, path: str, error: str) -> None:
        """Note what the browser could not open, unless it is a download."""
        if "Download is starting" not in error:
            self.found.faults.append(f"{path}: {error.splitlines()[0]}")

    def _takes_forms_only(self, path: str) -> bool:
        """Ask beforehand: an empty refusal is no page, and the browser shows one of its own."""
        status = self.page.request.get(urljoin(self.address, path), max_redirects=0).status
        if status == 405:
            self.found.statuses[status] += 1
        return status == 405

    def _look_at(self, path: str, view: str, response: Response) -> list[str]:
        self.page.evaluate(
            "() => new Promise(done => setTimeout(done, 100))"
        )  # what scripts do after loading
        self.found.pages += 1
        self.found.views.add(view)
        self.found.statuses[response.status] += 1
        if response.status >= 500:
            self.found.faults.append(f"{path}: {response.status}")
        if not response.headers.get("content-type", "").startswith("text/html"):
            return []
        self.found.faults += [f"{path}: {wrong}" for wrong in missing_headers(response)]
        is_whole = self.page.evaluate("document.doctype !== null")  # else a part of a page, asked for alone
        if self.axe and is_whole and self.visits[view] == 1 and response.status == 200:
            self.found.axe_pages += 1
            self.found.axe += [f"{path}: {complaint}" for complaint in self.axe(self.page)]
        return self._links()

    def _links(self) -> list[str]:
        here = self.page.url
        links = self.page.eval_on_selector_all("a[href]", "all => all.map(a => a.getAttribute('href'))")
        whole = [urldefrag(urljoin(here, link))[0] for link in links]
        mine = [urlsplit(link) for link in whole if link.startswith(self.address)]
        return [f"{part.path}{'?' + part.query if part.query else ''}" for part in mine]


def watch(page: Page, faults: list[str]) -> None:
    """Note breaches of the policy, script errors and requests to other hosts of a page."""
    page.on("console", lambda m: faults.append(f"console: {m.text} {m.location.get('url')}")
            if m.type in ("error", "warning") and not is_expected(m.text) else None)  # fmt: skip
    page.on("pageerror", lambda error: faults.append(f"script: {error} at {page.url}"))


def is_expected(text: str) -> bool:
    """Say whether the browser only repeats a refusal that is a page of its own (403, 404, 405 …)."""
    return bool(re.search(r"responded with a status of 4\d\d", text))


def reports(data: Path) -> int:
    """Return how many reports the installation in ``data`` has counted."""
    with sqlite3.connect(f"file:{data / 'zhijia.sqlite3'}?mode=ro", uri=True) as database:
        return int(database.execute("SELECT coalesce(sum(count), 0) FROM core_policyreport").fetchone()[0])
