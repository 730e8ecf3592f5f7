"""The steps of the tables, one operation each."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema

from zhijia.accounts.auth import fresh_proof, requires
from zhijia.core import clock
from zhijia.core.clock import local_date
from zhijia.organising import selectors, services
from zhijia.organising.api.answers import ProcessOut, whole
from zhijia.organising.api.shapes import (
    AssemblyIn,
    CertificateIn,
    DecisionIn,
    ReasonIn,
    RecallVoteIn,
)
from zhijia.organising.workflow import OF_THE_APPLICANTS

router = Router()
USER = requires("organising:work")


PLAIN = (
    "apply_founding", "begin_recruiting", "prepare_election", "ask_candidates", "finish_election",
    "report_result", "mend_founding", "mend_candidates", "mend_result", "apply_registration",
    "mend_registration", "apply_closing", "mend_closing", "apply_recall", "mend_recall",
)  # fmt: skip
WITH_REASON = (
    "approve_preparation", "refuse_preparation", "approve_candidates", "refuse_candidates",
    "approve_result", "refuse_result", "approve_closing", "refuse_closing", "ask_review", "withdraw",
    "refuse_registration", "approve_recall", "refuse_recall",
)  # fmt: skip


def _operation(name: str, shape: type[Schema] | None) -> Callable[..., Any]:
    """Return the operation of one step of the tables."""

    def run(request: HttpRequest, public_id: UUID, told: Any) -> Any:
        if name not in OF_THE_APPLICANTS:
            fresh_proof(request)
        now = clock.now()
        process = selectors.process_of(public_id, request.user, local_date(now))
        getattr(services, name)(process_id=process.pk, **told.dict(), by=request.user, now=now)
        return whole(public_id, request, now)

    def run_empty(request: HttpRequest, public_id: UUID) -> Any:
        return run(request, public_id, Schema())

    run.__annotations__["told"] = shape
    return run if shape else run_empty


SHAPES: dict[str, type[Schema] | None] = {
    **dict.fromkeys(PLAIN), **dict.fromkeys(WITH_REASON, ReasonIn), "decide_review": DecisionIn,
    "approve_registration": CertificateIn,
    "record_assembly": AssemblyIn, "record_recall": RecallVoteIn,
}  # fmt: skip
for _name, _shape in SHAPES.items():
    router.add_api_operation(
        f"/{{uuid:public_id}}/{_name.replace('_', '-')}", ["POST"], _operation(_name, _shape),
        response=ProcessOut, auth=USER, operation_id=f"organising_{_name}",
        summary=_name.replace("_", " ").capitalize(),
    )  # fmt: skip
