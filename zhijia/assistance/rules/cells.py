"""YAML with file and line on every cell, read strictly: no unknown names, nothing twice."""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from zhijia.assistance.rules.model import FEN_PER_YUAN, BadRuleSet, Words
from zhijia.assistance.rules.syntax import Expr, FormulaError, parse

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The fast reader where there is one; the platform reads every rule set at each start."""
IDENTIFIER = re.compile(r"[a-z][a-z0-9_]{0,59}")
_YUAN = re.compile(r"(\d+)(?:\.(\d\d?))? yuan")


@dataclass(frozen=True)
class Cell:
    """A value of the file and the line on which it stands."""

    node: Any
    file: str
    name: str = ""
    line: int = 0
    """Of the name; 0: that of the value."""

    @property
    def where(self) -> str:
        """Return ``file:line``."""
        return f"{self.file}:{self.line or self.node.start_mark.line + 1}"

    def wrong(self, problem: str) -> BadRuleSet:
        """Return the error that names this place."""
        return BadRuleSet(f"{self.where}: {self.name + ': ' if self.name else ''}{problem}")

    def pairs(self) -> Iterator[tuple[str, "Cell"]]:
        """Yield the named cells below; raise for a name that stands twice."""
        if not isinstance(self.node, yaml.MappingNode):
            raise self.wrong("expected names with values")
        seen: set[str] = set()
        for key, value in self.node.value:
            if key.value in seen:
                raise Cell(key, self.file).wrong(f"{key.value!r} stands twice")
            seen.add(key.value)
            yield key.value, Cell(value, self.file, key.value, key.start_mark.line + 1)

    def columns(self, required: tuple[str, ...], optional: tuple[str, ...] = ()) -> dict[str, "Cell"]:
        """Return the cells below; raise for an unknown or a missing one."""
        found = dict(self.pairs())
        for name, cell in found.items():
            if name not in required and name not in optional:
                raise cell.wrong(f"is unknown here; known are {', '.join((*required, *optional))}")
        for name in required:
            if name not in found or found[name].is_empty():
                note = ": a rule without a source does not load" if name in ("source", "article") else ""
                raise self.wrong(f"{name} is missing{note}")
        return found

    def is_empty(self) -> bool:
        """Say whether nothing stands here."""
        return isinstance(self.node, yaml.ScalarNode) and self.node.value.strip() in ("", "null", "~")

    def text(self) -> str:
        """Return a text."""
        if not isinstance(self.node, yaml.ScalarNode) or self.is_empty():
            raise self.wrong("expected a text")
        return str(self.node.value).strip()

    def identifier(self) -> str:
        """Return a text that may name something."""
        if not IDENTIFIER.fullmatch(self.text()):
            raise self.wrong(f"{self.text()!r} is no name: small letters, digits and _ only")
        return self.text()

    def one_of(self, choices: tuple[str, ...]) -> str:
        """Return one of the choices."""
        if self.text() not in choices:
            raise self.wrong(f"must be one of {', '.join(choices)}, it is {self.text()!r}")
        return self.text()

    def some_of(self, choices: tuple[str, ...]) -> tuple[str, ...]:
        """Return a list of some of the choices."""
        return tuple(dict.fromkeys(cell.one_of(choices) for cell in self.items()))

    def items(self) -> list["Cell"]:
        """Return the cells of a list."""
        if not isinstance(self.node, yaml.SequenceNode):
            raise self.wrong("expected a list [ ]")
        return [Cell(node, self.file, self.name) for node in self.node.value]

    def truth(self) -> bool:
        """Return ``true`` or ``false``."""
        return self.one_of(("true", "false")) == "true"

    def whole(self) -> int:
        """Return a whole number."""
        if not re.fullmatch(r"-?\d+", self.text()):
            raise self.wrong(f"expected a whole number, it is {self.text()!r}")
        return int(self.text())

    def amount(self, kind: str) -> int:
        """Return a bound of a variable: ``1000 yuan`` for money, a whole number for the rest."""
        if kind != "money":
            return self.whole()
        match = _YUAN.fullmatch(self.text())
        if not match:
            raise self.wrong(f"expected an amount such as '1000 yuan', it is {self.text()!r}")
        return int(match[1]) * FEN_PER_YUAN + int((match[2] or "").ljust(2, "0"))

    def date(self) -> dt.date:
        """Return a date."""
        try:
            return dt.date.fromisoformat(self.text())
        except ValueError:
            raise self.wrong(f"must be a date, YYYY-MM-DD, it is {self.text()!r}") from None

    def words(self) -> Words:
        """Return a text in both languages."""
        found = self.columns(("zh", "en"))
        return Words(found["zh"].text(), found["en"].text())

    def formula(self) -> Expr:
        """Return a formula."""
        try:
            return parse(self.text())
        except FormulaError as error:
            raise self.wrong(str(error)) from None


def read_yaml(path: Path) -> Cell:
    """Return the top of a file; raise ``BadRuleSet`` when it is no YAML."""
    try:
        root = yaml.compose(path.read_text(encoding="utf-8"), Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise BadRuleSet(f"{path}:{line}: not YAML: {error.problem}") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise BadRuleSet(f"{path}:1: not YAML: {error}") from None
    if root is None:
        raise BadRuleSet(f"{path}:1: the file is empty")
    return Cell(root, str(path))
