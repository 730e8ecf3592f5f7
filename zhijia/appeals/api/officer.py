"""What an officer does by program. Every step of the workflow table has its operation."""

from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status

from zhijia.accounts.auth import fresh_proof, requires
from zhijia.accounts.http import person_of
from zhijia.appeals import services
from zhijia.appeals.api import schemas as shapes
from zhijia.appeals.api.access import find, key_of
from zhijia.appeals.api.worker import Key
from zhijia.appeals.enums import State, Urgency
from zhijia.appeals.models import Appeal
from zhijia.appeals.permissions import NARRATIVE
from zhijia.appeals.services import Submission
from zhijia.appeals.workflow import APPROVING
from zhijia.core import clock
from zhijia.core.clock import local_date
from zhijia.core.errors import NotFound
from zhijia.core.paging import paginate

router = Router()
OFFICER = requires("appeals:work")

STEPS: tuple[tuple[str, type[Schema], Callable[..., Any], str], ...] = (
    ("acceptance", shapes.Empty, services.accept_appeal, "Accept"),
    ("refusal", shapes.RefusalIn, services.refuse_appeal, "Refuse on a lawful ground"),
    ("referral", shapes.NoticeIn, services.refer_appeal, "Pass on to an authority outside the unions"),
    ("routing", shapes.RouteIn, services.route_appeal, "Send to another union body"),
    ("routing-objection", shapes.ReasonIn, services.object_to_routing, "Send back as wrongly routed"),
    ("spot-reply", shapes.SpotReplyIn, services.answer_on_the_spot, "Answer on the spot"),
    ("assignment", shapes.AssignIn, services.assign_appeal, "Assign to a handler"),
    ("hand-over", shapes.HandOverIn, services.hand_over_appeal, "Hand over to another handler"),
    ("signature", shapes.Empty, services.sign_for_appeal, "Sign for it"),
    ("question", shapes.QuestionIn, services.ask_worker, "Ask the worker; the clock stands"),
    ("resumption", shapes.Empty, services.resume_handling, "Go on without an answer"),
    ("suspension", shapes.SuspendIn, services.suspend_appeal, "Suspend"),
    ("suspension-end", shapes.Empty, services.lift_suspension, "Go on after a suspension"),
    ("extension", shapes.ExtensionIn, services.ask_extension, "Ask for more time"),
    ("extension-decision", shapes.DecisionIn, services.decide_extension, "Decide on more time"),
    ("reply", shapes.ReplyIn, services.reply_to_appeal, "Give the answer of this round"),
    ("review-decision", shapes.ReviewDecisionIn, services.decide_review, "Decide a review"),
    ("final-review-decision", shapes.ReviewDecisionIn, services.decide_re_review, "Decide a final review"),
    ("supervision", shapes.DemandIn, services.supervise_appeal, "Urge the body that handles it"),
    ("messages", shapes.TextIn, services.write_message, "Write to the worker"),
    ("notes", shapes.TextIn, services.write_note, "Write a note that only officers see"),
    ("sorting", shapes.SortIn, services.sort_appeal, "Correct category, kind, urgency, employer"),
)


@router.get("", response=shapes.PageOut, auth=OFFICER, summary="The queue in my scope, by due date")
def queue(
    request: HttpRequest,
    state: Annotated[list[State], Query()] = [],  # noqa: B006
    urgency: Urgency | None = None,
    is_mine: bool | None = None,
    is_overdue: bool | None = None,
    number: Annotated[str, Query(max_length=11)] = "",
    cursor: str | None = None,
    size: Annotated[int, Query(ge=1, le=100)] = 50,
) -> Any:
    now, user = clock.now(), person_of(request)
    rows = Appeal.objects.visible_to(user, local_date(now)).not_own(user)
    rows = rows.filter(state__in=state) if state else rows.open()
    if urgency:
        rows = rows.filter(urgency=urgency)
    if number:
        rows = rows.filter(number=number)
    if is_mine is not None:
        rows = rows.filter(handler=user) if is_mine else rows.exclude(handler=user)
    if is_overdue is not None:
        rows = rows.filter(final_due_at__lt=now) if is_overdue else rows.filter(final_due_at__gte=now)
    page = paginate(
        rows.select_related("handling_body", "category", "employer"), cursor, size, ("final_due_at",)
    )
    return {"items": [shapes.line(a) for a in page.items], "next_cursor": page.next_cursor}


