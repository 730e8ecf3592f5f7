"""One household, with its full trace: the plan as nested closures, made once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from zhijia.assistance.rules.closures import Row, Run, Slots
from zhijia.assistance.rules.model import CLASSES, UNDETERMINED, Input
from zhijia.assistance.rules.plan import CLASS, ClauseStep, Plan

Facts = Mapping[str, Any]


@dataclass(slots=True)
class ClauseTrace:
    """What became of one clause."""

    step: ClauseStep
    hit: bool | None
    """None: cannot be told, something is missing."""
    values: tuple[Any, ...]
    """The values of ``step.names``."""
    compared: tuple[tuple[Any, ...], ...]
    """For each of ``step.comparisons`` left, left below, right, right below: two exact quotients."""


@dataclass(slots=True)
class Outcome:
    """The result for one household."""

    code: int
    """Index into ``CLASSES``; ``UNDETERMINED`` when something is missing."""
    reasons: int
    missing: int
    amounts: dict[str, int | None]
    trace: tuple[ClauseTrace, ...]
    values: dict[str, Any]
    """What is known of the household, by name, as shown; money in fen."""
    rounded: frozenset[str]
    """The values that are shown rounded."""

    @property
    def name(self) -> str:
        """Return ``deep``, ``relative``, ``accidental``, ``none`` or ``undetermined``."""
        return "undetermined" if self.code == UNDETERMINED else CLASSES[self.code]


class Evaluator:
    """A rule set ready to decide one household after another."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        person = Slots()
        self._person_facts = [
            (item.name, person.slot(item.name), _reader(item)) for item in plan.person_inputs
        ]
        self._person_steps = [
            (person.slot(step.column), person.closure(step.node)) for step in plan.person_steps
        ]
        over = [(step.node.op, person.closure(step.node.parts[0])) for step in plan.sums]
        self._person_width = len(person)
        row = Slots()
        self._facts = [(item.name, row.slot(item.name), _reader(item)) for item in plan.household_inputs]
        self._parameters = [(item.name, row.slot(item.name)) for item in plan.parameters]
        self._sums = [(row.slot(step.column), *one) for step, one in zip(plan.sums, over, strict=True)]
        self._steps = [(row.slot(step.column), row.closure(step.node)) for step in plan.steps]
        self._clauses = [_clause(step, plan, row) for step in plan.clauses]
        self._standings = [(row.slot(step.column), row.closure(step.node)) for step in plan.standings]
        self._class_slot = row.slot(CLASS)
        self._decision = row.closure(plan.decision)
        self._amounts = [(step.amount.name, row.closure(step.node)) for step in plan.amounts]
        self._shown = [(name, row.closure(shown.node)) for name, shown in plan.shown.items()]
        self._quotients = [
            (name, row.closure(shown.exact[0]), row.closure(shown.exact[1]))
            for name, shown in plan.shown.items()
            if shown.exact
        ]
        self._width = len(row)

    def decide(
        self, household: Facts, persons: Sequence[Facts], parameters: Mapping[str, int | None]
    ) -> Outcome:
        """Decide one household; facts must be sound, see ``facts.problems_of``. Unknown is None."""
        row: Row = [None] * self._width
        for name, slot, read in self._facts:
            row[slot] = read(household.get(name))
        for name, slot in self._parameters:
            row[slot] = parameters.get(name)
        people = [self._person(person) for person in persons]
        for slot, function, run in self._sums:
            row[slot] = OVER[function]([run(person) for person in people])
        for slot, run in self._steps:
            row[slot] = run(row)
        reasons, trace = self._trace(row)
        for slot, run in self._standings:
            row[slot] = run(row)
        found = self._decision(row)
        row[self._class_slot] = found
        amounts = {name: run(row) for name, run in self._amounts}
        values = {name: run(row) for name, run in self._shown}
        code = UNDETERMINED if found is None else found
        missing = self._missing(code, amounts, household, persons, parameters)
        rounded = frozenset(
            [n for n, top, below in self._quotients if values[n] is not None and top(row) % below(row)]
        )
        return Outcome(code, reasons, missing, amounts, trace, values, rounded)

    def _person(self, person: Facts) -> Row:
        row: Row = [None] * self._person_width
        for name, slot, read in self._person_facts:
            row[slot] = read(person.get(name))
        for slot, run in self._person_steps:
            row[slot] = run(row)
        return row

    def _trace(self, row: Row) -> tuple[int, tuple[ClauseTrace, ...]]:
        reasons, found = 0, []
        for slot, bit, step, run, names, sides in self._clauses:
            hit = row[slot] = run(row)
            if hit:
                reasons |= bit
            values = tuple([read(row) for read in names])
            compared = tuple([(a(row), b(row), c(row), d(row)) for a, b, c, d in sides])
            found.append(ClauseTrace(step, hit, values, compared))
        return reasons, tuple(found)

    def _missing(
        self, code: int, amounts: Mapping[str, int | None], household: Facts, persons: Sequence[Facts],
        parameters: Mapping[str, int | None],
    ) -> int:  # fmt: skip
        if code != UNDETERMINED and None not in amounts.values():
            return 0
        open_results = {name for name, value in amounts.items() if value is None}
        if code == UNDETERMINED:
            open_results.add(CLASS)
        bits = 0
        rows = {"place": (parameters,), "household": (household,), "person": persons}
        for found in self.plan.missing:
            unknown = any(row.get(found.name) is None for row in rows[found.entity])
            if unknown and not open_results.isdisjoint(found.results):
                bits |= 1 << found.bit
        return bits


def _clause(
    step: ClauseStep, plan: Plan, row: Slots
) -> tuple[int, int, ClauseStep, Run, list[Run], list[tuple[Run, ...]]]:
    names = [row.closure(plan.shown[name].node) for name in step.names]
    sides = [tuple(row.closure(side) for side in one.sides) for one in step.comparisons]
    return row.slot(step.column), 1 << step.clause.reason, step, row.closure(step.node), names, sides


def _reader(item: Input) -> Callable[[Any], Any]:
    """Return what reads a fact: a code becomes its number."""
    codes = item.code_numbers
    return (lambda value: codes.get(value)) if item.kind == "code" else _as_it_is


def _as_it_is(value: Any) -> Any:
    return value


def _sum(found: list[int | None]) -> int | None:
    return None if None in found else sum(found)  # type: ignore[arg-type]


def _any(found: list[bool | None]) -> bool | None:
    if True in found:
        return True
    return None if None in found else False


OVER: dict[str, Callable[[list[Any]], Any]] = {"sum": _sum, "count": _sum, "any": _any}
