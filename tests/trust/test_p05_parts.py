"""The parts of a backup: sealed streams, the key on paper, the repository. No database is needed."""

import datetime as dt
import io
import re
from pathlib import Path

import pytest

from tests.architecture.sources import PACKAGE, code, nothing, shown
from zhijia.core.backup import key_files, repository
from zhijia.core.backup.errors import BackupDamaged, BackupRefused
from zhijia.core.backup.repository import DATABASE, Repository, Snapshot, installation
from zhijia.core.backup.stream import CHUNK, HEADER, open_stream, pieces_of, seal_stream
from zhijia.core.boxes import new_pair

NOW = dt.datetime(2026, 3, 2, 1, 30, tzinfo=dt.UTC)
PAIR = new_pair()


def sealed(content: bytes, *, squeeze: bool = False, place: str = "here") -> bytes:
    out = io.BytesIO()
    written = seal_stream(iter([content]), out, public=PAIR.public, place=place, squeeze=squeeze)
    assert written.size == len(out.getvalue())
    return out.getvalue()


def opened(stream: bytes, *, private: bytes = PAIR.private, place: str = "here") -> bytes:
    return b"".join(open_stream(io.BytesIO(stream), private=private, place=place))


@pytest.mark.parametrize("squeeze", [False, True])
@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_a_stream_of_any_length_comes_back(size: int, squeeze: bool) -> None:
    content = bytes(n % 251 for n in range(1000)) * (size // 1000 + 1)
    assert opened(sealed(content[:size], squeeze=squeeze)) == content[:size]


def test_pieces_of_any_size_give_the_same_stream() -> None:
    out = io.BytesIO()
    pieces = [b"x" * n for n in (1, CHUNK, 0, 7, 2 * CHUNK)]
    seal_stream(iter(pieces), out, public=PAIR.public, place="here")
    assert opened(out.getvalue()) == b"".join(pieces)


@pytest.mark.parametrize("squeeze", [False, True])
def test_a_stream_that_was_altered_anywhere_does_not_open(squeeze: bool) -> None:
    stream = sealed(b"names and wages " * 10, squeeze=squeeze)
    for place in range(len(stream)):
        altered = bytearray(stream)
        altered[place] ^= 1
        with pytest.raises(BackupDamaged):
            opened(bytes(altered))


def test_a_stream_cut_off_anywhere_does_not_open() -> None:
    stream = sealed(b"x" * (2 * CHUNK + 10))
    ends = [*range(100), *range(len(stream) - 100, len(stream)), CHUNK + 200, 2 * CHUNK]
    for end in ends:
        with pytest.raises(BackupDamaged):
            opened(stream[:end])


def test_chunks_in_another_order_do_not_open() -> None:
    stream = sealed(b"a" * CHUNK + b"b" * CHUNK + b"c")
    head = HEADER.size + HEADER.unpack_from(stream)[2]
    length = int.from_bytes(stream[head : head + 4], "big") + 4
    assert length > CHUNK
    one, two = stream[head : head + length], stream[head + length : head + 2 * length]
    assert opened(stream[:head] + one + two + stream[head + 2 * length :])[:1] == b"a"
    with pytest.raises(BackupDamaged):
        opened(stream[:head] + two + one + stream[head + 2 * length :])
    with pytest.raises(BackupDamaged):
        opened(stream[:head] + one + stream[head + 2 * length :])


def test_a_stream_opens_only_with_its_key_and_at_its_place() -> None:
    stream = sealed(b"x")
    for wrong in ({"private": new_pair().private}, {"place": "elsewhere"}):
        with pytest.raises(BackupDamaged):
            opened(stream, **wrong)


def test_a_file_that_grows_is_read_as_long_as_it_was() -> None:
    assert b"".join(pieces_of(io.BytesIO(b"x" * (CHUNK + 5)), CHUNK + 2)) == b"x" * (CHUNK + 2)


# The key on paper ------------------------------------------------------------------------------------


@pytest.fixture
def keys(tmp_path: Path, settings) -> Path:  # type: ignore[no-untyped-def]
    settings.DATA = tmp_path / "data"
    settings.ZHIJIA_BACKUP_KEY = str(tmp_path / "keys" / "backup.public")
    return tmp_path


def test_the_private_half_is_written_once_and_leads_to_the_public_half(keys: Path) -> None:
    name = key_files.make_keys(keys / "private", NOW)
    private = key_files.private_key(keys / "private")
    assert key_files.opens(private) == name == key_files.fingerprint(key_files.public_key())
    assert (keys / "private").stat().st_mode & 0o777 == 0o400
    assert private.hex() not in key_files.public_path().read_text()
    before = (keys / "private").read_bytes()
    with pytest.raises(BackupRefused, match="never written over"):
        key_files.make_keys(keys / "private", NOW)
    assert (keys / "private").read_bytes() == before
    assert key_files.fingerprint(key_files.public_key()) == name


def test_a_new_key_keeps_the_old_public_half_beside_it(keys: Path) -> None:
    first = key_files.make_keys(keys / "first", NOW)
    second = key_files.make_keys(keys / "second", NOW)
    assert first != second
    assert key_files.fingerprint(key_files.public_key()) == second
    assert (keys / "keys" / "backup.public.until-20260302T013000Z").exists()


def test_what_was_typed_from_paper_opens_and_a_wrong_sign_is_noticed(keys: Path) -> None:
    key_files.make_keys(keys / "private", NOW)
    text = (keys / "private").read_text()
    private = key_files.private_key(keys / "private")
    digits = re.sub(r"\s", "", text.split("private:")[1].split("check:")[0])
    typed = keys / "typed"
    typed.write_text(f"private: {digits}\ncheck: {text.split('check:')[1].strip()}\n")
    assert key_files.private_key(typed) == private
    wrong = ("0" if digits[7] != "0" else "1").join((digits[:7], digits[8:]))
    for spoiled in (wrong, digits[:-1], digits[1:] + digits[0]):
        typed.write_text(f"private: {spoiled}\ncheck: {text.split('check:')[1].strip()}\n")
        with pytest.raises(BackupRefused, match="check does not agree"):
            key_files.private_key(typed)


def test_the_private_half_never_lies_beside_the_data(keys: Path) -> None:
    (keys / "data").mkdir()
    with pytest.raises(BackupRefused, match="would take the key along"):
        key_files.make_keys(keys / "data" / "private", NOW)
    assert list((keys / "data").iterdir()) == []


# The repository ----------------------------------------------------------------------------------------


@pytest.fixture
def house(tmp_path: Path) -> Repository:
    made = Repository(tmp_path / "backups")
    made.begin()
    return made


def backup(house: Repository, at: dt.datetime, *files: Path) -> Snapshot:
    """Make a backup of some files, without tables."""
    with house.writing():
        folder = house.new_folder(at)
        name = folder.name.removeprefix(".new-")
        part = repository.write_whole(
            folder / "database.sealed",
            lambda out: seal_stream(iter([b"t"]), out, public=PAIR.public, place=f"database|{name}"),
        )
        listed = {}
        for file in files:
            digest, _size, written, _new = house.add_file(file, public=PAIR.public, recipient="key")
            listed[digest] = [written.size, written.sha256]
        manifest = {
            "at": at.isoformat(), "recipient": "key", "installation": installation(), "files": listed,
            "parts": {DATABASE: [part.size, part.sha256]},
        }  # fmt: skip
        return house.finish(folder, manifest)


def stored(house: Repository) -> list[Path]:
    return sorted((house.folder / "files").rglob("*.sealed"))


def test_what_did_not_change_is_kept_once(house: Repository, tmp_path: Path) -> None:
    same, changed = tmp_path / "same", tmp_path / "changed"
    same.write_bytes(b"same")
    changed.write_bytes(b"one")
    backup(house, NOW, same, changed)
    assert len(stored(house)) == 2
    changed.write_bytes(b"two")
    backup(house, NOW + dt.timedelta(days=1), same, changed)
    assert len(stored(house)) == 3
    assert list(house.damages(house.snapshots())) == []


def test_what_is_older_than_the_promise_is_gone_with_the_files_that_only_it_needed(
    house: Repository, tmp_path: Path
) -> None:
    erased, kept = tmp_path / "erased", tmp_path / "kept"
    erased.write_bytes(b"erased")
    kept.write_bytes(b"kept")
    old = backup(house, NOW, erased, kept)
    new = backup(house, NOW + dt.timedelta(days=30), kept)
    with house.writing():
        assert house.prune(NOW) == []
        assert len(stored(house)) == 2
        assert house.prune(NOW + dt.timedelta(seconds=1)) == [old.name]
    assert [each.name for each in house.snapshots()] == [new.name]
    assert len(stored(house)) == 1
    assert list(house.damages([new])) == []


def test_the_newest_backup_is_never_deleted_however_old(house: Repository, tmp_path: Path) -> None:
    only = backup(house, NOW)
    with house.writing():
        assert house.prune(NOW + dt.timedelta(days=9999)) == []
    assert [each.name for each in house.snapshots()] == [only.name]


def test_no_file_is_deleted_while_a_manifest_cannot_be_read(house: Repository, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"x")
    first = backup(house, NOW, file)
    backup(house, NOW + dt.timedelta(days=1))
    (first.folder / "manifest.json").write_text("{")
    with house.writing():
        house.prune(NOW)
    assert len(stored(house)) == 1
    assert house.unreadable() == [first.name]


def test_a_backup_that_broke_off_leaves_nothing_that_looks_like_one(house: Repository) -> None:
    half = house.new_folder(NOW)
    (half / "database.sealed").write_bytes(b"half")
    part = house.folder / "files" / "key" / "ab" / ".abcd.sealed.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(b"half")
    assert house.snapshots() == []
    with house.writing():
        assert not half.exists()
        assert not part.exists()


def test_two_backups_at_once_are_refused(house: Repository) -> None:
    with (
        house.writing(),
        pytest.raises(BackupRefused, match="Another backup"),
        Repository(house.folder).writing(),
    ):
        pass


def test_every_altered_cut_or_missing_part_is_named(house: Repository, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"x" * 1000)
    made = backup(house, NOW, file)
    for path in (made.part(DATABASE), *stored(house)):
        whole = path.read_bytes()
        for spoiled in (whole[:-1], whole + b"x", bytes([whole[0] ^ 1]) + whole[1:]):
            path.write_bytes(spoiled)
            assert [line for line in house.damages([made]) if str(path.name) in line] != []
        path.unlink()
        assert any(path.name in line and "is missing" in line for line in house.damages([made]))
        path.write_bytes(whole)
    assert list(house.damages([made])) == []


def test_a_manifest_that_was_altered_is_named(house: Repository) -> None:
    made = backup(house, NOW)
    path = made.folder / "manifest.json"
    path.write_text(path.read_text().replace("2026-03-02", "2026-03-03"))
    assert any("the manifest was altered" in line for line in house.damages(house.snapshots()))


def test_a_folder_of_other_things_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("x")
    with pytest.raises(BackupRefused, match="not empty"):
        Repository(tmp_path).begin()
    with pytest.raises(BackupRefused, match="Is the disk mounted"):
        Repository(tmp_path / "nowhere").snapshots()
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


# A database file is never copied -------------------------------------------------------------------------


def test_no_program_copies_a_database_file() -> None:
    copies = re.compile(r"shutil\.(copy|copy2|copyfile|copytree|move)\(|[\"'](cp|rsync)[\"'],|\bcp -")
    allowed = {"zhijia/audit/export.py"}  # its program of verification, beside what it verifies
    found = [
        f"{shown(path)}:{number}"
        for path in code()
        if shown(path) not in allowed
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if copies.search(line)
    ]
    nothing(found)
    assert copies.search("shutil.copyfile(database, backup)")
    assert PACKAGE.is_dir()