@router.post(
    "", response={201: shapes.ReceiptOut, 200: shapes.ReceiptOut}, auth=OFFICER, summary="Enter for a person"
)
def enter(request: HttpRequest, told: shapes.EntryIn, key: Key) -> Any:
    """For a person at the counter, on the phone or by letter; marked with the channel and the officer."""
    submission = Submission(**told.dict() | {"circumstances": tuple(told.circumstances)})
    answer, fresh = services.enter_appeal(submission=submission, key=key, by=request.user, now=clock.now())
    return Status(201 if fresh else 200, answer)


@router.post("/assignments", response=shapes.BulkOut, auth=OFFICER, summary="Assign several at once")
def assign_many(request: HttpRequest, told: shapes.BulkAssignIn) -> Any:
    """Each is done or named with its reason; one that fails does not undo the others."""
    now = clock.now()
    rows = Appeal.objects.visible_to(request.user, local_date(now)).filter(public_id__in=told.public_ids)
    ids = dict(rows.values_list("pk", "public_id"))
    done, failed = services.assign_many(appeal_ids=ids, handler_id=told.handler_id, by=request.user, now=now)
    unseen = [(public_id, NotFound()) for public_id in told.public_ids if public_id not in ids.values()]
    reasons = [(ids[pk], error) for pk, error in failed] + unseen
    return {
        "done": [a.public_id for a in done],
        "failed": [
            {"public_id": i, "code": e.code, "title": e.message, "next_step": e.advice} for i, e in reasons
        ],
    }


@router.get("/{uuid:public_id}", response=shapes.AppealOut, auth=OFFICER, summary="One appeal, whole")
def one(request: HttpRequest, public_id: UUID) -> Any:
    """Opening it is recorded, and the worker reads it. Who only watches over it gets the frame."""
    now = clock.now()
    appeal = find(request, public_id, now)
    appeal.opened_with = key_of(request, appeal, now)
    return shapes.whole(appeal, request.user, now)


@router.post(
    "/{uuid:public_id}/opening", response=shapes.AppealOut, auth=OFFICER, summary="Open the text, and say why"
)
def look(request: HttpRequest, public_id: UUID, told: shapes.ReasonIn) -> Any:
    """For who watches over the matter or reviews it; the worker reads the reason."""
    now = clock.now()
    appeal = find(request, public_id, now)
    opened = services.read_matter(appeal=appeal, by=request.user, now=now, reason=told.reason)
    appeal.opened_with = opened[NARRATIVE].private if opened else b""
    return shapes.whole(appeal, request.user, now)


def _operation(shape: type[Schema], service: Callable[..., Any]) -> Callable[..., Any]:
    def run(request: HttpRequest, public_id: UUID, told: Any) -> Any:
        if service.__name__ in APPROVING:
            fresh_proof(request)
        now = clock.now()
        appeal = find(request, public_id, now)
        service(appeal_id=appeal.pk, by=request.user, now=now, **told.dict())
        # It may have left the caller's scope; what he named as its employer may tie him.
        rows = Appeal.objects.free_of_conflict(request.user, local_date(now)).filter(pk=appeal.pk)
        found = rows.select_related("handling_body", "category", "employer").first()
        if found is None:
            raise NotFound
        return shapes.whole(found, request.user, now)

    def run_empty(request: HttpRequest, public_id: UUID) -> Any:
        return run(request, public_id, shapes.Empty())

    run.__annotations__["told"] = shape
    return run_empty if shape is shapes.Empty else run


for _path, _shape, _service, _summary in STEPS:
    router.add_api_operation(
        f"/{{uuid:public_id}}/{_path}",
        ["POST"],
        _operation(_shape, _service),
        auth=OFFICER,
        response=shapes.AppealOut,
        summary=_summary,
        operation_id=f"appeals_work_{_path.replace('-', '_')}",
    )
