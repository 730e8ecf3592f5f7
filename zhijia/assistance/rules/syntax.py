"""The formulas of a rule file: what they may say, and how their text is read.

    sum(wages + pensions) - 2 * min(rent, 500 yuan)        arithmetic; sums run over the household's persons
    (income - costs) / (size * 12) @deep_line dibao        @deep_line is an operator that differs by place
    work_status is jobless and not has_proof               codes and yes/no

Nothing else can be said: no calls, no attributes, no texts. There is nothing to escape from.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

OPERATORS = (">=", "<=", "==", ">", "<")
ROUNDINGS = ("floor", "ceil", "round")
OVER_PERSONS = ("sum", "count", "any")
FUNCTIONS = ("min", "max", "if", *ROUNDINGS, *OVER_PERSONS)
WORDS = ("and", "or", "not", "is", "in", "true", "false", "yuan", *FUNCTIONS)
MOST_DEEP = 40
_TOKEN = re.compile(
    r"\s*(?:(\d+(?:\.\d+)?)|([A-Za-z_][A-Za-z0-9_]*)|(@[a-z_][a-z0-9_]*)|(>=|<=|==|[-+*/()<>,%]))"
)


class FormulaError(ValueError):
    """A formula that cannot be read or does not make sense."""


@dataclass(frozen=True)
class Expr:
    """Part of a formula."""

    at: int = field(default=0, kw_only=True, compare=False)


@dataclass(frozen=True)
class Number(Expr):
    """A number; money in fen; a percentage is a number over 100."""

    value: int
    kind: str = "number"
    over: int = 1


@dataclass(frozen=True)
class Truth(Expr):
    """``true`` or ``false``."""

    value: bool


@dataclass(frozen=True)
class Name(Expr):
    """An input, a parameter or a derived variable."""

    name: str


@dataclass(frozen=True)
class Arithmetic(Expr):
    """``+ - * /``."""

    op: str
    left: Expr
    right: Expr


@dataclass(frozen=True)
class Choice(Expr):
    """``min`` or ``max`` of two or more."""

    function: str
    parts: tuple[Expr, ...]


@dataclass(frozen=True)
class If(Expr):
    """``if(test, then, else)``."""

    test: Expr
    then: Expr
    otherwise: Expr


@dataclass(frozen=True)
class Rounded(Expr):
    """A quotient made whole: ``floor``, ``ceil`` or ``round`` (a half goes up)."""

    way: str
    part: Expr


@dataclass(frozen=True)
class OverPersons(Expr):
    """``sum``, ``count`` or ``any`` over the persons of the household."""

    function: str
    part: Expr


@dataclass(frozen=True)
class Compare(Expr):
    """A comparison; the operator is written out, or ``@name`` of an operator that differs by place."""

    op: str
    left: Expr
    right: Expr


@dataclass(frozen=True)
class IsCode(Expr):
    """``work_status in (student, retired)``."""

    name: str
    codes: tuple[str, ...]


@dataclass(frozen=True)
class Logic(Expr):
    """``and`` or ``or``."""

    op: str
    parts: tuple[Expr, ...]


@dataclass(frozen=True)
class Not(Expr):
    """``not``."""

    part: Expr


def parse(text: str) -> Expr:
    """Read a formula; raise ``FormulaError`` that says where it stops making sense."""
    return _Reader(text).whole()


def walk(expr: Expr) -> Iterator[Expr]:
    """Yield a formula and all its parts."""
    yield expr
    for part in parts_of(expr):
        yield from walk(part)


def parts_of(expr: Expr) -> tuple[Expr, ...]:
    """Return the direct parts of a formula."""
    match expr:
        case Arithmetic(left=left, right=right) | Compare(left=left, right=right):
            return (left, right)
        case Choice(parts=parts) | Logic(parts=parts):
            return parts
        case If(test=test, then=then, otherwise=otherwise):
            return (test, then, otherwise)
        case Rounded(part=part) | OverPersons(part=part) | Not(part=part):
            return (part,)
    return ()


def names_in(expr: Expr) -> tuple[str, ...]:
    """Return the variables that a formula names itself, each once, in order."""
    found = [part.name for part in walk(expr) if isinstance(part, Name | IsCode)]
    return tuple(dict.fromkeys(found))


@dataclass(frozen=True)
class _Token:
    text: str
    kind: str
    at: int


def _tokens(text: str) -> list[_Token]:
    found, at = [], 0
    text = text.rstrip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if not match:
            where = at + len(text[at:]) - len(text[at:].lstrip())
            raise FormulaError(f"{text[where]!r} at character {where + 1} is no part of a formula")
        kind = ("number", "name", "flag", "sign")[match.lastindex - 1]  # type: ignore[operator]
        found.append(_Token(match[match.lastindex], kind, match.start(match.lastindex)))  # type: ignore[index,arg-type]
        at = match.end()
    return found


class _Reader:
    """Reads by precedence: or, and, not, comparison, sum, term, factor."""

    def __init__(self, text: str) -> None:
        self.tokens = _tokens(text)
        self.at = 0
        self.depth = 0

    def whole(self) -> Expr:
        if not self.tokens:
            raise FormulaError("the formula is empty")
        found = self.any_of()
        if self.at < len(self.tokens):
            raise self.stuck()
        return found

    def stuck(self) -> FormulaError:
        if self.at >= len(self.tokens):
            return FormulaError("the formula ends too early")
        token = self.tokens[self.at]
        return FormulaError(f"did not expect {token.text!r} at character {token.at + 1}")

    def peek(self) -> str:
        return self.tokens[self.at].text if self.at < len(self.tokens) else ""

    def take(self, *wanted: str) -> _Token | None:
        if self.at < len(self.tokens) and self.tokens[self.at].text in wanted:
            self.at += 1
            return self.tokens[self.at - 1]
        return None

    def need(self, wanted: str) -> _Token:
        token = self.take(wanted)
        if token is None:
            raise self.stuck()
        return token

    def any_of(self) -> Expr:
        self.depth += 1
        if self.depth > MOST_DEEP:
            raise FormulaError("the formula is nested too deeply; name a part of it under derived:")
        found = self._joined("or", lambda: self._joined("and", self.negated))
        self.depth -= 1
        return found

    def _joined(self, word: str, reader: Callable[[], Expr]) -> Expr:
        parts = [reader()]
        while self.take(word):
            parts.append(reader())
        return parts[0] if len(parts) == 1 else Logic(word, tuple(parts), at=parts[0].at)

    def negated(self) -> Expr:
        token = self.take("not")
        if token is None:
            return self.comparison()
        self.depth += 1
        if self.depth > MOST_DEEP:
            raise FormulaError("the formula is nested too deeply; name a part of it under derived:")
        found = Not(self.negated(), at=token.at)
        self.depth -= 1
        return found

    def comparison(self) -> Expr:
        left = self.sum()
        if self.take("is"):
            turned = self.take("not")
            found = IsCode(self._coded(left), (self.word(),), at=left.at)
            return Not(found, at=left.at) if turned else found
        if self.take("in"):
            self.need("(")
            codes = [self.word()]
            while self.take(","):
                codes.append(self.word())
            self.need(")")
            return IsCode(self._coded(left), tuple(codes), at=left.at)
        if self.at < len(self.tokens) and (self.peek() in OPERATORS or self.tokens[self.at].kind == "flag"):
            self.at += 1
            return Compare(self.tokens[self.at - 1].text, left, self.sum(), at=left.at)
        return left

    def _coded(self, left: Expr) -> str:
        if not isinstance(left, Name):
            raise FormulaError("'is' and 'in' need one variable on their left")
        return left.name

    def word(self) -> str:
        if self.at < len(self.tokens) and self.tokens[self.at].kind == "name":
            self.at += 1
            return self.tokens[self.at - 1].text
        raise self.stuck()

    def sum(self) -> Expr:
        found = self.term()
        while token := self.take("+", "-"):
            found = Arithmetic(token.text, found, self.term(), at=token.at)
        return found

    def term(self) -> Expr:
        found = self.factor()
        while token := self.take("*", "/"):
            found = Arithmetic(token.text, found, self.factor(), at=token.at)
        return found

    def factor(self) -> Expr:
        if self.at >= len(self.tokens):
            raise self.stuck()
        token = self.tokens[self.at]
        if token.text == "-":
            return self._minus(token)
        if token.text == "(":
            self.at += 1
            found = self.any_of()
            self.need(")")
            return found
        if token.kind == "number":
            self.at += 1
            return self.number(token)
        if token.kind != "name":
            raise self.stuck()
        self.at += 1
        return self._named(token)

    def _minus(self, token: _Token) -> Expr:
        self.at += 1
        self.depth += 1
        if self.depth > MOST_DEEP:
            raise FormulaError("the formula is nested too deeply; name a part of it under derived:")
        part = self.factor()
        self.depth -= 1
        zero = Number(0, part.kind if isinstance(part, Number) else "zero", at=token.at)
        return Arithmetic("-", zero, part, at=token.at)

    def _named(self, token: _Token) -> Expr:
        if token.text in ("true", "false"):
            return Truth(token.text == "true", at=token.at)
        if token.text in FUNCTIONS:
            return self.call(token)
        if token.text in WORDS:
            self.at -= 1
            raise self.stuck()
        if self.peek() == "(":
            raise FormulaError(f"there is no function {token.text!r}, only: {', '.join(FUNCTIONS)}")
        return Name(token.text, at=token.at)

    def number(self, token: _Token) -> Expr:
        whole, _, part = token.text.partition(".")
        if self.take("yuan"):
            if len(part) > 2:
                raise FormulaError(f"{token.text} yuan is finer than a fen")
            return Number(int(whole) * 100 + int(part.ljust(2, "0")), "money", at=token.at)
        over = 10 ** len(part)
        return Number(int(whole + part), "number", over * (100 if self.take("%") else 1), at=token.at)

    def call(self, token: _Token) -> Expr:
        self.need("(")
        parts = [self.any_of()]
        while self.take(","):
            parts.append(self.any_of())
        self.need(")")
        return _called(token, tuple(parts))


def _called(token: _Token, parts: tuple[Expr, ...]) -> Expr:
    name = token.text
    if name in ("min", "max") and len(parts) >= 2:
        return Choice(name, parts, at=token.at)
    if name == "if" and len(parts) == 3:
        return If(*parts, at=token.at)
    if name in ROUNDINGS and len(parts) == 1:
        return Rounded(name, parts[0], at=token.at)
    if name in OVER_PERSONS and len(parts) == 1:
        return OverPersons(name, parts[0], at=token.at)
    wanted = {"if": "three parts", "min": "two or more parts", "max": "two or more parts"}.get(
        name, "one part"
    )
    raise FormulaError(f"{name}() needs {wanted}, it has {len(parts)}")
