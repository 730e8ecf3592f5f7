"""A whole population: the same plan as one Ibis expression, for DuckDB, PostgreSQL or Spark.

    households   household_id, place and a column for each of ``plan.household_inputs``
    persons      household_id and a column for each of ``plan.person_inputs``
    places       place and a column for each of ``plan.parameters``; null where there is none

Money in fen, codes by number, both as 64-bit whole numbers. Every household has at least one person.
"""

import operator
from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.operations as ops
from ibis.expr.types import Table, Value

from zhijia.assistance.rules.model import UNDETERMINED
from zhijia.assistance.rules.numbers import Node
from zhijia.assistance.rules.plan import CLASS, Missing, Plan, Step

HOUSEHOLD, PLACE = "household_id", "place"
REASONS, MISSING = "reasons", "missing"
Columns = dict[str, Value]
_COMPARE = {
    ">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt, "==": operator.eq,
}  # fmt: skip


def screen(
    plan: Plan, households: Table, persons: Table, places: Table, *, show: Sequence[str] = ()
) -> Table:
    """Return household, class, amounts, reason bits and missing bits; ``show`` adds values by name."""
    summed = _summed(plan, persons)
    table = households.join(summed, HOUSEHOLD)
    if plan.parameters:
        table = table.join(places, PLACE, how="left")
    columns: Columns = {
        name: _wide(table[name])
        for name in [item.name for item in (*plan.household_inputs, *plan.parameters)]
    }
    columns |= {name: table[name] for name in summed.columns if name != HOUSEHOLD}
    table = _with(table, columns, [HOUSEHOLD])
    table = _worked_out(table, plan.steps)
    clauses = {step.column: _value(step.node, table) for step in plan.clauses}
    table = table.mutate(**clauses)
    table = _worked_out(table, plan.standings)
    table = table.mutate(**{CLASS: _value(plan.decision, table)})
    amounts = {step.amount.name: _value(step.node, table) for step in plan.amounts}
    table = table.mutate(**amounts)
    return table.select(
        HOUSEHOLD,
        **{CLASS: table[CLASS].fill_null(UNDETERMINED)},
        **{name: table[name] for name in amounts},
        **{REASONS: _reasons(plan, table), MISSING: _missing(plan, table)},
        **{f"value__{name}": _value(plan.shown[name].node, table) for name in show},
    )


def _wide(column: Value) -> Value:
    return column if column.type().is_boolean() else column.cast("int64")


def _with(table: Table, columns: Columns, others: Sequence[str]) -> Table:
    return table.select(**{name: table[name] for name in others}, **columns)


def _summed(plan: Plan, persons: Table) -> Table:
    """Return one row for each household with its sums over the persons."""
    facts = {item.name: _wide(persons[item.name]) for item in plan.person_inputs}
    table = _worked_out(_with(persons, facts, [HOUSEHOLD]), plan.person_steps)
    sums = {step.column: _over_persons(step.node, table) for step in plan.sums}
    sums |= {
        _unknown(found): _whole((table[found.name].isnull()).any().ifelse(1, 0))
        for found in plan.missing
        if found.entity == "person"
    }
    return table.group_by(HOUSEHOLD).aggregate(**sums) if sums else table.select(HOUSEHOLD).distinct()


def _over_persons(node: Node, table: Table) -> Value:
    part = _value(node.parts[0], table)
    if node.op == "any":
        found = part.any()
        if not node.roots:
            return found
        unknown = (part | ~part).isnull()  # in brackets, for Spark does not read "a IN (1) IS NULL"
        return ibis.cases((found, True), (unknown.any(), ibis.null(dt.boolean)), else_=False)
    if node.op == "count":
        part = part.ifelse(1, 0) if not node.roots else ibis.cases((part, 1), (~part, 0))
    total = _whole(part.sum())
    return total if not node.roots else part.isnull().any().ifelse(ibis.null(dt.int64), total)


def _whole(value: Value) -> Value:
    """Cast for certain: engines widen sums to types that are slow or not whole, and Ibis does not know."""
    return ops.Cast(value, to=dt.int64).to_expr()


