"""Whole numbers only: the small machine to which every formula is brought down, with its bounds.

Each engine has to know just these steps, and none of them can differ: no fractions, no rounding by the
engine, no overflow (the bounds of each step are worked out when the rule set is loaded). What is unknown
stays unknown: a step with an unknown part is unknown, except where the known parts decide (Kleene).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from zhijia.assistance.rules.syntax import FormulaError

LIMIT = 2**62
EXACT_QUOTIENT = 2**53
"""Up to here also an engine that divides in floating point gets an exact quotient right."""
FLIPPED = {">=": "<", "<=": ">", ">": "<=", "<": ">=", "==": "!="}


@dataclass(frozen=True)
class Node:
    """One step. ``low`` and ``high`` bound it; ``roots`` are the facts that may leave it unknown."""

    op: str
    parts: tuple["Node", ...] = ()
    value: int | str | tuple[int, ...] = 0
    low: int = 0
    high: int = 1
    roots: frozenset[str] = frozenset()

    @property
    def is_one(self) -> bool:
        """Say whether it is the number one."""
        return self.op == "int" and self.value == 1


def whole(value: int) -> Node:
    """Return a constant."""
    return Node("int", value=value, low=value, high=value)


def truth(value: bool) -> Node:
    """Return yes or no."""
    return Node("truth", value=int(value))


def column(name: str, low: int, high: int, roots: frozenset[str]) -> Node:
    """Return something that is read or was worked out before."""
    return Node("column", value=name, low=low, high=high, roots=roots)


def _made(op: str, parts: tuple[Node, ...], corners: list[int], value: int | str = 0) -> Node:
    low, high = min(corners), max(corners)
    if low < -LIMIT or high > LIMIT:
        raise FormulaError("the numbers may grow beyond what fits; give the variables a smaller max")
    return Node(op, parts, value, low, high, _roots(parts))


def _roots(parts: tuple[Node, ...]) -> frozenset[str]:
    return frozenset[str]().union(*(part.roots for part in parts))


def add(a: Node, b: Node) -> Node:
    """Return a + b."""
    if a.op == "int" and a.value == 0:
        return b
    return a if b.op == "int" and b.value == 0 else _made("add", (a, b), [a.low + b.low, a.high + b.high])


def subtract(a: Node, b: Node) -> Node:
    """Return a - b."""
    if b.op == "int" and b.value == 0:
        return a
    return _made("subtract", (a, b), [a.low - b.high, a.high - b.low])


def multiply(a: Node, b: Node) -> Node:
    """Return a times b."""
    if a.op == b.op == "int":
        return whole(int(a.value) * int(b.value))  # type: ignore[arg-type]
    if a.is_one or b.is_one:
        return b if a.is_one else a
    return _made("multiply", (a, b), [x * y for x in (a.low, a.high) for y in (b.low, b.high)])


def floor_divide(a: Node, b: Node) -> Node:
    """Return the greatest whole number not above a / b; b is positive."""
    if b.is_one:
        return a
    if max(abs(a.low), abs(a.high), b.high) > EXACT_QUOTIENT:
        raise FormulaError("the numbers of the division may grow too large; give the variables a smaller max")
    return _made("floor_divide", (a, b), [x // y for x in (a.low, a.high) for y in (b.low, b.high)])


def least(parts: tuple[Node, ...]) -> Node:
    """Return the smallest."""
    return _made("least", parts, [min(p.low for p in parts), min(p.high for p in parts)])


def greatest(parts: tuple[Node, ...]) -> Node:
    """Return the greatest."""
    return _made("greatest", parts, [max(p.low for p in parts), max(p.high for p in parts)])


def pick(test: Node, then: Node, otherwise: Node) -> Node:
    """Return one of two, by a test."""
    corners = [then.low, then.high, otherwise.low, otherwise.high]
    return _made("pick", (test, then, otherwise), corners)


def compare(op: str, sides: tuple[Node, Node, Node, Node]) -> Node:
    """Compare two quotients a/b and c/d by cross multiplication; b and d are positive."""
    a, b, c, d = sides
    multiply(a, d), multiply(c, b)  # their bounds are checked
    return Node("compare", sides, op, roots=_roots(sides))


def is_in(part: Node, numbers: tuple[int, ...]) -> Node:
    """Say whether a code is one of some."""
    return Node("is_in", (part,), numbers, roots=part.roots)


def logic(op: str, parts: tuple[Node, ...]) -> Node:
    """Return ``and`` or ``or``."""
    return parts[0] if len(parts) == 1 else Node(op, parts, roots=_roots(parts))


def negate(part: Node) -> Node:
    """Return the contrary."""
    return Node("not", (part,), roots=part.roots)


def over_persons(function: str, part: Node, most: int) -> Node:
    """Return a sum, count or any over the persons of a household of at most ``most``."""
    if function == "any":
        return Node("any", (part,), roots=part.roots)
    if function == "count":
        return Node("count", (part,), low=0, high=most, roots=part.roots)
    return _made("sum", (part,), [min(0, part.low * most), max(0, part.high * most)])


def walk(node: Node) -> Iterator[Node]:
    """Yield a step and all below it."""
    yield node
    for part in node.parts:
        yield from walk(part)


def columns_of(node: Node) -> frozenset[str]:
    """Return the names of the columns that a step reads."""
    return frozenset(str(part.value) for part in walk(node) if part.op == "column")


def replaced(node: Node, change: Callable[[Node], Node | None]) -> Node:
    """Return a step in which ``change`` replaced some parts, outermost first."""
    other = change(node)
    if other is not None:
        return other
    parts = tuple(replaced(part, change) for part in node.parts)
    return Node(node.op, parts, node.value, node.low, node.high, node.roots) if parts != node.parts else node
