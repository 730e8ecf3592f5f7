"""``zhijia audit verify`` and ``export``, over rows altered behind the code's back."""

import datetime as dt

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection

from zhijia.audit import verification
from zhijia.audit import verify_audit as chain
from zhijia.audit.models import Entry, Head
from zhijia.audit.services import record
from zhijia.core.actors import SYSTEM

NOW = dt.datetime(2026, 3, 2, 1, 30, 0, 5, tzinfo=dt.UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def rows():
    """Return five rows of Hebei's chain and two of Shanghai's."""
    made = [
        record("thing.done", obj=f"thing:{n}", by=SYSTEM, now=NOW, tenant=13, data={"n": n, "字": "甲\n"})
        for n in range(5)
    ]
    for n in range(2):
        record("thing.done", obj=f"thing:{n}", by=SYSTEM, now=NOW, tenant=31)
    return made


def sql(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def verify(capsys, *options: str) -> tuple[int, str]:
    try:
        call_command("audit", "verify", *options)
        code = 0
    except SystemExit as ended:
        code = int(ended.code or 0)
    return code, capsys.readouterr().out


def test_an_intact_audit_says_how_many_rows_and_which_heads(capsys, rows):
    code, out = verify(capsys)
    lines = out.splitlines()
    assert code == 0
    assert lines[0] == f"intact  13:5:{rows[-1].hash}  0 signed heads"
    assert lines[1].startswith("intact  31:2:")
    assert lines[2].startswith("intact: 7 rows in ")


def test_one_tenant_can_be_checked_alone(capsys, rows):
    sql("UPDATE audit_entry SET actor = 'user:1' WHERE tenant = 13 AND seq = 2")
    assert verify(capsys, "--tenant", "31")[0] == 0
    assert verify(capsys, "--tenant", "13")[0] == 1
    assert verify(capsys)[0] == 1


COLUMNS = {
    "actor": "user:99", "kind": "read", "purpose": "security", "action": "thing.undone", "object": "thing:99",
    "data": '{"n":99,"字":"甲\\n"}', "hash": "f" * 64,
}  # fmt: skip


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("seq", [1, 3, 5])
def test_any_altered_column_is_found_at_its_row(capsys, column, seq):
    sql(f"UPDATE audit_entry SET {column} = %s WHERE tenant = 13 AND seq = %s", COLUMNS[column], seq)
    assert verify(capsys) == (1, f"BROKEN  tenant 13, row {seq}: was altered\n")


def test_an_altered_microsecond_is_found(capsys):
    sql("UPDATE audit_entry SET at = %s WHERE tenant = 13 AND seq = 2", NOW + dt.timedelta(microseconds=1))
    assert verify(capsys) == (1, "BROKEN  tenant 13, row 2: was altered\n")


def test_a_space_in_the_data_is_found(capsys):
    sql("UPDATE audit_entry SET data = %s WHERE tenant = 13 AND seq = 3", '{"n": 2,"字":"甲\\n"}')
    assert verify(capsys) == (1, "BROKEN  tenant 13, row 3: was altered\n")


def test_a_deleted_row_is_found(capsys):
    sql("DELETE FROM audit_entry WHERE tenant = 13 AND seq = 3")
    assert verify(capsys) == (1, "BROKEN  tenant 13, row 3: is missing\n")


def test_rows_cut_off_at_the_end_are_found(capsys):
    sql("DELETE FROM audit_entry WHERE tenant = 13 AND seq > 3")
    assert verify(capsys) == (1, "BROKEN  tenant 13, row 4: is missing\n")


def test_a_deleted_head_hides_nothing(capsys):
    sql("DELETE FROM audit_head WHERE tenant = 13")
    assert verify(capsys) == (1, "BROKEN  tenant 13, row 5: has lost the head of its chain\n")


def test_a_whole_chain_deleted_with_its_head_is_found_by_a_head_noted_down_earlier(capsys, rows):
    sql("DELETE FROM audit_entry WHERE tenant = 13")
    sql("DELETE FROM audit_head WHERE tenant = 13")
    noted = f"13:5:{rows[-1].hash}"
    assert verify(capsys)[0] == 0
    assert verify(capsys, "--expect", noted) == (
        1,
        "BROKEN  tenant 13, row 5: was noted down earlier and is missing\n",
    )


def test_a_chain_made_anew_from_its_first_row_is_found_by_a_head_noted_down_earlier(capsys, rows):
    previous = chain.GENESIS
    for entry in Entry.objects.filter(tenant=13).order_by("seq"):
        entry.actor, entry.previous = "user:99", previous
        from zhijia.audit.services import entry_line

        previous = chain.hash_of(entry_line(entry))
        sql(
            "UPDATE audit_entry SET actor = 'user:99', previous = %s, hash = %s WHERE id = %s",
            entry.previous, previous, entry.pk,
        )  # fmt: skip
    Head.objects.filter(tenant=13).update(hash=previous)
    assert verify(capsys)[0] == 0
    noted = f"13:3:{rows[2].hash}"
    assert verify(capsys, "--expect", noted) == (
        1, "BROKEN  tenant 13, row 3: is not the row that was noted down earlier\n"
    )  # fmt: skip


def test_an_altered_head_is_found(capsys):
    Head.objects.filter(tenant=13).update(hash="a" * 64)
    assert verify(capsys) == (1, "BROKEN  tenant 13, row 5: does not agree with the head of the chain\n")


def test_a_row_added_without_the_head_is_found(capsys, rows):
    Entry.objects.create(
        tenant=13, seq=6, at=NOW, actor="a", kind="change", action="b", object="c:1", data="{}",
        previous=rows[-1].hash, hash="b" * 64,
    )  # fmt: skip
    assert verify(capsys) == (1, "BROKEN  tenant 13, row 6: was altered\n")


def test_batches_join_without_a_seam(capsys, monkeypatch):
    monkeypatch.setattr(verification, "BATCH", 2)
    assert verify(capsys)[1].splitlines()[-1].startswith("intact: 7 rows")
    sql("UPDATE audit_entry SET actor = 'x' WHERE tenant = 13 AND seq = 3")
    assert verify(capsys)[0] == 1


def test_memory_does_not_grow_with_the_rows(django_assert_num_queries, monkeypatch):
    monkeypatch.setattr(verification, "BATCH", 2)
    with django_assert_num_queries(5):  # 2 + 2 + 1 rows, the empty batch, the head
        verification.verify_tenant(13)


def test_an_audit_that_cannot_be_read_exits_with_two(monkeypatch):
    def fail() -> list[int]:
        raise DatabaseError("no such table")

    monkeypatch.setattr("zhijia.audit.management.commands.audit.tenants_to_check", fail)
    with pytest.raises(CommandError) as refused:
        call_command("audit", "verify")
    assert refused.value.returncode == 2


def test_an_export_is_whole_and_can_be_checked_elsewhere(tmp_path, capsys):
    folder = tmp_path / "audit"
    call_command("audit", "export", str(folder))
    assert capsys.readouterr().out.startswith("7 rows written; ")
    assert chain.main([str(folder)]) == 0
    assert list(tmp_path.iterdir()) == [folder]
    names = ["README.txt", "chain.jsonl", "heads.jws", "keys.json", "verify_audit.py"]
    assert sorted(path.name for path in folder.iterdir()) == names
    assert (folder / "chain.jsonl").read_text(encoding="utf-8").count("\n") == 7


def test_an_export_over_something_or_to_nowhere_exits_with_two_and_leaves_nothing(tmp_path):
    for target in (tmp_path, tmp_path / "no" / "audit"):
        with pytest.raises(CommandError) as refused:
            call_command("audit", "export", str(target))
        assert refused.value.returncode == 2
    assert list(tmp_path.iterdir()) == []
