"""P5: people hand in, a backup is made meanwhile, they go on handing in, the server burns, and we are back.

Real processes and real HTTP. What burns: the whole data folder. What stands elsewhere: the backups, the
second place of the journal, the key files, the private backup key. Two controls must lose: a restore
without the journal, and the copy of a live database file that looks like a backup and is none.
"""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests import empty_database
from tests.browser.server import ROOT, Server, environment, running
from tests.faults.installation import FOUND
from tests.setup.postgresql_cluster import NoServer, cluster
from trust import Broken

PROMISE = "P5"
TITLE = "If the server is destroyed we are back, and no submission marked two copies is lost"
ERASE = """
from zhijia.core import clock
from zhijia.privacy.services import erase_now
erase_now(reference="appeal:{}", now=clock.now(), tenant=13)
"""
CLIENTS = 4
LOAD = {False: (24, 16), True: (1500, 600)}
"""Submissions before or while the backup is made, and after it."""
RETURN_WITHIN = 4 * 3600
"""Seconds that the promise allows."""


@dataclass
class House:
    """An installation and what of it stands elsewhere."""

    base: Path
    data: Path
    database: str = ""
    second: bool = True

    def variables(self) -> dict[str, str]:
        """Return its settings."""
        told = {
            "ZHIJIA_KEY_FILE": str(self.base / "keys" / "master.key"),
            "ZHIJIA_JOURNAL_SECOND": str(self.base / "second") if self.second else "",
            "ZHIJIA_API_PER_MINUTE": "1000000000",
        }
        return told | ({"DATABASE_URL": self.database} if self.database else {})

    def zhijia(self, *arguments: str, status: int = 0) -> str:
        """Run a command of the house; return what it printed."""
        command = [sys.executable, "-m", "zhijia.config.command_line", *arguments]
        told = environment(self.data) | self.variables()
        done = subprocess.run(command, cwd=ROOT, env=told, capture_output=True, text=True, check=False)
        if done.returncode != status:
            raise Broken(f"zhijia {' '.join(arguments)}: exit {done.returncode}: {done.stdout}{done.stderr}")
        return done.stdout

    @contextmanager
    def serving(self) -> Iterator[Server]:
        """Run its server for the length of a block."""
        before = {name: os.environ.get(name) for name in self.variables()}
        os.environ.update(self.variables())
        forgotten = ["DATABASE_URL"] if self.database else []
        try:
            from tests.browser import server as browser

            kept = browser.FORGET
            browser.FORGET = tuple(name for name in kept if name not in forgotten)
            with running(self.data, "--prepare") as started:
                yield started
        finally:
            browser.FORGET = kept
            for name, value in before.items():
                os.environ.pop(name, None) if value is None else os.environ.update({name: value})

    def restore(self, private: Path, *more: str) -> str:
        """Bring it back from the backups."""
        self.data.mkdir(mode=0o700)
        return self.zhijia("restore", str(self.base / "backups"), "--private-key", str(private), *more)


def new_house(base: Path, database: str = "") -> House:
    """Return a house with a province, a city, a marked second place and a backup key."""
    house = House(base, base / "data", database)
    for name in ("data", "keys", "second"):
        (base / name).mkdir(mode=0o700, parents=True)
    empty_database.give_tables(house.data, house.zhijia, database=database)
    house.zhijia("shell", "-v0", "-c", f"{FOUND}\nfrom zhijia.core import key_ring\nkey_ring.current()")
    house.zhijia("journal", "second", str(base / "second"))
    house.zhijia("backup", "keys", "make", str(base / "private"))
    return house


@dataclass(frozen=True)
class Sent:
    """A submission and what its receipt said."""

    public_id: str
    receipt: str
    text: str
    copies: int


