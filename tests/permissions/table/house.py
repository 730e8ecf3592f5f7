"""Addresses of config, core, portal, regulations and notifications."""

from tests.permissions.world import everybody, only, signed_in

OFFICERS = ("dispatcher", "steward", "elsewhere")

ROUTES = {
    "healthz": everybody(200),
    "core:reading": everybody("elsewhere", method="post"),
    "core:menu": everybody(200),
    "core:drafts": everybody(200),
    "core:offline": everybody(200),
    "core:service_worker": everybody(200),
    "core:web_manifest": everybody(200),
    "core:browser_reports": everybody(204, method="post"),
    # The gallery and the outbox exist in development only.
    "core:gallery": everybody(404),
    "notifications:outbox": everybody(404),
    "portal:home": everybody(200),
    "portal:desk": only(*OFFICERS),
    "portal:search": everybody(200),
    "regulations:rules": everybody(200),
    "notifications:inbox": signed_in(),
    "notifications:read_all": signed_in("elsewhere", method="post"),
    # Nobody opens another person's message; it is not even confirmed to exist.
    "notifications:open": signed_in(
        404, method="post", arguments=lambda world: {"public_id": "00000000-0000-4000-8000-000000000000"}
    ),
}
