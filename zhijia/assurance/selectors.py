"""How the promises and the figures stand now."""

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from zhijia.assurance.enums import Standing
from zhijia.assurance.promises import PROMISES, Promise
from zhijia.core.build import UNCOMMITTED, commit
from zhijia.core.clock import local_date
from zhijia.core.gauges import Gauge
from zhijia.core.manifest import contributions
from zhijia.unions.conflict import conflicted_employer_ids
from zhijia.unions.row_security import as_system

MOST_OF_A_LIST = 8


@dataclass(frozen=True)
class ProofLine:
    """A promise with the last proof of it."""

    promise: Promise
    standing: Standing
    n: int
    at: dt.datetime | None
    commit: str
    figures: tuple[tuple[str, Any], ...]
    remark: str
    """What was seen when it did not hold."""
    is_long: bool
    """Whether it was of the nightly size, or only the short run."""

    @property
    def shown(self) -> list[tuple[Any, Any]]:
        """Return the figures that everybody is shown, as (what, how much)."""
        known = dict(self.figures)
        named = ((name.replace("_", " ").replace(".", " / "), label) for name, label in self.promise.shown)
        return [(label, known[name]) for name, label in named if name in known]

    @property
    def bound(self) -> str:
        """Return what no failure in n trials says: the rate lies below 3/n (95 %)."""
        return f"{300 / self.n:.2g} %" if self.n and self.standing == Standing.HOLDS else ""


@dataclass(frozen=True)
class GaugeLine:
    """A figure of the running installation."""

    gauge: Gauge
    standing: Standing
    value: Any
    n: int
    at: dt.datetime | None
    commit: str


def proof_lines(now: dt.datetime, *, public: bool = False) -> list[ProofLine]:
    """Return every promise with its last proof, in order."""
    return [_proof_line(p, _result(p.key), now) for p in PROMISES if p.public or not public]


def gauge_lines(now: dt.datetime, *, public: bool = False) -> list[GaugeLine]:
    """Return every figure that an app offers; ``public`` keeps those meant for everybody."""
    return [_gauge_line(gauge, now) for gauge in contributions("gauges") if gauge.public or not public]


def gauges_for(user: Any, now: dt.datetime) -> list[GaugeLine]:
    """Return the figures for an operator; none for one who is tied to an employer.

    They count what is handed in, by whatever employer: whoever must not learn that a matter exists
    would see it in a count, in the age of the oldest one, even in how long a message took.
    """
    return [] if conflicted_employer_ids(user, local_date(now)) else gauge_lines(now)


def _proof_line(promise: Promise, result: dict[str, Any], now: dt.datetime) -> ProofLine:
    at = dt.datetime.fromisoformat(result["at"]) if result else None
    if at is None:
        standing = Standing.NEVER
    elif not result["held"]:
        standing = Standing.BROKEN
    else:
        standing = _when_fresh(now - at <= promise.period, str(result.get("commit", "")))
    return ProofLine(
        promise, standing, int(result.get("n") or 0), at, str(result.get("commit", "")),
        tuple(_flat(result.get("figures", {}))), str(result.get("broken", "")), bool(result.get("long")),
    )  # fmt: skip


def _when_fresh(is_fresh: bool, commit: str) -> Standing:
    """Return how a good figure stands: it counts only while fresh, and only of a commit one can look up."""
    if not is_fresh:
        return Standing.STALE
    return Standing.UNCLEAR if commit.endswith(UNCOMMITTED) else Standing.HOLDS


def _flat(figures: Any, above: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every figure with its way down, e.g. ``kill points / covered percent``; lists as one line."""
    for name, value in figures.items() if isinstance(figures, dict) else ():
        way = f"{above}{str(name).replace('_', ' ')}"
        if isinstance(value, dict):
            yield from _flat(value, f"{way} / ")
        elif isinstance(value, list):
            yield way, ", ".join(map(str, value[:MOST_OF_A_LIST])) or "–"
        elif value is not None:
            yield way, value


def _result(key: str) -> dict[str, Any]:
    """Return the last result of a proof, or nothing; a half-written or strange file counts as none."""
    path = Path(settings.DATA) / "trust" / f"{key}.json"
    try:
        found = json.loads(path.read_text())
        dt.datetime.fromisoformat(found["at"])
        return found if "held" in found else {}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _gauge_line(gauge: Gauge, now: dt.datetime) -> GaugeLine:
    with as_system():  # figures of the house, not of what the reader may see
        reading = gauge.read(now)
    if reading.at is None or reading.value is None:
        standing = Standing.NEVER
    elif now - reading.at > gauge.period:
        standing = Standing.STALE
    else:
        standing = _when_fresh(True, commit()) if gauge.is_good(reading.value) else Standing.BROKEN
    return GaugeLine(gauge, standing, reading.value, reading.n, reading.at, commit())
