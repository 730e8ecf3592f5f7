"""The journal on disk: added to once, whole or not at all, and honest about what is damaged."""

import errno
import os
import stat
import uuid
from pathlib import Path

import pytest

from zhijia.core.journal import files
from zhijia.core.journal.files import Damage, Journal, Position, Record, blank, files_in, read
from zhijia.core.journal.mirror import OtherFolder, mark_second

DAY = "20260302"
START = Position("", 0)


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    """An empty journal."""
    return Journal(tmp_path / "journal")


def add(journal: Journal, body: bytes = b"sealed", day: str = DAY) -> tuple[uuid.UUID, Position]:
    identity = uuid.uuid4()
    return identity, journal.append_once(identity, body, since=START, day=day)


def records(journal: Journal) -> list[Record | Damage]:
    return [found for path in files_in(journal.folder) for found in read(path)]


def test_records_come_back_in_order_and_form_one_chain(journal: Journal):
    added = [add(journal, b"body %d" % n)[0] for n in range(5)]
    found = records(journal)
    assert [record.id for record in found] == added
    assert [record.body for record in found] == [b"body %d" % n for n in range(5)]
    assert [record.before for record in found] == [files.START, *(record.hash for record in found[:-1])]


def test_the_same_envelope_is_added_once(journal: Journal):
    identity, position = add(journal)
    add(journal)
    assert journal.append_once(identity, b"sealed", since=START, day=DAY) == position
    assert len(records(journal)) == 2


def test_the_name_of_a_new_file_is_on_the_disk_before_its_first_record_counts(journal, monkeypatch):
    """Else a power cut takes the file with everything that was acknowledged since it began."""
    synced, fsync = [], os.fsync

    def note(descriptor: int) -> None:
        synced.append(os.fstat(descriptor).st_ino)
        fsync(descriptor)

    monkeypatch.setattr(files.os, "fsync", note)
    for day in (DAY, "20260303"):
        synced.clear()
        _identity, position = add(journal, day=day)
        folder, file = journal.folder, journal.folder / position.file
        assert synced[-2:] == [folder.stat().st_ino, file.stat().st_ino]


def test_only_the_owner_may_read_it(journal: Journal):
    add(journal)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in journal.folder.iterdir()}
    assert stat.S_IMODE(journal.folder.stat().st_mode) == 0o700
    assert set(modes.values()) == {0o600}


def test_a_new_day_and_a_full_file_begin_a_new_one_and_the_chain_goes_on(journal, monkeypatch):
    add(journal)
    add(journal, day="20260303")
    monkeypatch.setattr(files, "FULL_AT", 10)
    add(journal, day="20260303")
    add(journal, day="20260301")  # the clock was set back: never into an older file
    assert [path.name[9:] for path in files_in(journal.folder)] == [
        "000001-20260302.journal",
        "000002-20260303.journal",
        "000003-20260303.journal",
        "000004-20260303.journal",
    ]
    found = records(journal)
    assert [record.before for record in found[1:]] == [record.hash for record in found[:-1]]


def test_a_file_with_an_unfinished_end_is_never_written_again(journal: Journal):
    add(journal, b"first")
    _id, last = add(journal, b"second")
    path = journal.folder / last.file
    whole = path.read_bytes()
    path.write_bytes(whole[:-7])
    third = add(journal, b"third")[0]
    assert path.read_bytes() == whole[:-7]
    first, torn, added = records(journal)
    assert isinstance(torn, Damage)
    assert torn.at_end
    assert (added.id, added.before) == (third, first.hash)


def test_damage_in_the_middle_is_told_and_hides_nothing_behind_it(journal: Journal):
    _first, second, third = (add(journal, b"x" * 200)[1] for _n in range(3))
    path = journal.folder / second.file
    data = bytearray(path.read_bytes())
    data[second.end - 100] ^= 1
    path.write_bytes(data)
    found = records(journal)
    assert [type(each) for each in found] == [Record, Damage, Record]
    assert not found[1].at_end
    assert found[2].end == third.end
    assert "DAMAGED" in str(found[1])


