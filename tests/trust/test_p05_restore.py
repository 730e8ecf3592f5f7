"""P5 in small, and every way in which backup and restore say no: real commands on a real installation."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.server import ROOT, environment, free_port
from tests.setup.postgresql_cluster import NoServer, cluster
from trust.p05_restore import House, burn, copied_live_file, new_house

FILE = """
import io
from django.utils import timezone
from zhijia.attachments import storage
from zhijia.attachments.models import Attachment
now = timezone.now()
told = {"tenant": 13, "owner": "appeal:1", "name": "a.pdf", "kind": "pdf", "sha256": "0" * 64}
one = Attachment.objects.create(size=3, rendition_size=3, added_at=now, added_by="user:1", **told)
path = storage.path_of(13, one.public_id, "original")
storage.write_sealed(path, io.BytesIO(b"abc"), place="x", key=bytes(32))
from django.contrib.sessions.models import Session
Session.objects.create(session_key="somebody", session_data="x", expire_date=now)
from zhijia.core.actors import SYSTEM
from zhijia.membership.services.importing import upload_roster
from zhijia.unions.models import UnionBody
roster = io.BytesIO("姓名,手机号码\\n张三,13800000001\\n".encode())
upload_roster(body_id=UnionBody.objects.first().pk, file=roster, file_name="a.csv", by=SYSTEM, now=now)
"""
FOLDERS = ("attachments", "rosters")
BACK, UNSAFE, NOTHING = 0, 1, 2


@pytest.mark.sqlite_only
def test_what_had_two_copies_survives_the_loss_of_the_house(tmp_path: Path) -> None:
    figures = burn(new_house(tmp_path / "house"), 12, 8)
    assert figures["lost_of_two_copies"] == 0
    assert figures["two_copies"] >= 20
    assert figures["from_journal"] >= 8
    assert figures["control_without_journal_lost"] >= 8


def test_a_copied_live_database_file_is_no_backup() -> None:
    assert copied_live_file()["backup"] == 1000


@pytest.mark.postgres_only
def test_the_same_on_postgresql_with_a_role_that_the_second_wall_binds(tmp_path: Path) -> None:
    try:
        with cluster() as server:
            figures = burn(new_house(tmp_path / "house", server.url()), 6, 6, renew=server.renew)
    except NoServer as missing:
        pytest.skip(str(missing))
    assert figures["lost_of_two_copies"] == 0
    assert figures["two_copies"] >= 12


# The commands, one house for all ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> House:
    """A house with rows, a file, a session and one backup."""
    house = new_house(tmp_path_factory.mktemp("backup") / "house")
    house.zhijia("shell", "-v0", "-c", FILE)
    house.zhijia("backup", str(house.base / "backups"))
    return house


@pytest.fixture
def house(first: House, tmp_path: Path) -> House:
    """The same in a place of its own; nothing runs in it."""
    shutil.copytree(first.base, tmp_path / "house")
    return House(tmp_path / "house", tmp_path / "house" / "data")


def run(house: House, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run a command of the house and return all that came of it."""
    command = [sys.executable, "-m", "zhijia.config.command_line", *arguments]
    told = environment(house.data) | house.variables() | more
    return subprocess.run(command, cwd=ROOT, env=told, capture_output=True, text=True, check=False)


