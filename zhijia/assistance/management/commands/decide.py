"""``zhijia decide``: one household by a rule set, as a signed decision that anybody can recompute."""

import argparse
import datetime as dt
import json
import os
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from zhijia.assistance import rule_books
from zhijia.assistance.decisions import Decided, FactsRefused, decide, sign
from zhijia.assistance.rules.explaining import explain
from zhijia.assistance.rules.library import Loaded, NoRuleSet
from zhijia.assistance.screening.run import REASON_WORDS
from zhijia.audit.errors import SigningKeyMissing
from zhijia.core import clock
from zhijia.core.actors import SYSTEM
from zhijia.core.errors import DomainError
from zhijia.regulations.places import clean_place

NOTHING = 2
PRIVATE = 0o600


class BadFile(ValueError):
    """The file of facts cannot be read; the text says why."""


class Command(BaseCommand):
    """Read the facts, decide, say why, write the signed text."""

    help = "decide one household by a rule set and sign the decision"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare whose facts are decided by what, and where the decision goes."""
        add = parser.add_argument
        add("--in", dest="facts", required=True, type=Path, metavar="FILE",
            help='facts as JSON, {"household": {…}, "persons": [{…}, …]}; money in fen')  # fmt: skip
        add("--place", required=True, metavar="CODE", help="six digits, whose standards hold")
        add("--on", type=dt.date.fromisoformat, metavar="YYYY-MM-DD",
            help="day whose rules and standards hold (default: today)")  # fmt: skip
        add("--rules", default="", metavar="NAME[@VERSION]",
            help="rule set (default: the one in force at the place on the day)")  # fmt: skip
        add("--out", type=Path, metavar="FILE", help="the signed decision; without it nothing is signed")
        add("--language", choices=("zh", "en"), default="zh", help="of the reasons (default: zh)")

    def handle(self, *, facts: Path, place: str, on: dt.date | None, rules: str, **options: Any) -> None:
        """Decide; exit with 0, 1 (cannot be determined) or 2 (nothing done)."""
        now = clock.now()
        try:
            place, on = clean_place(place), on or clock.local_date(now)
            household, persons = _read(facts)
            loaded = _rules(rules, place, on)
            decided = decide(loaded, household=household, persons=persons, place=place, on=on)
            if options["out"]:
                tenant = int(place[:2] or 0)
                _write(options["out"], sign(decided, by=SYSTEM, now=now, tenant=tenant))
        except FactsRefused as error:
            for problem in error.problems:
                whose = f"person {problem.person}" if problem.person else "household"
                self.stderr.write(f"{whose}: {problem.name}: {REASON_WORDS[problem.reason]}")
            self._nothing(error)
        except (BadFile, DomainError, NoRuleSet, rule_books.BadValue, SigningKeyMissing, OSError) as error:
            self._nothing(error)
        self._tell(loaded, decided, options["language"], options["out"])
        if decided.outcome.name == "undetermined":
            sys.exit(1)

    def _nothing(self, error: Exception) -> None:
        self.stderr.write(f"nothing was done: {error}")
        sys.exit(NOTHING)

    def _tell(self, loaded: Loaded, decided: Decided, language: str, out: Path | None) -> None:
        found = explain(loaded.plan, decided.outcome, decided.values, language)
        self.stdout.write(f"{loaded.rules.reference}: {found.result}")
        for sentence in found.sentences:
            self.stdout.write(f"  {sentence.text}")
        for line in found.amounts:
            self.stdout.write(line)
        for name in found.missing:
            self.stderr.write(f"missing: {name}")
        for standard in (one for one in found.standards if one.note):
            self.stderr.write(f"{standard.title} {standard.amount}: {standard.note}")
        if out:
            self.stdout.write(
                f"signed: {out}; check it anywhere: python check_decision.py {out.name} --trust PUBLIC"
            )


def _read(path: Path) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return the household and its persons; raise ``BadFile``."""
    try:
        told = json.loads(path.read_text(encoding="utf-8-sig"))
    except ValueError as error:
        raise BadFile(f"{path} is no JSON: {error}") from None
    household, persons = (
        (told.get("household"), told.get("persons")) if isinstance(told, dict) else (None, None)
    )
    if not isinstance(household, dict) or not isinstance(persons, list):
        raise BadFile(f'{path} must hold {{"household": {{…}}, "persons": [{{…}}, …]}}')
    if not all(isinstance(person, dict) for person in persons):
        raise BadFile(f"{path}: each person must be {{…}}")
    return household, persons


def _rules(wanted: str, place: str, on: dt.date) -> Loaded:
    if wanted:
        return rule_books.library().choose(wanted, on)
    found = rule_books.for_place(place, on)
    if found is None:
        raise NoRuleSet(f"no rule set is in force at {place or 'the nation'} on {on}")
    return found


def _write(path: Path, text: str) -> None:
    """Write beside and rename; only the owner may read what a household said of itself."""
    beside = path.with_name(path.name + ".part")
    beside.unlink(missing_ok=True)
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE), "w") as file:
        file.write(text + "\n")
    beside.replace(path)
