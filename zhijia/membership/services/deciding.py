"""Deciding applications: by who keeps the roll of the body, never about oneself."""

import datetime as dt
from typing import Any

from django.db import transaction

from zhijia.core.actors import Actor
from zhijia.core.clock import local_date
from zhijia.core.services import check_state, load_locked, require
from zhijia.membership import messages
from zhijia.membership.enums import IdStanding, Kind
from zhijia.membership.errors import ProofNeeded, WrongBody
from zhijia.membership.models import Application, Membership, Worker
from zhijia.membership.permissions import Ask
from zhijia.membership.services.application_steps import days, move
from zhijia.membership.services.base import body_named, check_reason
from zhijia.membership.services.enrolling import (
    Checked,
    Person,
    begin_membership,
    check_person,
    enter_person,
    find_worker,
)
from zhijia.membership.services.transfers import ask_transfer
from zhijia.membership.workflow import APPLICATION
from zhijia.regulations.calendar import deadline
from zhijia.regulations.selectors import period
from zhijia.unions.selectors import without_ties


def _begin(step: str, public_id: Any, by: Actor, now: dt.datetime) -> Application:
    """Lock an application that the officer may see, and check who decides, then its state."""
    on = local_date(now)
    rows = Application.objects.visible_to(by, on).select_related("body", "account", "employer")
    application = load_locked(rows, public_id=public_id)
    ask = Ask(on, application.body, application.account_id)
    require(by, APPLICATION.transition(step).permission, ask)
    check_state(APPLICATION, step, application.state)
    return application


@transaction.atomic
def ask_applicant(*, public_id: Any, question: str, by: Actor, now: dt.datetime) -> Application:
    """Ask for what is missing; the time to answer stands still until then."""
    application = _begin("ask_applicant", public_id, by, now)
    application = move("ask_applicant", application, by, now, question=check_reason(question))
    messages.tell_applicant("ask_applicant", application, now=now)
    return application


@transaction.atomic
def accept_application(*, public_id: Any, seen: bool = False, by: Actor, now: dt.datetime) -> Application:
    """Accept: a membership begins today, or a transfer from the union he belongs to.

    ``seen``: the officer saw the original identity card. Raises ``ProofNeeded`` where an entry with
    this number exists that nothing else ties to the applicant.
    """
    application = _begin("accept_application", public_id, by, now)
    worker = _worker_of(application, seen, now)
    running = Membership.objects.open().filter(worker=worker, kind=Kind.FULL).select_related("body").first()
    if running is not None and running.body_id != application.body_id:
        ask_transfer(membership=running, to_body=application.body, by=by, now=now)
        membership = None
    else:
        membership = running or begin_membership(
            worker=worker, body=application.body, on=local_date(now), by=by, now=now,
            channel=application.channel, employer=application.employer, is_discreet=application.is_discreet,
        )  # fmt: skip
    application = move(
        "accept_application", application, by, now, membership=membership, decided_at=now, decided_by=by
    )
    messages.tell_applicant("accept_application", application, now=now)
    return application


def _worker_of(application: Application, seen: bool, now: dt.datetime) -> Worker:
    """Return the entry of the applicant: his own, one that is shown to be his, or a new one."""
    own = Worker.objects.select_for_update().filter(account=application.account).first()
    if own is None or application.account is None:
        own = _entry_of(application, seen, now)
    if seen and own.id_standing == IdStanding.PLAUSIBLE:
        own.id_standing = IdStanding.SEEN
        own.save(update_fields=["id_standing"])
    return own


def _entry_of(application: Application, seen: bool, now: dt.datetime) -> Worker:
    """Return the entry with the applicant's identity number, or a new one.

    A number that belongs to another account is doubted: the applicant gets an entry all the same.
    """
    checked = _checked(application, now)
    known = find_worker(checked.id_number if checked.standing == IdStanding.PLAUSIBLE else "")
    if known is None or known.account_id:
        return enter_person(checked, tenant=application.tenant, now=now, account=application.account)
    if known.phone_index != application.phone_index and not seen:
        raise ProofNeeded
    known.account = application.account
    known.save(update_fields=["account"])
    return known


def _checked(application: Application, now: dt.datetime) -> Checked:
    told: dict[str, Any] = {k: v for k, v in application.details().items() if k != "answer"}
    # Not ``place``: an application tells where he works, the roll where he lives.
    told |= {name: getattr(application, name) for name in ("is_migrant", "sex", "trade", "engagement")}
    return check_person(Person.of(told), on=local_date(now))


@transaction.atomic
def refuse_application(*, public_id: Any, reason: str, by: Actor, now: dt.datetime) -> Application:
    """Refuse with a reason; the applicant may let the union above look again."""
    application = _begin("refuse_application", public_id, by, now)
    on = local_date(now)
    until = deadline(on, period("membership.review_request", application.body.place, on))
    application = move(
        "refuse_application", application, by, now, reason=check_reason(reason), decided_at=now,
        decided_by=by, review_until_on=until.on,
    )  # fmt: skip
    messages.tell_applicant("refuse_application", application, now=now, until=until.on.isoformat())
    return application


@transaction.atomic
def uphold_refusal(*, public_id: Any, reason: str, by: Actor, now: dt.datetime) -> Application:
    """Confirm a refusal on review, with a reason."""
    application = _begin("uphold_refusal", public_id, by, now)
    application = move(
        "uphold_refusal", application, by, now, reason=check_reason(reason), decided_at=now, decided_by=by
    )
    messages.tell_applicant("uphold_refusal", application, now=now)
    return application


@transaction.atomic
def route_application(*, public_id: Any, body_id: int, by: Actor, now: dt.datetime) -> Application:
    """Give an application to another union; one tied to the employer gets it only if the applicant chose so.

    Raises ``WrongBody``.
    """
    application = _begin("route_application", public_id, by, now)
    body = body_named(body_id)
    if application.is_discreet and not without_ties([body], application.employer_id):
        raise WrongBody
    application = move(
        "route_application", application, by, now, body=body, tenant=body.tenant,
        **days(body, local_date(now)),
    )  # fmt: skip
    messages.tell_applicant("route_application", application, now=now)
    messages.tell_body("application.waits", application, now=now)
    return application
