"""``zhijia audit verify``: what the worker reads about openings is what the chain says."""

import datetime as dt

import pytest
from django.core.management import call_command
from django.db import connection

from zhijia.audit.models import Entry, Head
from zhijia.audit.services import record
from zhijia.core.actors import SYSTEM, ReceiptHolder
from zhijia.vault import matching, permissions, services
from zhijia.vault.enums import Purpose
from zhijia.vault.models import Disclosure

NOW = dt.datetime(2026, 3, 2, 1, 30, tzinfo=dt.UTC)
OFFICER = ReceiptHolder("officer", key=bytes(32))
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def openings():
    """Three matters; four openings with other deeds between them; their rows of the chain."""
    permissions.register_opener("matter", lambda *asked: True)
    for n in (1, 2, 3):
        services.seal_part(owner=f"matter:{n}", part="narrative", content={"n": n}, tenant=13, now=NOW)
    for n in (1, 2, 2, 3):
        services.open_part(
            owner=f"matter:{n}", part="narrative", by=OFFICER, purpose=Purpose.GRIEVANCE_HANDLE,
            reason="look", now=NOW,
        )  # fmt: skip
        record("thing.done", obj="thing:1", by=SYSTEM, now=NOW, tenant=13)
    yield [4, 6, 8, 10]
    permissions.forget_opener("matter")


def found(now: dt.datetime = NOW) -> list[tuple[int, str]]:
    return list(matching.check(13, now))


def sql(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_each_opening_is_one_row_of_the_chain_and_one_line_of_the_worker(openings):
    assert list(Disclosure.objects.order_by("audit_seq").values_list("audit_seq", flat=True)) == openings
    assert found() == []
    assert list(matching.check(31, NOW)) == []


@pytest.mark.parametrize("row", [4, 6, 8, 10])
def test_a_line_that_is_hidden_from_the_worker_is_found(row):
    sql("DELETE FROM vault_disclosure WHERE audit_seq = %s", row)
    assert found() == [(row, matching.HIDDEN)]


CHANGES = {
    "opened_by": "user:99", "owner": "matter:9", "part": "evidence", "purpose": "mediation",
    "opened_at": NOW + dt.timedelta(seconds=1), "audit_seq": 99,
}  # fmt: skip


@pytest.mark.parametrize("column", CHANGES)
def test_a_line_that_tells_the_worker_otherwise_is_found(column):
    sql(f"UPDATE vault_disclosure SET {column} = %s WHERE audit_seq = 6", CHANGES[column])
    expected = [(6, matching.INVENTED)]
    if column == "audit_seq":
        expected = [(6, matching.HIDDEN), (99, matching.INVENTED)]
    assert found() == expected


@pytest.mark.parametrize("row", [3, 5, 11, 12])
def test_a_line_without_an_opening_is_found(row):
    line = Disclosure.objects.get(audit_seq=10)
    line.pk, line.audit_seq = None, row
    line.save()
    assert found() == [(row, matching.INVENTED)]


def test_lines_past_their_period_may_be_gone_and_the_chain_keeps_them():
    sql("DELETE FROM vault_disclosure")
    assert len(found()) == 4
    assert found(NOW + dt.timedelta(days=20 * 366)) == []


def test_an_opening_that_is_written_meanwhile_is_left_to_the_next_check():
    Head.objects.filter(tenant=13).update(seq=9)  # as it was when the check began
    assert found() == []


def test_the_command_names_the_row(capsys, time_machine):
    time_machine.move_to(NOW, tick=False)
    call_command("audit", "verify")
    sql("DELETE FROM vault_disclosure WHERE audit_seq = 8")
    capsys.readouterr()
    with pytest.raises(SystemExit) as ended:
        call_command("audit", "verify")
    assert ended.value.code == 1
    assert capsys.readouterr().out == f"BROKEN  tenant 13, row 8: {matching.HIDDEN}\n"
    assert Entry.objects.filter(action="vault.opened").count() == 4
