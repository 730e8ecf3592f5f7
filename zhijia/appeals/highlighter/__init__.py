"""Finds what may tell who a person is, in a text to be published or sent, and covers it.

A help for the eye, not a guarantee: it marks, people decide. Sums of money stay: they are the matter.
The words are in data/highlight.yaml; nothing here reads the database. How well it does:
docs/explanation/suggestions.md.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import get_language

from .names import find_names
from .numbers import find_numbers
from .places import find_addresses, find_employers, find_positions
from .words import either, words

LONGEST = 20_000  # characters looked at; the rest of a longer text stays unmarked
_WIDE = {code + 0xFEE0: code for code in range(0x21, 0x7F)} | {0x3000: 0x20}


@dataclass(frozen=True, order=True)
class Span:
    """A piece of a text that may identify somebody: [start, end), its kind and why, in both languages."""

    start: int
    end: int
    kind: str
    why_zh: str
    why_en: str

    @property
    def why(self) -> str:
        """Return the reason in the reader's language."""
        return self.why_zh if _reads_chinese() else self.why_en


def identifying_spans(text: str) -> list[Span]:
    """Return what may identify a person, in order and without overlaps. Never raises, whatever the text."""
    folded = text[:LONGEST].translate(_WIDE)
    covered, found, kinds = bytearray(len(folded)), [], words().kinds
    for start, end, kind in _all_findings(folded):
        if not any(covered[start:end]):
            covered[start:end] = b"\x01" * (end - start)
            found.append(Span(start, end, kind, kinds[kind]["why_zh"], kinds[kind]["why_en"]))
    return sorted(found)


def mask(text: str, spans: Iterable[Span]) -> str:
    """Return the text with the given spans covered by what they are, such as 某某 or ［电话］."""
    parts, at = [], 0
    for span in sorted(spans):
        if span.start >= at:
            parts += [text[at : span.start], words().kinds[span.kind]["mask"]]
            at = span.end
    return "".join([*parts, text[at:]])


def kind_name(kind: str) -> str:
    """Return what a kind of finding is called in the reader's language."""
    return words().kinds[kind]["name_zh" if _reads_chinese() else "name_en"]


def _all_findings(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield findings, the surest kinds first: a later one that overlaps an earlier one is dropped."""
    yield from find_numbers(text)
    yield from find_employers(text)
    yield from find_addresses(text)
    names = list(find_names(text))
    yield from names
    yield from _said_again(text, names)
    yield from find_positions(text)


def _said_again(text: str, names: list[tuple[int, int, str]]) -> Iterator[tuple[int, int, str]]:
    """Yield every further place where a name stands that was recognised once."""
    known = {text[start:end] for start, end, _ in names if end - start > 1}
    if known:
        for found in re.finditer(either(known), text):
            yield found.start(), found.end(), "name"


def _reads_chinese() -> bool:
    return (get_language() or "zh").startswith("zh")


__all__ = ["Span", "identifying_spans", "kind_name", "mask"]
