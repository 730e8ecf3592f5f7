"""Addresses of the audit: the seals are for everybody; the door for servers asks for a signature."""

from tests.permissions.world import everybody

ROUTES = {
    "audit:heads": everybody(200),
    "audit:heads_json": everybody(200),
    "audit:witness": everybody(422, method="post"),
}
