"""What the public pages of the rules show."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from zhijia.assistance import rule_books
from zhijia.assistance.rules.explaining import (
    CERTAINTY_WORDS,
    CLASS_WORDS,
    Explanation,
    ValueUsed,
    cited,
    explain,
    money,
)
from zhijia.assistance.rules.explaining import standard as standard_in_words
from zhijia.assistance.rules.facts import Problem, problems_of
from zhijia.assistance.rules.library import Loaded, NoRuleSet
from zhijia.assistance.rules.model import RuleSet
from zhijia.assistance.rules.nearest import Nearest, nearest_changes
from zhijia.assistance.rules.plan import SIZE, Plan
from zhijia.assistance.rules.wording import Change, Wording, changes
from zhijia.regulations import places, selectors


def language() -> str:
    """Return ``zh`` or ``en``, as rule files are written."""
    return "zh" if (get_language() or "zh").startswith("zh") else "en"


@dataclass(frozen=True)
class ClauseLine:
    """A clause as text."""

    title: str
    condition: str
    effect: str
    is_bar: bool
    cites: str
    certainty: str
    origin: str
    """Title of the rule set that wrote it, when that is another."""


@dataclass(frozen=True)
class AmountLine:
    """An amount as text."""

    title: str
    ways: tuple[tuple[str, str], ...]
    """Class and formula."""
    cites: str
    certainty: str


@dataclass(frozen=True)
class Comparison:
    """What one rule set changes in another."""

    title: str
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class RulePage:
    """A rule set as readable text."""

    reference: str
    title: str
    place_name: str
    rules: RuleSet
    certainty: str
    choices: tuple[tuple[str, str], ...]
    reckoning: tuple[tuple[str, str], ...]
    standards: tuple[ValueUsed, ...]
    unset: tuple[str, ...]
    """Standards that nobody entered for this place."""
    clauses: tuple[ClauseLine, ...]
    amounts: tuple[AmountLine, ...]
    comparisons: tuple[Comparison, ...]


def rule_choices() -> tuple[tuple[str, str], ...]:
    """Return every version of every rule set, national ones first, newest first."""
    every = rule_books.library().found.values()
    loaded = sorted(every, key=lambda one: (one.rules.place, -one.rules.from_on.toordinal()))
    return tuple((one.rules.reference, one.rules.title.in_language(language())) for one in loaded)


def rule_page(reference: str, on: dt.date) -> RulePage:
    """Return a rule set in words; an unknown or empty reference shows the nation's in force."""
    loaded = _chosen(reference, on)
    rules, words = loaded.rules, Wording(loaded.rules, language())
    day = min(max(on, rules.from_on), rules.to_on or on)
    values = rule_books.values_for(loaded.plan, rules.place, day)
    titles = rules.titles()
    return RulePage(
        reference=rules.reference, title=rules.title.in_language(language()),
        place_name=places.full_name(rules.place), rules=rules,
        certainty=_sure(rules.certainty),
        choices=rule_choices(),
        reckoning=tuple((d.title.in_language(language()), words.of(d.formula)) for d in rules.derived),
        standards=tuple(
            standard_in_words(item, value, language())
            for item in loaded.plan.parameters
            if (value := values[item.name]) is not None
        ),
        unset=tuple(titles[name].in_language(language()) for name, value in values.items() if value is None),
        clauses=tuple(_clauses(rules, words)), amounts=tuple(_amounts(rules, words)),
        comparisons=tuple(_comparisons(rules)),
    )  # fmt: skip


def _chosen(reference: str, on: dt.date) -> Loaded:
    try:
        return rule_books.library().choose(reference or "national", on)
    except NoRuleSet:
        return rule_books.library().choose("national", on)


def _clauses(rules: RuleSet, words: Wording) -> list[ClauseLine]:
    found = []
    for clause in rules.clauses:
        names = clause.bars or (clause.gives,)
        effect = ("、" if language() == "zh" else ", ").join(_class_words(name) for name in names)
        found.append(ClauseLine(
            clause.title.in_language(language()), words.of(clause.formula), effect, bool(clause.bars),
            cited(clause.article, clause.source, language()).strip(), _sure(clause.certainty),
            _title_of(clause.origin) if clause.origin != rules.reference else "",
        ))  # fmt: skip
    return found


def _amounts(rules: RuleSet, words: Wording) -> list[AmountLine]:
    return [
        AmountLine(
            amount.title.in_language(language()),
            tuple(
                (CLASS_WORDS[given].in_language(language()), words.of(formula))
                for given, formula, _text in amount.formulas
            ),
            cited(amount.article, amount.source, language()).strip(), _sure(amount.certainty),
        )
        for amount in rules.amounts
    ]  # fmt: skip


def _title_of(reference: str) -> str:
    return rule_books.library().get(reference).rules.title.in_language(language())


