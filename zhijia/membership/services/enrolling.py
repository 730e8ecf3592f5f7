"""Entering a person on the roll, and beginning a membership."""

import datetime as dt
from dataclasses import dataclass, fields
from typing import Any
from uuid import uuid4

from django.db import IntegrityError, transaction
from django.db.models import Q
from stdnum.cn import ric

from zhijia.audit.services import record
from zhijia.core.actors import Actor
from zhijia.core.clock import local_date
from zhijia.core.identifiers import BadResidentId, clean_mobile, clean_resident_id
from zhijia.core.services import load_locked, require
from zhijia.core.text import tidy
from zhijia.membership.enums import Channel, Ending, IdKind, IdStanding, Kind, Sex, State
from zhijia.membership.errors import AlreadyInBody, AlreadyMember, BadDay, NameMissing, TooYoung
from zhijia.membership.models import Employment, Identity, Membership, Worker
from zhijia.membership.models.person import id_index
from zhijia.membership.permissions import Ask
from zhijia.membership.services.base import count_change, write_step
from zhijia.regulations.selectors import value
from zhijia.unions.models import Employer, UnionBody


@dataclass(frozen=True)
class Person:
    """What is told about a person; everything but the name may be left out."""

    name: str
    id_kind: str = IdKind.NONE
    id_number: str = ""
    phone: str = ""
    born_on: str = ""
    address: str = ""
    ethnicity: str = ""
    politics: str = ""
    sex: int = Sex.UNKNOWN
    place: str = ""
    education: str = ""
    is_migrant: bool = False
    work_status: str = ""
    engagement: str = ""
    trade: str = ""
    industry: str = ""

    @classmethod
    def of(cls, details: dict[str, Any]) -> "Person":
        """Return the person that a form or an application tells of; other keys are left out."""
        known = {field.name for field in fields(cls)}
        return cls(**{key: value for key, value in details.items() if key in known})


SEALED = ("name", "id_kind", "id_number", "phone", "born_on", "address", "ethnicity", "politics")
CODED = ("sex", "place", "education", "is_migrant", "work_status", "engagement", "trade", "industry")


@dataclass(frozen=True)
class Checked:
    """A person with clean numbers, what follows from them, and how far the identity number is trusted."""

    person: Person
    id_number: str
    phone: str
    born_on: dt.date | None
    sex: int
    standing: str


def check_person(person: Person, *, on: dt.date) -> Checked:
    """Clean what was told; raise ``NameMissing``, ``BadMobile``, ``TooYoung``.

    A resident ID that does not fit is kept as typed and doubted, never refused: it must not keep
    anybody from joining or from help.
    """
    if not tidy(person.name):
        raise NameMissing
    phone = clean_mobile(person.phone) if person.phone.strip() else ""
    number, standing = _number(person)
    born_on, sex = _from_number(number) if standing == IdStanding.PLAUSIBLE else (None, person.sex)
    if born_on is not None and _age(born_on, on) < value("membership.minimum_age", "", on).value:
        raise TooYoung
    return Checked(person, number, phone, born_on, sex or person.sex, standing)


def _number(person: Person) -> tuple[str, str]:
    typed = person.id_number.strip()
    if not typed:
        return "", IdStanding.MISSING
    if person.id_kind in (IdKind.PERMIT, IdKind.FOREIGN):
        return typed.upper(), IdStanding.PLAUSIBLE
    try:
        return clean_resident_id(typed), IdStanding.PLAUSIBLE
    except BadResidentId:
        return typed, IdStanding.DOUBTED


def _from_number(number: str) -> tuple[dt.date | None, int]:
    """Return the day of birth and the sex that a resident ID tells; nothing for other papers."""
    if len(number) != 18 or not number[:17].isdigit():
        return None, Sex.UNKNOWN
    return ric.get_birth_date(number), Sex.MALE if int(number[16]) % 2 else Sex.FEMALE


def _age(born_on: dt.date, on: dt.date) -> int:
    return on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day))


# The person -----------------------------------------------------------------------------------


def find_worker(number: str) -> Worker | None:
    """Return whose an identity number is, locked; None when nobody has it."""
    if not number:
        return None
    known = Identity.objects.filter(pk=id_index(number)).first()
    return load_locked(Worker.objects.all(), pk=known.worker_id) if known else None


