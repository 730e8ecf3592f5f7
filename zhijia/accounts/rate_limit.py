"""How much one account may ask in a while: fixed windows, counted across processes.

Never by network address: a factory of 5,000 shares one. The shared count stands in the
database cache; each process takes its share in blocks, so most requests write nothing.
"""

import datetime as dt
from dataclasses import dataclass
from threading import Lock

from django.core.cache import cache

BLOCKS = 30
"""A window's limit is handed out to the processes in about this many blocks."""
TIDY_AT = 5_000


@dataclass
class _Share:
    window: int
    left: int


_shares: dict[str, _Share] = {}
_lock = Lock()


def take(*, purpose: str, account: str, limit: int, period: int, now: dt.datetime) -> int:
    """Use one of ``limit`` requests per ``period`` seconds.

    Return 0 if there was one left, else the seconds until the next window.
    """
    moment = int(now.timestamp())
    window = moment // period
    key = f"{purpose}|{account}"
    with _lock:
        share = _shares.get(key)
        if share is None or share.window != window:
            share = _shares[key] = _Share(window, 0)
            _tidy(window)
        if share.left == 0:
            share.left = _reserve(f"rate|{key}|{window}", limit, period)
        if share.left == 0:
            return period - moment % period
        share.left -= 1
        return 0


def _reserve(key: str, limit: int, period: int) -> int:
    """Take a block from the shared count; return how many requests it holds."""
    block = max(1, limit // BLOCKS)
    cache.add(key, 0, timeout=2 * period)
    try:
        used = cache.incr(key, block)
    except ValueError:  # the row was culled between the two calls
        cache.set(key, block, timeout=2 * period)
        used = block
    return max(0, min(block, limit - (used - block)))


def _tidy(window: int) -> None:
    if len(_shares) > TIDY_AT:
        for key in [key for key, share in _shares.items() if share.window != window]:
            del _shares[key]


def forget_shares() -> None:
    """Forget what this process holds (for tests)."""
    with _lock:
        _shares.clear()
