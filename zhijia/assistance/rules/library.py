"""All rule sets of an installation, with their versions."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from zhijia.assistance.rules.cells import read_yaml
from zhijia.assistance.rules.evaluating import Evaluator
from zhijia.assistance.rules.model import BadRuleSet, RuleSet
from zhijia.assistance.rules.plan import Plan, make_plan
from zhijia.assistance.rules.reading import read_rule_set


class NoRuleSet(LookupError):
    """No rule set of this name, or none that is in force; the text says which there are."""


@dataclass(frozen=True)
class Loaded:
    """A rule set, its plan and its evaluator."""

    rules: RuleSet
    plan: Plan
    evaluator: Evaluator


@dataclass(frozen=True)
class Library:
    """Every version of every rule set; old versions stay runnable."""

    found: Mapping[str, Loaded] = field(default_factory=dict)

    def get(self, reference: str) -> Loaded:
        """Return ``xingtai@2021``; raise ``NoRuleSet``."""
        if reference not in self.found:
            raise NoRuleSet(f"there is no rule set {reference!r}; there are: {', '.join(sorted(self.found))}")
        return self.found[reference]

    def choose(self, wanted: str, on: dt.date) -> Loaded:
        """Return a version by ``name@version``, or the version of ``name`` that is in force on a day."""
        if "@" in wanted:
            return self.get(wanted)
        versions = self.versions(wanted)
        if not versions:
            names = sorted({loaded.rules.name for loaded in self.found.values()})
            raise NoRuleSet(f"there is no rule set {wanted!r}; there are: {', '.join(names)}")
        for loaded in versions:
            if loaded.rules.holds_on(on):
                return loaded
        known = ", ".join(
            f"{v.rules.reference} (from {v.rules.from_on} to {v.rules.to_on or 'now'})" for v in versions
        )
        raise NoRuleSet(f"no version of {wanted!r} is in force on {on}; there are: {known}")

    def for_place(self, places: Iterable[str], on: dt.date) -> Loaded | None:
        """Return the rule set in force at the first of ``places`` (nearest first, the nation is empty)."""
        for place in places:
            for loaded in self.found.values():
                if loaded.rules.place == place and loaded.rules.holds_on(on):
                    return loaded
        return None

    def versions(self, name: str) -> list[Loaded]:
        """Return the versions of one rule set, newest first."""
        found = [loaded for loaded in self.found.values() if loaded.rules.name == name]
        return sorted(found, key=lambda loaded: loaded.rules.from_on, reverse=True)


def load_library(*folders: Path) -> Library:
    """Read every ``*.yaml`` of the folders; raise ``BadRuleSet`` for the first mistake."""
    files: dict[str, Path] = {}
    for path in (path for folder in folders for path in sorted(folder.glob("*.yaml"))):
        reference = _reference(path)
        if reference in files:
            raise BadRuleSet(f"{path}:1: {reference} stands already in {files[reference]}")
        files[reference] = path
    found: dict[str, RuleSet] = {}
    for reference in files:
        _read(reference, files, found, [])
    _check_versions(found)
    return Library({reference: _loaded(rules) for reference, rules in found.items()})


def load_rule_set(path: Path) -> Loaded:
    """Read one file that extends nothing."""
    return _loaded(read_rule_set(path, lambda _reference: None))


def _loaded(rules: RuleSet) -> Loaded:
    plan = make_plan(rules)
    return Loaded(rules, plan, Evaluator(plan))


def _reference(path: Path) -> str:
    cells = dict(read_yaml(path).pairs())
    for name in ("rule_set", "version"):
        if name not in cells:
            raise BadRuleSet(f"{path}:1: {name} is missing")
    return f"{cells['rule_set'].text()}@{cells['version'].text()}"


def _read(
    reference: str, files: dict[str, Path], found: dict[str, RuleSet], way: list[str]
) -> RuleSet | None:
    if reference in found:
        return found[reference]
    if reference not in files:
        return None
    if reference in way:
        raise BadRuleSet(f"{files[reference]}:1: extends itself: {' -> '.join([*way, reference])}")
    rules = read_rule_set(files[reference], lambda base: _read(base, files, found, [*way, reference]))
    found[reference] = rules
    return rules


def _check_versions(found: dict[str, RuleSet]) -> None:
    by_name: dict[str, list[RuleSet]] = {}
    for rules in found.values():
        by_name.setdefault(rules.name, []).append(rules)
    by_place: dict[str, str] = {}
    for name, versions in by_name.items():
        versions.sort(key=lambda rules: rules.from_on)
        for older, newer in pairwise(versions):
            _check_pair(older, newer)
        if versions[0].supersedes and versions[0].supersedes not in found:
            raise BadRuleSet(
                f"{versions[0].where}: there is no rule set {versions[0].supersedes!r} to supersede"
            )
        place = versions[0].place
        if by_place.setdefault(place, name) != name:
            raise BadRuleSet(f"{versions[0].where}: the place has the rule set {by_place[place]} already")


def _check_pair(older: RuleSet, newer: RuleSet) -> None:
    if newer.place != older.place:
        raise BadRuleSet(f"{newer.where}: {older.reference} is of another place")
    if newer.supersedes != older.reference:
        raise BadRuleSet(f"{newer.where}: must say supersedes: {older.reference}")
    if older.to_on is None or older.to_on >= newer.from_on:
        raise BadRuleSet(
            f"{older.where}: must end with to: before {newer.reference} begins on {newer.from_on}"
        )
