"""Members of an invented province: who they are, since when, and what went before."""

import datetime as dt
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import cast

from stdnum.cn import ric

from zhijia.core.clock import local_date
from zhijia.core.sealing import indexer
from zhijia.membership.crowd.planning import Unit
from zhijia.membership.enums import Channel, Ending, State
from zhijia.membership.models import Membership, MembershipStep
from zhijia.membership.roster.bodies import Bodies
from zhijia.membership.roster.rows import Ready
from zhijia.membership.roster.tables import Maker, Order, reserve
from zhijia.membership.roster.writing import batch_maker

TENANT = 13
BATCH = 5_000
FAMILIES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰建国志文斌婷雪梅辉鹏宇"
SCHOOLS = ("70", "70", "60", "60", "40", "30", "30", "20")
REGION = "99"
"""No province has this code, so no number of this crowd can belong to anybody."""
MOVED, RETAINED = 0.12, 0.025
"""Shares of members who were in another union before, and of those whose membership is retained."""


@dataclass
class Units:
    """Tenant and employer of each body: what ``Maker`` reads of ``roster.bodies.Bodies``."""

    tenants: dict[int, int] = field(default_factory=dict)
    employers: dict[int, int | None] = field(default_factory=dict)


def write_people(
    units: list[Unit], draw: random.Random, *, moment: dt.datetime
) -> Iterator[tuple[int, float]]:
    """Write all members, a batch at a time; yield how many there are so far, and how many a second."""
    of_bodies = Units({unit.pk: TENANT for unit in units}, {unit.pk: unit.employer_pk for unit in units})
    order, today = Order(roster=0, bodies=cast(Bodies, of_bodies), now=moment), local_date(moment)
    make = batch_maker()
    sealing, begun, done = Maker(order), time.monotonic(), 0
    places = [unit.pk for unit in units if unit.members]
    coming = _rows(units, draw, today)
    while rows := list(islice(coming, BATCH)):
        ids = reserve(len(rows))
        make(sealing, rows, ids).store()
        _write_history(rows, ids, places, draw, moment)
        done += len(rows)
        yield done, done / max(time.monotonic() - begun, 0.001)


def _rows(units: list[Unit], draw: random.Random, today: dt.date) -> Iterator[Ready]:
    number, identity = 0, indexer("roll-identity")
    for unit in units:
        for _place in range(unit.members):
            number += 1
            yield _person(number, unit, draw, today, identity)


def _person(
    number: int, unit: Unit, draw: random.Random, today: dt.date, identity: Callable[[str], str]
) -> Ready:
    """Draw a member of a union; in workshops more are migrants, on the road fewer are women."""
    is_woman = draw.random() < (0.12 if unit.trade else 0.58 if unit.industry in "CHS" else 0.35)
    age = round(draw.triangular(19, 59, 31 if unit.trade else 40))
    born = dt.date(today.year - age, draw.randint(1, 12), draw.randint(1, 28))
    head = f"{REGION}{number // 500 % 10_000:04d}{born:%Y%m%d}{number % 500 * 2 + (not is_woman):03d}"
    number_of_id = head + ric.calc_check_digit(head + "0")
    is_known = number % 20 != 0
    return Ready(
        row=str(number), body=str(unit.pk), standing="plausible" if is_known else "missing",
        id_index=identity(number_of_id) if is_known else "",
        name=draw.choice(FAMILIES) + "".join(draw.sample(GIVEN, draw.choice((1, 2, 2)))),
        id_kind="resident" if is_known else "", id_number=number_of_id if is_known else "",
        phone=f"+86199{number:08d}" if draw.random() < 0.9 else "", born_on=born.isoformat(),
        sex="2" if is_woman else "1", birth_year=str(born.year), education=draw.choice(SCHOOLS),
        is_migrant="1" if draw.random() < (0.55 if unit.trade else 0.38) else "",
        work_status="flexible" if unit.trade else "at_work",
        engagement="platform" if unit.trade else "contract", trade=unit.trade,
        joined_on=_joined(born, draw, today).isoformat(), card_number=f"{TENANT}{number:09d}",
    )  # fmt: skip


def _joined(born: dt.date, draw: random.Random, today: dt.date) -> dt.date:
    """Draw a day of joining: grown up, and sooner rather than long ago."""
    grown = dt.date(born.year + 18, born.month, born.day)
    years = (today - grown).days
    return today - dt.timedelta(days=round(draw.triangular(1, max(years, 2), 1)))


# History ------------------------------------------------------------------------------------------


def _write_history(
    rows: Sequence[Ready], workers: list[int], bodies: list[int], draw: random.Random, moment: dt.datetime
) -> None:
    """Give some an earlier membership that ended by a transfer, and let some be retained."""
    drawn = [worker for worker in workers if draw.random() < MOVED + RETAINED]
    earlier, steps, retained = [], [], []
    for row in Membership.objects.filter(worker__in=drawn).order_by("worker"):
        pk = row.pk
        if draw.random() < RETAINED / (MOVED + RETAINED):
            retained.append(pk)
            day = min(row.joined_on + dt.timedelta(days=draw.randint(30, 900)), local_date(moment))
            steps.append(_step(pk, "retain", State.ACTIVE, State.RETAINED, max(day, row.joined_on), moment))
        else:
            last = row.joined_on - dt.timedelta(days=1)
            earlier.append(Membership(
                tenant=TENANT, worker_id=row.worker_id, body_id=draw.choice(bodies), kind="full",
                state=State.ENDED, joined_on=last - dt.timedelta(days=draw.randint(60, 2_000)), ended_on=last,
                ending=Ending.TRANSFERRED, channel=Channel.ROSTER, written_at=moment, changed_at=moment,
            ))  # fmt: skip
    Membership.objects.filter(pk__in=retained).update(state=State.RETAINED)
    for one in Membership.objects.bulk_create(earlier):
        steps.append(_step(one.pk, "enrol", "", State.ACTIVE, one.joined_on, moment))
        steps.append(
            _step(one.pk, "release", State.ACTIVE, State.ENDED, one.ended_on or one.joined_on, moment)
        )
    MembershipStep.objects.bulk_create(steps)


def _step(pk: int, step: str, before: str, after: str, on: dt.date, moment: dt.datetime) -> MembershipStep:
    return MembershipStep(
        tenant=TENANT, membership_id=pk, step=step, before=before, after=after, counts_on=on, reason="",
        written_at=moment,
    )  # fmt: skip
