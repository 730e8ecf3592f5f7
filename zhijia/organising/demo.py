"""Demo processes: a county whose bodies stand at different points. All people are invented."""

import datetime as dt
from typing import Any

from django.db import transaction

from zhijia.accounts.models import User
from zhijia.core.actors import SYSTEM
from zhijia.core.clock import local_date, now
from zhijia.notifications.services import inside_only
from zhijia.organising import services
from zhijia.organising.enums import Office, ProcessKind
from zhijia.organising.models import Process
from zhijia.regulations.periods import add_months
from zhijia.unions import services as unions
from zhijia.unions.enums import CommitteeKind, Position, Sex
from zhijia.unions.models import Employer, UnionBody
from zhijia.unions.services import Sitting

F, M = Sex.FEMALE, Sex.MALE
TERMS = (
    # name of the body, months since the term began, years, workers, members, women
    ("沙河明澈玻璃有限公司工会", 33, 3, 620, 560, 190),
    ("宁晋恒联电缆制造有限公司工会", 61, 5, 160, 140, 60),
    ("清河暖云羊绒纺织有限公司工会", 14, 3, 120, 96, 71),
    ("邢台市云顶山国有林场工会", 30, 5, 150, 150, 40),
)
PEOPLE = (
    ("齐向明", Position.CHAIR, M), ("孙晓岚", Position.VICE_CHAIR, F), ("郭守信", Position.MEMBER, M),
    ("贾春燕", Position.MEMBER, F), ("潘立新", Position.MEMBER, M), ("苗青禾", Position.MEMBER, F),
    ("樊志远", Position.MEMBER, M),
)  # fmt: skip


def load(stdout: Any, size: str = "small") -> list[list[str]]:
    """Load terms and processes; a second run changes nothing."""
    if not Process.objects.exists() and UnionBody.objects.filter(name=TERMS[0][0]).exists():
        with transaction.atomic(), inside_only():
            _load(now())
    return []


def _load(moment: dt.datetime) -> None:
    today = local_date(moment)
    for name, months, years, workers, members, women in TERMS:
        body = UnionBody.objects.filter(name=name).first()
        if body is not None:
            _term(body, add_months(today, -months), years, moment)
            unions.report_headcount(
                body_id=body.pk, reported_on=today, workers=workers, members=members, women=women,
                by=SYSTEM, now=moment,
            )  # fmt: skip
    _leave_a_chair_vacant(moment)
    _foundings(moment)
    _change_of_term(moment)


def _term(body: UnionBody, first: dt.date, years: int, moment: dt.datetime) -> None:
    told: dict[str, Any] = {"by": SYSTEM, "now": moment}
    term = unions.begin_term(body_id=body.pk, years=years, from_on=first, **told)
    people = [Sitting(name, position, sex=sex) for name, position, sex in PEOPLE]
    rest = {"term_id": term.pk, "from_on": first, **told}
    unions.form_committee(kind=CommitteeKind.FULL, places=7, people=people, **rest)
    women = [Sitting("孙晓岚", Position.CHAIR, sex=F), Sitting("贾春燕", sex=F), Sitting("苗青禾", sex=F)]
    unions.form_committee(kind=CommitteeKind.WOMEN, places=3, people=women, **rest)
    audit = [Sitting("安如山", Position.CHAIR, sex=M), Sitting("毕清源", sex=F), Sitting("卞思齐", sex=M)]
    unions.form_committee(kind=CommitteeKind.AUDIT, places=3, people=audit, **rest)


def _leave_a_chair_vacant(moment: dt.datetime) -> None:
    """The chair of the wool works left two months ago."""
    body = UnionBody.objects.filter(name=TERMS[2][0]).first()
    term = body.terms.filter(ended_on=None).first() if body else None
    committee = term.committees.get(kind=CommitteeKind.FULL) if term else None
    if committee is not None:
        seat = committee.seats.get(position=Position.CHAIR)
        left = add_months(local_date(moment), -2)
        unions.leave_seat(seat_id=seat.pk, on=left, by=SYSTEM, now=moment)


def _foundings(moment: dt.datetime) -> None:
    """Three employers without a union: a draft, an application that waits, one that wins members."""
    dispatcher = User.objects.get_by_phone("13800000002")
    for phone, employer, steps in (
        ("13900000001", "邢台疾风快递服务有限公司", ()),
        ("13900000002", "威县驰远汽车零部件有限公司", ("apply_founding",)),
        (
            "13900000003",
            "邢台平安护航保安服务有限公司",
            ("apply_founding", "approve_preparation", "begin_recruiting"),
        ),
    ):
        found = Employer.objects.filter(name=employer).first()
        worker = User.objects.get_by_phone(phone)
        if found is None:
            continue
        process = services.open_founding(
            employer=found,
            place=found.place,
            workers=120,
            members=64,
            women=21,
            years=3,
            by=worker,
            now=moment,
        )
        for step in steps:
            by = dispatcher if step.startswith("approve") else worker
            getattr(services, step)(process_id=process.pk, by=by, now=moment)


def _change_of_term(moment: dt.datetime) -> None:
    """The glass works' union has named its candidates; its term ends in three months."""
    body = UnionBody.objects.filter(name=TERMS[0][0]).first()
    if body is None:
        return
    process = services.open_term(body_id=body.pk, kind=ProcessKind.TERM, years=3, by=SYSTEM, now=moment)
    told: dict[str, Any] = {"by": User.objects.get_by_phone("13800000011"), "now": moment}
    full = services.add_vote(process_id=process.pk, office=Office.FULL, seats=7, **told)
    for name, _position, sex in PEOPLE:
        services.add_candidate(vote_id=full.pk, name=name, sex=sex, **told)
    services.add_candidate(vote_id=full.pk, name="尹若水", sex=F, **told)
    head = services.add_vote(process_id=process.pk, office=Office.CHAIR, seats=1, **told)
    services.add_candidate(vote_id=head.pk, name="孙晓岚", sex=F, **told)
