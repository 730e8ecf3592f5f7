"""Addresses of appeals. A case that a person may not see is not confirmed to exist: 404."""

from tests.permissions.world import ACTORS, Route, everybody, signed_in

CASE = {"arguments": lambda world: {"public_id": "00000000-0000-4000-8000-000000000000"}}
# A stranger without a receipt is refused, whoever has signed in finds nothing.
STEP = Route({**dict.fromkeys(ACTORS, 404), "stranger": 403}, method="post", **CASE)

ROUTES = {
    "appeals:new": everybody(200),
    "appeals:suggest": everybody(200, method="post"),
    "appeals:employers": everybody(200, method="post"),
    "appeals:sent": everybody("elsewhere"),
    "appeals:mine": signed_in(),
    "appeals:follow": everybody(200),
    "appeals:followed": everybody("elsewhere"),
    "appeals:answers": everybody(200),
    "appeals:answer_page": everybody(404, arguments=lambda world: {"pk": 999}),
    "appeals:detail": signed_in(404, **CASE),
    "appeals:file": everybody(404, arguments=lambda world: {
        "public_id": "00000000-0000-4000-8000-000000000000",
        "file_id": "00000000-0000-4000-8000-000000000000",
    }),
    **{f"appeals:{step}": STEP for step in (
        "write", "answer", "rate", "reopen", "review", "withdraw", "consent",
    )},
}  # fmt: skip
