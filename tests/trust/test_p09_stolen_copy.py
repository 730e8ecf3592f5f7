"""P9 at small size, in a process of its own: it brings its own house."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.browser.server import ROOT, environment
from tests.setup.postgresql_cluster import NoServer, cluster

ASK = """
import json, sys
from trust.p09_stolen_copy import try_out
profile, database, files = sys.argv[1:]
told = try_out(matters=2, profile=profile, database=database, files_of_database=files)
print('figures', json.dumps(told))
"""
SEALED_WITH = {"international": {"02", "10"}, "chinese": {"03", "11"}}
"""First bytes of what lies sealed: core/sealing.py and core/boxes.py."""


def _tried(data: Path, profile: str, database: str = "", files: str = "") -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-c", ASK, profile, database, files],
        cwd=ROOT, env=environment(data), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    line = next(line for line in done.stdout.splitlines() if line.startswith("figures "))
    return dict(json.loads(line.removeprefix("figures ")))


@pytest.mark.sqlite_only
@pytest.mark.parametrize("profile", SEALED_WITH)
def test_a_copy_of_everything_on_disk_shows_nothing_that_anybody_wrote(tmp_path: Path, profile: str) -> None:
    figures = _tried(tmp_path, profile)
    assert (figures["found"], figures["parts_opened"]) == (0, 0)
    assert figures["n"] > 40
    assert figures["control_found"] >= 1
    assert set(figures["sealed_with"]) <= SEALED_WITH[profile]
    assert sum(figures["sealed_with"].values()) > 100


@pytest.mark.postgres_only
def test_nor_does_a_copy_of_all_that_postgresql_wrote(tmp_path: Path) -> None:
    try:
        with cluster() as server:
            figures = _tried(tmp_path, "international", server.url(), str(server.folder))
    except NoServer as error:
        pytest.skip(str(error))
    assert (figures["found"], figures["parts_opened"]) == (0, 0)
    assert figures["control_found"] >= 1
    assert figures["files"] > 1000, "the files of the server were not read"
