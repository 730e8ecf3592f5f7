"""Sealed data is opened for these purposes and no other. A tenth needs two people and a public notice."""

import ast

from tests.architecture.sources import code, nothing, shown, tree
from zhijia.vault.enums import Purpose

PURPOSES = (
    "membership", "aid_assess", "aid_pay", "grievance_handle", "mediation", "ballot_roll", "statistics",
    "rights_request", "security",
)  # fmt: skip


def test_the_purposes_are_those_that_were_promised() -> None:
    assert tuple(Purpose.values) == PURPOSES


def test_every_opening_names_a_purpose_of_the_list_and_not_a_text_of_its_own() -> None:
    wrong, seen = [], 0
    for path in code():
        for node in ast.walk(tree(path)):
            if not isinstance(node, ast.Call):
                continue
            if getattr(node.func, "id", getattr(node.func, "attr", "")) not in ("open_part", "open_parts"):
                continue
            given = [k.value for k in node.keywords if k.arg == "purpose"]
            seen += len(given)
            if given and isinstance(given[0], ast.Constant):
                wrong.append(f"{shown(path)}:{node.lineno} purpose={given[0].value!r}")
    assert seen
    nothing(wrong)
