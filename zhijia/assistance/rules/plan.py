"""The whole rule set as ordered steps: checked once, then run by any engine.

An engine reads the columns of households, persons and places, and works out in this order: what is derived
of each person, the sums over the persons, what is derived of the household, the clauses, the class, the
amounts, and what was missing where something cannot be determined.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from zhijia.assistance.rules import lowering, numbers
from zhijia.assistance.rules.lowering import ONE, Lowering, Meaning, Quotient
from zhijia.assistance.rules.model import (
    CLASSES,
    Amount,
    BadRuleSet,
    Clause,
    Derived,
    Input,
    Parameter,
    RuleSet,
    Words,
)
from zhijia.assistance.rules.numbers import Node
from zhijia.assistance.rules.syntax import Compare, Expr, FormulaError, names_in, walk

SIZE = "household_size"
"""Every rule set asks for it; it must equal the number of persons."""
CLASS = "class"
STANDING = "stands__"
BELOW = "__below"
"""Ends the column that holds the lower part of a quotient."""
HIGHEST_REASON = 61
PERCENT = numbers.whole(100)
_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_BRACE = re.compile(r"[{}]")


@dataclass(frozen=True)
class Step:
    """A column to work out."""

    column: str
    node: Node


@dataclass(frozen=True)
class Shown:
    """How the value of a name is got for reading: a node and its kind."""

    node: Node
    kind: str
    exact: tuple[Node, Node] | None = None
    """Top and bottom where the number shown is rounded."""


@dataclass(frozen=True)
class Comparison:
    """A comparison of a clause, for its trace."""

    op: str
    left: str
    right: str
    kind: str
    sides: tuple[Node, Node, Node, Node]


@dataclass(frozen=True)
class ClauseStep:
    """A clause with its test, what it names and what it compares."""

    clause: Clause
    node: Node
    names: tuple[str, ...]
    comparisons: tuple[Comparison, ...]

    @property
    def column(self) -> str:
        """Return the column that holds whether it hits."""
        return f"clause__{self.clause.name}"


@dataclass(frozen=True)
class AmountStep:
    """An amount, zero for the classes that do not bring it."""

    amount: Amount
    node: Node


@dataclass(frozen=True)
class Missing:
    """Something that may be unknown, its bit, and which results it leaves open."""

    name: str
    entity: str
    bit: int
    results: tuple[str, ...]
    """``class`` or names of amounts."""


@dataclass(frozen=True)
class Plan:
    """A rule set in steps."""

    rule_set: RuleSet
    household_inputs: tuple[Input, ...]
    person_inputs: tuple[Input, ...]
    parameters: tuple[Parameter, ...]
    person_steps: tuple[Step, ...]
    sums: tuple[Step, ...]
    steps: tuple[Step, ...]
    clauses: tuple[ClauseStep, ...]
    standings: tuple[Step, ...]
    """For each class whether it is given and not barred."""
    decision: Node
    amounts: tuple[AmountStep, ...]
    missing: tuple[Missing, ...]
    shown: dict[str, Shown]
    """What is known of the household, by name: facts, parameters and derived variables."""

    @cached_property
    def reason_names(self) -> dict[int, str]:
        """Return the clause of each reason bit."""
        return {step.clause.reason: step.clause.name for step in self.clauses}

    def reasons_of(self, bits: int) -> tuple[str, ...]:
        """Return the clauses that hit."""
        return tuple(name for bit, name in sorted(self.reason_names.items()) if bits >> bit & 1)

    def missing_of(self, bits: int) -> tuple[str, ...]:
        """Return the names of what was missing."""
        return tuple(found.name for found in self.missing if bits >> found.bit & 1)


def make_plan(rule_set: RuleSet) -> Plan:
    """Check a rule set and bring it down to steps; raise ``BadRuleSet`` for the first mistake."""
    return _Planner(rule_set).plan()


class _Planner:
    """Works out the meaning of each name when it is first used, and so the order of the steps."""

    def __init__(self, rule_set: RuleSet) -> None:
        self.rules = rule_set
        self.meanings: dict[str, Meaning] = {}
        self.shown: dict[str, Shown] = {}
        self.steps: dict[str, list[Step]] = {"person": [], "household": []}
        self.sums: dict[Node, Step] = {}
        self.under_way: list[str] = []
        self.defined = self._all_defined()
        self.operators = {item.name: item.op for item in rule_set.operators}
        size = self.defined.get(SIZE)
        if (
            not isinstance(size, Input)
            or size.kind != "count"
            or size.entity != "household"
            or size.least < 1
        ):
            raise BadRuleSet(f"{rule_set.where}: the household needs the input {SIZE}, a count with min 1")
        self.most_persons = size.most

    def _all_defined(self) -> dict[str, Input | Parameter | Derived]:
        found: dict[str, Input | Parameter | Derived] = {}
        every: list[Input | Parameter | Derived] = [
            *self.rules.inputs, *self.rules.parameters, *self.rules.derived
        ]  # fmt: skip
        for item in every:
            if item.name in found:
                raise BadRuleSet(f"{item.where}: {item.name!r} stands already at {found[item.name].where}")
            found[item.name] = item
        return found

    def plan(self) -> Plan:
        """Return the checked plan."""
        self._check_reasons()
        clauses = tuple(self._clause(clause) for clause in self.rules.clauses)
        if not any(step.clause.gives for step in clauses):
            raise BadRuleSet(f"{self.rules.where}: no clause gives a class")
        standings = tuple(self._standings(clauses))
        decision = _decision(standings)
        amounts = tuple(self._amount(amount, decision) for amount in self.rules.amounts)
        self._lower_the_rest()
        used = self.meanings
        household, person = (
            tuple(item for item in self.rules.inputs_of(entity) if item.name in used)
            for entity in ("household", "person")
        )
        parameters = tuple(item for item in self.rules.parameters if item.name in used)
        return Plan(
            self.rules, household, person, parameters, tuple(self.steps["person"]),
            tuple(self.sums.values()), tuple(self.steps["household"]), clauses, standings, decision, amounts,
            tuple(self._missing(parameters, (*household, *person), decision, amounts)),
            {name: item for name, item in self.shown.items() if self.meanings[name].entity != "person"},
        )  # fmt: skip

    def _check_reasons(self) -> None:
        seen: dict[int, Clause] = {}
        for clause in self.rules.clauses:
            if not 0 <= clause.reason <= HIGHEST_REASON:
                raise BadRuleSet(f"{clause.where}: {clause.name}: the reason must lie between 0 and 61")
            if clause.reason in seen:
                other = seen[clause.reason]
                raise BadRuleSet(
                    f"{clause.where}: {clause.name}: the reason {clause.reason} is that of {other.name} "
                    f"({other.where})"
                )
            seen[clause.reason] = clause

    def _meaning(self, name: str) -> Meaning:
        if name not in self.meanings:
            item = self.defined.get(name)
            if item is None:
                raise FormulaError(f"there is no input, parameter or derived variable {name!r}")
            made = self._of_derived(item) if isinstance(item, Derived) else _of_fact(item)
            self.meanings[name] = made
            if name not in self.shown:
                self.shown[name] = _shown(item, made)
        return self.meanings[name]

    def _of_derived(self, item: Derived) -> Meaning:
        if item.name in self.under_way:
            way = " -> ".join([*self.under_way[self.under_way.index(item.name) :], item.name])
            raise BadRuleSet(f"{item.where}: {item.name}: goes round in a circle: {way}")
        self.under_way.append(item.name)
        try:
            return self._lowered(item)
        except FormulaError as error:
            raise BadRuleSet(f"{item.where}: {item.name}: {error}") from None
        finally:
            self.under_way.pop()

    def _lowered(self, item: Derived) -> Meaning:
        reader = self._reader(item.entity)
        if item.kind == "yesno":
            node = self._with_sums(reader.yes_no(item.formula))
            self.steps[item.entity].append(Step(item.name, node))
            return Meaning(item.entity, yes_no=numbers.column(item.name, 0, 1, node.roots))
        found = reader.number(item.formula)
        if found.money is not None and found.money != int(item.kind == "money"):
            raise FormulaError(f"is {lowering.KINDS[found.money]}, not of type {item.kind}")
        if found.is_whole == bool(item.rounded):
            raise FormulaError(
                "is a quotient: say how it is shown, rounded: floor, ceil or round"
                if item.rounded == ""
                else "is no quotient: rounded: does not belong here"
            )
        made = Quotient(
            self._step(item.name, found.top, item.entity),
            self._step(item.name + BELOW, found.bottom, item.entity), int(item.kind == "money"),
        )  # fmt: skip
        if not made.is_whole:
            node = lowering.rounded(item.rounded, made)
            self.shown[item.name] = Shown(node, item.kind, (made.top, made.bottom))
        return Meaning(item.entity, number=made)

    def _step(self, column: str, node: Node, entity: str) -> Node:
        if node.op in ("int", "column"):
            return node
        node = self._with_sums(node)
        self.steps[entity].append(Step(column, node))
        return numbers.column(column, node.low, node.high, node.roots)

    def _with_sums(self, node: Node) -> Node:
        """Replace each sum over persons by its column; the same sum is worked out once."""

        def change(part: Node) -> Node | None:
            if part.op not in ("sum", "count", "any"):
                return None
            if part not in self.sums:
                self.sums[part] = Step(f"over__{len(self.sums)}", part)
            return numbers.column(self.sums[part].column, part.low, part.high, part.roots)

        return numbers.replaced(node, change)

    def _reader(self, entity: str = "household") -> Lowering:
        return Lowering(self._meaning, self.operators, self.most_persons, entity)

    def _clause(self, clause: Clause) -> ClauseStep:
        try:
            reader = self._reader()
            node = self._with_sums(reader.yes_no(clause.formula))
            compared = tuple(self._comparisons(clause.formula, reader))
            for words in (clause.hit, clause.miss):
                self._check_sentence(words)
        except FormulaError as error:
            raise BadRuleSet(f"{clause.where}: {clause.name}: {error}") from None
        names = tuple(n for n in names_in(clause.formula) if self._meaning(n).entity != "person")
        return ClauseStep(clause, node, names, compared)

    def _comparisons(self, formula: Expr, reader: Lowering) -> Iterator[Comparison]:
        for part in walk(formula):
            if isinstance(part, Compare) and reader.entity == "household":
                try:
                    left, right = reader.number(part.left), reader.number(part.right)
                except FormulaError:
                    continue  # stands within a sum over persons
                op = self.operators.get(part.op[1:], part.op)
                sides = (left.top, left.bottom, right.top, right.bottom)
                yield Comparison(
                    op, _text_of(part.left), _text_of(part.right),
                    "money" if 1 in (left.money, right.money) else "count",
                    tuple(self._with_sums(side) for side in sides),  # type: ignore[arg-type]
                )  # fmt: skip

    def _check_sentence(self, words: Words) -> None:
        for text in (words.zh, words.en):
            for name in _PLACEHOLDER.findall(text):
                if name not in self.operators and self._meaning(name).entity == "person":
                    raise FormulaError(f"the sentence names {name!r}, which is known of each person only")
            if _BRACE.search(_PLACEHOLDER.sub("", text)):
                raise FormulaError(f"the sentence has a brace too many: {text!r}")

    def _standings(self, clauses: tuple[ClauseStep, ...]) -> Iterator[Step]:
        for name in CLASSES[1:]:
            given = [_hit(step) for step in clauses if step.clause.gives == name]
            bars = [numbers.negate(_hit(step)) for step in clauses if name in step.clause.bars]
            if given:
                node = numbers.logic("and", (numbers.logic("or", tuple(given)), *bars))
                yield Step(STANDING + name, node)

    def _amount(self, amount: Amount, decision: Node) -> AmountStep:
        node = numbers.whole(0)
        column = numbers.column(CLASS, 0, len(CLASSES) - 1, decision.roots)
        try:
            for given, formula, _text in reversed(amount.formulas):
                found = self._reader().number(formula)
                if not found.is_whole or found.money == 0:
                    raise FormulaError(
                        f"for {given}: expected whole fen: money, with floor() around a quotient"
                    )
                if found.top.low < 0:
                    raise FormulaError(f"for {given}: may become negative; write max(0, …)")
                test = numbers.is_in(column, (CLASSES.index(given),))
                node = numbers.pick(test, self._with_sums(found.top), node)
            self._check_sentence_of_amount(amount)
        except FormulaError as error:
            raise BadRuleSet(f"{amount.where}: {amount.name}: {error}") from None
        return AmountStep(amount, node)

    def _check_sentence_of_amount(self, amount: Amount) -> None:
        plain = Words(amount.say.zh.replace("{amount}", ""), amount.say.en.replace("{amount}", ""))
        self._check_sentence(plain)
        if "{amount}" not in amount.say.zh or "{amount}" not in amount.say.en:
            raise FormulaError("the sentence must hold {amount}")

    def _lower_the_rest(self) -> None:
        """Check also what nothing uses, and forget it again."""
        kept = (dict(self.meanings), dict(self.shown), dict(self.sums))
        steps = {entity: list(found) for entity, found in self.steps.items()}
        for item in self.rules.derived:
            self._meaning(item.name)
        self.meanings, self.shown, self.sums = kept
        self.steps = steps

    def _missing(
        self, parameters: tuple[Parameter, ...], inputs: tuple[Input, ...], decision: Node,
        amounts: tuple[AmountStep, ...],
    ) -> Iterator[Missing]:  # fmt: skip
        entities = {item.name: "place" for item in parameters}
        entities |= {item.name: item.entity for item in inputs if item.optional}
        for bit, (name, entity) in enumerate(entities.items()):
            results = [CLASS] if name in decision.roots else []
            results += [step.amount.name for step in amounts if name in step.node.roots]
            yield Missing(name, entity, bit, tuple(results))


def _decision(standings: tuple[Step, ...]) -> Node:
    """Return the class: the first that stands, in the order of ``CLASSES``."""
    found = numbers.whole(0)
    for step in reversed(standings):
        code = CLASSES.index(step.column.removeprefix(STANDING))
        stands = numbers.column(step.column, 0, 1, step.node.roots)
        found = numbers.pick(stands, numbers.whole(code), found)
    return found


def _of_fact(item: Input | Parameter) -> Meaning:
    if isinstance(item, Parameter):
        column = numbers.column(item.name, item.least, item.most, frozenset({item.name}))
        bottom = PERCENT if item.kind == "percent" else ONE
        return Meaning("place", number=Quotient(column, bottom, int(item.kind == "money")))
    roots = frozenset({item.name}) if item.optional else frozenset[str]()
    column = numbers.column(item.name, item.least, item.most, roots)
    if item.kind == "yesno":
        return Meaning(item.entity, yes_no=column)
    if item.kind == "code":
        return Meaning(item.entity, code=column, codes=item.code_numbers)
    return Meaning(item.entity, number=Quotient(column, ONE, int(item.kind == "money")))


def _shown(item: Input | Parameter | Derived, meaning: Meaning) -> Shown:
    if meaning.number is not None:
        return Shown(meaning.number.top, item.kind)
    return Shown(meaning.yes_no or meaning.code or numbers.truth(False), item.kind)


def _hit(step: ClauseStep) -> Node:
    return numbers.column(step.column, 0, 1, step.node.roots)


def _text_of(expr: Expr) -> str:
    return ", ".join(names_in(expr))