def enter_person(checked: Checked, *, tenant: int, now: dt.datetime, account: Any = None) -> Worker:
    """Write a person whom no entry is known of. A number that another has meanwhile makes it doubted."""
    worker = Worker(tenant=tenant, person_key=uuid4(), account=account, created_at=now, changed_at=now)
    told = checked.person
    for name in CODED:
        setattr(worker, name, getattr(told, name))
    worker.sex = checked.sex
    details = {name: str(getattr(told, name)) for name in SEALED}
    details |= {"name": tidy(told.name), "id_number": checked.id_number, "phone": checked.phone}
    if checked.born_on:
        details["born_on"] = checked.born_on.isoformat()
        worker.birth_year = checked.born_on.year
    worker.seal_details(details)
    is_sure = checked.standing == IdStanding.PLAUSIBLE
    worker.set_numbers(id_number=checked.id_number if is_sure else "", phone=checked.phone)
    worker.id_standing = checked.standing
    worker.save(force_insert=True)
    if is_sure and not _claim(worker):
        worker.id_standing, worker.id_index = IdStanding.DOUBTED, None
        worker.save(update_fields=["id_standing", "id_index"])
    return worker


def _claim(worker: Worker) -> bool:
    """Note whose the number is; False when somebody else has it."""
    if worker.id_index is None:
        return False
    try:
        with transaction.atomic():
            Identity.objects.create(index=worker.id_index, tenant=worker.tenant, worker_id=worker.pk)
    except IntegrityError:
        return False
    return True


# The membership -------------------------------------------------------------------------------


@transaction.atomic
def enrol(
    *, person: Person, body: UnionBody, on: dt.date, by: Actor, now: dt.datetime,
    channel: str = Channel.COUNTER, kind: str = Kind.FULL, employer: Employer | None = None,
    is_discreet: bool = False, account: Any = None,
) -> Membership:  # fmt: skip
    """Enter a person as a member of a body from a day on; whoever was on a roll before keeps his entry.

    Raises ``NotAllowed``, ``BadDay``, ``AlreadyMember``, ``AlreadyInBody`` and what ``check_person`` raises.
    """
    require(by, "membership.keep_roll", Ask(local_date(now), body))
    if on > local_date(now):
        raise BadDay
    checked = check_person(person, on=on)
    worker = find_worker(checked.id_number if checked.standing == IdStanding.PLAUSIBLE else "")
    if worker is None:
        worker = enter_person(checked, tenant=body.tenant, now=now, account=account)
    elif account is not None and worker.account_id is None:
        worker.account = account
        worker.save(update_fields=["account"])
    return begin_membership(
        worker=worker, body=body, on=on, by=by, now=now, channel=channel, kind=kind, employer=employer,
        is_discreet=is_discreet,
    )  # fmt: skip


def begin_membership(
    *, worker: Worker, body: UnionBody, on: dt.date, by: Actor, now: dt.datetime, channel: str,
    kind: str = Kind.FULL, employer: Employer | None = None, is_discreet: bool = False,
    state: str = State.ACTIVE,
) -> Membership:  # fmt: skip
    """Begin a membership of a person on the roll, in the caller's transaction.

    Raises ``AlreadyInBody``, ``AlreadyMember``, ``BadDay`` for a day on which he still belonged elsewhere;
    a race that a constraint stops raises the same.
    """
    _refuse_second(worker, body, kind)
    _refuse_overlap(worker, body, kind, on)
    membership = Membership(
        tenant=body.tenant, worker=worker, body=body, kind=kind, state=state, joined_on=on, channel=channel,
        employer=employer, is_discreet=is_discreet, written_at=now, changed_at=now,
    )  # fmt: skip
    try:
        with transaction.atomic():
            membership.save(force_insert=True)
    except IntegrityError:
        raise AlreadyMember from None
    write_step("enrol", membership, before="", on=on, by=by, now=now, reason="")
    count_change(membership, worker, "", state, now)
    _note_employment(worker, membership, on, now)
    record("membership.begun", obj=membership, by=by, now=now, tenant=body.tenant, data={"channel": channel})
    return membership


def _refuse_second(worker: Worker, body: UnionBody, kind: str) -> None:
    running = Membership.objects.open().filter(worker=worker)
    if running.filter(body=body).exists():
        raise AlreadyInBody
    if kind == Kind.FULL and running.filter(kind=Kind.FULL).exists():
        raise AlreadyMember


def _refuse_overlap(worker: Worker, body: UnionBody, kind: str, on: dt.date) -> None:
    """Raise ``BadDay`` where it would begin before another ended: on no day had he two full ones."""
    past = Membership.objects.filter(worker=worker, ended_on__gt=on).exclude(ending=Ending.MISTAKE)
    same = Q(body=body) | Q(kind=Kind.FULL) if kind == Kind.FULL else Q(body=body)
    if past.filter(same).exists():
        raise BadDay


def _note_employment(worker: Worker, membership: Membership, on: dt.date, now: dt.datetime) -> None:
    """Write down where he works where the union does not say it already."""
    employer_id = membership.employer_id
    if employer_id is None or employer_id == membership.body.employer_id:
        return
    if not Employment.objects.filter(worker=worker, employer=employer_id, until_on=None).exists():
        Employment.objects.create(
            tenant=worker.tenant, worker=worker, employer_id=employer_id, trade=worker.trade, from_on=on,
            written_at=now,
        )  # fmt: skip
