"""Two worlds, the same but for grievances against one employer, for whoever is tied to it (promise P6).

Both grow from one house: common people, then, in one world only, the grievances, then what happens
later in both. Chance is drawn from the name of what is done, so equal deeds give equal numbers.
"""

import datetime as dt
import io
import random
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

import time_machine
from django.core.cache import caches
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from PIL import Image

from zhijia.accounts.models import ApiToken
from zhijia.accounts.tests.factories import sign_in
from zhijia.accounts.tokens import hash_of
from zhijia.appeals import services as s
from zhijia.appeals.tests.factories import World, make_user, make_world
from zhijia.core.actors import STRANGER, SYSTEM
from zhijia.core.serving.background import timers
from zhijia.membership import services as membership
from zhijia.notifications.services import inside_only, notify
from zhijia.privacy import services as privacy
from zhijia.unions import conflict
from zhijia.unions import services as unions
from zhijia.unions.enums import BodyKind, Level, Role
from zhijia.unions.models import Employer

NOW = dt.datetime(2026, 3, 2, 1, 30, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(days=12)
"""Late enough that clocks ran out and went up."""
TEXT = "焊接车间通风坏了三个月，班长不让报修，谁提就扣谁的奖金。"
COUNTING = ("membership.fold_totals", "membership.recount_totals")
KINDS = ("named", "sealed", "anonymous", "reviewed", "crowd")
SCOPES = [
    "appeals:submit", "appeals:read", "appeals:work", "membership:own", "membership:work", "organising:work",
]  # fmt: skip


@contextmanager
def chance(label: str) -> Iterator[None]:
    """Draw every random number of this process from ``label``."""
    draw = random.Random(label)
    with patch("os.urandom", draw.randbytes), patch("random._urandom", draw.randbytes):
        yield


@contextmanager
def undone() -> Iterator[None]:
    """Take back whatever is written inside; what must be durable may be written here too."""
    block = transaction.atomic()
    block._from_testcase = True  # type: ignore[attr-defined]  (as in Django's own TestCase)
    numbers = _serial_numbers()
    with block:
        yield
        transaction.set_rollback(True)
    for name, value, called in numbers:
        with connection.cursor() as cursor:
            cursor.execute("SELECT setval(%s, %s, %s)", [name, value, called])
    caches["process"].clear()


def _serial_numbers() -> list[tuple[str, int, bool]]:
    """Return where PostgreSQL's serial numbers stand: no roll-back takes those back."""
    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT schemaname || '.' || sequencename FROM pg_sequences WHERE schemaname = 'public'"
        )
        names = [row[0] for row in cursor.fetchall()]
        found = []
        for name in names:
            cursor.execute(f"SELECT last_value, is_called FROM {name}")
            found.append((name, *cursor.fetchone()))
    return found


PASSWORD = "a-long-password"
"""Of everybody who is tied to the employer."""


def house() -> World:
    """Return the world before anything was handed in; everybody tied to the employer is in ``tied``."""
    with chance("house"):
        world = make_world(NOW)
        world.body("branch", "制板车间分会", Level.BRANCH, "own_union", kind=BodyKind.BRANCH)
        world.people["tied"] = {}
        _tie_people(world)
        for name in ("own_union", "county"):
            membership.save_segment(
                body=world.bodies[name], name="本单位会员", conditions=(), by=SYSTEM, now=NOW
            )
        for name, person in world.people["tied"].items():
            person.set_password(PASSWORD)
            person.save(update_fields=["password"])
            ApiToken.objects.create(
                user=person, name=name, hash=hash_of(secret_of(name)), hint="zj_", scopes=SCOPES,
                created_at=NOW, expires_at=NOW + dt.timedelta(days=90),
            )  # fmt: skip
    return world


def secret_of(name: str) -> str:
    """Return the API token of a person."""
    return f"zj_{name:_<40}"


