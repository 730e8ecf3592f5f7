"""The intake journal: what a submission wrote stands a second time, before its receipt is shown."""

import datetime as dt
import errno
import itertools
import json
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from tests.bad_days.threads import at_once
from zhijia.accounts.models import User
from zhijia.core.errors import NotReceived
from zhijia.core.idempotency import once
from zhijia.core.journal import collecting, files, note, note_file, paused, sweeping
from zhijia.core.journal.envelope import open_envelope
from zhijia.core.journal.files import Record, files_in, read
from zhijia.core.journal.forgetting import forget
from zhijia.core.journal.keeping import copies_of, standing_of
from zhijia.core.journal.mirror import mark_second
from zhijia.core.journal.replaying import replay, verify
from zhijia.core.journal.second import Second, _second
from zhijia.core.models import IdempotencyRecord, JournalEntry
from zhijia.unions.enums import BodyKind, Level
from zhijia.unions.models import Employer, Post, UnionBody
from zhijia.unions.tests.factories import UnionBodyFactory

pytestmark = pytest.mark.django_db
KEY = "journal-key-0000000001"
_serial = itertools.count(1)
SECOND = dt.timedelta(seconds=1)


@pytest.fixture(autouse=True)
def journal(tmp_path: Path, settings: Any) -> Path:
    """A journal and a second place of our own; the second one is not set yet."""
    settings.ZHIJIA_JOURNAL = str(tmp_path / "journal")
    settings.ZHIJIA_JOURNAL_SECOND = ""
    settings.ZHIJIA_ATTACHMENTS = str(tmp_path / "attachments")
    _second.cache_clear()
    return tmp_path / "journal"


@pytest.fixture
def other(tmp_path: Path, settings: Any) -> Path:
    """A second place that is set and marked."""
    settings.ZHIJIA_JOURNAL_SECOND = str(tmp_path / "other")
    mark_second(tmp_path / "other")
    return tmp_path / "other"


def a_body(name: str = "沙河市总工会", **more: Any) -> UnionBody:
    """Return a row that is not saved yet."""
    told = {"kind": BodyKind.FEDERATION, "level": Level.COUNTY, "tenant": 13, "path": f"/{next(_serial)}/"}
    return UnionBody(name=name, **told | more)


def found_body(name: str = "沙河市总工会") -> dict[str, Any]:
    """Stand for what an app files: a row with a name."""
    body = a_body(name, place="130582")
    body.save(force_insert=True)
    return {"receipt": "123", "public_id": str(body.pk)}


def send(now: dt.datetime, key: str = KEY, effect: Any = found_body) -> tuple[Any, bool]:
    return once(
        scope="test", key=key, body={"a": 1}, now=now, effect=effect,
        journal=lambda answer: f"body:{answer['public_id']}",
    )  # fmt: skip


def records(folder: Path) -> list[Record]:
    return [found for path in files_in(folder) for found in read(path) if isinstance(found, Record)]


def rows_of(record: Record) -> dict[str, Any]:
    return dict(open_envelope(record.id, record.body)["rows"])


def test_the_envelope_holds_every_row_of_the_submission_as_the_database_has_it(journal, now):
    answer, fresh = send(now)
    assert (answer, fresh) == ({"receipt": "123", "public_id": answer["public_id"], "copies": 1}, True)
    record = records(journal)[0]
    rows = rows_of(record)
    body, kept = UnionBody.objects.get(), IdempotencyRecord.objects.get()
    assert set(rows) == {"unions.UnionBody", "core.IdempotencyRecord"}
    assert rows["unions.UnionBody"]["name"] == body.name
    assert rows["core.IdempotencyRecord"]["answer"] == bytes(kept.answer)
    assert rows["core.IdempotencyRecord"]["body_hash"] == kept.body_hash
    assert record.id == JournalEntry.objects.get().pk


def test_nothing_stands_there_in_clear(journal, now):
    send(now)
    entry = JournalEntry.objects.get()
    for kept in (files_in(journal)[0].read_bytes(), bytes(entry.sealed), entry.token.encode()):
        for said in ("沙河市总工会".encode(), json.dumps("沙河市总工会").encode(), b"130582", KEY.encode()):
            assert said not in kept


