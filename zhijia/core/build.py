"""Which commit runs here, so that each figure can say of what it is true."""

import shutil
import subprocess
from functools import cache

from django.conf import settings

UNCOMMITTED = "+"
"""At the end of a commit: files differ from it, so nobody can look up what was measured."""


@cache
def commit() -> str:
    """Return the commit that runs, asked once a process; the version where there is no repository."""
    git = shutil.which("git")
    if git is None or not (settings.BASE_DIR / ".git").exists():
        return str(settings.ZHIJIA_VERSION)
    command = [git, "describe", "--always", "--dirty=+", "--abbrev=12"]
    try:
        told = subprocess.run(  # noqa: S603  (a fixed command)
            command, cwd=settings.BASE_DIR, capture_output=True, text=True, check=False, timeout=5
        )
    except (OSError, subprocess.TimeoutExpired):
        return str(settings.ZHIJIA_VERSION)
    return told.stdout.strip() or str(settings.ZHIJIA_VERSION)