def _tie_people(world: World) -> None:
    tied, people = world.people["tied"], world.people
    tied["own_chair"] = people["own_union_chair"]
    for role in (Role.DISPATCHER, Role.HANDLER, Role.SUPERVISOR, Role.STEWARD):
        tied[f"own_{role}"] = world.officer(f"own_{role}", "own_union", role)
    tied["branch_chair"] = world.officer("branch_chair", "branch", Role.CHAIR)
    tied["county_custodian"] = world.officer("county_custodian", "county", Role.CUSTODIAN)
    tied["county_supervisor"] = world.officer("county_supervisor", "county", Role.SUPERVISOR)
    tied["county_organiser"] = world.officer("county_organiser", "county", Role.ORGANISER)
    tied["member"] = make_user(name="本厂会员")
    tied["county_relative"] = world.officer("county_relative", "county", Role.HANDLER)
    tied["city_former"] = world.officer("city_former", "city", Role.DISPATCHER)
    tied["province_worked"] = world.officer("province_worked", "province", Role.SUPERVISOR)
    for name in ("county_relative", "county_custodian", "county_supervisor", "county_organiser"):
        _declare(world, tied[name], kind="relative", from_on=dt.date(2015, 1, 1))
    _declare(world, tied["province_worked"], from_on=dt.date(2010, 1, 1), until_on=dt.date(2025, 1, 1))
    former = unions.grant_post(
        body=world.bodies["own_union"], user=tied["city_former"], role=Role.CHAIR,
        from_on=dt.date(2020, 1, 1), by=SYSTEM, now=NOW,
    )  # fmt: skip
    unions.end_post(post_id=former.pk, by=SYSTEM, now=NOW - dt.timedelta(days=100))
    for person in tied.values():
        person.refresh_from_db()
        conflict.forget_conflicts(person)


def _declare(world: World, person: Any, **told: Any) -> None:
    unions.declare_affiliation(employer=world.employer, by=person, now=NOW, **told)


def grieve(world: World, kinds: tuple[str, ...] = KINDS) -> list[Any]:
    """Hand in grievances against the employer, and let them be worked on."""
    found = []
    for kind in kinds:
        with chance(f"grievance {kind}"):
            found += _GRIEVANCES[kind](world)
    return found


def _named(world: World) -> list[Any]:
    made = world.in_hand(text=TEXT, key="grievance-named-0001")
    s.write_note(appeal_id=made.pk, text="先看考勤", by=world.people["handler"], now=world.now)
    s.write_message(
        appeal_id=made.pk, text="照片", files=(_photo(),),
        by=world.people["worker"], now=world.now,
    )  # fmt: skip
    _join_in_silence(world)
    return [made]


def _join_in_silence(world: World) -> None:
    """Let one of the employer's people apply to join, and another be a member already."""
    told = membership.Joining(
        membership.Person(name="周工"), "130502", employer_id=world.employer.pk,
    )  # fmt: skip
    membership.apply(joining=told, key="joining-in-silence-01", by=world.people["worker"], now=world.now)
    membership.enrol(
        person=membership.Person(name="吴工"), body=world.bodies["county"], on=dt.date(2026, 2, 2),
        by=SYSTEM, now=world.now, employer=world.employer, is_discreet=True,
    )  # fmt: skip


def _photo() -> SimpleUploadedFile:
    picture = io.BytesIO()
    Image.new("RGB", (40, 30), (10, 60, 120)).save(picture, "PNG")
    return SimpleUploadedFile("现场.png", picture.getvalue())


def _sealed(world: World) -> list[Any]:
    """Sealed, in hand, its name asked for; a law forbids to erase it, and its author wants it erased."""
    told = {"confidentiality": "sealed", "name": "周工", "mobile": "13912340000"}
    other = world.submit(text=TEXT, key="grievance-sealed-001", by=STRANGER, **told)
    made = world.in_hand(text=TEXT, key="grievance-sealed-002", confidentiality="sealed")
    s.ask_name(appeal_id=made.pk, reason="送达", by=world.people["handler"], now=world.now)
    privacy.place_hold(
        about_kind="appeal", about_id=made.public_id, person=None, body=world.bodies["county"],
        article="档案法 第三十条", reason="案件", until_on=dt.date(2026, 12, 1), by=world.people["chair"],
        now=world.now,
    )  # fmt: skip
    privacy.ask_request(
        user=world.people["worker"], kind="erase_matter", about=made.owner, text="",
        by=world.people["worker"], now=world.now,
    )  # fmt: skip
    return [made, other]