def _worked_out(table: Table, steps: Sequence[Step]) -> Table:
    """Add the steps in layers, each of which reads only the layers before it."""
    waiting = list(steps)
    while waiting:
        names = {step.column for step in waiting}
        ready = [step for step in waiting if not names & _reads(step)]
        table = table.mutate(**{step.column: _value(step.node, table) for step in ready})
        waiting = [step for step in waiting if step not in ready]
    return table


def _reads(step: Step) -> set[str]:
    return {str(part.value) for part in _walk(step.node) if part.op == "column"}


def _walk(node: Node) -> list[Node]:
    return [node, *(below for part in node.parts for below in _walk(part))]


def _reasons(plan: Plan, table: Table) -> Value:
    bits = [table[step.column].ifelse(1 << step.clause.reason, 0) for step in plan.clauses]
    return reduce(operator.add, [_wide(bit) for bit in bits])


def _missing(plan: Plan, table: Table) -> Value:
    bits = []
    for found in plan.missing:
        unknown = table[_unknown(found)] == 1 if found.entity == "person" else table[found.name].isnull()
        open_results = [table[name].isnull() for name in found.results]
        if open_results:
            hit = unknown & reduce(operator.or_, open_results)
            bits.append(_wide(hit.ifelse(1 << found.bit, 0)))
    return reduce(operator.add, bits) if bits else ibis.literal(0, dt.int64)


def _unknown(found: Missing) -> str:
    return f"unknown__{found.name}"


def _value(node: Node, table: Table) -> Value:
    """Return a step over the columns of a table."""
    if node.op == "column":
        return table[str(node.value)]
    if node.op == "int":
        return ibis.literal(node.value, dt.int64)
    if node.op == "truth":
        return ibis.literal(bool(node.value))
    return _MAKERS[node.op](node, [_value(part, table) for part in node.parts])


def _floor_divide(node: Node, parts: list[Value]) -> Value:
    """Divide what divides without rest: then whole, floating and truncating division all agree."""
    top, bottom = parts
    rest = top % bottom
    if node.parts[0].low < 0:
        rest = (rest + bottom) % bottom  # engines give the rest the sign of the dividend
    return _whole((top - rest) / bottom)


def _chosen(node: Node, parts: list[Value]) -> Value:
    if not node.roots:
        return (ibis.least if node.op == "least" else ibis.greatest)(*parts)
    better = operator.le if node.op == "least" else operator.ge
    return reduce(lambda a, b: ibis.cases((better(a, b), a), (~better(a, b), b)), parts)


def _pick(node: Node, parts: list[Value]) -> Value:
    test, then, otherwise = parts
    if not node.parts[0].roots:
        return test.ifelse(then, otherwise)
    if node.parts[0].op == "column":
        return ibis.cases((test.isnull(), ibis.null(dt.int64)), (test, then), else_=otherwise)
    return ibis.cases((test, then), (~test, otherwise))  # Spark does not read "a IN (1) IS NULL"


def _compare(node: Node, parts: list[Value]) -> Value:
    left, below, right, below_right = parts
    left = left if node.parts[3].is_one else left * below_right
    right = right if node.parts[1].is_one else right * below
    return _COMPARE[str(node.value)](left, right)


_MAKERS: dict[str, Callable[[Node, list[Value]], Any]] = {
    "add": lambda _node, parts: parts[0] + parts[1],
    "subtract": lambda _node, parts: parts[0] - parts[1],
    "multiply": lambda _node, parts: parts[0] * parts[1],
    "floor_divide": _floor_divide, "least": _chosen, "greatest": _chosen, "pick": _pick,
    "compare": _compare,
    "and": lambda _node, parts: reduce(operator.and_, parts),
    "or": lambda _node, parts: reduce(operator.or_, parts),
    "not": lambda _node, parts: ~parts[0],
    "is_in": lambda node, parts: parts[0].isin(list(node.value)),  # type: ignore[arg-type]
}  # fmt: skip
