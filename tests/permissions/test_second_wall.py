"""PostgreSQL hides what must not exist for the person of a request, even from a query without a filter."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from tests.plain_role import ROLE, plain_role
from zhijia.accounts.tests.factories import sign_in
from zhijia.appeals.services import Submission, submit_appeal, write_note
from zhijia.appeals.tests.factories import World, make_world
from zhijia.core.actors import STRANGER, SYSTEM
from zhijia.core.boot_gate.findings import Finding
from zhijia.unions import row_security as wall
from zhijia.unions.boot_checks import second_wall_stands
from zhijia.unions.services import grant_post

pytestmark = [pytest.mark.django_db, pytest.mark.postgres_only]
TABLES = ("appeals_appeal", "appeals_note", "appeals_assignment", "appeals_routingstep", "appeals_talk")


@pytest.fixture
def world(now: Any) -> World:
    """Return a world in which a matter about the employer is in hand, with a note."""
    world = make_world(now)
    world.appeal = world.in_hand()
    write_note(appeal_id=world.appeal.pk, text="先看考勤", by=world.people["handler"], now=now)
    world.in_hand(employer_id=None)
    return world


@pytest.fixture
def plain(world: World) -> Iterator[None]:
    """Act as a role like the one a house has: no superuser, bound by the policies."""
    with plain_role():
        yield


def viewer(user: Any, now: Any) -> wall.RequestViewer:
    return wall.RequestViewer(lambda: user, lambda: now.date())


def counts() -> dict[str, int]:
    """Count the rows of each table with no filter at all."""
    found = {}
    for table in TABLES:
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT count(*) FROM "{table}"')
            found[table] = cursor.fetchone()[0]
    return found


def test_a_query_without_a_filter_finds_nothing_about_an_employer_of_the_reader(world, plain, now) -> None:
    with wall.seen_by(viewer(world.people["handler"], now)):
        everything = counts()
    with wall.seen_by(viewer(world.people["own_union_chair"], now)):
        seen = counts()
    assert everything["appeals_appeal"] == 2
    assert everything["appeals_note"] == 1
    assert seen == {
        "appeals_appeal": 1,
        "appeals_note": 0,
        "appeals_assignment": 1,
        "appeals_routingstep": 1,
        "appeals_talk": 0,
    }


def test_with_the_policies_off_the_same_query_finds_it(world, now) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
        cursor.execute(f"SELECT 1 FROM pg_roles WHERE rolname = '{ROLE}'")
        if cursor.fetchone() is None:
            cursor.execute(f"CREATE ROLE {ROLE}")
        cursor.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {ROLE}")
        cursor.execute(f"SET ROLE {ROLE}")
    with wall.seen_by(viewer(world.people["own_union_chair"], now)):
        seen = counts()
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
    assert (seen["appeals_appeal"], seen["appeals_note"]) == (2, 1)


def test_whoever_is_not_named_sees_nothing(world, plain) -> None:
    with wall.seen_by(lambda: wall.NOBODY):
        assert set(counts().values()) == {0}


def test_a_stranger_and_a_worker_see_only_what_is_shown_to_be_their_own(world, plain, now) -> None:
    stranger = viewer(AnonymousUser(), now)
    with wall.seen_by(stranger):
        assert counts()["appeals_appeal"] == 0
        wall.show_own([world.appeal.public_id])
        assert counts()["appeals_appeal"] == 1
    with wall.seen_by(viewer(world.people["worker"], now)):
        assert counts()["appeals_appeal"] == 0


def test_a_change_without_a_filter_reaches_no_hidden_row(world, plain, now) -> None:
    with wall.seen_by(viewer(world.people["own_union_chair"], now)), connection.cursor() as cursor:
        cursor.execute('UPDATE "appeals_appeal" SET people_count = 77')
        assert cursor.rowcount == 1
        cursor.execute('DELETE FROM "appeals_note"')
        assert cursor.rowcount == 0
    world.appeal.refresh_from_db()
    assert world.appeal.people_count == 1


def test_an_officer_tied_to_an_employer_can_still_hand_in_against_it(world, plain, now) -> None:
    """He hands in as a stranger: the platform writes it, and he cannot find it afterwards."""
    asker = viewer(world.people["own_union_chair"], now)
    told = Submission(
        text="食堂不卫生", employer_id=world.employer.pk, place="130502", confidentiality="anonymous"
    )
    with wall.seen_by(asker):
        before = counts()["appeals_appeal"]
        submit_appeal(submission=told, key="key-of-the-chair-0001", by=STRANGER, now=now)
        assert counts()["appeals_appeal"] == before
    assert counts()["appeals_appeal"] == 3


def test_what_a_roll_back_took_back_is_told_again(world, plain, now) -> None:
    handler, chair = (viewer(world.people[key], now) for key in ("handler", "own_union_chair"))
    with wall.seen_by(handler):
        assert counts()["appeals_appeal"] == 2
    with transaction.atomic(), wall.seen_by(chair):
        assert counts()["appeals_appeal"] == 1
        transaction.set_rollback(True)
    with wall.seen_by(chair):
        assert counts()["appeals_appeal"] == 1
    with wall.seen_by(handler):
        assert counts()["appeals_appeal"] == 2


def test_a_failed_statement_leaves_the_wall_standing(world, plain, now) -> None:
    with wall.seen_by(viewer(world.people["own_union_chair"], now)):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute('SELECT 1/0 FROM "appeals_appeal"')
        assert counts()["appeals_appeal"] == 1


def test_a_request_of_an_officer_says_once_for_whom_it_is_and_a_public_page_never(
    world, plain, client, now, time_machine, monkeypatch
) -> None:
    time_machine.move_to(now, tick=False)
    told: list[Any] = []
    remember = wall._Told.remember

    def count(self: Any, *arguments: Any) -> None:
        told.append(arguments)
        remember(self, *arguments)

    monkeypatch.setattr(wall._Told, "remember", count)
    sign_in(client, world.people["dispatcher"])
    counts()  # by the test itself, as the platform
    told.clear()
    assert client.get(reverse("appeals:queue")).status_code == 200
    assert len(told) == 1
    told.clear()
    assert client.get(reverse("unions:directory")).status_code == 200
    assert told == []


def test_every_table_of_a_matter_stands_behind_the_wall() -> None:
    """A new model that belongs to a matter needs a policy too."""
    matter = apps.get_model("appeals", "Appeal")
    public = {"appeals_publishedanswer"}  # for everybody to read
    wanted = {
        model._meta.db_table
        for model in apps.get_models()
        for field in model._meta.local_fields
        if field.is_relation and field.related_model is matter
    } - public
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_policies WHERE policyname = 'zhijia_read'")
        walled = {row[0] for row in cursor.fetchall()}
    assert wanted | {"appeals_appeal"} <= walled
    assert all(wall.PROTECTED.search(f'SELECT 1 FROM "{table}"') for table in walled)


def test_the_boot_gate_hears_of_a_role_that_no_policy_binds_and_of_a_policy_switched_off(
    world, plain
) -> None:
    assert wall.rls_problem() is None
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        assert "superuser" in (wall.rls_problem() or "")
        cursor.execute("ALTER TABLE appeals_talk NO FORCE ROW LEVEL SECURITY")
        cursor.execute(f"SET ROLE {ROLE}")
    assert "switched off on 1 of" in (wall.rls_problem() or "")
    assert "switched off" in (second_wall_stands() or Finding("", "")).cause


def test_a_new_post_hides_what_was_seen_before(world, plain, now) -> None:
    person = world.people["handler"]
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
    grant_post(
        body=world.bodies["own_union"], user=person, role="chair", from_on=now.date(), by=SYSTEM, now=now
    )
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {ROLE}")
    fresh = type(person).objects.get(pk=person.pk)
    with wall.seen_by(viewer(fresh, now)):
        assert counts()["appeals_appeal"] == 1
