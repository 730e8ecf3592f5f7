"""Rows of matters are reached through ``visible_to`` and ``work_for``; each other way has its reason here.

A new line here is a new way past the conflict wall. It is for work of the platform itself, for a
look-up by a secret, or for rows that were found through the wall a moment before.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.sources import PACKAGE, code, nothing, shown, tree

WALLED = {
    "Appeal", "Assignment", "Escalation", "Extension", "Hold", "MatterGroup", "Note", "Rating", "Reply",
    "Review", "RoutingStep", "Supervision", "Talk", "EmployerFlag", "ReceiptLookup", "OwnMatter",
}  # fmt: skip
OPEN = {"visible_to", "work_for", "own", "free_of_conflict"}
"""What may follow ``Appeal.objects``."""
MANAGERS = {"objects", "_default_manager", "_base_manager"}
BACKWARDS = {"appeal_set", "mattergroup_set", "employerflag_set"}
WRITES = {"create", "bulk_create"}
"""Making a row reads none."""

ALLOWED = {
    "appeals/demo.py": "invents matters on an empty trial installation",
    "appeals/exports.py Rating": "the marks of rows that came through the wall",
    "appeals/gauges.py Appeal": "how many are late, for whoever runs the house; names none",
    "appeals/messages.py Appeal": "notes on the matter being worked on that its author is to be told",
    "appeals/migrations": "no person asks",
    "appeals/models/appeal.py OwnMatter": "the person's own matters, for himself",
    "appeals/permissions.py Review": "the open review of a matter that was loaded through the wall",
    "appeals/permissions.py Appeal": "the vault asks about a person it names; conflict is asked too",
    "appeals/filed.py": "compares rows with the journal for the verifier; shows numbers of damaged ones",
    "appeals/rights.py": "the person's own data, for himself, and erasing it",
    "appeals/selectors/queue.py Review": "a sub-query inside rows that came through the wall",
    "appeals/selectors/queue.py EmployerFlag": "flags_for leaves out what conflicts",
    "appeals/selectors/worker.py ReceiptLookup": "the receipt is the key",
    "appeals/api/access.py ReceiptLookup": "the receipt is the key",
    "appeals/services/answering.py": "steps of the matter being worked on, and the timer",
    "appeals/services/base.py Appeal": "load: the one door of services; visible_to for everybody but timers",
    "appeals/services/clearing.py Appeal": "the timer that takes misplaced matters away",
    "appeals/services/disclosing.py": "the timer that tells by phone",
    "appeals/services/grouping.py Appeal": "counts people for a flag, as the platform, when one hands in",
    "appeals/services/grouping.py EmployerFlag": "raised by the platform; acknowledged after flag_seen_by",
    "appeals/services/handling.py": "steps of the matter being worked on, and the timer",
    "appeals/services/importing.py Appeal": "a command that brings history in",
    "appeals/services/renewing.py ReceiptLookup": "changes the receipt of the matter being worked on",
    "appeals/services/retention.py": "the timer that erases",
    "appeals/services/sealing.py": "keys and texts of the matter being worked on",
    "appeals/services/submitting.py Appeal": "is a new number free",
    "appeals/services/supervising.py": "steps of the matter being worked on, and the timer",
    "appeals/stats.py": "figures: Scope.barred leaves out what conflicts",
}
"""File, or file and model → why it may ask without the wall."""


def _asked(path: Path) -> Iterator[tuple[int, str, str]]:
    """Yield line, model and what follows of each use of a manager of a walled model."""
    above = {child: node for node in ast.walk(tree(path)) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(tree(path)):
        if not isinstance(node, ast.Attribute):
            continue
        if node.attr in MANAGERS and isinstance(node.value, ast.Name) and node.value.id in WALLED:
            follows = above.get(node)
            yield node.lineno, node.value.id, follows.attr if isinstance(follows, ast.Attribute) else ""
        elif node.attr in BACKWARDS:
            yield node.lineno, node.attr, ""


def _is_allowed(path: Path, model: str) -> bool:
    place = str(path.relative_to(PACKAGE))
    return any(entry in (place, f"{place} {model}") for entry in ALLOWED)


def _ways_past() -> list[tuple[Path, int, str]]:
    return [
        (path, line, model)
        for path in code()
        for line, model, follows in _asked(path)
        if follows not in OPEN | WRITES
    ]


def test_every_way_past_the_wall_is_listed_with_its_reason() -> None:
    found = _ways_past()
    assert len(found) > 20, "the search finds nothing any more"
    nothing(
        f"{shown(path)}:{line} {model}: use visible_to or work_for, or say here why not"
        for path, line, model in found
        if not _is_allowed(path, model)
    )


def test_no_reason_is_kept_for_a_way_that_is_gone() -> None:
    used = {
        entry
        for path, _line, model in _ways_past()
        for entry in (str(path.relative_to(PACKAGE)), f"{path.relative_to(PACKAGE)} {model}")
    }
    folders = {"appeals/migrations"}
    nothing(f"no longer needed: {entry}" for entry in set(ALLOWED) - used - folders)


def test_no_view_form_or_operation_goes_past_the_wall() -> None:
    outer = {"views", "api", "forms"}
    wrong = [
        f"{shown(path)}:{line} {model}"
        for path, line, model in _ways_past()
        if outer & set(path.relative_to(PACKAGE).parts) and model != "ReceiptLookup"
    ]
    nothing(wrong)


def test_no_code_asks_the_tables_of_matters_by_their_names() -> None:
    """Raw SQL goes past every manager."""
    wrong = []
    for path in code():
        for node in ast.walk(tree(path)):
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and "appeals_appeal" in node.value
            ):
                wrong.append(f"{shown(path)}:{node.lineno}")
            if isinstance(node, ast.Attribute) and node.attr in ("raw", "RawSQL", "extra"):
                wrong.append(f"{shown(path)}:{node.lineno} {node.attr}")
    nothing(wrong)


def test_no_query_of_another_table_reaches_into_matters() -> None:
    """``Employer.objects.filter(appeal__…)`` would tell that there is one."""
    wrong = [
        f"{shown(path)}:{node.value.lineno} {node.arg}"
        for path in code()
        if PACKAGE / "appeals" not in path.parents
        for node in ast.walk(tree(path))
        if isinstance(node, ast.keyword) and node.arg and node.arg.startswith(("appeal__", "appeals__"))
    ]
    nothing(wrong)
