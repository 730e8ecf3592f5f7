"""Weight of the pages a worker opens, as they go over the wire, beside the budget for a 2G line."""

import gzip
import re
import tempfile
import urllib.request
from pathlib import Path
from urllib.parse import urljoin

from tests.browser.server import running

PAGES = ("/", "/appeals/new/", "/appeals/follow/", "/appeals/answers/", "/unions/", "/rules/",
         "/accounts/login/")  # fmt: skip
FIRST, REPEAT = 100, 20
SLOW = 20
"""Kilobytes a second of a 2G line."""
ASSET = re.compile(r'(?:href|src)="(/static/[^"#]+)')


def main() -> None:
    """Print kilobytes of a first and of a repeated visit, and the seconds on a slow line."""
    with tempfile.TemporaryDirectory() as folder, running(Path(folder), "--prepare", "--demo") as server:
        budget = f"budget first {FIRST}, repeat {REPEAT} kB"
        print(f"{'page':22}{'HTML kB':>9}{'first kB':>10}{'s on 2G':>9}   {budget}")
        for page in PAGES:
            html, text = _fetch(urljoin(server.address, page))
            assets = sum(_fetch(urljoin(server.address, a))[0] for a in sorted(set(ASSET.findall(text))))
            first = (html + assets) / 1000
            verdict = "" if first <= FIRST and html / 1000 <= REPEAT else "  OVER"
            print(f"{page:22}{html / 1000:9.1f}{first:10.1f}{first / SLOW:9.1f}{verdict}")


def _fetch(address: str) -> tuple[int, str]:
    """Return the bytes on the wire and the text of an address."""
    request = urllib.request.Request(address, headers={"Accept-Encoding": "gzip"})
    with urllib.request.urlopen(request, timeout=20) as answer:
        body = answer.read()
        packed = answer.headers.get("Content-Encoding") == "gzip"
    return len(body), (gzip.decompress(body) if packed else body).decode(errors="replace")
