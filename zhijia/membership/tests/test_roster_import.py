"""A roster is read in: checked whole, written once, whatever is cut off, repeated or refused."""

import datetime as dt
import json
import os
import signal
import subprocess
import sys

import pytest
from django.db import connection

from bench.rosters import HEADER, number_of, rows
from zhijia.audit.models import Entry
from zhijia.core.actors import SYSTEM
from zhijia.core.errors import NotAllowed, NotFound, WrongState
from zhijia.membership.enums import Channel, IdStanding, ImportState
from zhijia.membership.models import Identity, Membership, RosterProblem, TotalsDelta, Worker
from zhijia.membership.models.person import id_index
from zhijia.membership.roster import writing
from zhijia.membership.roster.storing import path_of
from zhijia.membership.roster.surveying import BATCH
from zhijia.membership.services import importing
from zhijia.membership.tests.roster_files import check, problems, text_file, upload, write
from zhijia.unions.enums import Role
from zhijia.unions.tests.factories import PostFactory, Tree

pytestmark = pytest.mark.django_db


def roll():
    return [
        list(model.objects.order_by("pk").values()) for model in (Worker, Membership, Identity, TotalsDelta)
    ]


def list_of(count):
    return text_file(["会员花名册"], HEADER, *rows(count))


def test_a_roster_is_checked_and_written(tree, now):
    roster = check(upload(tree.county, list_of(60), now), now)
    assert (roster.state, roster.rows_found, roster.rows_bad) == (ImportState.CHECKED, 60, 0)
    assert not Worker.objects.exists()
    write(roster, now)
    assert (roster.state, roster.rows_written, roster.rows_done) == (ImportState.DONE, 60, 60)
    assert Worker.objects.count() == Membership.objects.count() == Identity.objects.count() == 60
    first = next(rows(60))
    worker = Worker.objects.order_by("pk").first()
    details = worker.details()
    assert (details["name"], details["id_number"], details["phone"]) == (first[1], first[2], "+86" + first[4])
    assert worker.id_standing == IdStanding.PLAUSIBLE
    assert worker.birth_year == int(first[2][6:10])
    assert worker.id_index == id_index(first[2])
    assert worker.person_key.version == 4
    assert worker.phone_index is not None
    membership = worker.memberships.get()
    assert (membership.body, membership.channel, membership.roster_import) == (
        tree.county,
        Channel.ROSTER,
        roster.pk,
    )
    assert (membership.joined_on.isoformat(), membership.card_number) == (first[6], first[7])
    delta = TotalsDelta.objects.get()
    assert (delta.members, delta.women, delta.body) == (60, 30, tree.county)
    # The tables go on counting where the import stopped.
    extra = Worker(tenant=13, person_key=worker.person_key, created_at=now, changed_at=now)
    extra.save()
    assert extra.pk > Worker.objects.exclude(pk=extra.pk).order_by("-pk").first().pk


def test_audit_names_steps_and_numbers_only(tree, now):
    write(check(upload(tree.county, list_of(3), now), now), now)
    told = list(
        Entry.objects.filter(action__startswith="roster.").order_by("seq").values_list("action", flat=True)
    )
    assert told == ["roster.uploaded", "roster.checked", "roster.begun", "roster.written"]
    said = "".join(str(entry.data) for entry in Entry.objects.filter(action__startswith="roster."))
    assert next(rows(1))[1] not in said
    assert next(rows(1))[2] not in said


def test_the_files_are_sealed_and_the_ready_rows_go_when_all_is_written(tree, now):
    roster = check(upload(tree.county, list_of(3), now), now)
    for part in ("original", "ready"):
        assert next(rows(1))[2].encode() not in path_of(roster, part).read_bytes()
    write(roster, now)


def test_repeating_the_import_changes_nothing(tree, now):
    write(check(upload(tree.county, list_of(30), now), now), now)
    before = roll()
    again = check(upload(tree.county, list_of(30), now), now)
    assert (again.rows_known, again.rows_good, again.rows_bad) == (30, 0, 0)
    write(again, now)
    assert roll() == before


def test_people_without_a_number_are_known_again_by_name_and_mobile(tree, now):
    file = lambda: text_file(["姓名", "手机号码"], ["张三", "13800000001"], ["李四", "13800000001"])  # noqa: E731
    write(check(upload(tree.county, file(), now), now), now)
    again = check(upload(tree.county, file(), now), now)
    assert (again.rows_known, again.rows_good, Worker.objects.count()) == (2, 0, 2)


def member(number, body, now, **more):
    """Enter somebody as a roster of another union did."""
    file = text_file(["姓名", "身份证号码"], ["王五", number])
    write(check(upload(body, file, now), now), now)
    found = Membership.objects.get(worker__id_index=id_index(number))
    Membership.objects.filter(pk=found.pk).update(**more)
    return found


