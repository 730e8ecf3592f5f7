"""A roster cannot begin a membership before an earlier one of the same person ended."""

import datetime as dt
import threading
import time
from collections import deque

import pytest
from django.db import connection, transaction

from bench.rosters import number_of
from zhijia.core.actors import SYSTEM
from zhijia.membership.enums import Ending, ImportState
from zhijia.membership.models import Membership, RosterProblem
from zhijia.membership.roster.lists import shown
from zhijia.membership.roster.mapping import Layout
from zhijia.membership.services import importing, withdraw
from zhijia.membership.tests.factories import Tree, member
from zhijia.membership.tests.roster_files import HEADER, check, problems, text_file, upload, write

pytestmark = pytest.mark.django_db
NUMBER = number_of("130502", dt.date(1980, 1, 1), 101)
ENDED = dt.date(2024, 6, 30)
REFUSED = [(2, "joined_on", "joined-before-end")]


def past(body, ending=Ending.WITHDRAWN, **more) -> Membership:
    """Return a membership that ended on the 30 June 2024."""
    found = member(body, dt.date(2020, 1, 2), id_number=NUMBER, id_kind="resident")
    told = {"ended_on": ENDED, "state": "ended", "ending": ending, **more}
    Membership.objects.filter(pk=found.pk).update(**told)
    return found


def roster(joined: str):
    return text_file(HEADER, ["王五", NUMBER, "13800000009", joined])


@pytest.mark.parametrize("where", ["county", "other_county"])
def test_a_day_before_the_end_of_an_earlier_membership_is_refused_by_row_and_cell(tree, now, where) -> None:
    past(getattr(tree, where))
    found = check(upload(tree.county, roster("2024-06-29"), now), now)
    assert problems(found) == REFUSED
    assert (found.rows_good, found.rows_bad) == (0, 1)
    told = shown(RosterProblem.objects.all(), Layout.of(found.layout))[0]
    assert told.cell == "D2"
    assert "2024-06-29" in told.text
    assert "2024-06-30" in told.text


@pytest.mark.parametrize("where", ["county", "other_county"])
def test_from_the_last_day_of_the_earlier_one_it_may_begin(tree, now, where) -> None:
    past(getattr(tree, where))
    found = write(check(upload(tree.county, roster("2024-06-30"), now), now), now)
    assert problems(found) == []
    assert Membership.objects.open().get().joined_on == ENDED


def test_a_membership_written_by_mistake_is_in_nobodys_way(tree, now) -> None:
    past(tree.other_county, Ending.MISTAKE)
    write(check(upload(tree.county, roster("2021-01-01"), now), now), now)
    assert Membership.objects.open().get().kind == "full"


def test_a_further_membership_elsewhere_is_in_nobodys_way(tree, now) -> None:
    past(tree.other_county, kind="associate")
    write(check(upload(tree.county, roster("2021-01-01"), now), now), now)
    assert Membership.objects.open().get().kind == "full"


def test_an_earlier_membership_of_which_nobody_may_learn_is_not_given_away(tree, now) -> None:
    past(tree.county, is_discreet=True)
    found = write(check(upload(tree.glass_union, roster("2021-01-01"), now), now), now)
    assert (problems(found), found.rows_written) == ([], 1)
    assert Membership.objects.open().get().kind == "associate"


def test_what_ended_after_the_check_is_seen_when_the_row_is_written(tree, now) -> None:
    """He stood on the roll without a membership; between check and writing he was in and out elsewhere."""
    first = past(tree.county, ended_on=dt.date(2020, 5, 1))
    found = check(upload(tree.county, roster("2021-01-01"), now), now)
    assert (problems(found), found.rows_good) == ([], 1)
    Membership.objects.create(
        tenant=13, worker=first.worker, body=tree.other_county, state="ended", ending="withdrawn",
        joined_on=dt.date(2020, 6, 1), ended_on=ENDED, channel="counter", written_at=now, changed_at=now,
    )  # fmt: skip
    write(found, now)
    assert (found.state, found.rows_written) == (ImportState.DONE, 0)
    assert problems(found) == REFUSED
    assert not Membership.objects.open().exists()


def is_somebody_waiting() -> bool:
    """Say whether another connection waits for a lock."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND wait_event_type = 'Lock'"
        )
        return bool(cursor.fetchone()[0])


@pytest.mark.postgres_only
@pytest.mark.django_db(transaction=True)
def test_what_is_being_written_at_the_same_moment_is_waited_for(now) -> None:
    """Somebody is entered elsewhere and leaves again while the roster writes the same person."""
    tree = Tree()
    first = past(tree.county, ended_on=dt.date(2020, 5, 1))
    found = check(upload(tree.county, roster("2021-01-01"), now), now)
    assert found.rows_good == 1
    importing.begin_writing(roster_id=found.pk, by=SYSTEM, now=now, in_background=False)

    def run() -> None:
        deque(importing.write_roster(roster_id=found.pk, now=now), maxlen=0)
        connection.close()

    thread = threading.Thread(target=run)
    with transaction.atomic():
        new = member(tree.other_county, dt.date(2020, 6, 1), id_number=NUMBER, id_kind="resident")
        withdraw(membership_id=new.pk, on=ENDED, by=SYSTEM, now=now)
        thread.start()
        until = time.monotonic() + 20
        while not is_somebody_waiting() and time.monotonic() < until:
            thread.join(0.02)
    thread.join(30)
    assert problems(found) == REFUSED
    assert not Membership.objects.open().filter(worker=first.worker).exists()
