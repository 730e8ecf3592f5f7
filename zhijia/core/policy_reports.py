"""Browsers tell when a page breaks the content policy; here they are counted, and nothing else is kept.

What a report says of the person (address, browser, what was typed into the address) is dropped at
once: a count has a day, a part of the policy and the name of the page.
"""

import datetime as dt
import json
from typing import Any
from urllib.parse import urlsplit

from django.core.cache import caches
from django.db import transaction
from django.db.models import F, Sum
from django.urls import Resolver404, resolve

from zhijia.core.clock import local_date
from zhijia.core.models import PolicyReport

MOST_BYTES = 16 * 1024
MOST_AT_ONCE = 20
"""Reports of one call; browsers gather them."""
MOST_PER_MINUTE = 60
"""Reports that one process writes down; whoever sends more changes nothing about what is known."""
KEPT = dt.timedelta(days=90)
_SOURCES = (
    "default",
    "script",
    "style",
    "img",
    "media",
    "font",
    "connect",
    "manifest",
    "worker",
    "frame",
    "object",
)
_FINER = ("script-src-elem", "script-src-attr", "style-src-elem", "style-src-attr")
_OTHERS = ("form-action", "base-uri", "frame-ancestors", "require-trusted-types-for", "trusted-types")
DIRECTIVES = frozenset((*(f"{name}-src" for name in _SOURCES), *_FINER, *_OTHERS))
_EXTENSION = ("chrome-extension", "moz-extension", "safari-extension", "safari-web-extension")


def take_reports(body: bytes, now: dt.datetime) -> int:
    """Count the reports of one call; return how many were written down. Never raises for what was sent."""
    if len(body) > MOST_BYTES:
        return 0
    try:
        told = json.loads(body)
    except ValueError:
        return 0
    reports = [_facts(one) for one in (told if isinstance(told, list) else [told])[:MOST_AT_ONCE]]
    taken = [facts for facts in reports if facts and _has_room(now)]
    for directive, page in taken:
        _count(local_date(now), directive, page)
    return len(taken)


def reports_since(day: dt.date) -> int:
    """Return how many reports came since a day."""
    return PolicyReport.objects.filter(counted_on__gte=day).aggregate(total=Sum("count"))["total"] or 0


def forget_reports(now: dt.datetime) -> int:
    """Delete counts of days long past; return how many."""
    return PolicyReport.objects.filter(counted_on__lt=local_date(now - KEPT)).delete()[0]


def _facts(report: Any) -> tuple[str, str] | None:
    """Return part of the policy and page of a report in either of its two forms."""
    if not isinstance(report, dict):
        return None
    body = report.get("csp-report") or (report.get("body") if report.get("type") == "csp-violation" else None)
    if not isinstance(body, dict):
        return None
    if str(body.get("sourceFile", body.get("source-file", ""))).startswith(_EXTENSION):
        return None  # somebody's own add-on, not our page
    told = body.get("effectiveDirective") or body.get("effective-directive") or body.get("violated-directive")
    directive = str(told or "").split(" ")[0]
    where = str(body.get("documentURL") or body.get("document-uri") or "")
    return directive if directive in DIRECTIVES else "other", _page(where)


def _page(address: str) -> str:
    try:
        return resolve(urlsplit(address).path).view_name[:80]
    except (Resolver404, ValueError):
        return "unknown"


def _has_room(now: dt.datetime) -> bool:
    minute = f"policy-reports.{now:%H%M}"
    seen = int(caches["process"].get(minute) or 0)
    caches["process"].set(minute, seen + 1, 120)
    return seen < MOST_PER_MINUTE


@transaction.atomic
def _count(day: dt.date, directive: str, page: str) -> None:
    row, _ = PolicyReport.objects.get_or_create(counted_on=day, directive=directive, page=page)
    PolicyReport.objects.filter(pk=row.pk).update(count=F("count") + 1)