NUMBER = number_of("130502", dt.date(1980, 1, 1), 101)


def one_of(number=NUMBER):
    return text_file(["姓名", "身份证号码", "手机号码"], ["王五", number, "13800000009"])


def test_a_member_elsewhere_is_listed_and_not_written(tree, now):
    member(NUMBER, tree.other_county, now)
    before = roll()
    roster = check(upload(tree.county, one_of(), now), now)
    assert problems(roster) == [(2, "id_number", "already-member")]
    write(roster, now)
    assert roll() == before


def test_somebody_who_joined_by_himself_is_never_given_away(tree, now):
    """To his employer's union his row looks like every other; his own membership stays."""
    own = member(NUMBER, tree.county, now, is_discreet=True)
    roster = check(upload(tree.glass_union, one_of(), now), now)
    assert (roster.rows_good, roster.rows_known, roster.rows_bad, problems(roster)) == (1, 0, 0, [])
    write(roster, now)
    own.refresh_from_db()
    assert own.ended_on is None
    assert Worker.objects.count() == 1
    assert Membership.objects.exclude(pk=own.pk).get().kind == "associate"


def test_somebody_without_a_membership_gets_one_and_no_second_entry(tree, now):
    old = member(NUMBER, tree.other_county, now, ended_on=now.date(), state="ended", ending="withdrawn")
    write(check(upload(tree.county, one_of(), now), now), now)
    assert Worker.objects.count() == 1
    assert Membership.objects.exclude(pk=old.pk).get().worker == old.worker


def test_somebody_who_appeared_meanwhile_does_not_stop_the_batch(tree, now):
    roster = check(upload(tree.county, list_of(5), now), now)
    number = next(rows(1))[2]
    member(number, tree.other_county, now)
    write(roster, now)
    assert (roster.state, roster.rows_done, roster.rows_written) == (ImportState.DONE, 5, 4)
    assert problems(roster) == [(3, "id_number", "already-member")]
    assert Worker.objects.count() == Identity.objects.count() == 5


def test_a_second_officer_who_starts_it_is_refused(tree, now):
    roster = check(upload(tree.county, list_of(3), now), now)
    told = {"roster_id": roster.pk, "by": SYSTEM, "now": now, "in_background": False}
    importing.begin_writing(**told)
    with pytest.raises(WrongState):
        importing.begin_writing(**told)


def test_a_run_that_comes_second_writes_nothing_twice(tree, now, monkeypatch):
    monkeypatch.setattr("zhijia.membership.roster.surveying.BATCH", 10)
    roster = check(upload(tree.county, list_of(30), now), now)
    importing.begin_writing(roster_id=roster.pk, by=SYSTEM, now=now, in_background=False)
    first = importing.write_roster(roster_id=roster.pk, now=now)
    assert next(first) == 10
    assert list(importing.write_roster(roster_id=roster.pk, now=now)) == [20, 30]
    assert list(first) == []
    roster.refresh_from_db()
    assert (roster.rows_written, Worker.objects.count()) == (30, 30)


def test_a_check_that_is_begun_anew_takes_over(tree, now, monkeypatch):
    monkeypatch.setattr("zhijia.membership.roster.surveying.BATCH", 10)
    roster = upload(tree.county, list_of(30), now)
    importing.begin_check(roster_id=roster.pk, by=SYSTEM, now=now, in_background=False)
    first = importing.check_roster(roster_id=roster.pk, now=now)
    next(first)
    list(importing.check_roster(roster_id=roster.pk, now=now + dt.timedelta(hours=1)))
    assert list(first) == []
    roster.refresh_from_db()
    assert (roster.state, roster.rows_good) == (ImportState.CHECKED, 30)


