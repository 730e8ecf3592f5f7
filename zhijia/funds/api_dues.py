"""Dues by program: who counts for a month, and charging it from the roll. The same service as the page."""

import datetime as dt
from typing import Annotated, Any

from django.http import HttpRequest  # noqa: TID251  (the interface, in a file of its own)
from ninja import Field, Header, Query, Router, Schema, Status

from zhijia.accounts.auth import requires
from zhijia.core import clock
from zhijia.core.actors import actor_id
from zhijia.core.idempotency import once
from zhijia.funds import selectors, services
from zhijia.funds.money import LARGEST
from zhijia.unions.models import UnionBody

router = Router()
READER, WRITER = requires("funds:read"), requires("funds:write")
LINES = 500
"""Members in one answer."""
Key = Annotated[
    str, Header(alias="Idempotency-Key", description="16 to 64 letters, digits, - or _, made by the client.")
]
BodyId = Annotated[int, Field(ge=1, le=2**62, description="Number of the union body.")]
MONTH = r"^[12]\d{3}-(0[1-9]|1[0-2])$"
Reference = Annotated[str, Field(max_length=36)]


class PayerOut(Schema):
    """A membership that counts for a month; who it is stands on the roll."""

    reference: str
    wage: int = Field(description="The last one known, in fen; 0 where nobody has told it.")
    needs_wage: bool
    is_charged: bool
    is_free: bool


class PayersOut(Schema):
    """Who counts for a month, first whose wage is missing."""

    month: str
    people: int
    without_wage: int
    charged: int
    free: int
    lines: list[PayerOut]
    next_after: int | None = Field(description="Give it as `after` for the next lines; null at the end.")


class ChargeIn(Schema):
    """Which month of which body, and the basic wages that are told anew."""

    body: BodyId
    month: str = Field(pattern=MONTH, description="For example 2026-03.")
    wages: dict[Reference, Annotated[int, Field(gt=0, le=LARGEST)]] = Field(
        default_factory=dict, max_length=5_000, description="In fen, by reference; else the last one known."
    )


class ChargedOut(Schema):
    """What a run came to. Repeating it charges nobody twice."""

    made: int
    known: int = Field(description="Charged before; nothing changed.")
    free: int
    without_rule: int
    without_wage: int = Field(description="Left out until somebody tells their wage.")
    unknown: list[str] = Field(description="References with a wage that do not count in this month.")


def _body(request: HttpRequest, body_id: int) -> UnionBody:
    return selectors.body_of_books(body_id, request.user, _today(), "funds.keep_books")


def _today() -> dt.date:
    return clock.local_date(clock.now())


@router.get("/dues-payers", response=PayersOut, auth=READER, summary="Who pays dues for a month")
def payers(
    request: HttpRequest,
    body: Annotated[int, Query(ge=1, le=2**62, description="Number of the union body.")],
    month: Annotated[str, Query(pattern=MONTH)],
    after: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
) -> Any:
    """List memberships by reference, up to 500 at a time, for whoever keeps the books of the body."""
    found = selectors.payer_lines(
        _body(request, body), request.user, dt.date.fromisoformat(f"{month}-01"), _today()
    )
    end = after + LINES
    return {
        "month": month, "people": len(found), "without_wage": sum(line.needs_wage for line in found),
        "charged": sum(line.is_charged for line in found), "free": sum(line.payer.is_free for line in found),
        "lines": [_line(line) for line in found[after:end]],
        "next_after": end if end < len(found) else None,
    }  # fmt: skip


def _line(line: selectors.PayerLine) -> dict[str, Any]:
    return {
        "reference": line.payer.reference, "wage": line.wage, "needs_wage": line.needs_wage,
        "is_charged": line.is_charged, "is_free": line.payer.is_free,
    }  # fmt: skip


@router.post("/dues-charges", response={201: ChargedOut, 200: ChargedOut}, auth=WRITER,
             summary="Charge the dues of a month from the roll")  # fmt: skip
def charge(request: HttpRequest, told: ChargeIn, key: Key) -> Any:
    """Charge everybody on the roll whose wage is known; the rest can be charged later with another key."""
    now, body = clock.now(), _body(request, told.body)
    month_on = dt.date.fromisoformat(f"{told.month}-01")

    def effect() -> dict[str, Any]:
        done = services.charge_from_roll(
            body=body, month_on=month_on, wages=told.wages, by=request.user, now=now
        )
        charged = {name: getattr(done.charged, name) for name in ("made", "known", "free", "without_rule")}
        return charged | {"without_wage": done.without_wage, "unknown": list(done.unknown)}

    scope = f"funds.charge_dues|{actor_id(request.user)}"
    answer, fresh = once(scope=scope, key=key, body=told.dict(), now=now, effect=effect)
    return Status(201 if fresh else 200, answer)
