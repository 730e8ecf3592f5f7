"""The repository as the tests of this folder see it."""

import ast
import subprocess
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "zhijia"
Function = ast.FunctionDef | ast.AsyncFunctionDef


def shown(path: Path) -> str:
    """Return a path as it is shown in a failure."""
    return str(path.relative_to(ROOT))


@cache
def code() -> tuple[Path, ...]:
    """Return every Python file of the package but its tests and migrations."""
    return tuple(
        path
        for path in sorted(PACKAGE.rglob("*.py"))
        if not {"tests", "migrations"} & set(path.relative_to(PACKAGE).parts)
    )


@cache
def tree(path: Path) -> ast.Module:
    """Return the syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"))


def functions(path: Path) -> Iterator[Function]:
    """Yield every function of a file."""
    for node in ast.walk(tree(path)):
        if isinstance(node, Function):
            yield node


def length(node: Function) -> int:
    """Return the lines of a function from ``def`` to its end, decorators and docstring left out."""
    return (node.end_lineno or node.lineno) - node.lineno + 1 - docstring_lines(node)


def docstring_lines(node: Function) -> int:
    """Return how many lines the docstring takes."""
    first = node.body[0]
    if (
        isinstance(first, ast.Expr)
        and isinstance(first.value, ast.Constant)
        and isinstance(first.value.value, str)
    ):
        return (first.end_lineno or first.lineno) - first.lineno + 1
    return 0


def nothing(found: Iterable[object]) -> None:
    """Fail with one line for each thing that was found."""
    lines = sorted({str(one) for one in found})
    if lines:
        pytest.fail("\n".join(lines), pytrace=False)


def app_of(path: Path) -> str:
    """Return the app that a file of the package belongs to."""
    return path.relative_to(PACKAGE).parts[0]


@cache
def templates() -> tuple[Path, ...]:
    """Return every template of the package."""
    return tuple(sorted(PACKAGE.glob("*/templates/**/*.html")))


@cache
def committed() -> tuple[Path, ...]:
    """Return every file that is, or would be, in the repository."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    names = [name for name in done.stdout.decode().split("\0") if name]
    return tuple(path for path in (ROOT / name for name in names) if path.is_file())
