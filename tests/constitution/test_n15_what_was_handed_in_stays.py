"""N15: what was handed in is never edited, and its moment never set back."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from zhijia.appeals.models import FILED, Appeal
from zhijia.appeals.models.appeal import FIXED
from zhijia.appeals.tests.factories import World, make_world
from zhijia.core.sealed_fields import Sealed

HANDED_IN = ("subject", "text", "wish", "employer_text")
ON_THE_RECEIPT = ("public_id", "number", "received_at")
"""Named here and not taken from the code: what the code leaves out must be missed."""


@pytest.fixture(autouse=True)
def _journal(tmp_path: Path, settings: Any) -> None:
    settings.ZHIJIA_JOURNAL = str(tmp_path / "journal")


@pytest.fixture
def matter(db: None, now: Any) -> Appeal:
    """Return a matter as the database gives it."""
    world: World = make_world(now)
    made = world.submit(text="老板拖欠三个月工资", wish="补发", employer_text="远山木业")
    return Appeal.objects.get(pk=made.pk)


def _stored(matter: Appeal) -> dict[str, Any]:
    fresh = Appeal.objects.filter(pk=matter.pk).values(*HANDED_IN, "received_at", "number", "public_id").get()
    return {k: v.box if isinstance(v, Sealed) else v for k, v in fresh.items()}


def _refused(call: Callable[[], Any]) -> None:
    with pytest.raises(TypeError), transaction.atomic():
        call()


def test_the_code_keeps_what_was_promised_to_stay() -> None:
    assert (set(FILED), set(FIXED)) == (set(HANDED_IN), set(ON_THE_RECEIPT))


@pytest.mark.parametrize("column", HANDED_IN)
def test_a_text_that_was_handed_in_is_not_written_again(matter: Appeal, column: str) -> None:
    before, rows = _stored(matter), Appeal.objects.filter(pk=matter.pk)
    setattr(matter, column, "改过的话")
    _refused(lambda: matter.save(update_fields=[column]))
    _refused(matter.save)
    _refused(lambda: rows.update(**{column: "改过的话"}))
    _refused(lambda: rows.update(**{column: Sealed(b"another box")}))
    _refused(lambda: Appeal.objects.bulk_update([matter], [column]))
    assert _stored(matter) == before


@pytest.mark.parametrize("column", ON_THE_RECEIPT)
def test_neither_the_moment_nor_the_number_of_a_receipt_is_set_anew(matter: Appeal, column: str) -> None:
    before, rows = _stored(matter), Appeal.objects.filter(pk=matter.pk)
    values = {"received_at": matter.received_at - dt.timedelta(days=3), "number": "26000000000",
              "public_id": "00000000-0000-4000-8000-000000000000"}  # fmt: skip
    setattr(matter, column, values[column])
    _refused(lambda: matter.save(update_fields=[column]))
    _refused(lambda: rows.update(**{column: values[column]}))
    _refused(lambda: Appeal.objects.bulk_update([matter], [column]))
    assert _stored(matter) == before


def test_erasing_is_the_one_change_and_leaves_nothing(matter: Appeal) -> None:
    for column in FILED:
        setattr(matter, column, "")
    matter.save(update_fields=[*FILED])
    assert all(not _stored(matter)[column] for column in FILED)


def _verified(capsys: Any) -> str:
    """Return what ``zhijia audit verify`` complains about, or nothing."""
    capsys.readouterr()
    try:
        call_command("audit", "verify")
    except SystemExit as ended:
        told = capsys.readouterr()
        return told.out + told.err if ended.code else ""
    return ""


def _by_hand(statement: str, *given: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, given)


@pytest.mark.parametrize(
    ("column", "value"),
    [("received_at", "2026-02-01 00:00:00+00:00"), ("number", "26000000000"), ("text", b"another box")],
)
def test_a_change_by_hand_in_the_database_is_named_by_the_verifier(
    matter: Appeal, capsys: Any, column: str, value: Any
) -> None:
    assert _verified(capsys) == ""
    _by_hand(f"UPDATE appeals_appeal SET {column} = %s WHERE id = %s", value, matter.pk)
    told = _verified(capsys)
    assert matter.number in told
    assert column in told


def test_a_matter_that_was_erased_by_the_rules_is_not_named(matter: Appeal, now: Any, capsys: Any) -> None:
    for column in FILED:
        setattr(matter, column, "")
    matter.erased_at = now
    matter.save(update_fields=[*FILED, "erased_at"])
    assert _verified(capsys) == ""
    _by_hand("UPDATE appeals_appeal SET received_at = %s", "2026-02-01 00:00:00+00:00")
    assert "received_at" in _verified(capsys)
