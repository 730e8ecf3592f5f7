"""``zhijia serve`` stays closed on each unsafe setting, names cause and cure, and listens nowhere."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests import empty_database
from tests.browser.server import ROOT, environment, free_port, is_healthy
from zhijia.core.boot_gate.sqlite import has_wal_fault

pytestmark = pytest.mark.sqlite_only
CLOSED = 2


@dataclass
class House:
    """An installation as in production: keys apart, nothing for development."""

    data: Path
    keys: Path
    extra: dict[str, str] = field(default_factory=dict)

    def environment(self, **more: str) -> dict[str, str]:
        """Return its environment; an empty value takes a variable away."""
        told = environment(self.data) | {
            "ZHIJIA_DEVELOPMENT": "0",
            "ZHIJIA_KEY_FILE": str(self.keys / "master.key"),
            "DJANGO_SETTINGS_MODULE": "tests.setup.unsafe_settings",
            **self.extra,
            **more,
        }
        return {name: value for name, value in told.items() if value}

    def command(self, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the house; one that does not end in time counts as started."""
        command = [sys.executable, "-m", "zhijia.config.command_line", *arguments]
        process = subprocess.Popen(
            command, cwd=ROOT, env=self.environment(**more), text=True, start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        try:
            out, err = process.communicate(timeout=180)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            out, err = process.communicate()
            pytest.fail(f"it was opened: {out}{err}")
        return subprocess.CompletedProcess(command, process.returncode, out, err)

    def refused(self, *words: str, **more: str) -> str:
        """Try to open the house; check that it stays closed, and return what was said."""
        port = free_port()
        done = self.command("serve", "--port", str(port), **more)
        assert done.returncode == CLOSED, done.stderr
        assert "not started: 1 thing is not safe" in done.stderr, done.stderr
        assert "Cure: " in done.stderr
        nothing = [word for word in words if word not in done.stderr]
        assert nothing == [], done.stderr
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", port)) != 0
        return done.stderr


def make_house(folder: Path, **extra: str) -> House:
    """Return a house with a database of this version, static files and a key."""
    house = House(folder / "data", folder / "keys", extra)
    house.data.mkdir(mode=0o700)
    house.keys.mkdir(mode=0o700)
    key = house.keys / "master.key"
    key.touch(mode=0o400)
    key.chmod(0o600)
    key.write_bytes(bytes(range(32)))

    def run(*command: str) -> None:
        done = house.command(*command)
        assert done.returncode == 0, done.stderr

    empty_database.give_tables(house.data, run, database=extra.get("DATABASE_URL", ""))
    (house.data / "static").mkdir()
    return house


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    return make_house(tmp_path_factory.mktemp("boot-gate"))


def opens(house: House, **more: str) -> str:
    """Open the house, see it healthy, close it; return what it said."""
    port = free_port()
    command = [sys.executable, "-m", "zhijia.config.command_line", "serve", "--port", str(port)]
    process = subprocess.Popen(
        command, cwd=ROOT, env=house.environment(**more), text=True, start_new_session=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    until = time.monotonic() + 120
    while not is_healthy(f"http://127.0.0.1:{port}"):
        assert process.poll() is None, process.communicate()[0]
        assert time.monotonic() < until
        time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    said = process.communicate(timeout=30)[0]
    assert process.returncode == 0, said
    return said


def test_a_safe_house_opens(house: House) -> None:
    assert "refused" not in opens(house)


PRAGMAS = {
    "PRAGMA synchronous=OFF": ("synchronous=OFF", "power cut", "PRAGMA synchronous=EXTRA"),
    "PRAGMA synchronous=NORMAL": ("synchronous=NORMAL", "power cut", "PRAGMA synchronous=EXTRA"),
    "PRAGMA journal_mode=DELETE;PRAGMA synchronous=FULL": (
        "end of its journal",
        "would take it back",
        "PRAGMA synchronous=EXTRA",
    ),
    "PRAGMA secure_delete=OFF": ("secure_delete is off", "PRAGMA secure_delete=ON"),
    "PRAGMA secure_delete=FAST": ("or FAST", "PRAGMA secure_delete=ON"),
    "PRAGMA foreign_keys=OFF": ("foreign_keys is off", "PRAGMA foreign_keys=ON"),
    "PRAGMA mmap_size=1048576": ("mmap_size=1048576", "PRAGMA mmap_size=0"),
    "PRAGMA journal_mode=MEMORY": ("journal_mode=MEMORY", "PRAGMA journal_mode=DELETE"),
    "PRAGMA journal_mode=PERSIST": ("journal_mode=PERSIST", "PRAGMA journal_mode=DELETE"),
}


@pytest.mark.parametrize("pragma", PRAGMAS)
def test_an_unsafe_setting_of_sqlite_is_refused(house: House, pragma: str) -> None:
    house.refused(*PRAGMAS[pragma], UNSAFE_PRAGMA=f"{pragma};")


def test_what_could_lose_appeals_is_refused_in_development_too(house: House) -> None:
    house.refused("synchronous=NORMAL", UNSAFE_PRAGMA="PRAGMA synchronous=NORMAL;", ZHIJIA_DEVELOPMENT="1")


def test_a_write_ahead_log_is_refused_where_sqlite_has_the_fault_and_allowed_where_not(house: House) -> None:
    import sqlite3

    wal = {"UNSAFE_PRAGMA": "PRAGMA journal_mode=WAL;"}
    try:
        if has_wal_fault(sqlite3.sqlite_version_info):
            house.refused(sqlite3.sqlite_version, "WAL-reset", "3.51.3 or later", **wal)
        else:
            opens(house, **wal)
    finally:
        house.command("doctor", UNSAFE_PRAGMA="PRAGMA journal_mode=DELETE;")


@pytest.mark.parametrize(
    ("version", "faulty"),
    [((3, 6, 23), False), ((3, 7, 0), True), ((3, 40, 1), True), ((3, 51, 2), True), ((3, 51, 3), False)],
)
def test_the_fault_of_the_write_ahead_log_has_a_first_and_a_last_version(version, faulty: bool) -> None:
    assert has_wal_fault(version) is faulty


SETTINGS = {
    "debug": ({"ZHIJIA_DEBUG": "1"}, ("ZHIJIA_DEBUG is on", "Unset ZHIJIA_DEBUG")),
    "secret": ({"ZHIJIA_SECRET_KEY": "secret"}, ("signs sessions", "50 random characters")),
    "one sign": ({"ZHIJIA_SECRET_KEY": "ab" * 40}, ("signs sessions", "50 random characters")),
    "any host": (
        {"ZHIJIA_HOSTS": "*", "ZHIJIA_TLS": "1"},
        ("ZHIJIA_HOSTS=*", "names under which people reach you"),
    ),
    "no tls": ({"ZHIJIA_HOSTS": "home.example"}, ("home.example", "without encryption", "ZHIJIA_TLS=1")),
    "bound": ({"ZHIJIA_BIND": "192.0.2.1"}, ("192.0.2.1", "without encryption", "listen on 127.0.0.1")),
    "development": (
        {"ZHIJIA_DEVELOPMENT": "1", "ZHIJIA_TLS": "1", "ZHIJIA_HOSTS": "home.example"},
        ("/outbox/", "Unset ZHIJIA_DEVELOPMENT"),
    ),
    "full disk": (
        {"ZHIJIA_MINIMUM_FREE": str(1 << 60)},
        ("GB are free", "Make room", "ZHIJIA_MINIMUM_FREE"),
    ),
    "clock": ({"UNSAFE_CLOCK": "-1000000"}, ("The clock went back", "timedatectl set-ntp true")),
    "no database": (
        {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing"},
        ("The database does not answer", "DATABASE_URL"),
    ),
}


@pytest.mark.parametrize("name", SETTINGS)
def test_an_unsafe_setting_of_the_operator_is_refused(house: House, name: str) -> None:
    wrong, words = SETTINGS[name]
    house.refused(*words, **wrong)


def test_an_audit_that_knows_a_later_time_than_the_clock_is_refused(house: House, tmp_path: Path) -> None:
    own = _copy(house, tmp_path)
    told = (
        "import datetime as dt; from zhijia.audit.models import Head;"
        "Head.objects.create(tenant=0, seq=0, hash='0' * 64, at=dt.datetime(2999, 1, 1, tzinfo=dt.UTC))"
    )
    assert own.command("shell", "-v0", "-c", told).returncode == 0
    own.refused("The clock went back", "the audit was last written at 2999-01-01", "timedatectl")


def test_a_house_behind_tls_under_its_own_name_opens(house: House) -> None:
    opens(house, ZHIJIA_HOSTS="home.example,localhost,127.0.0.1", ZHIJIA_TLS="1")


def test_for_development_the_same_is_told_and_the_house_opens(house: House) -> None:
    said = opens(house, ZHIJIA_DEVELOPMENT="1", ZHIJIA_SECRET_KEY="secret")
    assert "refused in production: The secret that signs sessions" in said


def _others_may_read(house: House) -> None:
    (house.keys / "master.key").chmod(0o640)


def _too_short(house: House) -> None:
    (house.keys / "master.key").write_bytes(bytes(16))


def _belongs_to_another(house: House) -> None:
    if os.geteuid():
        pytest.skip("giving a file to another user needs root")
    os.chown(house.keys / "master.key", 12345, 12345)


def _nowhere(house: House) -> None:
    (house.keys / "master.key").unlink()


def _beside_the_data(house: House) -> None:
    for path in house.keys.iterdir():
        (house.data / "keys" / path.name).write_bytes(path.read_bytes())
        (house.data / "keys" / path.name).chmod(0o600)
    house.extra["ZHIJIA_KEY_FILE"] = str(house.data / "keys" / "master.key")


def _session_key_open(house: House) -> None:
    (house.data / "keys" / "session.key").chmod(0o604)


def _signing_key_open(house: House) -> None:
    (house.keys / "sign-1.key").write_bytes(bytes(32))
    (house.keys / "sign-1.key").chmod(0o644)
    (house.keys / "backup.public").touch(mode=0o644)  # a public half may be read by all


def _open_folder(house: House) -> None:
    house.data.chmod(0o705)


def _restore_broken_off(house: House) -> None:
    (house.data / "restore.unfinished").touch()


FILES: dict[str, tuple[Callable[[House], None], tuple[str, ...]]] = {
    "readable": (_others_may_read, ("may read the key", "mode 640", "chmod 400")),
    "short": (_too_short, ("exactly 32 bytes, it holds 16", "Bring it back")),
    "foreign": (_belongs_to_another, ("another user (number 12345)", "chown")),
    "signing": (_signing_key_open, ("sign-1.key", "mode 644", "chmod 400")),
    "missing": (_nowhere, ("There is no key at", "zhijia keys make")),
    "beside": (_beside_the_data, ("inside", "backup of the machine", "ZHIJIA_KEY_FILE")),
    "session": (_session_key_open, ("session.key", "mode 604", "chmod 400")),
    "folder": (_open_folder, ("Every user of this machine may look into", "mode 705", "chmod 700")),
    "restore": (_restore_broken_off, ("has not ended", "zhijia restore again")),
}


@pytest.mark.parametrize("name", FILES)
def test_keys_and_folders_that_others_reach_are_refused(house: House, tmp_path: Path, name: str) -> None:
    own = _copy(house, tmp_path)
    spoil, words = FILES[name]
    spoil(own)
    own.refused(*words)


def test_a_used_database_without_its_key_is_refused_even_in_development(house: House, tmp_path: Path) -> None:
    own = _copy(house, tmp_path)
    made = own.command(
        "shell", "-v0", "-c",
        "from zhijia.accounts.models import User; User.objects.create(password='x')",
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    _nowhere(own)
    own.refused("but the database is in use", "Bring back the key files", ZHIJIA_DEVELOPMENT="1")


def test_a_database_older_than_the_code_is_refused(tmp_path: Path) -> None:
    house = House(tmp_path / "data", tmp_path / "keys", {"ZHIJIA_DEVELOPMENT": "1"})
    house.data.mkdir(mode=0o700)
    house.refused("older than this version", "zhijia migrate")


def test_a_foreign_web_server_passes_the_same_gate(house: House) -> None:
    port = free_port()
    done = subprocess.run(
        [sys.executable, "-m", "gunicorn", "zhijia.config.wsgi", "--bind", f"127.0.0.1:{port}"],
        cwd=ROOT, env=house.environment(UNSAFE_PRAGMA="PRAGMA synchronous=OFF;"), capture_output=True,
        text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode != 0
    assert "synchronous=OFF" in done.stderr
    assert "Cure: Set PRAGMA synchronous=EXTRA" in done.stderr


def test_the_doctor_tells_every_finding_and_says_whether_the_house_would_open(house: House) -> None:
    sound = house.command("doctor")
    assert sound.returncode == 0, sound.stdout + sound.stderr
    assert "zhijia serve would start" in sound.stdout
    assert "advice: There is no backup key, so there can be no backup." in sound.stdout
    assert "advice: The way back was not tried in the last eight days" in sound.stdout
    ill = house.command("doctor", UNSAFE_PRAGMA="PRAGMA synchronous=OFF;", ZHIJIA_SECRET_KEY="secret")
    assert ill.returncode == CLOSED
    assert "unsafe: SQLite does not wait" in ill.stdout
    assert "unsafe in production: The secret that signs sessions" in ill.stdout
    assert "would refuse to start: 2 to cure" in ill.stderr


def _copy(house: House, folder: Path) -> House:
    """Return a copy of a house that does not run."""
    import shutil

    shutil.copytree(house.data, folder / "data")
    shutil.copytree(house.keys, folder / "keys")
    return House(folder / "data", folder / "keys", dict(house.extra))
