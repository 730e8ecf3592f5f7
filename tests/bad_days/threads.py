"""Several people at the same moment: real threads, each with its own connection."""

import threading
from collections.abc import Callable
from typing import Any

from django.db import connection


def at_once(*deeds: Callable[[], Any], seconds: float = 30) -> list[Any]:
    """Start every deed at the same moment; return each one's result or the exception it raised."""
    start = threading.Barrier(len(deeds))
    results: list[Any] = [None] * len(deeds)

    def run(number: int, deed: Callable[[], Any]) -> None:
        try:
            start.wait(seconds)
            results[number] = deed()
        except Exception as error:  # noqa: BLE001  what went wrong is the result
            results[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(n, deed), daemon=True) for n, deed in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(seconds)
    assert not any(thread.is_alive() for thread in threads), "somebody waits for ever"
    return results
