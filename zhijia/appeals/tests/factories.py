"""A small generated world: a county federation, an enterprise with its own union, its people."""

import datetime as dt
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from zhijia.accounts.models import User
from zhijia.appeals import services
from zhijia.appeals.models import Appeal
from zhijia.core.actors import SYSTEM, ReceiptHolder
from zhijia.core.receipts import keys_of
from zhijia.unions import services as unions
from zhijia.unions.enums import BodyKind, Level, Role
from zhijia.unions.models import Employer, UnionBody
from zhijia.vault.keys import opening_of
from zhijia.vault.selectors import live_part

_serial = count(1)


def opened(row: Any, part: str = "narrative") -> Any:
    """Open the texts of a matter or a step with the key that the platform keeps in the officers' place."""
    appeal = row if isinstance(row, Appeal) else row.appeal
    sealed = live_part(appeal.owner, part, tenant=appeal.tenant)
    private = opening_of(sealed, SYSTEM, appeal.received_at)()
    appeal.opened_with = private
    appeal.show(row)
    return row


def make_user(name: str = "", **fields: Any) -> User:
    """Make an account with the next free mobile number and the password ``Zhijia-2026``."""
    phone = f"139{next(_serial):08d}"
    return User.objects.create_user(
        phone=phone, password="Zhijia-2026", name=name or f"用户{phone[-4:]}", **fields
    )


@dataclass
class World:
    """National → province 13 → city 1305 → county 130502 → the union of one employer."""

    now: dt.datetime
    bodies: dict[str, UnionBody] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)
    employer: Employer | None = None
    other_employer: Employer | None = None

    def body(self, key: str, name: str, level: Level, parent: str | None, **more: Any) -> UnionBody:
        above = self.bodies[parent] if parent else None
        more.setdefault("kind", BodyKind.FEDERATION)
        made = unions.found_body(name=name, level=level, parent=above, by=SYSTEM, now=self.now, **more)
        self.bodies[key] = made
        return made

    def officer(self, key: str, body: str, role: Role) -> User:
        user = make_user(name=f"{key}员")
        unions.grant_post(
            body=self.bodies[body], user=user, role=role, from_on=dt.date(2025, 1, 1), by=SYSTEM, now=self.now
        )
        user.refresh_from_db()
        user.__dict__.pop("_posts_by_day", None)
        self.people[key] = user
        return user

    def submit(self, *, by: Any = None, key: str = "", **told: Any) -> Appeal:
        """File an appeal against the employer, by the worker unless said otherwise."""
        told.setdefault("text", "老板拖欠我们三个月工资，一直推脱。")
        told.setdefault("employer_id", self.employer.pk if self.employer else None)
        told.setdefault("place", "130502")
        told.setdefault("category", "WAGE.ARREARS")
        answer, _fresh = services.submit_appeal(
            submission=services.Submission(**told),
            key=key or f"key-{next(_serial):024d}",
            by=by or self.people["worker"],
            now=self.now,
        )
        appeal = Appeal.objects.get(public_id=answer["public_id"])
        appeal.receipt = answer["receipt"]
        return appeal

    def in_hand(self, **told: Any) -> Appeal:
        """Return an appeal that the handler has signed for."""
        appeal = self.submit(**told)
        services.accept_appeal(appeal_id=appeal.pk, by=self.people["dispatcher"], now=self.now)
        services.assign_appeal(
            appeal_id=appeal.pk,
            handler_id=self.people["handler"].pk,
            by=self.people["dispatcher"],
            now=self.now,
        )
        services.sign_for_appeal(appeal_id=appeal.pk, by=self.people["handler"], now=self.now)
        appeal.refresh_from_db()
        return appeal

    def replied(self, **told: Any) -> Appeal:
        """Return an answered appeal."""
        appeal = self.in_hand(**told)
        services.reply_to_appeal(
            appeal_id=appeal.pk,
            text="已督促单位补发工资。",
            opinion="supported",
            by=self.people["handler"],
            now=self.now,
        )
        appeal.refresh_from_db()
        return appeal

    def holder(self, appeal: Appeal) -> ReceiptHolder:
        """Return who holds the receipt of ``appeal``."""
        return ReceiptHolder(
            matter=appeal.owner, key=keys_of(appeal.receipt).key if hasattr(appeal, "receipt") else b""
        )


def make_world(now: dt.datetime) -> World:
    """Return the world with one person for every part to play."""
    world = World(now)
    world.body("nation", "中华全国总工会", Level.NATION, None)
    world.body("province", "河北省总工会", Level.PROVINCE, "nation", place="130000", tenant=13)
    world.body("city", "邢台市总工会", Level.CITY, "province", place="130500")
    world.body("county", "襄都区总工会", Level.COUNTY, "city", place="130502")
    world.body("other_county", "信都区总工会", Level.COUNTY, "city", place="130503")
    world.employer = unions.add_employer(name="远山木业有限公司", place="130502", by=SYSTEM, now=now)
    world.other_employer = unions.add_employer(name="清河纺织厂", place="130503", by=SYSTEM, now=now)
    world.body(
        "own_union",
        "远山木业工会",
        Level.GRASSROOTS,
        "county",
        kind=BodyKind.GRASSROOTS,
        employer=world.employer,
    )
    world.people["worker"] = make_user(name="赵工")
    world.people["stranger"] = make_user(name="钱工")
    world.officer("dispatcher", "county", Role.DISPATCHER)
    world.officer("handler", "county", Role.HANDLER)
    world.officer("second_handler", "county", Role.HANDLER)
    world.officer("chair", "county", Role.CHAIR)
    world.officer("agent", "county", Role.HOTLINE_AGENT)
    world.officer("steward", "county", Role.STEWARD)
    world.officer("supervisor", "city", Role.SUPERVISOR)
    world.officer("city_dispatcher", "city", Role.DISPATCHER)
    world.officer("province_supervisor", "province", Role.SUPERVISOR)
    world.officer("other_dispatcher", "other_county", Role.DISPATCHER)
    world.officer("own_union_chair", "own_union", Role.CHAIR)
    return world
