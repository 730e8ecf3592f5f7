"""Settings of a server that shows a receipt before it commits: the control of kills over HTTP."""

import time
from collections.abc import Callable
from typing import Any

from django.db import transaction

from zhijia.config.settings import *  # noqa: F403
from zhijia.config.settings import MIDDLEWARE as HOUSE_MIDDLEWARE

LATE = 0.1
"""Seconds between a receipt and its commit."""


def answer_first(get_response: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Commit what a submission wrote only after its answer was sent."""

    def answer(request: Any) -> Any:
        if request.method != "POST" or not request.path.startswith("/api/"):
            return get_response(request)
        block = transaction.atomic()
        block._from_testcase = True  # type: ignore[attr-defined]  # what must be durable runs inside, too
        block.__enter__()
        try:
            response = get_response(request)
        except BaseException as error:
            block.__exit__(type(error), error, error.__traceback__)
            raise

        def commit() -> None:
            time.sleep(LATE)
            block.__exit__(None, None, None)

        response._resource_closers.insert(0, commit)
        return response

    return answer


MIDDLEWARE = ["tests.faults.weak_settings.answer_first", *HOUSE_MIDDLEWARE]
