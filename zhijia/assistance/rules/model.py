"""What a rule set consists of. Everything is frozen: a version that was used never changes."""

import datetime as dt
from dataclasses import dataclass

from zhijia.assistance.rules.syntax import Expr

CLASSES = ("none", "deep", "relative", "accidental")
"""What a household can be, by its code 0 to 3."""
UNDETERMINED = -1
CERTAINTIES = ("read", "known", "house")
FEN_PER_YUAN = 100


class BadRuleSet(Exception):
    """A rule set does not load; the text begins with ``file:line``."""


@dataclass(frozen=True)
class Words:
    """A text in both languages."""

    zh: str
    en: str

    def in_language(self, language: str) -> str:
        """Return the text for ``zh`` or anything else."""
        return self.zh if language.startswith("zh") else self.en


@dataclass(frozen=True)
class Defined:
    """Something named in a rule file."""

    name: str
    title: Words
    where: str
    """``file:line``."""
    origin: str
    """The rule set that wrote it, ``national@2021``."""


@dataclass(frozen=True)
class Input(Defined):
    """What is asked about a household or a person. Money is in fen."""

    entity: str
    kind: str
    """``money``, ``count``, ``yesno`` or ``code``."""
    least: int = 0
    most: int = 0
    optional: bool = False
    """May be unknown; then it is never taken as zero or no."""
    codes: tuple[tuple[str, Words], ...] = ()
    paper: Words | None = None
    """The paper that proves more of a cost."""
    proves: tuple[str, ...] = ()
    """For a code: from which to which code a paper leads, e.g. jobless to jobless_proven."""
    change: Words | None = None
    """What a person can truly do or wait for; only such facts, too, are named as a true change."""
    fact: bool = False
    """Income or property: shown as a fact, never as something to change."""
    asked: bool = True
    """Stands on the form of the self-test."""

    @property
    def code_numbers(self) -> dict[str, int]:
        """Return the number of each code, from 1."""
        return {code: number for number, (code, _words) in enumerate(self.codes, 1)}


@dataclass(frozen=True)
class Parameter(Defined):
    """A value by place and date, looked up under ``key`` in the tables of values."""

    key: str
    kind: str
    """``money``, ``count`` or ``percent``."""
    least: int
    most: int


@dataclass(frozen=True)
class Operator:
    """A comparison that differs by place, with its reason."""

    name: str
    op: str
    article: str
    source: str
    certainty: str
    where: str
    origin: str


@dataclass(frozen=True)
class Derived(Defined):
    """A variable that is worked out."""

    entity: str
    kind: str
    formula: Expr
    text: str
    rounded: str = ""
    """How a quotient is shown; comparisons use the exact quotient."""


@dataclass(frozen=True)
class Clause(Defined):
    """A condition of the law with what follows from it."""

    reason: int
    """Its bit among the reason codes, 0 to 61; stable over versions."""
    formula: Expr
    text: str
    gives: str
    bars: tuple[str, ...]
    article: str
    source: str
    certainty: str
    hit: Words
    miss: Words


@dataclass(frozen=True)
class Amount(Defined):
    """A sum of money that a class brings."""

    formulas: tuple[tuple[str, Expr, str], ...]
    """Class, formula and its text."""
    article: str
    source: str
    certainty: str
    say: Words


@dataclass(frozen=True)
class Dropped:
    """A clause of the base that does not hold here."""

    name: str
    article: str
    source: str
    why: Words
    where: str


@dataclass(frozen=True)
class RuleSet:
    """One version of the rules of one place, complete: what it extends is already in it."""

    name: str
    version: str
    place: str
    title: Words
    source: str
    certainty: str
    from_on: dt.date
    to_on: dt.date | None
    supersedes: str
    extends: str
    inputs: tuple[Input, ...]
    parameters: tuple[Parameter, ...]
    operators: tuple[Operator, ...]
    derived: tuple[Derived, ...]
    clauses: tuple[Clause, ...]
    amounts: tuple[Amount, ...]
    dropped: tuple[Dropped, ...]
    where: str

    @property
    def reference(self) -> str:
        """Return ``xingtai@2021``."""
        return f"{self.name}@{self.version}"

    def holds_on(self, on: dt.date) -> bool:
        """Say whether this version is in force on a day."""
        return self.from_on <= on and (self.to_on is None or on <= self.to_on)

    def inputs_of(self, entity: str) -> tuple[Input, ...]:
        """Return what is asked about ``household`` or ``person``."""
        return tuple(found for found in self.inputs if found.entity == entity)

    def titles(self) -> dict[str, Words]:
        """Return what every variable is called."""
        return {found.name: found.title for found in (*self.inputs, *self.parameters, *self.derived)}


@dataclass(frozen=True)
class Value:
    """What a parameter is at one place on one day, with where it comes from."""

    value: int
    article: str
    source: str
    place: str
    version: str
    certainty: str
