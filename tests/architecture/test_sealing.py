"""Whatever is sealed under the installation's keys is known to ``zhijia rekey``."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.sources import ROOT, code, nothing, shown, tree
from zhijia.core.manifest import contributions


def _constants(path: Path) -> dict[str, object]:
    return {
        node.targets[0].id: node.value.value
        for node in tree(path).body
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and isinstance(node.value, ast.Constant)
    }


def _constant(path: Path, name: str) -> object:
    """Return what a name stands for, in the file itself or where it imports it from; else the name."""
    found = _constants(path).get(name)
    for node in tree(path).body if found is None else ():
        if isinstance(node, ast.ImportFrom) and any(alias.name == name for alias in node.names):
            source = ROOT / (str(node.module).replace(".", "/") + ".py")
            return _constants(source).get(name, name) if source.exists() else name
    return name if found is None else found


def _sealing_calls(path: Path) -> Iterator[tuple[int, ast.expr]]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call):
            called = getattr(node.func, "id", "") or getattr(node.func, "attr", "")
            for keyword in node.keywords if called in ("seal", "seal_json") else ():
                if keyword.arg == "purpose":
                    yield node.lineno, keyword.value


def _purposes() -> Iterator[tuple[object, str]]:
    for path in code():
        for line, value in _sealing_calls(path):
            if isinstance(value, ast.Constant):
                yield value.value, f"{shown(path)}:{line}"
            elif isinstance(value, ast.Name) and value.id != "purpose":
                yield _constant(path, value.id), f"{shown(path)}:{line}"


def test_every_purpose_of_sealing_is_known_to_rekey() -> None:
    known = {part.purpose for part in contributions("rekeys")}
    found = list(_purposes())
    assert len(found) >= 8
    nothing(
        [
            f"{where}: {purpose!r} is in no manifest's rekeys"
            for purpose, where in found
            if purpose not in known
        ]
    )
