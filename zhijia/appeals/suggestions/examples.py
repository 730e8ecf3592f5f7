"""The example phrases from which the suggestions learn, read from the app's data folder."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from zhijia.core.text import grams

DATA = Path(__file__).resolve().parent.parent / "data"
NOT_WORK = "OTHER.NOT_WORK"
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the same rules, in C where built


@dataclass(frozen=True)
class Examples:
    """What people say: phrases by kind, phrases by theme that is not work, and words without weight."""

    kinds: dict[str, tuple[str, ...]]
    not_work: dict[str, tuple[str, ...]]
    ordinary: frozenset[str]


def read_yaml(name: str) -> Any:
    """Read one data file of the app by its name."""
    return yaml.load((DATA / name).read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506 safe either way


@cache
def examples() -> Examples:
    """Return the example phrases; the file is read once."""
    raw = read_yaml("category_examples.yaml")
    ordinary = frozenset(gram for word in raw["ordinary"].split() for gram in grams(word))
    return Examples(_phrases(raw["kinds"]), _phrases(raw["not_work"]), ordinary)


def _phrases(groups: dict[str, str]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(text.split()) for name, text in groups.items()}
