"""From formulas to steps in whole numbers; what makes no sense is refused here.

A quotient is kept as two whole numbers. Comparisons multiply crosswise, so the result is exact to the cent
on every engine; only ``floor``, ``ceil`` and ``round`` ever divide.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from zhijia.assistance.rules import numbers
from zhijia.assistance.rules.numbers import Node
from zhijia.assistance.rules.syntax import (
    Arithmetic,
    Choice,
    Compare,
    Expr,
    FormulaError,
    If,
    IsCode,
    Logic,
    Name,
    Not,
    Number,
    OverPersons,
    Rounded,
    Truth,
)

ONE = numbers.whole(1)
KINDS = {None: "zero", 0: "a number", 1: "money"}


@dataclass(frozen=True)
class Quotient:
    """A number as ``top / bottom``; ``money`` is 1 for money, 0 for a plain number, None for a bare zero."""

    top: Node
    bottom: Node
    money: int | None

    @property
    def is_whole(self) -> bool:
        """Say whether nothing is divided."""
        return self.bottom.is_one


@dataclass(frozen=True)
class Meaning:
    """What a name stands for, and of whom."""

    entity: str
    """``household``, ``person`` or ``place`` (a parameter)."""
    number: Quotient | None = None
    yes_no: Node | None = None
    code: Node | None = None
    codes: Mapping[str, int] | None = None


@dataclass(frozen=True)
class Lowering:
    """Brings formulas down, with the names of one rule set."""

    meaning_of: Callable[[str], Meaning]
    operators: Mapping[str, str]
    most_persons: int
    entity: str = "household"

    def number(self, expr: Expr) -> Quotient:
        """Lower a formula that must be a number or money."""
        match expr:
            case Number(value=0):
                return Quotient(numbers.whole(0), ONE, None)
            case Number(value=value, kind=kind, over=over):
                return Quotient(numbers.whole(value), numbers.whole(over), int(kind == "money"))
            case Name(name=name):
                return self._named_number(name)
            case Arithmetic():
                return self._arithmetic(expr)
            case Choice(function=function, parts=parts):
                return self._choice(function, [self.number(part) for part in parts])
            case If(test=test, then=then, otherwise=otherwise):
                tops, bottom, money = _common([self.number(then), self.number(otherwise)], "if")
                return Quotient(numbers.pick(self.yes_no(test), *tops), bottom, money)
            case Rounded(way=way, part=part):
                found = self.number(part)
                return Quotient(rounded(way, found), ONE, found.money)
            case OverPersons(function="sum" | "count"):
                return self._over_persons(expr)
        raise FormulaError("expected a number or money, found yes or no")

    def yes_no(self, expr: Expr) -> Node:
        """Lower a formula that must be yes or no."""
        match expr:
            case Truth(value=value):
                return numbers.truth(value)
            case Name(name=name):
                return self._named_truth(name)
            case Compare(op=op, left=left, right=right):
                return self._compare(op, self.number(left), self.number(right))
            case IsCode(name=name, codes=codes):
                return self._is_code(name, codes)
            case Logic(op=op, parts=parts):
                return numbers.logic(op, tuple(self.yes_no(part) for part in parts))
            case Not(part=part):
                return numbers.negate(self.yes_no(part))
            case If(test=test, then=then, otherwise=otherwise):
                asked, yes = self.yes_no(test), self.yes_no(then)
                return numbers.logic("or", (
                    numbers.logic("and", (asked, yes)),
                    numbers.logic("and", (numbers.negate(asked), self.yes_no(otherwise))),
                ))  # fmt: skip
            case OverPersons(function="any", part=part):
                return numbers.over_persons("any", self._person().yes_no(part), self.most_persons)
        raise FormulaError("expected yes or no, found a number")

    def _meaning(self, name: str) -> Meaning:
        found = self.meaning_of(name)
        if self.entity == "person" and found.entity != "person":
            raise FormulaError(
                f"{name!r} is not known of a person: within a sum, and in what is derived of a person, only "
                "the person's own facts may stand"
            )
        if self.entity == "household" and found.entity == "person":
            raise FormulaError(f"{name!r} is known of each person: use sum(), count() or any()")
        return found

    def _named_number(self, name: str) -> Quotient:
        found = self._meaning(name)
        if found.number is None:
            raise FormulaError(f"{name!r} is {'yes or no' if found.yes_no else 'a code'}, not a number")
        return found.number

    def _named_truth(self, name: str) -> Node:
        found = self._meaning(name)
        if found.yes_no is None:
            raise FormulaError(f"{name!r} is {'a code' if found.code else 'a number'}, not yes or no")
        return found.yes_no

    def _is_code(self, name: str, codes: tuple[str, ...]) -> Node:
        found = self._meaning(name)
        if found.code is None or found.codes is None:
            raise FormulaError(f"{name!r} is no code: 'is' and 'in' do not fit")
        for code in codes:
            if code not in found.codes:
                raise FormulaError(f"{name!r} has no code {code!r}, only {', '.join(found.codes)}")
        return numbers.is_in(found.code, tuple(sorted({found.codes[code] for code in codes})))

    def _person(self) -> "Lowering":
        if self.entity == "person":
            raise FormulaError("a sum over persons cannot stand within a person")
        return Lowering(self.meaning_of, self.operators, self.most_persons, "person")

    def _over_persons(self, expr: OverPersons) -> Quotient:
        inner = self._person()
        if expr.function == "count":
            return Quotient(numbers.over_persons("count", inner.yes_no(expr.part), self.most_persons), ONE, 0)
        found = inner.number(expr.part)
        if not found.is_whole:
            raise FormulaError("a sum of quotients: say floor(), ceil() or round() within it")
        return Quotient(numbers.over_persons("sum", found.top, self.most_persons), ONE, found.money)

    def _compare(self, op: str, left: Quotient, right: Quotient) -> Node:
        _same_money([left, right], op)
        if op.startswith("@"):
            if op[1:] not in self.operators:
                raise FormulaError(f"there is no operator {op!r}; name it under operators:")
            op = self.operators[op[1:]]
        return numbers.compare(op, (left.top, left.bottom, right.top, right.bottom))

    def _arithmetic(self, expr: Arithmetic) -> Quotient:
        left, right = self.number(expr.left), self.number(expr.right)
        if expr.op in "+-":
            (a, b), bottom, money = _common([left, right], expr.op)
            return Quotient((numbers.add if expr.op == "+" else numbers.subtract)(a, b), bottom, money)
        money = (left.money or 0) + (right.money or 0) * (1 if expr.op == "*" else -1)
        if money not in (0, 1):
            raise FormulaError(f"{KINDS[left.money]} {expr.op} {KINDS[right.money]} has no meaning")
        if expr.op == "*":
            top = numbers.multiply(left.top, right.top)
            return Quotient(top, numbers.multiply(left.bottom, right.bottom), money)
        if right.top.low < 1:
            raise FormulaError(
                "divides by something that may be zero or less; give it a min above zero, or compare by "
                "multiplying the other side"
            )
        return Quotient(
            numbers.multiply(left.top, right.bottom), numbers.multiply(left.bottom, right.top), money
        )

    def _choice(self, function: str, parts: list[Quotient]) -> Quotient:
        tops, bottom, money = _common(parts, function)
        made = numbers.least if function == "min" else numbers.greatest
        return Quotient(made(tuple(tops)), bottom, money)


def rounded(way: str, part: Quotient) -> Node:
    """Return a quotient as a whole number: down, up, or to the nearest, a half going up."""
    top, bottom = part.top, part.bottom
    if part.is_whole:
        return top
    if way == "ceil":
        return numbers.subtract(
            numbers.whole(0), numbers.floor_divide(numbers.subtract(numbers.whole(0), top), bottom)
        )
    if way == "round":
        two = numbers.whole(2)
        top, bottom = numbers.add(numbers.multiply(top, two), bottom), numbers.multiply(bottom, two)
    return numbers.floor_divide(top, bottom)


def _same_money(parts: list[Quotient], what: str) -> int | None:
    kinds = {part.money for part in parts} - {None}
    if len(kinds) > 1:
        raise FormulaError(f"{what!r} mixes money with a plain number")
    return kinds.pop() if kinds else None


def _common(parts: list[Quotient], what: str) -> tuple[list[Node], Node, int | None]:
    """Bring quotients to one bottom: the product of all that differ."""
    money = _same_money(parts, what)
    bottoms = list(dict.fromkeys(part.bottom for part in parts if not part.is_whole))
    tops = [numbers.multiply(part.top, _product([b for b in bottoms if b != part.bottom])) for part in parts]
    return tops, _product(bottoms), money


def _product(factors: list[Node]) -> Node:
    found = ONE
    for factor in factors:
        found = numbers.multiply(found, factor)
    return found
