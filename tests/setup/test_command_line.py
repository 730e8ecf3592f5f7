"""The command line says what it can do and refuses the rest."""

import subprocess
import sys
from pathlib import Path

from tests.browser.server import ROOT, environment


def _zhijia(data: Path, *arguments: str, **extra: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "zhijia.config.command_line", *arguments]
    return subprocess.run(
        command,
        cwd=ROOT,
        env={**environment(data), **extra},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_manual_lists_our_commands_with_a_line_each(tmp_path: Path) -> None:
    done = _zhijia(tmp_path, "--help")
    assert done.returncode == 0
    for name in ("serve", "timers", "demo", "migrate"):
        lines = [line for line in done.stdout.splitlines() if line.startswith(f"  {name} ")]
        assert len(lines) == 1
        assert len(lines[0].split(maxsplit=1)[1]) > 20
    assert "testserver" not in done.stdout
    assert max(len(line) for line in done.stdout.splitlines()) <= 130


def test_an_unknown_command_does_nothing_and_says_so(tmp_path: Path) -> None:
    done = _zhijia(tmp_path, "sevre")
    assert done.returncode == 2
    assert "sevre" in done.stderr
    assert "--help" in done.stderr
    assert not (tmp_path / "zhijia.sqlite3").exists()


def test_a_wrong_setting_is_told_in_one_line(tmp_path: Path) -> None:
    done = _zhijia(tmp_path, "check", DATABASE_URL="mysql://somewhere/else")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "sqlite:/// or postgresql://" in done.stderr


def test_the_version_is_the_one_of_the_package(tmp_path: Path) -> None:
    assert _zhijia(tmp_path, "--version").stdout == "0.1.0\n"
