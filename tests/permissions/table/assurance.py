"""Addresses of promises and proofs: the promises for everybody, the figures for those who run the house."""

from tests.permissions.world import everybody, only

ROUTES = {
    "assurance:promises": everybody(200),
    "assurance:board": only(),
}
