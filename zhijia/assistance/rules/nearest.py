"""The nearest true change: which paper not yet counted, or which step, would alter a refusal.

Never advice to misreport. Income, property and exclusions are facts and are not offered as something to
change. Only inputs that the rule set marks are looked at: a cost with the ``paper`` that proves it, or a
``change`` that a person can truly make, such as joining the union.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from zhijia.assistance.rules.evaluating import Evaluator, Outcome
from zhijia.assistance.rules.model import Input

Facts = Mapping[str, Any]
Decide = Callable[[Facts, Sequence[Facts]], Outcome]


@dataclass(frozen=True)
class Nearest:
    """One change that alters the result, and no smaller one of this input does."""

    item: Input
    value: int | bool | str
    """The new value of the fact; for a cost of persons that of the first person."""
    more: int
    """How much more of a cost; in fen."""
    outcome: Outcome


def nearest_changes(
    evaluator: Evaluator, household: Facts, persons: Sequence[Facts], parameters: Mapping[str, int | None]
) -> tuple[Nearest, ...]:
    """Return the single changes that turn a refusal into a class; nothing when it was none."""

    def decide(home: Facts, people: Sequence[Facts]) -> Outcome:
        return evaluator.decide(home, people, parameters)

    if decide(household, persons).name != "none":
        return ()
    found = []
    for item in (*evaluator.plan.household_inputs, *evaluator.plan.person_inputs):
        changed = _changed(item, household, persons, decide)
        if changed is not None:
            found.append(changed)
    return tuple(sorted(found, key=lambda one: one.more))


def _changed(item: Input, household: Facts, persons: Sequence[Facts], decide: Decide) -> Nearest | None:
    if item.fact or not (item.paper or item.change):
        return None
    if item.kind == "code":
        return _proven(item, household, persons, decide) if item.proves else None
    now = (household if item.entity == "household" else persons[0])[item.name]
    if now is None or (item.kind == "yesno" and now):
        return None

    def with_value(value: int | bool) -> Outcome:
        if item.entity == "household":
            return decide({**household, item.name: value}, persons)
        return decide(household, [{**persons[0], item.name: value}, *persons[1:]])

    if item.kind == "yesno":
        outcome = with_value(True)
        return Nearest(item, True, 0, outcome) if outcome.code > 0 else None
    return _least_more(item, now, with_value)


def _proven(item: Input, household: Facts, persons: Sequence[Facts], decide: Decide) -> Nearest | None:
    """Try the paper for everybody whom it could concern."""
    before, after = item.proves
    changed = [{**one, item.name: after if one[item.name] == before else one[item.name]} for one in persons]
    outcome = decide(household, changed)
    return Nearest(item, after, 0, outcome) if outcome.code > 0 else None


def _least_more(item: Input, now: int, with_value: Callable[[int], Outcome]) -> Nearest | None:
    """Find the smallest increase that alters the result, by halving: more of a cost never makes it worse."""
    low, high = now, item.most
    if with_value(high).code <= 0:
        return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if with_value(middle).code > 0 else (middle, high)
    return Nearest(item, high, high - now, with_value(high))
