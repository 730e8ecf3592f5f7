"""Addresses of assistance: the rules and the self-test are open to all."""

from tests.permissions.world import everybody

ROUTES = {
    "assistance:rules": everybody(200),
    "assistance:self_test": everybody(200),
}
