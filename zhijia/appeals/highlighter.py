"""What in a text may identify a person."""

import re
from dataclasses import dataclass

_MOBILE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")


@dataclass(frozen=True)
class Span:
    """A stretch of text that may identify somebody, and why."""

    start: int
    end: int
    kind: str
    why: str


def identifying_spans(text: str) -> list[Span]:
    """Return the stretches that may identify a person, in order."""
    return [Span(m.start(), m.end(), "mobile", "mobile number") for m in _MOBILE.finditer(text)]
