"""Matters handed over by another hotline (12345, 12333, labour inspection)."""

from typing import Any

from django.http import HttpRequest
from ninja import Router, Status

from zhijia.accounts.auth import requires
from zhijia.appeals import services
from zhijia.appeals.api import schemas as shapes
from zhijia.appeals.enums import Channel
from zhijia.appeals.services import Submission
from zhijia.core import clock
from zhijia.core.idempotency import body_hash

router = Router()


@router.post(
    "", response={201: shapes.ReceiptOut, 200: shapes.ReceiptOut}, auth=requires("transfer:write"),
    summary="Hand over a matter",
)  # fmt: skip
def transfer(request: HttpRequest, told: shapes.TransferIn) -> Any:
    """Repeatable: the same ``source`` and ``source_reference`` with the same body give the same receipt."""
    fields = told.dict() | {"circumstances": tuple(told.circumstances), "channel": Channel.TRANSFER}
    key = body_hash([told.source, told.source_reference])
    answer, fresh = services.submit_appeal(
        submission=Submission(**fields), key=key, by=request.user, now=clock.now()
    )
    return Status(201 if fresh else 200, answer)
