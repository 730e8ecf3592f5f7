"""Sizes of functions and files, tests left out, beside the budget."""

import ast
from pathlib import Path
from statistics import median, quantiles

ROOT = Path(__file__).resolve().parents[1] / "zhijia"


def main() -> None:
    """Print median, ninth decile and maximum of function and file lengths."""
    files = [p for p in ROOT.rglob("*.py") if not {"migrations", "tests"} & set(p.parts)]
    tests = [p for p in ROOT.parent.rglob("test_*.py") if ".venv" not in p.parts]
    functions = [size for path in files for size in _functions(path)]
    lengths = [_lines(path) for path in files]
    print(f"functions {_spread(functions)} lines; budget 9, 30, 60")
    print(f"files {_spread(lengths)} lines; budget 250 soft, 500 hard")
    print(f"tests {sum(map(_lines, tests))} : code {sum(lengths)} lines")


def _spread(sizes: list[int]) -> str:
    ninth = quantiles(sizes, n=10)[8]
    return f"{len(sizes)}: median {median(sizes):.0f}, p90 {ninth:.0f}, max {max(sizes)}"


def _lines(path: Path) -> int:
    return len(path.read_text().splitlines())


def _functions(path: Path) -> list[int]:
    tree = ast.parse(path.read_text())
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [node.end_lineno - node.lineno + 1 for node in ast.walk(tree) if isinstance(node, kinds)]
