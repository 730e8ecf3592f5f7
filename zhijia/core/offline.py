"""What the service worker keeps on a device: scripts, styles and a few pages for everybody."""

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse

from zhijia.core.manifest import contributions

BUILD = "core/build"
DESK_ONLY = ("hypermedia-", "list-")
"""Chunks that a worker's phone has no use for."""


class NotBuilt(Exception):
    """The front end was not built: run ``npm run build`` in ``frontend``."""


def built_file(name: str) -> Path:
    """Return the path of a file that the front-end build made; raise ``NotBuilt``."""
    found = finders.find(f"{BUILD}/{name}")
    if not found:
        raise NotBuilt(name)
    return Path(str(found))


def _chunks() -> list[str]:
    names = json.loads(built_file("chunks.json").read_text())
    return [name for name in names if not name.startswith(DESK_ONLY)]


@cache
def build_version() -> str:
    """Return a short hash of the build, so that a new one replaces what devices keep."""
    digest = hashlib.sha256(settings.ZHIJIA_VERSION.encode())
    for name in ("app.css", "app.js", "sw.js", "chunks.json"):
        digest.update(built_file(name).read_bytes())
    return digest.hexdigest()[:12]


def _pages() -> list[str]:
    found = []
    for name in contributions("offline_pages"):
        try:
            found.append(reverse(name))
        except NoReverseMatch:
            continue  # the device keeps the rest; a test checks every name
    return found


def kept_on_device() -> dict[str, Any]:
    """Return the list that the service worker begins with."""
    version = build_version()
    names = [f"{BUILD}/app.css", f"{BUILD}/app.js", "core/icons.svg", "core/emblem.svg"]
    # Chunks import one another by their plain names, which carry their own hash.
    urls = [static(name) for name in names] + [f"{settings.STATIC_URL}{BUILD}/chunks/{n}" for n in _chunks()]
    return {
        "version": version,
        "files": [{"url": url, "revision": version} for url in urls],
        "pages": _pages(),
        "offline": reverse("core:offline"),
    }


def service_worker() -> str:
    """Return the text of ``/sw.js``."""
    return f"self.ZHIJIA={json.dumps(kept_on_device())};\n{built_file('sw.js').read_text()}"
