"""Reading aids: text size, high contrast, a page without pictures. For strangers too."""

import re
from dataclasses import dataclass, replace
from typing import Any

COOKIE = "reading"
YEAR = 365 * 24 * 3600
SIZES = ("normal", "large", "largest")
_SHAPE = re.compile(r"(normal|large|largest)\.([01])\.([01])")


@dataclass(frozen=True)
class Reading:
    """How this person wants pages to look; kept in a cookie of this device."""

    size: str = "normal"
    contrast: bool = False
    light: bool = False
    """Text first: no pictures, no icons; for weak links and for screen readers."""

    def cookie(self) -> str:
        """Return the value of the cookie, e.g. ``large.1.0``."""
        return f"{self.size}.{int(self.contrast)}.{int(self.light)}"

    def changed(self, wish: str) -> "Reading":
        """Return the aids after one switch: ``size-…``, ``contrast-on|off``, ``light-on|off``.

        An unknown wish changes nothing.
        """
        name, _, value = wish.partition("-")
        if name == "size" and value in SIZES:
            return replace(self, size=value)
        if value not in ("on", "off"):
            return self
        if name == "contrast":
            return replace(self, contrast=value == "on")
        return replace(self, light=value == "on") if name == "light" else self


def reading_of(cookie: str | None, user: Any = None) -> Reading:
    """Return the aids chosen on this device, else those kept in the account, else the plain ones."""
    found = _SHAPE.fullmatch(cookie or "")
    if found:
        return Reading(found[1], found[2] == "1", found[3] == "1")
    size = str(getattr(user, "text_size", "") or "normal")
    return Reading(size if size in SIZES else "normal", bool(getattr(user, "high_contrast", False)))
