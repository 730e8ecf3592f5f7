"""The words the highlighter knows, read once from data/highlight.yaml."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

HAN = "\u3400-\u4dbf\u4e00-\u9fff"
NUMERAL = "一二三四五六七八九十"
_DATA = Path(__file__).resolve().parent.parent / "data" / "highlight.yaml"


@dataclass(frozen=True)
class Words:
    """Lists of words by use; see the comments in the data file."""

    kinds: dict[str, dict[str, str]]
    lists: dict[str, tuple[str, ...]]

    def either(self, name: str) -> str:
        """Return a pattern for any word of a list, the longest first."""
        return either(self.lists[name])


@cache
def words() -> Words:
    """Return all lists."""
    raw = yaml.safe_load(_DATA.read_text(encoding="utf-8"))
    kinds = raw.pop("kinds")
    raw["surnames"] = " ".join("".join(raw["surnames"].split()))
    raw["provinces"] = " ".join(raw["provinces"])
    return Words(kinds, {name: tuple(text.split()) for name, text in raw.items()})


def either(options: Iterable[str]) -> str:
    """Return a pattern for any of some words, the longest first."""
    return "|".join(sorted(map(re.escape, options), key=len, reverse=True))
