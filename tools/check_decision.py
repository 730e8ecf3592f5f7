#!/usr/bin/env python3
"""Check a decision of the assistance rules without the house that made it.

    python check_decision.py DECISION.jws --trust PUBLIC      is it genuine, and does the result follow?
    python check_decision.py DECISION.jws                     does the result follow? (signature not checked)

A decision is one signed text: the rules as read, the facts as frozen, what was found of each clause, and the
result. This file works the result out anew, in exact fractions and by its own reading of the formulas, and
compares. It needs Python 3.11 and, for the signature, the package "cryptography".
Exit status: 0 all agrees, 1 something does not, 2 could not be checked.
"""

import argparse
import base64
import hashlib
import json
import math
import operator
import re
import sys
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

Facts = dict[str, Any]
Tree = tuple[Any, ...]
CLASSES = ("deep", "relative", "accidental")
TOKEN = re.compile(r"\d+(?:\.\d+)?|@?[A-Za-z_]\w*|>=|<=|==|[-+*/()<>,%]", re.ASCII)
COMPARE = {">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt, "==": operator.eq}
WORK = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv}
BINDS = {"or": 1, "and": 2, "is": 4, "in": 4, **dict.fromkeys(COMPARE, 4), "+": 5, "-": 5, "*": 6, "/": 6}
HALF = Fraction(1, 2)
ROUND: dict[str, Callable[[Fraction], int]] = {
    "floor": math.floor, "ceil": math.ceil, "round": lambda value: math.floor(value + HALF),
}  # fmt: skip


class Wrong(Exception):
    """The decision does not hold."""


class CannotCheck(Exception):
    """Nothing can be said about the decision."""


# The signed text -----------------------------------------------------------------------------------


def read(text: str) -> tuple[Facts, str]:
    """Return content and name of the key; raise ``Wrong`` unless the text is exactly as it is written."""
    try:
        header, content, signature = map(plain, text.split("."))
        about, told = json.loads(header), json.loads(content)
        if about != {"alg": "EdDSA", "kid": about["kid"]} or told["about"] != "decision":
            raise ValueError
        if canonical(about) != header or canonical(told) != content or len(signature) != 64:
            raise ValueError
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Wrong("this is not a decision as it was written: it was altered or cut off") from None
    return told, str(about["kid"])


def plain(text: str) -> bytes:
    """Return what is coded, from exactly that text; raise ``ValueError``."""
    raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if base64.urlsafe_b64encode(raw).rstrip(b"=").decode() != text:
        raise ValueError
    return raw