def test_a_journal_that_fails_means_not_received_and_the_same_key_settles_it(journal, now, monkeypatch):
    with monkeypatch.context() as patch:

        def fails(_descriptor: int) -> None:
            raise OSError(errno.EIO, "Input/output error")

        patch.setattr(files.os, "fsync", fails)
        with pytest.raises(NotReceived):
            send(now)
    assert UnionBody.objects.count() == 1
    assert records(journal) == []
    answer, fresh = send(now + SECOND)
    again, _fresh = send(now + SECOND)
    assert (fresh, answer["copies"], again) == (False, 1, answer)
    assert UnionBody.objects.count() == 1
    assert len(records(journal)) == 1


def test_a_sending_without_a_journal_keeps_none(journal, now):
    with paused():
        answer, _fresh = send(now)
    once(scope="test", key=KEY[::-1], body={}, now=now, effect=dict)
    assert answer["copies"] == 1
    assert not journal.exists()
    assert JournalEntry.objects.count() == 0


def test_rows_that_nobody_noted_stop_the_sending(journal, now):
    def bulk() -> dict[str, Any]:
        UnionBody.objects.bulk_create([a_body("甲")])
        return {"public_id": "1"}

    with pytest.raises(collecting.RowsUnseen, match="unions_unionbody"):
        send(now, effect=bulk)
    assert UnionBody.objects.count() == 0


def test_rows_that_were_noted_by_hand_are_there(journal, now):
    def bulk() -> dict[str, Any]:
        made = UnionBody.objects.bulk_create([a_body("甲")])
        note(*made)
        return {"public_id": str(made[0].pk)}

    send(now, effect=bulk)
    assert rows_of(records(journal)[0])["unions.UnionBody"]["name"] == "甲"


# Two copies ---------------------------------------------------------------------------------------


def test_with_a_second_place_there_are_two_copies_at_once(journal, other, now):
    assert send(now)[0]["copies"] == 2
    assert [record.id for record in records(other)] == [record.id for record in records(journal)]


def test_while_the_second_place_is_away_there_is_one_copy_and_the_timer_makes_it_two(journal, other, now):
    away = other.rename(other.with_name("away"))
    answer = send(now)[0]
    about = f"body:{answer['public_id']}"
    assert answer["copies"] == 1
    assert sweeping.sweep(now + SECOND) == 1  # noted as being here
    assert (copies_of(about), standing_of(about).awaits) == (1, True)
    away.rename(other)
    assert sweeping.sweep(now + dt.timedelta(minutes=2)) == 1
    assert (copies_of(about), standing_of(about).awaits) == (2, False)
    assert len(records(other)) == 1
    assert send(now)[0]["copies"] == 2


def test_a_place_that_failed_is_left_alone_longer_each_time(other, now):
    second = Second.here()
    waits = []
    for _failure in range(9):
        second.failed(now)
        waits.append(next(n for n in range(1, 100) if second.may_try(now + n * SECOND)))
    assert waits == [1, 2, 5, 10, 20, 30, 60, 60, 60]
    assert second.may_try(now - dt.timedelta(hours=1))
    second.worked()
    assert second.may_try(now)


def test_sealed_files_go_to_the_second_place_and_come_back(journal, other, now, tmp_path):
    kept = tmp_path / "attachments" / "13" / "ab" / "abc.original"

    def with_file() -> dict[str, Any]:
        kept.parent.mkdir(parents=True)
        kept.write_bytes(b"sealed bytes" * 1000)
        note_file(kept)
        return found_body()

    assert send(now, effect=with_file)[0]["copies"] == 2
    assert (other / "files/13/ab/abc.original").read_bytes() == kept.read_bytes()
    _lose_everything()
    kept.unlink()
    told = replay(other, now=now)
    assert (told.restored, told.files, told.refused) == (1, 1, [])
    assert kept.read_bytes() == b"sealed bytes" * 1000


def test_a_file_that_changed_is_no_copy(journal, other, now, tmp_path):
    kept = tmp_path / "attachments" / "abc.original"

    def with_file() -> dict[str, Any]:
        kept.parent.mkdir(parents=True)
        kept.write_bytes(b"sealed bytes")
        note_file(kept)
        kept.write_bytes(b"other bytes!")
        return found_body()

    assert send(now, effect=with_file)[0]["copies"] == 1
    assert not (other / "files/abc.original").exists()