@dataclass
class Crowd:
    """Clients that hand in until they are told to stop."""

    server: Server
    sent: list[Sent] = field(default_factory=list)
    slowest: float = 0.0
    wrong: list[str] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def busy(self) -> Iterator[None]:
        """Have everybody hand in for the length of a block."""
        threads = [threading.Thread(target=self._run, daemon=True) for _n in range(CLIENTS)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self.stopped.set()
            for thread in threads:
                thread.join(60)
        if self.wrong:
            raise Broken(f"handing in failed during the backup: {self.wrong[:3]}")

    def _run(self) -> None:
        while not self.stopped.is_set():
            try:
                self.hand_in()
            except Exception as error:
                self.wrong.append(repr(error))
                return

    def hand_in(self) -> None:
        """Hand in one matter, and keep what its receipt says."""
        number = uuid.uuid4().hex
        text = f"老板三个月没有发工资，第{number}号。"
        body = json.dumps({"text": text, "place": "130500"}).encode()
        headers = {"Content-Type": "application/json", "Idempotency-Key": f"p5-{number}"}
        request = urllib.request.Request(f"{self.server.address}/api/v1/appeals", body, headers)
        began = time.monotonic()
        with urllib.request.urlopen(request, timeout=60) as answer:
            told = json.loads(answer.read())
        self.slowest = max(self.slowest, time.monotonic() - began)
        self.sent.append(Sent(told["public_id"], told["receipt"], text, told["copies"]))

    def until(self, count: int) -> None:
        """Wait until so many were handed in."""
        while len(self.sent) < count and not self.wrong:
            time.sleep(0.02)


def prove(*, long: bool) -> dict[str, Any]:
    """Return the figures, or raise ``Broken``."""
    with tempfile.TemporaryDirectory(prefix="zhijia-p05-") as folder:
        figures = burn(new_house(Path(folder) / "house"), *LOAD[long])
        figures |= {"postgresql": on_postgresql(Path(folder) / "postgresql", LOAD[False])} if long else {}
    return figures | {"control_copied_file": copied_live_file()}


def on_postgresql(base: Path, load: tuple[int, int]) -> dict[str, Any]:
    """Do the same on a server of our own, as a role that row-level security binds."""
    try:
        with cluster() as server:
            return burn(new_house(base, server.url()), *load, renew=server.renew)
    except NoServer as missing:
        return {"not_here": str(missing)}


def burn(house: House, before: int, after: int, renew: Callable[[], None] = lambda: None) -> dict[str, Any]:
    """Hand in, back up, hand in, burn, come back; compare; return the figures.

    ``renew`` makes the database empty, where it does not lie in the data folder.
    """
    with house.serving() as server:
        crowd = Crowd(server)
        with crowd.busy():
            crowd.until(before // 2)
            began = time.monotonic()
            house.zhijia("backup", str(house.base / "backups"))
            backup_seconds = time.monotonic() - began
            during = len(crowd.sent)
            crowd.until(max(before, during) + after)
        house.zhijia("shell", "-v0", "-c", ERASE.format(crowd.sent[0].public_id))
    shutil.rmtree(house.data)
    renew()
    private = house.base / "private"
    without = control(house, private, crowd.sent)
    renew()
    began = time.monotonic()
    told = house.restore(private)
    rto = time.monotonic() - began
    kept = [each for each in crowd.sent if each.copies == 2]
    lost, erased = look(house, crowd.sent)
    if crowd.sent[0].public_id not in erased:
        raise Broken("what was erased after the backup came back to life")
    gone = compare(house, kept, lost)
    if "audit: intact" not in told:
        raise Broken("nobody proved the audit")
    if rto > RETURN_WITHIN:
        raise Broken(f"it took {rto:.0f} s to be back")
    return {
        "n": len(crowd.sent), "two_copies": len(kept), "lost_of_two_copies": len(gone), "lost": len(lost),
        "handed_in_during_backup": during - before // 2, "backup_seconds": round(backup_seconds, 1),
        "slowest_answer_seconds": round(crowd.slowest, 2), "rto_seconds": round(rto, 1),
        "from_journal": int(told.split("looked at, ")[1].split()[0]),
        "control_without_journal_lost": without,
    }  # fmt: skip


def compare(house: House, kept: list[Sent], lost: set[str]) -> set[str]:
    """Ask the restored server for every matter with two copies; return those gone, or raise ``Broken``."""
    if gone := lost & {each.public_id for each in kept}:
        raise Broken(f"{len(gone)} of {len(kept)} submissions with two copies are gone")
    if not kept:
        raise Broken("no submission had two copies: nothing was proved")
    with house.serving() as server:
        status, _text = ask(server, kept[0].receipt)
        if status not in (401, 404):
            raise Broken(f"the erased matter answers {status}")
        for each in kept[1 :: max(1, len(kept) // 50)]:
            if (found := ask(server, each.receipt)) != (200, each.text):
                raise Broken(f"{each.public_id} came back as {found}")
    return gone


def ask(server: Server, receipt: str) -> tuple[int, str]:
    """Follow a matter by its receipt; return the status and the text."""
    request = urllib.request.Request(
        f"{server.address}/api/v1/appeals/by-receipt", headers={"Receipt": receipt}
    )
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, json.loads(answer.read())["text"]
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, ""


LOOK = """
import json
from zhijia.appeals.models import Appeal
rows = Appeal.objects.values_list("public_id", "erased_at")
print(json.dumps([[str(public_id), at is not None] for public_id, at in rows]))
"""


def look(house: House, sent: list[Sent]) -> tuple[set[str], set[str]]:
    """Return which submissions have no matter in the database, and which matters were erased for good."""
    found = dict(json.loads(house.zhijia("shell", "-v0", "-c", LOOK)))
    return {each.public_id for each in sent} - set(found), {each for each, gone in found.items() if gone}


def control(house: House, private: Path, sent: list[Sent]) -> int:
    """Restore without the journal: what came after the backup must be missing; return how much."""
    other = House(house.base, house.base / "without", house.database, second=False)
    other.restore(private)
    lost, erased = look(other, sent)
    if sent[0].public_id in erased:
        raise Broken("erased without the ledger of the other place: this proof would notice nothing")
    shutil.rmtree(other.data)
    if not lost:
        raise Broken("a restore without the journal lost nothing: this proof would notice nothing")
    return len(lost)


def copied_live_file() -> dict[str, int]:
    """Copy the file of a live database as cp does, and by its backup interface; return the rows in each."""
    with tempfile.TemporaryDirectory(prefix="zhijia-p05-") as folder:
        live, copy, backup = (Path(folder) / name for name in ("live", "copy", "backup"))
        with closing(sqlite3.connect(live)) as line:
            line.execute("PRAGMA journal_mode=WAL")
            line.execute("CREATE TABLE matter (id INTEGER PRIMARY KEY)")
            line.executemany("INSERT INTO matter VALUES (?)", ((n,) for n in range(1000)))
            line.commit()
            shutil.copyfile(live, copy)
            with closing(sqlite3.connect(backup)) as target:
                line.backup(target)
        rows = {"cp": _rows(copy), "backup": _rows(backup)}
    if rows["backup"] != 1000 or rows["cp"] == 1000:
        raise Broken(f"a copied live file was to be found wanting, and the backup whole: {rows}")
    return rows


def _rows(path: Path) -> int:
    with closing(sqlite3.connect(path)) as line:
        try:
            return int(line.execute("SELECT count(*) FROM matter").fetchone()[0])
        except sqlite3.DatabaseError:
            return 0
