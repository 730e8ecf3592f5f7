"""Whom membership tells what. Texts stand in the manifest; outside, nothing says what it is about."""

import datetime as dt
from typing import Any

from zhijia.core.actors import Actor
from zhijia.core.clock import local_date
from zhijia.membership.enums import CorrectionState
from zhijia.membership.models import Application, Correction, Membership, Transfer
from zhijia.membership.workflow import APPLICATION, MEMBERSHIP
from zhijia.notifications.services import notify
from zhijia.unions.conflict import is_barred
from zhijia.unions.enums import KEEPERS_OF_THE_ROLL
from zhijia.unions.models import UnionBody
from zhijia.unions.selectors import holders

OWN = "/membership/"
OTHERS = {"remind": "membership.reminded"}
"""Kinds of messages that no step of the table names."""


def tell_member(step: str, membership: Membership, *, by: Actor, now: dt.datetime, **data: Any) -> None:
    """Tell the member of a step that somebody else made."""
    kind = OTHERS.get(step) or MEMBERSHIP.transition(step).message
    account = membership.worker.account
    if kind and account is not None and account != by:
        notify(kind=kind, to=account, now=now, url=OWN, tenant=membership.tenant, data=data, is_own=True)


def tell_applicant(step: str, application: Application, *, now: dt.datetime, **data: Any) -> None:
    """Tell the applicant what became of his application."""
    kind = APPLICATION.transition(step).message
    if kind and application.account is not None:
        notify(
            kind=kind, to=application.account, now=now, url=f"{OWN}applications/{application.public_id}/",
            tenant=application.tenant, data=data, is_own=True,
        )  # fmt: skip


def tell_body(kind: str, application: Application, *, now: dt.datetime) -> None:
    """Tell who keeps the roll of the body that an application waits there; nobody tied to the employer."""
    for officer in keepers(application.body, now):
        if application.is_discreet and is_barred(officer, application.employer_id, local_date(now)):
            continue
        notify(
            kind=kind, to=officer, now=now, tenant=application.tenant,
            url=f"{OWN}work/applications/{application.public_id}/",
        )  # fmt: skip


def tell_transfer(kind: str, transfer: Transfer, *, now: dt.datetime, **data: Any) -> None:
    """Tell the member, and the union that has to act next."""
    if transfer.worker.account is not None:
        notify(
            kind=kind, to=transfer.worker.account, now=now, url=OWN, tenant=transfer.tenant, data=data,
            is_own=True,
        )  # fmt: skip
    if kind == "transfer.asked":
        for officer in keepers(transfer.from_body, now):
            notify(
                kind="transfer.to_answer", to=officer, now=now, url=f"{OWN}work/transfers/",
                tenant=transfer.tenant, data=data,
            )  # fmt: skip


def tell_correction(correction: Correction, *, now: dt.datetime) -> None:
    """Tell the worker what became of a correction."""
    kind = "correction.done" if correction.state == CorrectionState.DONE else "correction.refused"
    if correction.worker.account is not None:
        notify(
            kind=kind, to=correction.worker.account, now=now, url=f"{OWN}data/", tenant=correction.tenant,
            is_own=True,
        )  # fmt: skip


def keepers(body: UnionBody, now: dt.datetime) -> list[Any]:
    """Return who keeps the roll in exactly this body."""
    return holders(body, KEEPERS_OF_THE_ROLL, local_date(now))
