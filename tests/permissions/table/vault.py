"""Addresses of the vault: one's own key, and the custodian's page, which no other post opens."""

from tests.permissions.world import only, signed_in

NOBODY = "00000000-0000-4000-8000-000000000000"

ROUTES = {
    "vault:unlock": signed_in(),
    "vault:requests": only(),
    "vault:request": only(arguments=lambda world: {"public_id": NOBODY}),
}
