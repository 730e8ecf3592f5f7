"""Addresses of recoveries: a counter for officers without ties, and one's own page."""

from tests.permissions.world import only, signed_in

COUNTER = ("dispatcher", "steward", "elsewhere")

ROUTES = {
    "recovery:mine": signed_in(),
    "recovery:open": only(*COUNTER),
    "recovery:confirm": only(*COUNTER),
}
