"""Addresses of statistics: open figures for everybody, the rest for officers."""

from tests.permissions.world import everybody, only

OFFICERS = ("dispatcher", "steward", "elsewhere")

ROUTES = {
    "statistics:open": everybody(200),
    "statistics:index": only(*OFFICERS),
    "statistics:export": only(*OFFICERS),
    "statistics:indicator": only(*OFFICERS, status=404, arguments=lambda world: {"key": "no.such"}),
}
