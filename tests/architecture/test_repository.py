"""What may and may not lie in the repository."""

import json
import re
import subprocess
import sys
from collections import Counter

import pytest
from django.conf import settings

from tests.architecture.sources import ROOT, committed, nothing, shown

# Spelled in pieces, so that this file does not find itself.
REGISTRIES = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("npmjs", "com"), ("npmmirror", "com"),
        ("yarnpkg", "com"), ("pypi", "tuna"), ("mirrors", "aliyun"), ("mirrors", "ustc"),
        ("deb", "debian", "org"),
    )
]  # fmt: skip
BINARY = {
    ".png",
    ".jpg",
    ".webp",
    ".ico",
    ".xlsx",
    ".gz",
    ".woff2",
    ".mo",
    ".pdf",
    ".sqlite3",
    ".amr",
    ".mp3",
}


def _texts():  # type: ignore[no-untyped-def]
    for path in committed():
        if path.suffix not in BINARY:
            yield path, path.read_text(encoding="utf-8", errors="replace")


def test_no_file_names_the_host_of_a_registry() -> None:
    found = [f"{shown(p)}: {host}" for p, text in _texts() for host in REGISTRIES if host in text]
    nothing(found)


def test_the_locks_match_what_is_declared() -> None:
    done = subprocess.run(
        [sys.executable, "tools/locks.py"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.stdout == ""
    assert done.returncode == 0


def test_no_secret_lies_in_the_repository() -> None:
    pattern = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----|AKIA[0-9A-Z]{16}|ghp_[A-Za-z0-9]{36}")
    nothing([shown(p) for p, text in _texts() if pattern.search(text)])
    nothing([shown(p) for p in committed() if p.suffix in (".key", ".sqlite3", ".pem", ".env")])


def test_no_file_is_larger_than_a_megabyte() -> None:
    nothing([shown(p) for p in committed() if p.stat().st_size > 1_000_000])


def test_each_dependency_has_a_line_saying_why() -> None:
    text = (ROOT / "pyproject.toml").read_text()
    block = text.split("\ndependencies = [\n")[1].split("\n]\n")[0]
    nothing([line for line in block.splitlines() if "#" not in line])


@pytest.mark.parametrize("name", ["LICENSE", "README.md", "README.zh.md", "CHANGELOG.md", "DEVELOPERS.md"])
def test_the_papers_are_there(name: str) -> None:
    assert (ROOT / name).stat().st_size > 300


def test_every_link_in_the_papers_leads_to_a_file() -> None:
    wrong = []
    for path in committed():
        if path.suffix != ".md":
            continue
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8")):
            if not re.match(r"https?:|mailto:", target) and not (path.parent / target).exists():
                wrong.append(f"{shown(path)}: {target}")
    nothing(wrong)


def test_every_decision_record_has_its_three_parts() -> None:
    records = sorted((ROOT / "docs/adr").glob("[0-9]*.md"))
    assert records
    for record in records:
        text = record.read_text(encoding="utf-8")
        assert [
            part for part in ("## Context", "## Decision", "## Consequences") if part not in text
        ] == [], record.name


def test_front_end_packages_are_pinned_exactly() -> None:
    package = json.loads((ROOT / "frontend/package.json").read_text())
    versions = {**package["dependencies"], **package["devDependencies"]}
    nothing([v for v in versions.values() if not re.fullmatch(r"\d+\.\d+\.\d+", v)])


def test_no_middleware_stands_twice() -> None:
    assert [name for name, n in Counter(settings.MIDDLEWARE).items() if n > 1] == []
    first, second = (
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "zhijia.unions.middleware.ViewerMiddleware",
    )
    assert settings.MIDDLEWARE.index(first) < settings.MIDDLEWARE.index(second)