# Left behind --------------------------------------------------------------------------------------


def test_who_died_between_commit_and_journal_is_brought_in_by_the_timer(journal, now, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr("zhijia.core.idempotency.keep", lambda _entry, _now: 1)
        send(now)
    assert sweeping.sweep(now + 59 * SECOND) == 0
    assert not files_in(journal)
    assert sweeping.sweep(now + 61 * SECOND) == 1
    assert len(records(journal)) == 1
    entry = JournalEntry.objects.get()
    assert (bytes(entry.sealed), entry.local_at) == (b"", now + 61 * SECOND)
    assert send(now + 62 * SECOND)[0]["copies"] == 1
    assert len(records(journal)) == 1


def test_files_whose_time_is_over_go_with_their_rows_in_both_places(journal, other, now):
    send(now)
    sweeping.sweep(now)
    later = now + dt.timedelta(days=40)
    send(later, key=KEY[::-1])
    sweeping.sweep(later)
    assert sweeping.prune(now + dt.timedelta(days=35)) == 0
    assert sweeping.prune(later) == 1
    assert [len(files_in(journal)), len(files_in(other)), JournalEntry.objects.count()] == [1, 1, 1]
    assert sweeping.prune(later + dt.timedelta(days=400)) == 0  # the newest file carries the chain on


# Back again ---------------------------------------------------------------------------------------


def _lose_everything() -> None:
    for model in (Post, UnionBody, IdempotencyRecord, JournalEntry):
        model.objects.all().delete()


def test_a_replay_puts_back_what_is_missing_once(journal, now):
    answer = send(now)[0]
    before = UnionBody.objects.values().get()
    _lose_everything()
    tried = replay(journal, now=now, dry_run=True)
    assert (tried.restored, tried.rows, UnionBody.objects.count()) == (1, 2, 0)
    told = replay(journal, now=now)
    assert (told.envelopes, told.restored, told.rows, told.refused) == (1, 1, 2, [])
    assert UnionBody.objects.values().get() == before
    assert send(now) == (answer, False)
    again = replay(journal, now=now)
    assert (again.present, again.restored) == (1, 0)
    assert UnionBody.objects.count() == 1
    assert UnionBodyFactory().pk > before["id"]  # new rows get new keys


def test_what_was_erased_since_does_not_come_back(journal, now):
    send(now)
    UnionBody.objects.all().delete()
    assert replay(journal, now=now).present == 1
    assert UnionBody.objects.count() == 0


def _with_post(user: User) -> dict[str, Any]:
    answer = found_body("上级")
    Post(
        body_id=int(answer["public_id"]), user=user, role="handler", from_on=dt.date(2026, 1, 1), tenant=13
    ).save()
    return answer


def test_a_key_that_is_taken_becomes_another_and_rows_follow(journal, now):
    user = User.objects.create_user(phone="13911112222", password="Zhijia-2026")
    answer, _fresh = send(now, effect=lambda: _with_post(user))
    _lose_everything()
    a_body("新", pk=int(answer["public_id"])).save(force_insert=True)
    told = replay(journal, now=now)
    assert told.refused == []
    assert Post.objects.get().body == UnionBody.objects.get(name="上级")
    assert str(Post.objects.get().body_id) != answer["public_id"]


def test_a_row_whose_neighbour_is_gone_comes_without_it_or_is_named(journal, now):
    user = User.objects.create_user(phone="13911112222", password="Zhijia-2026")
    employer = Employer(name="厂", place="130500", tenant=13, created_at=now)
    employer.save(force_insert=True)

    def rows() -> dict[str, Any]:
        answer = _with_post(user)
        UnionBody.objects.update(
            employer=employer, kind=BodyKind.GRASSROOTS, level=Level.GRASSROOTS
        )  # the envelope has the row as it is in the end
        return answer

    send(now, effect=rows)
    _lose_everything()
    user.delete()
    Employer.objects.all().delete()
    told = replay(journal, now=now)
    assert UnionBody.objects.get().employer is None
    assert len(told.refused) == 2
    assert "came without employer: unions.Employer" in told.refused[0]
    assert "unions.Post" in told.refused[1]
    assert "accounts.User" in told.refused[1]
    assert not told.is_complete


def test_an_envelope_that_was_altered_is_named_and_the_others_come_back(journal, now):
    send(now)
    send(now, key=KEY[::-1])
    first = records(journal)[0]
    path = files_in(journal)[0]
    data = bytearray(path.read_bytes())
    # Somebody who can compute the hash, too.
    changed = bytearray(first.body)
    changed[-1] ^= 1
    data[first.start : first.end] = files.encode(first.id, bytes(changed), first.before)
    path.write_bytes(data)
    _lose_everything()
    told = replay(journal, now=now)
    assert (told.restored, len(told.refused)) == (1, 1)
    wrong = [found for found in verify(journal) if isinstance(found, str)]
    assert len(wrong) == 2  # its seal, and the chain after it


# Erased -------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_what_is_to_be_forgotten_is_gone_from_both_places_and_stays_so(journal, other, now):
    answer = send(now)[0]
    send(now, key=KEY[::-1])
    sweeping.sweep(now)
    assert forget(f"body:{answer['public_id']}", now=now) == 1
    for folder in (journal, other):
        assert [record.is_forgotten for record in records(folder)] == [True, False]
    assert not [found for found in verify(journal) if isinstance(found, str)]
    assert forget(f"body:{answer['public_id']}", now=now) == 0
    assert copies_of(f"body:{answer['public_id']}") is None
    _lose_everything()
    told = replay(other, now=now)
    assert (told.forgotten, told.restored) == (1, 1)
    assert send(now + SECOND, key="another-key-0000000001")[0]["copies"] == 2


@pytest.mark.django_db(transaction=True)
def test_a_second_place_that_is_away_forgets_as_soon_as_it_is_back(journal, other, now):
    answer = send(now)[0]
    sweeping.sweep(now)
    away = other.rename(other.with_name("away"))
    forget(f"body:{answer['public_id']}", now=now)
    assert JournalEntry.objects.get().forgotten_at is None
    assert records(journal)[0].is_forgotten
    away.rename(other)
    assert not records(other)[0].is_forgotten
    sweeping.sweep(now + dt.timedelta(minutes=2))
    assert records(other)[0].is_forgotten
    assert JournalEntry.objects.get().forgotten_at == now + dt.timedelta(minutes=2)


# At the same moment -------------------------------------------------------------------------------


@pytest.mark.postgres_only
@pytest.mark.django_db(transaction=True)
def test_eight_senders_of_one_key_write_one_record(journal, other, now):
    sent = at_once(*[lambda: send(now)] * 8)
    assert {json.dumps(answer) for answer, _fresh in sent} == {json.dumps(sent[0][0])}
    assert sum(fresh for _answer, fresh in sent) == 1
    assert len(records(journal)) == len(records(other)) == 1


@pytest.mark.postgres_only
@pytest.mark.django_db(transaction=True)
def test_senders_at_the_same_moment_keep_one_chain(journal, other, now):
    sent = at_once(*[lambda n=n: send(now, key=f"one-key-each-{n:012d}") for n in range(8)])
    assert [answer["copies"] for answer, _fresh in sent] == [2] * 8
    for folder in (journal, other):
        found = records(folder)
        assert len(found) == 8
        assert [record.before for record in found[1:]] == [record.hash for record in found[:-1]]


# The command --------------------------------------------------------------------------------------


def test_the_command_tells_what_stands_where(journal, other, now, capsys):
    send(now)
    call_command("journal", "status")
    told = capsys.readouterr().out
    assert "1 files" in told
    assert "reachable" in told
    call_command("journal", "verify")
    assert "1 records in 1 files, 0 of them forgotten" in capsys.readouterr().out
    _lose_everything()
    call_command("journal", "replay", str(other), "--dry-run")
    assert "1 would be restored" in capsys.readouterr().out
    call_command("journal", "replay", str(other))
    assert "1 restored with 2 rows" in capsys.readouterr().out
    path = files_in(journal)[0]
    path.write_bytes(path.read_bytes()[:-100] + bytes(100) + path.read_bytes())
    with pytest.raises(SystemExit) as refused:
        call_command("journal", "verify")
    assert refused.value.code == 1


def test_the_token_of_an_entry_is_random_to_who_has_no_key(now):
    send(now)
    entry = JournalEntry.objects.get()
    assert uuid.UUID(entry.token)
    assert entry.token != entry.about
