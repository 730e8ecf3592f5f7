"""Demo of membership: invented people on the rolls of a county, and some who want to join."""

import random
import uuid
from typing import Any

from stdnum.cn import ric

from zhijia.accounts.models import User
from zhijia.core.actors import SYSTEM
from zhijia.core.clock import local_date, now
from zhijia.membership.enums import Trade
from zhijia.membership.models import Application, Membership
from zhijia.membership.services import Joining, Person, apply, enrol, make_door
from zhijia.notifications.services import inside_only
from zhijia.unions.models import UnionBody

SEED = 20261130
MEMBERS = 60
FAMILY, GIVEN = (
    "王李张刘陈杨赵黄周吴",
    ("小满", "立夏", "秋生", "冬梅", "春燕", "建国", "玉兰", "志强", "晓东", "海霞"),
)
APPLICANTS = (("13900000003", Trade.COURIER, ""), ("13900000004", Trade.FOOD, "邢台快腿配送有限公司"))


def load(stdout: Any, size: str = "small") -> list[list[str]]:
    """Fill the rolls of counties and grassroots unions once; a second run changes nothing."""
    if not Membership.objects.exists():
        with inside_only():
            _members()
            _applicants()
    return []


def _members() -> None:
    draw = random.Random(SEED)  # noqa: S311  (invented people)
    moment = now()
    bodies = list(UnionBody.objects.active().filter(level__gte=3, tenant=13).order_by("id")[:12])
    for number in range(MEMBERS if bodies else 0):
        body = bodies[number % len(bodies)]
        born = f"{draw.randint(1966, 1999)}{draw.randint(1, 12):02d}{draw.randint(1, 28):02d}"
        head = f"130502{born}{number:03d}"
        person = Person(
            name=draw.choice(FAMILY) + draw.choice(GIVEN), id_number=head + ric.calc_check_digit(head + "0"),
            id_kind="resident", phone=f"1370000{number:04d}", place=body.place,
            is_migrant=draw.random() < 0.3, trade=draw.choice(["", "", "", *Trade.values[1:5]]),
        )  # fmt: skip
        on = local_date(moment).replace(year=local_date(moment).year - draw.randint(1, 9), day=1)
        enrol(
            person=person, body=body, on=on, by=SYSTEM, now=moment, employer=body.employer, channel="roster"
        )


def _applicants() -> None:
    moment = now()
    for phone, trade, employer in APPLICANTS:
        user = _user(phone)
        if user is not None and not Application.objects.filter(account=user).exists():
            told = Joining(Person(name=user.name, trade=trade), "130502", employer_name=employer)
            apply(joining=told, key=uuid.UUID(int=int(phone)).hex, by=user, now=moment)
    county = UnionBody.objects.active().filter(place="130502", level=3).order_by("id").first()
    if county is not None:
        make_door(body=county, channel="qr", note="火车站快递柜旁", by=SYSTEM, now=moment)


def _user(phone: str) -> User | None:
    try:
        return User.objects.get_by_phone(phone)
    except User.DoesNotExist:
        return None
