"""The officer's addresses of appeals. A case outside one's work is not confirmed to exist: 404.

Steps are called without their fields: whoever may see the case is asked for them (422); who may
make a step at all is proved in ``zhijia/appeals/tests/test_permissions.py``.
"""

from typing import Any

from tests.permissions.world import Route, World, only
from zhijia.appeals.models import Appeal
from zhijia.appeals.services import Submission, submit_appeal
from zhijia.core import clock

OFFICERS = ("dispatcher", "steward", "elsewhere")
INTAKE = ("dispatcher", "elsewhere")
NOBODY = "00000000-0000-4000-8000-000000000000"


def case(world: World) -> dict[str, Any]:
    """Return a case of the county, handed in by the worker."""
    if "case" not in world.__dict__:
        told = Submission(text="三个月没有发工资", place=world.tree.county.place)
        answer, _fresh = submit_appeal(
            submission=told, key="table-of-permissions", by=world.people["worker"], now=clock.now()
        )
        found = Appeal.objects.get(public_id=answer["public_id"])
        found.handling_body = world.tree.county
        found.save(update_fields=["handling_body"])
        world.__dict__["case"] = found
    return {"public_id": world.__dict__["case"].public_id}


def on_case(status: int | str, method: str = "post") -> Route:
    """An address of the case: the county's dispatcher meets ``status``, other officers nothing."""
    expected: dict[str, int | str] = {
        "stranger": "sign in",
        "worker": 403,
        "dispatcher": status,
        "steward": 404,
        "elsewhere": 404,
    }
    return Route(expected, method=method, arguments=case)


WORDS_MISSING = (
    "reply",
    "answer_on_the_spot",
    "assign",
    "decide_extension",
    "decide_review",
    "ask",
    "talk",
    "note",
    "sort",
    "route",
    "object",
    "refer",
    "refuse",
    "ask_extension",
    "hand_over",
    "suspend",
    "supervise",
    "link",
    "publish",
    "ask_name",
    "open_complainant",
    "look",
    "renew_receipt",
)

ROUTES = {
    "appeals:queue": only(*OFFICERS),
    "appeals:figures": only(*OFFICERS),
    "appeals:export": only(*OFFICERS),
    "appeals:assign_many": only(*OFFICERS, status="elsewhere", method="post"),
    "appeals:take_next": only(*OFFICERS, status="elsewhere", method="post"),
    "appeals:enter": only(*INTAKE),
    "appeals:entry_hints": only(*INTAKE),
    "appeals:saved_replies": only(*INTAKE),
    "appeals:saved_reply": only(*OFFICERS, status=404, arguments=lambda world: {"reply_id": 999}),
    "appeals:delete_reply": only(
        *OFFICERS, status=404, method="post", arguments=lambda world: {"reply_id": 999}
    ),
    "appeals:promises": only("steward"),
    "appeals:flags": only(*OFFICERS),
    "appeals:acknowledge_flag": only(
        *OFFICERS, status=404, method="post", arguments=lambda world: {"flag_id": 999}
    ),
    "appeals:work": on_case(200, "get"),
    "appeals:beside": on_case(200, "get"),
    "appeals:next_mine": on_case("elsewhere", "get"),
    # The slip belongs to the session that entered the case.
    "appeals:entered": only(*OFFICERS, status=404, arguments=case),
    "appeals:work_file": only(
        *OFFICERS, status=404, arguments=lambda world: {**case(world), "file_id": NOBODY}
    ),
    "appeals:unlink": on_case("elsewhere"),
    "appeals:withdraw_answer": on_case("elsewhere"),
    **{f"appeals:{step}": on_case(422) for step in WORDS_MISSING},
    "appeals:sign_for": on_case(403),
    "appeals:resume": on_case(403),
    "appeals:lift": on_case(409),
    # Last: it moves the case.
    "appeals:accept": on_case("elsewhere"),
}
