"""A real installation with real processes, asked over real HTTP."""

import http.client
import io
import json
import sqlite3
import urllib.error
import urllib.parse
import urllib.request
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from tests.browser.server import Server
from zhijia.core.boxes import open_with
from zhijia.unions.demo import PASSWORD
from zhijia.vault.keys import unlock_with_password

APPEALS = "/api/v1/appeals"
BROKEN = (ConnectionError, http.client.HTTPException, urllib.error.URLError)
"""What a caller sees when the other side dies."""
# Of the demo province: a worker, and dispatcher and two handlers of 邢台市总工会.
WORKER, DISPATCHER, HANDLER, SECOND_HANDLER = "13900000001", "13800000002", "13800000003", "13800000004"


@dataclass
class Answer:
    """What came back."""

    status: int
    body: str
    headers: Any = field(repr=False, default=None)

    def json(self) -> Any:
        """Return the body as JSON."""
        return json.loads(self.body)


def call(server: Server, method: str, path: str, body: Any = None, **headers: str) -> Answer:
    """Ask the API; a refusal is an answer, a broken connection is one of ``BROKEN``."""
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(
        f"{server.address}{APPEALS}{path}",
        data=data,
        method=method,
        headers={"Content-Type": "application/json", **told},
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as got:
            return Answer(got.status, got.read().decode(), got.headers)
    except urllib.error.HTTPError as refused:
        with refused:
            return Answer(refused.code, refused.read().decode(), refused.headers)


def hand_in(server: Server, text: str, key: str, **headers: str) -> Answer:
    """Hand in a matter without a name; ``headers`` may hold a token."""
    return call(server, "POST", "", {"text": text, "place": "130500"}, Idempotency_Key=key, **headers)


def until_answered(server: Server, text: str, key: str, tries: int = 40, **headers: str) -> Answer:
    """Do as a phone does: send the same again until an answer comes."""
    for _try in range(tries):
        with suppress(*BROKEN):
            return hand_in(server, text, key, **headers)
    raise AssertionError("no answer at all")


def token(server: Server, phone: str, *scopes: str) -> str:
    """Return the value of an Authorization header for a person of the demo."""
    wanted = [part for scope in scopes for part in ("--scope", scope)]
    printed = server.zhijia("token", "create", "--user", phone, "--days", "1", *wanted)
    return "Bearer " + next(word for word in printed.split() if word.startswith("zj_"))


def rows(data: Path, query: str, *values: Any) -> list[Any]:
    """Read the installation's database from outside."""
    with closing(
        sqlite3.connect(f"file:{data / 'zhijia.sqlite3'}?mode=ro", uri=True, timeout=20)
    ) as database:
        return database.execute(query, values).fetchall()


def forget_limits(data: Path) -> None:
    """Let everybody send as much as at the beginning of a minute."""
    with closing(sqlite3.connect(data / "zhijia.sqlite3", timeout=20)) as database, database:
        database.execute("DELETE FROM core_cache WHERE cache_key LIKE '%rate|%'")


def filed(data: Path, text: str) -> int:
    """Return how many appeals have this text, read with the passwords of the desks' officers."""
    desks = dict(_desk_keys(data))
    found = rows(
        data,
        'SELECT a.text, p.tenant, p.owner, k."to", k.box FROM vault_partkey k'
        " JOIN vault_sealedpart p ON p.id = k.part_id"
        " JOIN appeals_appeal a ON 'appeal:' || lower(substr(a.public_id, 1, 8)) || '-'"
        "  || substr(a.public_id, 9, 4) || '-' || substr(a.public_id, 13, 4) || '-'"
        "  || substr(a.public_id, 17, 4) || '-' || substr(a.public_id, 21) = p.owner"
        " WHERE p.part = 'narrative' AND k.\"to\" LIKE 'desk:%'",
    )
    told = 0
    for sealed, tenant, owner, to, box in found:
        if to in desks:
            part = open_with(desks[to], box, place=f"part-key|vault|{tenant}|{owner}|narrative|{to}")
            told += open_with(part, sealed, place=f"appeals.appeal|text|{owner}").decode() == text
    return told


def _desk_keys(data: Path) -> list[tuple[str, bytes]]:
    """Return the keys of desks that officers open with the password of the demo."""
    officers = rows(
        data,
        'SELECT DISTINCT g."to" FROM vault_keygrant g JOIN vault_keypair p ON p.id = g.pair_id'
        " WHERE p.holder LIKE 'desk:%' AND g.\"to\" LIKE 'user:%'",
    )
    return [pair for (officer,) in officers for pair in _opened_by(data, officer)]


def _opened_by(data: Path, officer: str) -> list[tuple[str, bytes]]:
    grants = "SELECT p.holder, p.number, g.box FROM vault_keygrant g JOIN vault_keypair p ON p.id = g.pair_id"
    own, number, box = rows(
        data, f"{grants} WHERE p.holder = ? AND g.\"to\" = 'password' ORDER BY p.number DESC", officer
    )[0]
    private = unlock_with_password(box, PASSWORD, place=f"key-grant|{own}#{number}|password")
    return [
        (holder, open_with(private, box, place=f"key-grant|{holder}#{n}|{own}"))
        for holder, n, box in rows(data, f"{grants} WHERE g.\"to\" = ? AND p.holder LIKE 'desk:%'", own)
    ]


class _Named(io.BytesIO):
    def __init__(self, name: str, content: bytes) -> None:
        super().__init__(content)
        self.name = name


class Page:
    """A browser without scripts: keeps cookies, sends forms."""

    def __init__(self, server: Server) -> None:
        self.server, self.cookies = server, {}
        self.host, _, self.port = server.address.removeprefix("http://").partition(":")

    def get(self, path: str) -> Answer:
        """Open a page."""
        return self._ask("GET", path)

    def post(self, path: str, fields: dict[str, str]) -> Answer:
        """Send a form."""
        told = fields | {"csrfmiddlewaretoken": self.cookies.get("csrftoken", "")}
        kind = "application/x-www-form-urlencoded"
        return self._ask("POST", path, urllib.parse.urlencode(told).encode(), {"Content-Type": kind})

    def headers(self) -> dict[str, str]:
        """Return what every request of this browser carries."""
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return {"Cookie": cookies, "Origin": self.server.address}

    def send_files(self, path: str, fields: dict[str, str], **files: tuple[str, bytes]) -> Answer:
        """Send a form with files, each a name and its bytes."""
        told = fields | {"csrfmiddlewaretoken": self.cookies.get("csrftoken", "")}
        body = encode_multipart(BOUNDARY, told | {name: _Named(*file) for name, file in files.items()})
        return self._ask("POST", path, body, {"Content-Type": MULTIPART_CONTENT})

    def _ask(self, method: str, path: str, body: Any = None, more: dict[str, str] | None = None) -> Answer:
        with closing(http.client.HTTPConnection(self.host, int(self.port), timeout=60)) as line:
            line.request(method, path, body, self.headers() | (more or {}))
            return self.read(line)

    def read(self, line: http.client.HTTPConnection) -> Answer:
        """Take the answer of an open connection."""
        got = line.getresponse()
        for cookie in got.headers.get_all("Set-Cookie") or ():
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return Answer(got.status, got.read().decode(), got.headers)