def restore(house: House, *more: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Try to restore."""
    key = [] if "--private-key" in more else ["--private-key", str(house.base / "private")]
    return run(house, "restore", str(house.base / "backups"), *key, *more, **variables)


def burnt(house: House) -> House:
    """Take the data away."""
    shutil.rmtree(house.data)
    house.data.mkdir(mode=0o700)
    return house


def is_empty(house: House) -> bool:
    """Say whether there is no database and no file that a server could use."""
    files = [path for path in house.data.rglob("*") if path.is_file() and path.parent.name != "keys"]
    return [path.name for path in files if path.name != "restore.unfinished"] == []


def originals(house: House) -> dict[str, bytes]:
    """Return the files that rows refer to, in every folder, with what is in them."""
    paths = [path for name in FOLDERS for path in (house.data / name).rglob("*.original")]
    return {str(path.relative_to(house.data)): path.read_bytes() for path in paths}


pytestmark = pytest.mark.filterwarnings("error")
on_sqlite = pytest.mark.sqlite_only


@on_sqlite
def test_a_restored_house_has_rows_and_files_and_nobody_signed_in(house: House) -> None:
    files = originals(house)
    assert len(files) == len(FOLDERS)
    done = restore(burnt(house))
    assert done.returncode == BACK, done.stderr
    assert "audit: intact" in done.stdout
    assert "core.housekeeping.end_sessions: 1" in done.stdout
    assert originals(house) == files
    assert not (house.data / "restore.unfinished").exists()
    assert [path.name for path in house.data.glob(".*")] == []
    for name in FOLDERS:
        assert {path.stat().st_mode & 0o77 for path in (house.data / name).rglob("*")} == {0}


@on_sqlite
def test_a_house_in_use_is_never_written_over(house: House) -> None:
    before = (house.data / "zhijia.sqlite3").read_bytes()
    done = restore(house)
    assert (done.returncode, "has tables" in done.stderr) == (NOTHING, True), done.stderr
    assert (house.data / "zhijia.sqlite3").read_bytes() == before
    (house.data / "zhijia.sqlite3").unlink()
    done = restore(house)
    assert (done.returncode, "holds files" in done.stderr) == (NOTHING, True), done.stderr
    assert len(list((house.data / "attachments").rglob("*.original"))) == 1
    assert not (house.data / "restore.unfinished").exists()


@on_sqlite
def test_wrong_keys_are_told_apart_and_nothing_is_written(house: House) -> None:
    burnt(house)
    run(house, "backup", "keys", "make", str(house.base / "another"))
    done = restore(house, "--private-key", str(house.base / "another"))
    assert (done.returncode, "opens with the private key" in done.stderr) == (NOTHING, True), done.stderr
    key = house.base / "keys" / "master.key"
    right = key.read_bytes()
    key.write_bytes(bytes(32))
    done = restore(house)
    assert (done.returncode, "are not those of the installation" in done.stderr) == (NOTHING, True), (
        done.stderr
    )
    key.unlink()
    done = restore(house)
    assert (done.returncode, "Bring them back first" in done.stderr) == (NOTHING, True), done.stderr
    assert not key.exists()
    assert is_empty(house)
    key.write_bytes(right)
    assert restore(house).returncode == BACK


@on_sqlite
@pytest.mark.parametrize("part", ["database.sealed", "facts.sealed", "manifest.json", "files"])
def test_a_damaged_backup_is_refused_before_anything_is_written(house: House, part: str) -> None:
    place = house.base / "backups" / ("files" if part == "files" else "backups")
    path = next(place.rglob("*.sealed" if part == "files" else part))
    content = path.read_bytes()
    spoiled = content.replace(b'"version": "', b'"version": "9') if part == "manifest.json" else content[:-1]
    path.write_bytes(spoiled)
    done = restore(burnt(house))
    assert done.returncode == NOTHING, done.stdout
    assert "was altered" in done.stderr or "is not what was written" in done.stderr, done.stderr
    assert is_empty(house)
    checked = run(house, "backup", "verify", str(house.base / "backups"))
    assert (checked.returncode, "damaged: " in checked.stderr) == (UNSAFE, True)


@on_sqlite
def test_a_restore_that_is_killed_keeps_the_house_closed_and_begins_anew(house: House) -> None:
    burnt(house)
    killed = start_and_kill(house)
    assert killed
    port = free_port()
    refused = run(house, "serve", "--prepare", "--port", str(port))
    assert (refused.returncode, "has not ended" in refused.stderr) == (NOTHING, True), refused.stderr
    again = restore(house)
    assert again.returncode == BACK, again.stderr
    assert len(list((house.data / "attachments").rglob("*.original"))) == 1


def start_and_kill(house: House) -> bool:
    """Kill a restore once it has begun to write."""
    command = [sys.executable, "-m", "zhijia.config.command_line", "restore", str(house.base / "backups")]
    process = subprocess.Popen(
        [*command, "--private-key", str(house.base / "private")], cwd=ROOT, start_new_session=True,
        env=environment(house.data) | house.variables(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    mark = house.data / "restore.unfinished"
    while process.poll() is None and not mark.exists():
        time.sleep(0.001)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    return mark.exists()


@on_sqlite
def test_an_older_backup_is_brought_up_to_this_version_and_a_newer_one_refused(house: House) -> None:
    house.zhijia("migrate", "sessions", "zero", "-v0")
    house.zhijia("backup", str(house.base / "backups"))
    newer = (
        "from django.db.migrations.recorder import MigrationRecorder as R; from django.db import connection;"
    )
    house.zhijia("shell", "-v0", "-c", f"{newer} R(connection).record_applied('core', '9999_later')")
    time.sleep(1.1)  # the name of a backup counts seconds
    house.zhijia("backup", str(house.base / "backups"))
    burnt(house)
    done = restore(house)
    assert (done.returncode, "core.9999_later" in done.stderr) == (NOTHING, True), done.stderr
    assert is_empty(house)
    older = sorted(path.name for path in (house.base / "backups" / "backups").iterdir())[1]
    done = restore(house, "--backup", older)
    assert done.returncode == BACK, done.stderr
    assert "migrations applied: 1" in done.stdout


@on_sqlite
def test_a_file_that_is_missing_is_named_by_backup_and_by_restore(house: House) -> None:
    (file,) = (house.data / "attachments").rglob("*.original")
    file.unlink()
    done = run(house, "backup", str(house.base / "new"))
    assert (done.returncode, file.name in done.stderr) == (UNSAFE, True), done.stderr
    burnt(house)
    key = ["--private-key", str(house.base / "private")]
    back = run(house, "restore", str(house.base / "new"), *key)
    assert (back.returncode, file.name in back.stderr) == (UNSAFE, True), back.stderr


@on_sqlite
def test_a_second_backup_takes_along_only_what_is_new_and_a_trial_writes_nothing(house: House) -> None:
    target = house.base / "backups"
    left = house.data / "backup-999999999-killed"  # what a backup that was killed leaves behind
    left.mkdir()
    (left / "zhijia.sqlite3").touch()
    done = run(house, "backup", str(target))
    assert not left.exists()
    assert "2 files, 0 of them new" in done.stdout, done.stdout + done.stderr
    count = len(list(target.rglob("*")))
    assert "would look at" in run(house, "backup", str(target), "--dry-run").stdout
    assert len(list(target.rglob("*"))) == count
    assert not (house.base / "nowhere").exists()
    assert run(house, "backup", str(house.base / "nowhere"), "--dry-run").returncode == BACK
    assert not (house.base / "nowhere").exists()
    verified = run(house, "backup", "verify", str(target), "--private-key", str(house.base / "private"))
    assert "2 backups opened and read, all whole" in verified.stdout


@on_sqlite
def test_the_installation_cannot_read_its_own_backups_and_nothing_stands_in_clear(house: House) -> None:
    words = ["河北省总工会".encode(), b"SQLite format 3", b"somebody", b"audit_entry", b"a.pdf"]
    for path in (house.base / "backups").rglob("*"):
        if path.is_file():
            assert [word for word in words if word in path.read_bytes()] == [], path
    assert words[0] in (house.data / "zhijia.sqlite3").read_bytes()
    assert not any(b"private" in path.read_bytes() for path in (house.base / "keys").iterdir())
    key = bytes.fromhex((house.base / "keys" / "backup.public").read_text())
    pretended = house.base / "pretended"
    pretended.write_text(f"private: {key.hex()}\ncheck: 00000000\n")
    assert restore(burnt(house), "--private-key", str(pretended)).returncode == NOTHING


@on_sqlite
def test_a_drill_leaves_the_house_alone_and_keeps_its_result(house: House) -> None:
    before = {path: path.read_bytes() for path in house.data.rglob("*") if path.is_file()}
    done = restore(house, "--drill")
    assert done.returncode == BACK, done.stderr
    (line,) = done.stdout.splitlines()
    told = json.loads(line)
    assert (told["promise"], told["held"], told["figures"]["files"]) == ("P5", True, 2)
    kept = house.data / "trust" / "P5.json"
    assert json.loads(kept.read_text()) == told
    after = {path: path.read_bytes() for path in house.data.rglob("*") if path.is_file() and path != kept}
    assert after == before
    next((house.base / "backups" / "files").rglob("*.sealed")).unlink()
    failed = restore(house, "--drill")
    assert failed.returncode == UNSAFE
    assert json.loads(failed.stdout)["held"] is False
    assert json.loads(kept.read_text())["held"] is False


@on_sqlite
def test_a_head_of_the_audit_that_a_witness_has_must_be_there(house: House) -> None:
    heads = [line.split()[1] for line in run(house, "audit", "verify").stdout.splitlines() if ":" in line]
    head = next(word for word in heads if word.count(":") == 2 and word.split(":")[1] != "0")
    tenant, seq, digest = head.split(":")
    burnt(house)
    assert "is no head of the audit" in restore(house, "--head", "yesterday").stderr
    other = f"{tenant}:{seq}:{digest[::-1]}"
    done = restore(house, "--head", other)
    assert (done.returncode, "the audit does not hold" in done.stderr) == (NOTHING, True), done.stderr
    assert run(house, "serve", "--port", str(free_port())).returncode == NOTHING
    later = f"{tenant}:{int(seq) + 5}:{digest}"
    done = restore(house, "--head", head, "--head", later)
    assert done.returncode == BACK, done.stderr
    assert f"lost: audit of tenant {tenant}: rows {int(seq) + 1} to {int(seq) + 5}" in done.stdout


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Let no setting of the shell into these houses."""
    kept = {name: os.environ.pop(name) for name in ("ZHIJIA_BACKUP_KEY",) if name in os.environ}
    yield
    os.environ.update(kept)