def test_a_failing_batch_leaves_nothing_behind(tree, now, monkeypatch):
    roster = check(upload(tree.county, list_of(3), now), now)
    importing.begin_writing(roster_id=roster.pk, by=SYSTEM, now=now, in_background=False)
    monkeypatch.setattr(writing, "store_figures", lambda *_args: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        list(importing.write_roster(roster_id=roster.pk, now=now))
    roster.refresh_from_db()
    assert (Worker.objects.count(), Identity.objects.count(), roster.rows_done) == (0, 0, 0)
    monkeypatch.undo()


def test_whoever_keeps_no_roll_changes_nothing(tree, now):
    stranger = PostFactory(body=tree.other_county, role=Role.ORGANISER).user
    handler = PostFactory(body=tree.county, role=Role.HANDLER).user
    roster = check(upload(tree.county, list_of(3), now), now)
    for officer in (stranger, handler):
        with pytest.raises(NotAllowed):
            upload(tree.county, list_of(3), now, by=officer)
        for step in (
            importing.begin_check,
            importing.begin_writing,
            importing.drop_roster,
            importing.read_corrected_rows,
        ):
            with pytest.raises(NotFound):
                step(roster_id=roster.pk, by=officer, now=now)
    roster.refresh_from_db()
    assert (roster.state, Worker.objects.count(), type(roster).objects.count()) == (ImportState.CHECKED, 0, 1)


def test_an_organiser_of_the_county_may(tree, now):
    organiser = PostFactory(body=tree.county, role=Role.ORGANISER).user
    roster = check(upload(tree.glass_union, list_of(3), now, by=organiser), now, by=organiser)
    assert write(roster, now, by=organiser).rows_written == 3


def test_columns_are_remembered_for_the_same_header(tree, now):
    file = lambda: text_file(["甲", "乙", "丙"], ["张三", NUMBER, "13800000001"])  # noqa: E731
    roster = upload(tree.county, file(), now)
    importing.set_columns(
        roster_id=roster.pk,
        columns={"name": 0, "id_number": 1},
        joined_on=now.date(),
        by=SYSTEM,
        now=now,
    )
    check(roster, now)
    assert upload(tree.county, file(), now).layout["columns"] == {"name": 0, "id_number": 1}


def test_thrown_away_is_gone(tree, now, django_capture_on_commit_callbacks):
    roster = check(upload(tree.county, text_file(["姓名", "手机"], ["", "1"]), now), now)
    with django_capture_on_commit_callbacks(execute=True):
        importing.drop_roster(roster_id=roster.pk, by=SYSTEM, now=now)
    assert not path_of(roster).exists()
    assert not RosterProblem.objects.exists()
    with pytest.raises(WrongState):
        importing.begin_writing(roster_id=roster.pk, by=SYSTEM, now=now)


CHILD = """
import json, os, signal, sys
import django
django.setup()
from django.utils import timezone
from zhijia.membership.models import Identity, RosterImport, TotalsDelta, Worker
from zhijia.membership.roster import writing
from zhijia.membership.services import importing
number = int(sys.argv[2])
steps = importing.write_roster(roster_id=number, now=timezone.now())
if sys.argv[1] == "killed":
    next(steps)
    # In the middle of the second batch: its rows are in the tables, but not committed.
    writing.store_figures = lambda *told: os.kill(os.getpid(), signal.SIGKILL)
    next(steps)
elif sys.argv[1] == "resumed":
    list(steps)
roster = RosterImport.objects.get(pk=number)
print(json.dumps([roster.state, roster.rows_done, roster.rows_written, Worker.objects.count(),
                  Identity.objects.count(), sum(TotalsDelta.objects.values_list("members", flat=True))]))
"""


def child(what, roster, address, settings):
    """Let a process of its own write on; return its exit status and what it printed."""
    told = {**os.environ, "DATABASE_URL": address, "ZHIJIA_ROSTERS": settings.ZHIJIA_ROSTERS}
    done = subprocess.run(
        [sys.executable, "-c", CHILD, what, str(roster.pk)],
        env=told,
        check=False,
        capture_output=True,
        text=True,
    )
    return done.returncode, json.loads(done.stdout) if done.returncode == 0 else done.stderr


def address_for_others(tmp_path):
    """Return where another process finds the database; one in memory is copied to a file."""
    if connection.vendor == "postgresql":
        return os.environ["DATABASE_URL"].rsplit("/", 1)[0] + f"/{connection.settings_dict['NAME']}"
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(tmp_path / "copy.sqlite3")])
    return f"sqlite:///{tmp_path / 'copy.sqlite3'}"


@pytest.mark.django_db(transaction=True)
def test_a_run_that_was_killed_goes_on_and_writes_each_row_once(now, tmp_path, settings, monkeypatch):
    monkeypatch.setattr("zhijia.membership.roster.surveying.BATCH", 50)
    tree = Tree()
    roster = check(upload(tree.county, list_of(200), now), now)
    importing.begin_writing(roster_id=roster.pk, by=SYSTEM, now=now, in_background=False)
    address = address_for_others(tmp_path)
    assert child("killed", roster, address, settings) == (-signal.SIGKILL, "")
    assert child("looks", roster, address, settings) == (0, [ImportState.WRITING, 50, 50, 50, 50, 50])
    good = roster.rows_good
    assert good > 150
    assert child("resumed", roster, address, settings) == (0, [ImportState.DONE, *[good] * 5])


def test_a_batch_is_large_enough_to_be_fast():
    assert BATCH >= 1000
