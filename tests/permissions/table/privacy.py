"""Addresses of privacy. Officers decide; who has no such post is refused."""

from tests.permissions.world import everybody, signed_in

NOBODYS = {"arguments": lambda world: {"public_id": "00000000-0000-4000-8000-000000000000"}}

KEPT = {"arguments": lambda world: {"hold_id": 999}}

ROUTES = {
    "privacy:notice": everybody(200),
    "privacy:periods": everybody(200),
    "privacy:mine": signed_in(),
    "privacy:copy": signed_in(200, arguments=lambda world: {"form": "html"}),
    "privacy:choices": signed_in(),
    "privacy:choose": signed_in("elsewhere", method="post", arguments=lambda world: {"key": "notice_email"}),
    "privacy:requests": signed_in(),
    "privacy:ask": signed_in(),
    # Nobody takes back another person's request; it is not even confirmed to exist.
    "privacy:withdraw": signed_in(404, method="post", **NOBODYS),
    # Dispatchers and stewards decide nothing here; chairs, supervisors and custodians do.
    "privacy:queue": signed_in(403),
    "privacy:decide": signed_in(403, **NOBODYS),
    "privacy:hold": signed_in(403, **NOBODYS),
    "privacy:share": signed_in(403, **NOBODYS),
    "privacy:confirm_hold": signed_in(403, method="post", **KEPT),
    "privacy:end_hold": signed_in(403, method="post", **KEPT),
}