@pytest.mark.parametrize("call", ["write", "fsync"])
@pytest.mark.parametrize("error", [errno.EIO, errno.ENOSPC])
def test_what_could_not_be_written_leaves_nothing_behind(journal, monkeypatch, call, error):
    add(journal)
    before = files_in(journal.folder)[0].read_bytes()

    def fails(*_args):
        raise OSError(error, os.strerror(error))

    with monkeypatch.context() as patch:
        patch.setattr(files.os, call, fails)
        with pytest.raises(OSError, match=os.strerror(error)):
            add(journal)
    assert [path.read_bytes() for path in files_in(journal.folder)] == [before]
    add(journal)
    assert len(records(journal)) == 2


def test_half_a_write_is_finished(journal, monkeypatch):
    real = os.write
    monkeypatch.setattr(files.os, "write", lambda fd, data: real(fd, data[: max(1, len(data) // 2)]))
    add(journal, b"y" * 1000)
    assert [record.body for record in records(journal)] == [b"y" * 1000]


def test_a_forgotten_record_is_zeros_and_the_chain_goes_on(journal: Journal):
    add(journal)
    secret, position = add(journal, b"what happened")
    add(journal)
    assert blank(journal.folder / position.file, secret, position.end)
    found = records(journal)
    assert [record.is_forgotten for record in found] == [False, True, False]
    assert [record.before for record in found[1:]] == [record.hash for record in found[:-1]]
    assert b"what happened" not in (journal.folder / position.file).read_bytes()
    add(journal)
    assert len(records(journal)) == 4


def test_another_record_is_not_forgotten_by_mistake(journal: Journal):
    _one, position = add(journal)
    assert not blank(journal.folder / position.file, uuid.uuid4(), position.end)
    assert records(journal)[0].body == b"sealed"


# The second place ---------------------------------------------------------------------------------


@pytest.fixture
def other(tmp_path: Path) -> OtherFolder:
    """A marked second place."""
    mark_second(tmp_path / "other")
    return OtherFolder(tmp_path / "other")


def test_the_second_place_holds_the_same_bytes(journal: Journal, other: OtherFolder):
    for _n in range(3):
        position = add(journal)[1]
        other.copy(journal.folder / position.file, position.end)
    ours, theirs = journal.folder / position.file, other.folder / position.file
    assert ours.read_bytes() == theirs.read_bytes()
    assert stat.S_IMODE(theirs.stat().st_mode) == 0o600


def test_it_gets_what_it_missed_but_not_what_is_not_on_our_disk_yet(journal: Journal, other: OtherFolder):
    first = add(journal)[1]
    add(journal)
    other.copy(journal.folder / first.file, first.end)
    assert (other.folder / first.file).stat().st_size == first.end


def test_a_folder_without_its_mark_is_a_mount_that_is_away(journal: Journal, tmp_path: Path):
    (tmp_path / "empty").mkdir()
    position = add(journal)[1]
    with pytest.raises(FileNotFoundError):
        OtherFolder(tmp_path / "empty").copy(journal.folder / position.file, position.end)
    assert list((tmp_path / "empty").iterdir()) == []


def test_a_copy_that_differs_is_set_aside_and_made_anew(journal: Journal, other: OtherFolder):
    position = add(journal)[1]
    strange = b"something else " * 40
    (other.folder / position.file).write_bytes(strange[: position.end])
    other.copy(journal.folder / position.file, position.end)
    assert (other.folder / position.file).read_bytes() == (journal.folder / position.file).read_bytes()
    assert (other.folder / f"{position.file}.aside-1").read_bytes() == strange[: position.end]


def test_a_new_journal_never_writes_over_an_older_one(tmp_path: Path, other: OtherFolder):
    names = set()
    for n in range(3):
        journal = Journal(tmp_path / f"house-{n}")
        position = add(journal)[1]
        other.copy(journal.folder / position.file, position.end)
        names.add(position.file)
    assert {path.name for path in files_in(other.folder)} == names
    assert len(names) == 3
