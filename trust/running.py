"""What runs in a proof's own process."""

import importlib
import signal
import traceback
from typing import Any

import trust


def _end(_number: int, _frame: Any) -> None:
    raise SystemExit("told to end")


def run(name: str, long: bool, answer: Any) -> None:
    """Run one proof and send its result through ``answer``."""
    # Told to end, a proof goes through its ``finally``s: servers of its own would otherwise live on.
    signal.signal(signal.SIGTERM, _end)
    module = importlib.import_module(f"trust.{name}")
    told: dict[str, Any] = {"promise": module.PROMISE, "title": module.TITLE}
    try:
        figures = module.prove(long=long)
        answer.send(told | {"held": True, "n": figures.get("n", 0), "figures": figures})
    except trust.Broken as broken:
        answer.send(told | {"held": False, "n": 0, "figures": {}, "broken": str(broken)})
    except trust.NotHere as missing:
        answer.send(told | {"held": None, "n": 0, "figures": {}, "not_here": str(missing)})
    except BaseException:
        answer.send(told | {"held": False, "n": 0, "figures": {}, "broken": traceback.format_exc(limit=8)})
        raise
