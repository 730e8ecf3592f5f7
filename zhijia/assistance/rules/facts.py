"""Are the facts of one household sound? Each problem is named; nothing is put right in silence."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from zhijia.assistance.rules.model import Input
from zhijia.assistance.rules.plan import SIZE, Plan


@dataclass(frozen=True)
class Problem:
    """What is wrong with one fact."""

    reason: str
    """``missing``, ``wrong_type``, ``too_small``, ``too_great``, ``unknown_code``, ``no_persons`` or
    ``size_mismatch``."""
    name: str
    found: Any
    person: int = 0
    """Number of the person from 1; 0: the household."""


def problems_of(
    plan: Plan, household: Mapping[str, Any], persons: Sequence[Mapping[str, Any]]
) -> list[Problem]:
    """Return what is wrong; the evaluator takes only facts without a problem."""
    found = list(_row_problems(plan.household_inputs, household, 0))
    for number, person in enumerate(persons, 1):
        found += _row_problems(plan.person_inputs, person, number)
    if not persons:
        found.append(Problem("no_persons", SIZE, 0))
    elif type(household.get(SIZE)) is int and household[SIZE] != len(persons):
        found.append(Problem("size_mismatch", SIZE, household[SIZE]))
    return found


def _row_problems(inputs: Sequence[Input], row: Mapping[str, Any], person: int) -> Iterator[Problem]:
    for item in inputs:
        value = row.get(item.name)
        if value is None:
            if not item.optional:
                yield Problem("missing", item.name, None, person)
        elif reason := _reason(item, value):
            yield Problem(reason, item.name, value, person)


def _reason(item: Input, value: Any) -> str:
    if item.kind == "code":
        return "" if value in item.code_numbers else "unknown_code"
    if type(value) is not (bool if item.kind == "yesno" else int):
        return "wrong_type"
    if item.kind == "yesno" or item.least <= value <= item.most:
        return ""
    return "too_small" if value < item.least else "too_great"
