"""Decisions that carry their proof: rules as read, facts as frozen, what was found, in one signed text.

Whoever holds the text and the public key works the result out anew, offline and without this house:
``tools/check_decision.py`` shares no line with the engine.
"""

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from zhijia.assistance import rule_books
from zhijia.assistance.rule_books import Values
from zhijia.assistance.rules.evaluating import Outcome
from zhijia.assistance.rules.facts import Problem, problems_of
from zhijia.assistance.rules.library import Loaded
from zhijia.assistance.rules.model import Input, RuleSet, Value
from zhijia.assistance.rules.plan import Plan
from zhijia.audit.services import record, sign_statement, stamp
from zhijia.core.actors import Actor

DECISION = "decision"
SIGNED = "assistance.decided"
"""Audit label of a signed decision. The entry holds the digest of the text, nothing of the household."""
Facts = Mapping[str, Any]
Content = dict[str, Any]


class FactsRefused(ValueError):
    """The facts cannot be decided upon; ``problems`` names each."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(f"{len(problems)} facts are missing or wrong")
        self.problems = tuple(problems)


@dataclass(frozen=True)
class Decided:
    """One household worked out."""

    content: Content
    """What there is to sign."""
    outcome: Outcome
    values: Values


def decide(loaded: Loaded, *, household: Facts, persons: Sequence[Facts], place: str, on: dt.date) -> Decided:
    """Work out one household; money in fen. Raise ``FactsRefused`` or ``rule_books.BadValue``.

    Only what the rules ask for is frozen: no name, number or address goes into a decision.
    """
    plan, values = loaded.plan, rule_books.values_for(loaded.plan, place, on)
    household = _asked(plan.household_inputs, household)
    persons = [_asked(plan.person_inputs, person) for person in persons]
    if problems := problems_of(plan, household, persons):
        raise FactsRefused(problems)
    outcome = loaded.evaluator.decide(household, persons, rule_books.plain(values))
    content = {
        "rules": rules_as_data(loaded.rules), "place": place, "on": on.isoformat(),
        "parameters": {name: _value(value) for name, value in values.items()},
        "household": household, "persons": persons, "found": _found(plan, outcome),
    }  # fmt: skip
    return Decided(content, outcome, values)


@transaction.atomic
def sign(decided: Decided, *, by: Actor, now: dt.datetime, tenant: int) -> str:
    """Return the decision as one signed text, and note its digest in the audit.

    The entry says when a text existed: one made up later has none. Raises ``SigningKeyMissing``.
    """
    text = sign_statement({**decided.content, "at": stamp(now)}, about=DECISION)
    digest = hashlib.sha256(text.encode()).hexdigest()
    facts = {"rules": decided.content["rules"]["reference"], "digest": digest}
    record(SIGNED, obj=f"decision:{digest[:16]}", by=by, now=now, tenant=tenant, data=facts)
    return text


def rules_as_data(rules: RuleSet) -> Content:
    """Return all that the result depends on, as written: formulas, operators, codes, and each source."""
    return {
        "reference": rules.reference, "place": rules.place, "title": rules.title.zh,
        "source": rules.source, "certainty": rules.certainty, "from": rules.from_on.isoformat(),
        "inputs": {
            entity: {item.name: _input(item) for item in rules.inputs_of(entity)}
            for entity in ("household", "person")
        },
        "parameters": {item.name: {"type": item.kind, "key": item.key} for item in rules.parameters},
        "operators": {item.name: {"is": item.op, **_sources(item)} for item in rules.operators},
        "derived": {
            item.name: {"of": item.entity, "type": item.kind, "is": item.text, "rounded": item.rounded}
            for item in rules.derived
        },
        "clauses": {
            item.name: {"when": item.text, "gives": item.gives, "bars": list(item.bars), **_sources(item)}
            for item in rules.clauses
        },
        "amounts": {
            item.name: {"for": {group: text for group, _formula, text in item.formulas}, **_sources(item)}
            for item in rules.amounts
        },
    }  # fmt: skip


def _asked(inputs: Sequence[Input], told: Facts) -> Content:
    return {item.name: told.get(item.name) for item in inputs}


def _input(item: Input) -> Content:
    codes = {"codes": [code for code, _words in item.codes]} if item.codes else {}
    return {"type": item.kind, "title": item.title.zh, **codes}


def _sources(item: Any) -> Content:
    return {"article": item.article, "source": item.source, "certainty": item.certainty}


def _value(value: Value | None) -> Content:
    names = ("value", "article", "source", "place", "version", "certainty")
    return {"value": None} if value is None else {name: getattr(value, name) for name in names}


def _found(plan: Plan, outcome: Outcome) -> Content:
    """Return the result and its trace: each clause, and each derived value that it rests on."""
    derived = {item.name for item in plan.rule_set.derived}
    return {
        "class": outcome.name, "reasons": sorted(plan.reasons_of(outcome.reasons)),
        "missing": sorted(plan.missing_of(outcome.missing)), "amounts": outcome.amounts,
        "clauses": {one.step.clause.name: one.hit for one in outcome.trace},
        "values": {name: value for name, value in outcome.values.items() if name in derived},
    }  # fmt: skip
