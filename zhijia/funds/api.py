"""Money for programs: read statements, enter levy returns. The same services and posts as the pages."""

import datetime as dt
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Header, Query, Router, Schema, Status

from zhijia.accounts.auth import requires
from zhijia.core import clock
from zhijia.core.actors import actor_id
from zhijia.core.errors import BadInput, NotFound
from zhijia.core.idempotency import once
from zhijia.funds import selectors, services
from zhijia.funds.api_dues import router as dues
from zhijia.funds.enums import LevyKind
from zhijia.funds.money import LARGEST
from zhijia.unions.models import UnionBody

router = Router()
router.add_router("", dues)
READER, WRITER = requires("funds:read"), requires("funds:write")
Key = Annotated[
    str, Header(alias="Idempotency-Key", description="16 to 64 letters, digits, - or _, made by the client.")
]
Body = Annotated[int, Query(ge=1, le=2**62, description="Number of the union body.")]
Fen = Annotated[int, Field(ge=0, le=LARGEST)]


class BalanceOut(Schema):
    """One account over a period, in fen."""

    code: str
    name: str
    kind: str
    opening: int
    debit: int
    credit: int
    closing: int


class LineOut(Schema):
    """One posting as the account sees it, in fen."""

    posted_on: dt.date
    voucher: str
    text: str
    against: str
    debit: int
    credit: int
    balance: int


class StatementOut(Schema):
    """An account with its postings."""

    account: BalanceOut
    lines: list[LineOut]


class LevyReturnIn(Schema):
    """What an employer declares, in fen, by the parts of which total wages are made up."""

    body: Annotated[int, Field(ge=1, le=2**62)]
    employer: Annotated[int, Field(ge=1, le=2**62)]
    kind: LevyKind = LevyKind.LEVY
    from_on: dt.date
    until_on: dt.date
    time_wages: Fen = 0
    piece_wages: Fen = 0
    bonuses: Fen = 0
    allowances: Fen = 0
    overtime: Fen = 0
    special: Fen = 0


class LevyReturnOut(Schema):
    """The return with the levy that follows from it, in fen."""

    id: int
    total_wages: int
    amount: int
    due_on: dt.date
    rule: str


def _body(request: HttpRequest, body: int, permission: str = "funds.read_books") -> UnionBody:
    return selectors.body_of_books(body, request.user, clock.local_date(clock.now()), permission)


def _days(since: dt.date, until: dt.date) -> tuple[dt.date, dt.date]:
    if until < since:
        raise BadInput
    return since, until


def _balance(row: selectors.Balance) -> dict[str, Any]:
    account = {name: getattr(row.account, name) for name in ("code", "name", "kind")}
    return account | {name: getattr(row, name) for name in ("opening", "debit", "credit", "closing")}


@router.get("/balances", response=list[BalanceOut], auth=READER, summary="Trial balance of a body")
def balances(request: HttpRequest, body: Body, since: dt.date, until: dt.date) -> Any:
    rows = selectors.trial_balance(_body(request, body), *_days(since, until))
    return [_balance(row) for row in rows]


@router.get("/statement", response=StatementOut, auth=READER, summary="Statement of an account")
def statement(
    request: HttpRequest,
    body: Body,
    code: Annotated[str, Query(max_length=12)],
    since: dt.date,
    until: dt.date,
) -> Any:
    found = selectors.statement(_body(request, body), code, *_days(since, until))
    lines = [
        {"posted_on": line.voucher.posted_on, "voucher": line.voucher.reference, "text": line.voucher.text}
        | {name: getattr(line, name) for name in ("against", "debit", "credit", "balance")}
        for line in found.lines
    ]
    return {"account": _balance(found.balance), "lines": lines}


@router.post("/levy-returns", response={201: LevyReturnOut, 200: LevyReturnOut}, auth=WRITER,
             summary="Enter what an employer owes for a period")  # fmt: skip
def enter_levy_return(request: HttpRequest, told: LevyReturnIn, key: Key) -> Any:
    """A return with the same employer and first day takes the place of the one that stands."""
    now, body = clock.now(), _body(request, told.body, "funds.keep_books")
    employer = selectors.employers_below(body).filter(pk=told.employer).first()
    if employer is None:
        raise NotFound
    wages = {name: getattr(told, name) for name in services.Wages.__dataclass_fields__}
    declared = services.Declared(
        employer, told.from_on, told.until_on, services.Wages(**wages), told.kind.value
    )

    def effect() -> dict[str, Any]:
        made = services.record_levy_return(body=body, declared=declared, by=request.user, now=now)
        return {"id": made.pk, "total_wages": made.total_wages, "amount": made.amount,
                "due_on": made.due_on.isoformat(), "rule": made.rule}  # fmt: skip

    scope = f"funds.levy_return|{actor_id(request.user)}"
    answer, fresh = once(scope=scope, key=key, body=told.dict(), now=now, effect=effect)
    return Status(201 if fresh else 200, answer)
