"""Kills a server process at a chosen point. Python loads this only where PYTHONPATH names its folder.

The file that ``ZHIJIA_FAULT`` names holds ``point:number``: at the number-th passing of the point the
file is taken away and the process ends as by a power cut, without any clean-up.
"""

import os
import signal
from collections.abc import Callable
from functools import wraps
from typing import Any

FILE = os.environ.get("ZHIJIA_FAULT", "")


def _reached(point: str) -> None:
    try:
        with open(FILE) as file:
            name, number = file.read().split(":")
    except (FileNotFoundError, ValueError):
        return
    if name != point:
        return
    if int(number) > 1:
        with open(FILE, "w") as file:
            file.write(f"{name}:{int(number) - 1}")
        return
    os.unlink(FILE)
    os.kill(os.getpid(), signal.SIGKILL)


def _around(owner: type, method: str, before: str, after: str) -> None:
    real: Callable[..., Any] = getattr(owner, method)

    @wraps(real)
    def run(*args: Any, **options: Any) -> Any:
        _reached(before)
        result = real(*args, **options)
        _reached(after)
        return result

    setattr(owner, method, run)


if FILE:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.backends.utils import CursorWrapper
    from gunicorn.http.wsgi import Response

    _around(CursorWrapper, "_execute", "before-statement", "after-statement")
    _around(BaseDatabaseWrapper, "_commit", "before-commit", "after-commit")
    _around(Response, "send_headers", "before-answer", "after-headers")