def _anonymous(world: World) -> list[Any]:
    return [world.submit(text=TEXT, confidentiality="anonymous", key="grievance-anonym-001", by=STRANGER)]


def _reviewed(world: World) -> list[Any]:
    made, worker = world.replied(text=TEXT, key="grievance-review-001"), world.people["worker"]
    s.rate_reply(
        appeal_id=made.pk,
        result="dissatisfied",
        attitude="dissatisfied",
        reopen=False,
        by=worker,
        now=world.now,
    )
    s.ask_review(appeal_id=made.pk, reason="没有解决", by=worker, now=world.now)
    return [made]


def _crowd(world: World) -> list[Any]:
    """Six people, one matter, linked: the body above is flagged."""
    made = [world.submit(text=TEXT, people_count=3, key=f"grievance-crowd-{n:04d}") for n in range(2)]
    s.link_appeals(
        appeal_id=made[0].pk, other_number=made[1].number, title="通风", by=world.people["dispatcher"],
        now=world.now,
    )  # fmt: skip
    return made


_GRIEVANCES = {
    "named": _named, "sealed": _sealed, "anonymous": _anonymous, "reviewed": _reviewed, "crowd": _crowd,
}  # fmt: skip


def live_on(world: World) -> list[Any]:
    """Let the same things happen in both worlds, and return the matters among them."""
    with chance("later"), time_machine.travel(LATER, tick=False):
        other = world.other_employer.pk
        world.now = LATER
        made = [
            world.submit(
                text="清河纺织厂欠薪", employer_id=other, place="130503", key="common-key-000000001"
            ),
            world.replied(text="食堂太贵", employer_id=None, key="common-key-000000002"),
        ]
        for name, person in world.people["tied"].items():
            notify(
                kind="appeal.submitted", to=person, now=LATER, data={"number": name}, url="/desk/", tenant=13
            )
        unions.add_employer(name="新来的工厂", place="130502", is_confirmed=True, by=SYSTEM, now=LATER)
        s.save_reply(
            body=world.bodies["own_union"], title="收到", text="已经收到", by=world.people["own_union_chair"],
            now=LATER,
        )  # fmt: skip
        world.officer("late", "own_union", Role.HOTLINE_AGENT)
        with inside_only():
            for timer in timers():
                if timer.name.startswith(("appeals.", "unions.", "notifications.", *COUNTING)):
                    timer.call(LATER)
        world.now = NOW
    return made


@contextmanager
def branch(world: World, *, kinds: tuple[str, ...]) -> Iterator[tuple[list[Any], list[Any]]]:
    """Grow one world (without grievances when ``kinds`` is empty) and take it back afterwards."""
    with undone(), ExitStack() as stack:
        with time_machine.travel(NOW, tick=False), inside_only():
            grieved = grieve(world, kinds)
        common = live_on(world)
        stack.enter_context(time_machine.travel(LATER, tick=False))
        yield grieved, common


def browser(world: World, name: str) -> Client:
    """Return a browser in which the person has just signed in."""
    with chance(f"sign in {name}"):
        client = Client(raise_request_exception=False, SERVER_NAME="localhost")
        return sign_in(client, world.people["tied"][name])


@contextmanager
def wall_down() -> Iterator[None]:
    """Switch the conflict filter off: the control that must find differences."""
    with (
        patch.object(conflict, "_employers_of_posts", lambda user, on: set()),
        patch.object(conflict, "_declared_employers", lambda user, on: set()),
    ):
        yield


def employers(world: World) -> tuple[Employer, Employer]:
    """Return the accused employer and another one."""
    return world.employer, world.other_employer