def canonical(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def check_signature(text: str, key: str, trusted: list[str]) -> None:
    """Raise ``Wrong`` unless one of the trusted keys signed."""
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ImportError:
        raise CannotCheck("the signature needs the Python package 'cryptography'") from None
    keys = {hashlib.sha256(bytes.fromhex(one)).hexdigest()[:16]: bytes.fromhex(one) for one in trusted}
    if key not in keys:
        raise Wrong(f"it is signed with key {key}, which is none of those that you trust")
    signed, _, signature = text.rpartition(".")
    try:
        Ed25519PublicKey.from_public_bytes(keys[key]).verify(plain(signature), signed.encode())
    except InvalidSignature:
        raise Wrong("the signature is false: the decision was altered") from None


# Reading formulas ----------------------------------------------------------------------------------


class Formula:
    """Reads one formula into nested tuples, by how strongly each word binds."""

    def __init__(self, text: str) -> None:
        self.words = TOKEN.findall(text)
        self.tree = self.part(0)
        if self.words or "".join(TOKEN.findall(text)) != "".join(text.split()):
            raise CannotCheck(f"cannot read the formula {text!r}")

    def took(self, wanted: str) -> bool:
        return bool(self.words and self.words[0] == wanted and self.words.pop(0))

    def part(self, least: int) -> Tree:
        left = self.first()
        while self.words and (binds := BINDS.get(self.words[0], 4 if self.words[0][0] == "@" else 0)) > least:
            left = self.joined(self.words.pop(0), binds, left)
        return left

    def joined(self, word: str, binds: int, left: Tree) -> Tree:
        if word == "is":
            turned, found = self.took("not"), ("in", left, (self.words.pop(0),))
            return ("not", found) if turned else found
        if word == "in" and self.took("("):
            return ("in", left, tuple(name for _kind, name in self.several()))
        kind = (word,) if word in ("or", "and") else ("work" if word in WORK else "compare", word)
        return (*kind, left, self.part(binds))

    def several(self) -> list[Tree]:
        found = [self.part(0)]
        while self.took(","):
            found.append(self.part(0))
        if not self.took(")"):
            raise CannotCheck("a bracket is not closed in a formula")
        return found

    def first(self) -> Tree:
        word = self.words.pop(0)
        if word == "not":
            return ("not", self.part(3))
        if word == "-":
            return ("work", "-", ("number", Fraction(0)), self.part(6))
        if word == "(":
            return self.several()[0]
        if word[0].isdigit():
            scale = Fraction(100) if self.took("yuan") else Fraction(1, 100) if self.took("%") else 1
            return ("number", Fraction(word) * scale)
        if word in ("true", "false"):
            return ("truth", word == "true")
        return (word, *self.several()) if self.took("(") else ("name", word)


# Working it out ------------------------------------------------------------------------------------


class Reckoning:
    """Values of one household by name; what is unknown is None and stays so."""

    def __init__(self, told: Facts) -> None:
        self.rules, self.told = told["rules"], told
        self.known: dict[str, Any] = {}

    def value(self, name: str, person: Facts | None = None) -> Any:
        """Return an input, a parameter or what is derived, of a person or of the household."""
        derived = self.rules["derived"].get(name)
        if derived is not None and derived["of"] == "person":
            return self.work(Formula(derived["is"]).tree, person)
        if derived is not None:
            if name not in self.known:
                self.known[name] = self.work(Formula(derived["is"]).tree, None)
            return self.known[name]
        if name in self.rules["parameters"]:
            found = self.told["parameters"][name]["value"]
            is_share = self.rules["parameters"][name]["type"] == "percent"
            return None if found is None else Fraction(found, 100) if is_share else Fraction(found)
        found = (self.told["household"] if person is None else person).get(name)
        return Fraction(found) if type(found) is int else found

    def work(self, tree: Tree, person: Facts | None) -> Any:
        """Return what a formula comes to."""
        kind, parts = tree[0], tree[1:]
        if kind in ("number", "truth"):
            return parts[0]
        if kind == "name":
            return self.value(parts[0], person)
        if kind in ("sum", "count", "any"):
            found = [self.work(parts[0], one) for one in self.told["persons"]]
            return decided(True, found) if kind == "any" else None if None in found else Fraction(sum(found))
        if kind in ("or", "and"):
            return decided(kind == "or", [self.work(part, person) for part in parts])
        if kind == "if":
            asked = self.work(parts[0], person)
            return None if asked is None else self.work(parts[1 if asked else 2], person)
        operands = {"in": parts[:1], "work": parts[1:], "compare": parts[1:]}.get(kind, parts)
        found = [self.work(part, person) for part in operands]
        return None if None in found else self.apply(kind, parts, found)

    def apply(self, kind: str, parts: Tree, found: list[Any]) -> Any:
        """Return an operation on what is known."""
        if kind == "in":
            return found[0] in parts[1]
        if kind == "not":
            return not found[0]
        if kind == "work":
            return WORK[parts[0]](*found)
        if kind == "compare":
            sign = parts[0]
            return COMPARE[self.rules["operators"][sign[1:]]["is"] if sign[0] == "@" else sign](*found)
        if kind in ("min", "max"):
            return (min if kind == "min" else max)(found)
        if kind in ROUND:
            return Fraction(ROUND[kind](found[0]))
        raise CannotCheck(f"does not know {kind!r}")

    def found(self) -> Facts:
        """Return clauses, class, amounts and the values that are shown."""
        clauses = {
            name: self.work(Formula(one["when"]).tree, None) for name, one in self.rules["clauses"].items()
        }
        group = self._class(clauses)
        return {
            "clauses": clauses, "class": group,
            "reasons": sorted(name for name, hit in clauses.items() if hit),
            "amounts": {name: self._amount(one["for"], group) for name, one in self.rules["amounts"].items()},
            "values": {name: self.shown(name) for name in self.told["found"]["values"]},
        }  # fmt: skip

    def _class(self, clauses: Facts) -> str:
        """Return the first class that is given and not barred; undetermined where that cannot be told."""
        for group in CLASSES:
            told = self.rules["clauses"].items()
            given = decided(True, [clauses[name] for name, one in told if one["gives"] == group])
            barred = decided(True, [clauses[name] for name, one in told if group in one["bars"]])
            stands = decided(False, [given, None if barred is None else not barred])
            if stands is not False:
                return group if stands else "undetermined"
        return "none"

    def _amount(self, formulas: Facts, group: str) -> int | None:
        if group == "undetermined":
            return None
        found = self.work(Formula(formulas[group]).tree, None) if group in formulas else 0
        return None if found is None else int(found)

    def shown(self, name: str) -> Any:
        """Return a derived value as it is written down: whole, a quotient rounded."""
        found, way = self.value(name), self.rules["derived"][name]["rounded"] or "floor"
        return ROUND[way](found) if isinstance(found, Fraction) else found


def decided(deciding: bool, found: list[Any]) -> bool | None:
    """Return ``or`` (True) or ``and`` (False) of what is known; None where the unknown decides."""
    if deciding in found:
        return deciding
    return None if None in found else not deciding


def check(told: Facts) -> list[str]:
    """Return in what the decision differs from what follows from its own rules and facts."""
    mine, theirs = Reckoning(told).found(), told["found"]
    wrong = []
    for part, value in mine.items():
        if isinstance(value, dict):
            names = sorted({*value, *theirs[part]})
            wrong += [f"{part}.{name}: {theirs[part].get(name)!r} is written, {value.get(name)!r} follows"
                      for name in names if theirs[part].get(name) != value.get(name)]  # fmt: skip
        elif value != theirs[part]:
            wrong.append(f"{part}: {theirs[part]!r} is written, {value!r} follows")
    return wrong


def main(arguments: list[str] | None = None) -> int:
    """Check one file."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("decision", type=Path)
    parser.add_argument("--trust", action="append", default=[], metavar="PUBLIC",
                        help="public key as it hangs on the notice board, 64 hexadecimal digits")  # fmt: skip
    asked = parser.parse_args(arguments)
    try:
        text = asked.decision.read_bytes().decode("ascii").removesuffix("\n")
        told, key = read(text)
        if asked.trust:
            check_signature(text, key, asked.trust)
        wrong = check(told)
    except (OSError, CannotCheck) as error:
        print(f"could not be checked: {error}")
        return 2
    except (Wrong, LookupError, TypeError, ValueError, ArithmeticError, RecursionError) as error:
        print(f"DOES NOT HOLD: {error if isinstance(error, Wrong) else f'rules or facts amiss: {error!r}'}")
        return 1
    result = f"{told['rules']['reference']} on {told['on']} for {told['place']}: {told['found']['class']}"
    print("\n".join(f"DOES NOT HOLD: {line}" for line in wrong) or f"holds: {result}")
    print(f"signed with key {key}" if asked.trust else "note: the signature was not checked; use --trust")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