def _comparisons(rules: RuleSet) -> list[Comparison]:
    """Compare with the version before, and with the rule set that this one extends."""
    found = []
    for other in dict.fromkeys(name for name in (rules.supersedes, rules.extends) if name):
        older = rule_books.library().get(other).rules
        found.append(Comparison(older.title.in_language(language()), changes(older, rules, language())))
    return found


@dataclass(frozen=True)
class SelfTestResult:
    """What the self-test answers. Nothing of it is kept."""

    loaded: Loaded
    code: str
    place_name: str
    told: Explanation
    gives: tuple[Any, ...]
    bars: tuple[Any, ...]
    nearest: tuple[str, ...]
    is_example: bool


def self_test_places(on: dt.date) -> tuple[tuple[str, str], ...]:
    """Return the places for which a standard was entered, and their counties."""
    found = {}
    for code in selectors.places_of("assistance.dibao", on):
        for one in (code, *places.children(code)):
            found[one] = places.full_name(one)
    return tuple(found.items())


def self_test_rules(place: str, on: dt.date) -> Loaded | None:
    """Return the rules of a place, if a short form can ask all that they need."""
    loaded = rule_books.for_place(place, on)
    return loaded if loaded and is_short(loaded.plan) else None


def is_short(plan: Plan) -> bool:
    """Say whether sums of the household tell all: then nobody has to fill in each person."""
    simple = {"column", "add", "int", "is_in"}
    nodes = [part for step in plan.sums for part in _below(step.node.parts[0])]
    kinds = {item.kind for item in plan.person_inputs}
    return not plan.person_steps and all(part.op in simple for part in nodes) and kinds <= {"money", "code"}


def _below(node: Any) -> list[Any]:
    return [node, *(part for one in node.parts for part in _below(one))]


def problems(
    loaded: Loaded, household: Mapping[str, Any], persons: Sequence[Mapping[str, Any]]
) -> list[Problem]:
    """Return what is wrong with facts that were typed."""
    return problems_of(loaded.plan, household, persons)


def self_test(
    loaded: Loaded,
    place: str,
    on: dt.date,
    household: Mapping[str, Any],
    persons: Sequence[Mapping[str, Any]],
) -> SelfTestResult:
    """Decide one household with its reasons and the nearest true changes."""
    values = rule_books.values_for(loaded.plan, place, on)
    plain = rule_books.plain(values)
    outcome = loaded.evaluator.decide(household, persons, plain)
    told = explain(loaded.plan, outcome, values, language())
    nearest = nearest_changes(loaded.evaluator, household, persons, plain)
    return SelfTestResult(
        loaded, outcome.name, places.full_name(place), told,
        tuple(line for line in told.sentences if line.effect == "gives"),
        tuple(line for line in told.sentences if line.effect == "bars" and line.hit is not False),
        tuple(_nearest_in_words(nearest)),
        any(value is not None and value.certainty == "house" for value in values.values()),
    )  # fmt: skip


def _nearest_in_words(found: Sequence[Nearest]) -> list[str]:
    """Say each change once; costs that would have to be equally great share a sentence."""
    costs: dict[tuple[int, str], list[Nearest]] = {}
    for one in found:
        if one.item.kind == "money":
            costs.setdefault((one.more, one.outcome.name), []).append(one)
    sentences = [_costs_in_words(more, name, same) for (more, name), same in costs.items()]
    return sentences + [_step_in_words(one) for one in found if one.item.kind != "money"]


def _costs_in_words(more: int, name: str, found: Sequence[Nearest]) -> str:
    link = "；" if language() == "zh" else "; "
    papers = [
        _("%(title)s (%(paper)s)") % {
            "title": one.item.title.in_language(language()),
            "paper": one.item.paper.in_language(language()) if one.item.paper else "",
        }
        for one in found
    ]  # fmt: skip
    return _(
        "If your household truly has %(amount)s or more of one of these costs that is not counted yet, "
        "hand in the papers: %(papers)s. With them the result would be: %(result)s."
    ) % {"amount": money(more, language()), "papers": link.join(papers), "result": _class_words(name)}


def _step_in_words(one: Nearest) -> str:
    result = _class_words(one.outcome.name)
    if one.item.kind == "code":
        paper = one.item.paper.in_language(language()) if one.item.paper else ""
        return _(
            "If those without work truly have no income, hand in %(paper)s. With it the result would be: "
            "%(result)s."
        ) % {"paper": paper, "result": result}
    step = (one.item.change or one.item.title).in_language(language())
    return _("A true change that counts: %(step)s. With it the result would be: %(result)s.") % {
        "step": step, "result": result,
    }  # fmt: skip


def _class_words(name: str) -> str:
    return CLASS_WORDS[name].in_language(language())


def _sure(certainty: str) -> str:
    return CERTAINTY_WORDS[certainty].in_language(language())


__all__ = [
    "SIZE",
    "RulePage",
    "SelfTestResult",
    "rule_page",
    "self_test",
    "self_test_places",
    "self_test_rules",
]
