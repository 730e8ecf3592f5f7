"""A PostgreSQL server of our own for some minutes, so that its settings may be made unsafe."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.browser.server import free_port


class NoServer(Exception):
    """There is no PostgreSQL server program on this machine, or nobody who may run it."""


def program(name: str) -> str:
    """Return the path of a program of PostgreSQL; the newest version's where there are several."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[4]))
    path = str(found[-1]) if found else shutil.which(name)
    if not path:
        raise NoServer(f"{name} is not installed")
    return path


@dataclass
class Cluster:
    """A running server; ``postgres`` may do everything, ``zhijia`` owns the database ``zhijia``."""

    folder: Path
    port: int

    def url(self, user: str = "zhijia", database: str = "zhijia") -> str:
        """Return the address for ``DATABASE_URL``."""
        return f"postgresql://{user}@127.0.0.1:{self.port}/{database}"

    def sql(self, *statements: str, database: str = "postgres") -> None:
        """Run statements as the superuser, each in its own transaction."""
        import psycopg

        with psycopg.connect(self.url("postgres", database), autocommit=True) as line:
            for statement in statements:
                line.execute(statement)

    def start(self, **settings: str) -> None:
        """Start with these settings, again if it runs."""
        told = {"port": str(self.port), "unix_socket_directories": str(self.folder), **settings}
        options = " ".join(f"-c {name}={value}" for name, value in told.items())
        log = str(self.folder / "log")
        as_server(
            program("pg_ctl"), "restart", "-w", "-D", str(self.folder / "data"), "-l", log, "-o", options
        )

    def renew(self) -> None:
        """Make the database ``zhijia`` empty."""
        self.sql("DROP DATABASE zhijia WITH (FORCE)", "CREATE DATABASE zhijia OWNER zhijia")

    def stop(self) -> None:
        """Stop at once."""
        as_server(program("pg_ctl"), "stop", "-m", "immediate", "-D", str(self.folder / "data"), check=False)


def as_server(*command: str, check: bool = True) -> None:
    """Run a program as somebody whom PostgreSQL accepts: it refuses root."""
    user = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL, cwd="/", **user
        )
    except (LookupError, ValueError) as error:
        raise NoServer(str(error)) from None
    if check and done.returncode:
        raise RuntimeError(f"{command}: {done.stdout}{done.stderr}")


@contextmanager
def cluster() -> Iterator[Cluster]:
    """Run a server with an empty database ``zhijia`` for the length of a block; raise ``NoServer``."""
    initdb = program("initdb")
    folder = Path(tempfile.mkdtemp(prefix="zhijia-pg-"))
    if os.geteuid() == 0:
        try:
            shutil.chown(folder, "postgres", "postgres")
        except LookupError as error:
            raise NoServer(str(error)) from None
    folder.chmod(0o700)
    made = Cluster(folder, free_port())
    try:
        as_server(
            initdb, "-D", str(folder / "data"), "-U", "postgres", "-A", "trust", "--data-checksums",
            "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync",
        )  # fmt: skip
        made.start()
        made.sql("CREATE ROLE zhijia LOGIN", "CREATE DATABASE zhijia OWNER zhijia")
        yield made
    finally:
        made.stop()
        shutil.rmtree(folder, ignore_errors=True)
