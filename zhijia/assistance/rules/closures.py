"""Steps as nested closures over a list of values; what is unknown is None."""

import operator
from collections.abc import Callable
from itertools import count
from typing import Any

from zhijia.assistance.rules.numbers import Node

Row = list[Any]
Run = Callable[[Row], Any]
_ARITHMETIC = {
    "add": operator.add, "subtract": operator.sub, "multiply": operator.mul,
    "floor_divide": operator.floordiv,
}  # fmt: skip
_COMPARE = {">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt, "==": operator.eq}


class Slots:
    """Gives each column its place in the list, and turns steps into closures over it."""

    def __init__(self) -> None:
        self._slots: dict[str, int] = {}
        self._next = count()

    def __len__(self) -> int:
        return len(self._slots)

    def slot(self, name: str) -> int:
        """Return the place of a column."""
        if name not in self._slots:
            self._slots[name] = next(self._next)
        return self._slots[name]

    def closure(self, node: Node) -> Run:
        """Return what works a step out."""
        if node.op == "column":
            return operator.itemgetter(self.slot(str(node.value)))
        if node.op in ("int", "truth"):
            return _constant(bool(node.value) if node.op == "truth" else node.value)
        return _MAKERS[node.op](node, tuple(self.closure(part) for part in node.parts))


def _constant(value: Any) -> Run:
    return lambda _row: value


def _arithmetic(node: Node, parts: tuple[Run, ...]) -> Run:
    work, (left, right) = _ARITHMETIC[node.op], parts
    if not node.roots:
        return lambda row: work(left(row), right(row))

    def run(row: Row) -> int | None:
        a, b = left(row), right(row)
        return None if a is None or b is None else work(a, b)

    return run


def _choice(node: Node, parts: tuple[Run, ...]) -> Run:
    work = min if node.op == "least" else max

    def run(row: Row) -> int | None:
        found = [part(row) for part in parts]
        return None if None in found else work(found)

    return run


def _pick(node: Node, parts: tuple[Run, ...]) -> Run:
    test, then, otherwise = parts

    def run(row: Row) -> int | None:
        asked = test(row)
        return None if asked is None else then(row) if asked else otherwise(row)

    return run


def _compare(node: Node, parts: tuple[Run, ...]) -> Run:
    work, (a, b, c, d) = _COMPARE[str(node.value)], parts
    below, below_right = node.parts[1].is_one, node.parts[3].is_one

    def run(row: Row) -> bool | None:
        left, right = a(row), c(row)
        if left is None or right is None:
            return None
        if not below_right:
            other = d(row)
            left = None if other is None else left * other
        if not below:
            other = b(row)
            right = None if other is None else right * other
        return None if left is None or right is None else work(left, right)

    return run


def _logic(node: Node, parts: tuple[Run, ...]) -> Run:
    decides = node.op == "or"

    def run(row: Row) -> bool | None:
        found = [part(row) for part in parts]
        if decides in found:
            return decides
        return None if None in found else not decides

    return run


def _negate(node: Node, parts: tuple[Run, ...]) -> Run:
    (part,) = parts

    def run(row: Row) -> bool | None:
        found = part(row)
        return None if found is None else not found

    return run


def _is_in(node: Node, parts: tuple[Run, ...]) -> Run:
    (part,), wanted = parts, frozenset(node.value)  # type: ignore[arg-type]

    def run(row: Row) -> bool | None:
        found = part(row)
        return None if found is None else found in wanted

    return run


_MAKERS: dict[str, Callable[[Node, tuple[Run, ...]], Run]] = {
    **dict.fromkeys(_ARITHMETIC, _arithmetic), "least": _choice, "greatest": _choice, "pick": _pick,
    "compare": _compare, "and": _logic, "or": _logic, "not": _negate, "is_in": _is_in,
}  # fmt: skip
