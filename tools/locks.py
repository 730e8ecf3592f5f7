"""Check the locked dependencies without a network: do they match what is declared?

python tools/locks.py     exit 1 with one line for each difference
"""

import json
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PINNED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==(\S+)")
RUN_GROUPS = ("install", "postgres")
SPARK_GROUP = "spark"
"""In an environment of its own, a gigabyte: neither an operator nor a developer needs it every day."""


def pinned(path: Path) -> dict[str, str]:
    """Return name -> version of a requirements file."""
    found: dict[str, str] = {}
    for line in path.read_text().splitlines():
        match = PINNED.match(line)
        if match:
            found[canonicalize_name(match[1])] = match[2]
    return found


def direct(path: Path) -> set[str]:
    """Return the packages that the file says this project itself asks for."""
    found: set[str] = set()
    name: str = ""
    for line in path.read_text().splitlines():
        match = PINNED.match(line)
        name = canonicalize_name(match[1]) if match else name
        if re.fullmatch(r"\s+#(\s+via)?\s+zhijia(:\w+)?", line):
            found.add(name)
    return found


def declared() -> dict[str, list[Requirement]]:
    """Return what pyproject.toml asks for, by the file that locks it: to run, to develop, with Spark."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    groups = project["dependency-groups"]
    always = project["project"]["dependencies"]
    develop = [name for name in groups if name != SPARK_GROUP]
    names = {
        "requirements.txt": RUN_GROUPS, "requirements-dev.txt": develop, "requirements-spark.txt": groups,
    }  # fmt: skip
    return {
        file: [Requirement(r) for r in (*always, *(r for group in chosen for r in groups[group]))]
        for file, chosen in names.items()
    }


def python_differences(name: str, wanted: list[Requirement]) -> Iterator[str]:
    """Yield where a requirements file does not match pyproject.toml."""
    path = ROOT / name
    have = pinned(path)
    for requirement in wanted:
        package = canonicalize_name(requirement.name)
        if package not in have:
            yield f"{name}: {package} is declared but not locked; run make lock"
        elif not requirement.specifier.contains(have[package], prereleases=True):
            yield f"{name}: {package} {have[package]} does not fit {requirement.specifier}; run make lock"
    names = {canonicalize_name(requirement.name) for requirement in wanted}
    for extra in sorted(direct(path) - names):
        yield f"{name}: {extra} is locked for us but no longer declared; run make lock"
    if "://" in path.read_text():
        yield f"{name}: holds an address; locks must not name a host"
    if path.read_text().count("--hash=sha256:") < len(have):
        yield f"{name}: a package without a hash"


def npm_differences() -> Iterator[str]:
    """Yield where the front-end lock does not match package.json."""
    declared_file = json.loads((ROOT / "frontend/package.json").read_text())
    lock = json.loads((ROOT / "frontend/package-lock.json").read_text())
    root = lock["packages"][""]
    for group in ("dependencies", "devDependencies"):
        if root.get(group, {}) != declared_file.get(group, {}):
            yield f"frontend/package-lock.json: {group} differ from package.json; run make lock"
        for package, version in declared_file.get(group, {}).items():
            if not re.fullmatch(r"\d+\.\d+\.\d+", version):
                yield f"frontend/package.json: {package} must be an exact version, not {version}"
    for place, facts in lock["packages"].items():
        if "resolved" in facts:
            yield f"frontend/package-lock.json: {place} names its download address"
        if place and "integrity" not in facts:
            yield f"frontend/package-lock.json: {place} has no checksum"


def main() -> int:
    """Print every difference; return 1 if there is one."""
    wrong = [line for file, wanted in declared().items() for line in python_differences(file, wanted)]
    wrong += npm_differences()
    print("\n".join(wrong), end="\n" if wrong else "")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
