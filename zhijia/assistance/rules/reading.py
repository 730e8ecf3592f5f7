"""From a YAML file to a rule set; what it extends is laid under it."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from zhijia.assistance.rules.cells import IDENTIFIER, Cell, read_yaml
from zhijia.assistance.rules.model import (
    CERTAINTIES,
    CLASSES,
    Amount,
    BadRuleSet,
    Clause,
    Derived,
    Dropped,
    Input,
    Operator,
    Parameter,
    RuleSet,
    Words,
)
from zhijia.assistance.rules.syntax import OPERATORS, ROUNDINGS, WORDS

TOP = ("rule_set", "version", "from", "title", "source", "certainty")
TOP_OPTIONAL = (
    "place", "to", "supersedes", "extends", "operators", "inputs", "parameters", "derived", "clauses",
    "amounts", "drop",
)  # fmt: skip
ENTITIES = ("household", "person")
MOST = {"money": 10_000_000_000, "count": 100_000, "yesno": 1, "code": 1}
"""Above these a number is absurd: one hundred million yuan, one hundred thousand of anything."""
GIVEN = tuple(name for name in CLASSES if name != "none")
FORMULAS_OF_AMOUNT = GIVEN
Found = TypeVar("Found")


def read_rule_set(path: Path, base_of: Callable[[str], RuleSet | None]) -> RuleSet:
    """Read one file; ``base_of`` returns the rule set that it extends. Raises ``BadRuleSet``."""
    top = read_yaml(path)
    columns = top.columns(TOP, TOP_OPTIONAL)
    name, version = columns["rule_set"].identifier(), columns["version"].text()
    reader = _Sections(columns, f"{name}@{version}", _base(columns, base_of))
    place = columns["place"].text() if "place" in columns and not columns["place"].is_empty() else ""
    if place and not (len(place) == 6 and place.isdigit()):
        raise columns["place"].wrong(f"must be a quoted code of six digits, it is {place!r}")
    from_on = columns["from"].date()
    to_on = columns["to"].date() if "to" in columns and not columns["to"].is_empty() else None
    if to_on is not None and to_on < from_on:
        raise columns["to"].wrong("the last day lies before the first")
    return RuleSet(
        name=name, version=version, place=place, title=columns["title"].words(),
        source=columns["source"].text(), certainty=columns["certainty"].one_of(CERTAINTIES),
        from_on=from_on, to_on=to_on, supersedes=_text(columns, "supersedes"),
        extends=_text(columns, "extends"), inputs=reader.inputs(),
        parameters=reader.section("parameters", _parameter), operators=reader.section("operators", _operator),
        derived=reader.section("derived", _derived), clauses=reader.section("clauses", _clause),
        amounts=reader.section("amounts", _amount), dropped=reader.dropped(), where=top.where,
    )  # fmt: skip


def _text(columns: dict[str, Cell], name: str) -> str:
    return columns[name].text() if name in columns else ""


def _base(columns: dict[str, Cell], base_of: Callable[[str], RuleSet | None]) -> RuleSet | None:
    if "extends" not in columns:
        return None
    wanted = columns["extends"].text()
    found = base_of(wanted)
    if found is None:
        raise columns["extends"].wrong(f"there is no rule set {wanted!r}")
    return found


class _Sections:
    """Reads the named sections and lays them over those of the base."""

    def __init__(self, columns: dict[str, Cell], origin: str, base: RuleSet | None) -> None:
        self.columns, self.origin, self.base = columns, origin, base
        self.drop = self._read_drop()

    def _read_drop(self) -> dict[str, Dropped]:
        if "drop" not in self.columns:
            return {}
        known = {clause.name for clause in self.base.clauses} if self.base else set()
        found = {}
        for name, cell in self.columns["drop"].pairs():
            if name not in known:
                raise cell.wrong("there is no such clause to drop")
            parts = cell.columns(("article", "source", "zh", "en"))
            why = Words(parts["zh"].text(), parts["en"].text())
            found[name] = Dropped(name, parts["article"].text(), parts["source"].text(), why, cell.where)
        return found

    def dropped(self) -> tuple[Dropped, ...]:
        """Return what is dropped here and below."""
        return (*(self.base.dropped if self.base else ()), *self.drop.values())

    def inputs(self) -> tuple[Input, ...]:
        """Return the inputs, household first."""
        found: dict[str, Input] = {}
        below = {item.name: item for item in self.base.inputs} if self.base else {}
        found |= below
        if "inputs" in self.columns:
            for entity, cell in self.columns["inputs"].pairs():
                if entity not in ENTITIES:
                    raise cell.wrong(f"must be one of {', '.join(ENTITIES)}")
                self._lay(found, cell, below, partial(_input, entity, self.origin))
        return tuple(sorted(found.values(), key=lambda item: item.entity))

    def section(self, name: str, read: Callable[[str, Cell, str], Found]) -> tuple[Found, ...]:
        """Return one section over that of the base."""
        below: dict[str, Any] = {item.name: item for item in getattr(self.base, name)} if self.base else {}
        found = {key: item for key, item in below.items() if name != "clauses" or key not in self.drop}
        if name in self.columns:
            self._lay(found, self.columns[name], below, lambda key, part: read(key, part, self.origin))
        return tuple(found.values())

    def _lay(
        self, found: dict[str, Any], cell: Cell, below: dict[str, Any], read: Callable[[str, Cell], Any]
    ) -> None:
        for name, part in cell.pairs():
            if not IDENTIFIER.fullmatch(name) or name in WORDS:
                raise part.wrong("is no name: small letters, digits and _ only, no word of the formulas")
            override = _is_override(part)
            if name in below and not override:
                raise part.wrong(f"stands already in {below[name].origin}; say override: true to replace it")
            if override and name not in below:
                raise part.wrong("replaces nothing: there is no such name in what is extended")
            found[name] = read(name, part)


def _is_override(cell: Cell) -> bool:
    return any(name == "override" and part.truth() for name, part in cell.pairs())


def _input(entity: str, origin: str, name: str, cell: Cell) -> Input:
    columns = cell.columns(
        ("type", "zh", "en"),
        ("min", "max", "optional", "codes", "paper", "proves", "change", "fact", "asked", "override"),
    )
    kind = columns["type"].one_of(("money", "count", "yesno", "code"))
    codes = _codes(columns, cell, kind)
    least = columns["min"].amount(kind) if "min" in columns else 0
    most = columns["max"].amount(kind) if "max" in columns else (len(codes) or MOST[kind])
    if least > most:
        raise cell.wrong("min is greater than max")
    return Input(
        name=name, title=Words(columns["zh"].text(), columns["en"].text()), where=cell.where, origin=origin,
        entity=entity, kind=kind, least=1 if codes else least, most=most, codes=codes,
        optional="optional" in columns and columns["optional"].truth(),
        fact="fact" in columns and columns["fact"].truth(),
        asked="asked" not in columns or columns["asked"].truth(),
        paper=columns["paper"].words() if "paper" in columns else None,
        proves=_proves(columns, codes),
        change=columns["change"].words() if "change" in columns else None,
    )  # fmt: skip


def _codes(columns: dict[str, Cell], cell: Cell, kind: str) -> tuple[tuple[str, Words], ...]:
    if (kind == "code") != ("codes" in columns):
        raise cell.wrong("codes: belongs to type code, and type code needs it")
    if kind != "code":
        return ()
    found = tuple((code, part.words()) for code, part in columns["codes"].pairs())
    for code, _words in found:
        if not IDENTIFIER.fullmatch(code):
            raise columns["codes"].wrong(f"{code!r} is no code: small letters, digits and _ only")
    if not found:
        raise cell.wrong("codes: is empty")
    return found


def _proves(columns: dict[str, Cell], codes: tuple[tuple[str, Words], ...]) -> tuple[str, ...]:
    if "proves" not in columns:
        return ()
    found = tuple(cell.one_of(tuple(code for code, _words in codes)) for cell in columns["proves"].items())
    if len(found) != 2 or "paper" not in columns:
        raise columns["proves"].wrong("needs two codes, from which to which, and a paper")
    return found


def _parameter(name: str, cell: Cell, origin: str) -> Parameter:
    columns = cell.columns(("key", "type", "min", "max", "zh", "en"), ("override",))
    kind = columns["type"].one_of(("money", "count", "percent"))
    least, most = columns["min"].amount(kind), columns["max"].amount(kind)
    if least > most:
        raise cell.wrong("min is greater than max")
    title = Words(columns["zh"].text(), columns["en"].text())
    return Parameter(name, title, cell.where, origin, columns["key"].text(), kind, least, most)


def _operator(name: str, cell: Cell, origin: str) -> Operator:
    columns = cell.columns(("is", "article", "source", "certainty"), ("override",))
    return Operator(
        name, columns["is"].one_of(OPERATORS), columns["article"].text(), columns["source"].text(),
        columns["certainty"].one_of(CERTAINTIES), cell.where, origin,
    )  # fmt: skip


def _derived(name: str, cell: Cell, origin: str) -> Derived:
    columns = cell.columns(("of", "type", "is", "zh", "en"), ("rounded", "override"))
    return Derived(
        name=name, title=Words(columns["zh"].text(), columns["en"].text()), where=cell.where, origin=origin,
        entity=columns["of"].one_of(ENTITIES), kind=columns["type"].one_of(("money", "count", "yesno")),
        formula=columns["is"].formula(), text=columns["is"].text(),
        rounded=columns["rounded"].one_of(ROUNDINGS) if "rounded" in columns else "",
    )  # fmt: skip


def _clause(name: str, cell: Cell, origin: str) -> Clause:
    columns = cell.columns(
        ("reason", "when", "article", "source", "certainty", "zh", "en", "hit", "miss"),
        ("gives", "bars", "override"),
    )
    gives = columns["gives"].one_of(GIVEN) if "gives" in columns else ""
    bars = columns["bars"].some_of(GIVEN) if "bars" in columns else ()
    if bool(gives) == bool(bars):
        raise cell.wrong("a clause either gives a class or bars some")
    return Clause(
        name=name, title=Words(columns["zh"].text(), columns["en"].text()), where=cell.where, origin=origin,
        reason=columns["reason"].whole(), formula=columns["when"].formula(), text=columns["when"].text(),
        gives=gives, bars=bars, article=columns["article"].text(), source=columns["source"].text(),
        certainty=columns["certainty"].one_of(CERTAINTIES), hit=columns["hit"].words(),
        miss=columns["miss"].words(),
    )  # fmt: skip


def _amount(name: str, cell: Cell, origin: str) -> Amount:
    columns = cell.columns(("for", "article", "source", "certainty", "zh", "en", "say"), ("override",))
    formulas = tuple((part.name, part.formula(), part.text()) for _, part in columns["for"].pairs())
    for given, _formula, _text in formulas:
        if given not in GIVEN:
            raise columns["for"].wrong(f"must be one of {', '.join(GIVEN)}, it is {given!r}")
    return Amount(
        name=name, title=Words(columns["zh"].text(), columns["en"].text()), where=cell.where, origin=origin,
        formulas=formulas, article=columns["article"].text(), source=columns["source"].text(),
        certainty=columns["certainty"].one_of(CERTAINTIES), say=columns["say"].words(),
    )  # fmt: skip


__all__ = ["BadRuleSet", "read_rule_set"]
