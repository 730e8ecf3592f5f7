"""P16: takes an officer's right away in the middle of his work, over real HTTP, and counts the seconds.

A page polled, a token in a loop, an export asked for again and again, a download that runs, an export
that is being made, a page that a browser has kept: each until it is refused.
"""

import http.client
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from importlib import import_module
from types import ModuleType
from typing import Any
from unittest import mock

from trust import Broken
from trust.file_downloads import file_from_its_own_host, running_file
from trust.house import ROOT, empty_house

PROMISE = "P16"
TITLE = "An officer who leaves loses access everywhere within a minute (offline stations within a day)."
LIMIT = 60.0
"""Seconds of the promise; what is reached is a second or two."""
PATIENCE = 62.0
EVERY = 0.05
PIECE, PIECES = b"x" * 65536, 400
"""A download of 25 MB that would take 20 seconds."""
MODULE = "trust_p16_urls"
ROUNDS = {False: 1, True: 8}


# The house --------------------------------------------------------------------------------------------


def _pieces() -> Iterator[bytes]:
    for _number in range(PIECES):
        time.sleep(EVERY)
        yield PIECE


def _urls() -> ModuleType:
    """Return the addresses of the house with a slow download and a slow export beside them."""
    from django.urls import path

    from zhijia.config import urls

    answers = import_module("django.http")

    def download(request: Any) -> Any:
        return answers.StreamingHttpResponse(_pieces(), content_type="application/octet-stream")

    def export(request: Any) -> Any:
        time.sleep(1.5)
        return answers.HttpResponse("rows", headers={"Content-Disposition": "attachment"})

    module = ModuleType(MODULE)
    module.urlpatterns = [  # type: ignore[attr-defined]
        path("trust/download/", download), path("trust/export/", export), *urls.urlpatterns,
    ]  # fmt: skip
    sys.modules[MODULE] = module
    return module


@contextmanager
def served() -> Iterator[tuple[str, int]]:
    """Serve the house over real HTTP, several requests at a time; yield host and port."""
    from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
    from django.core.wsgi import get_wsgi_application
    from django.test import override_settings

    class Quiet(WSGIRequestHandler):
        def log_message(self, *told: object) -> None:
            """Say nothing."""

        def handle(self) -> None:
            """Let a connection that we cut ourselves end without a story."""
            try:
                super().handle()
            except ConnectionError:
                return

    _urls()
    with override_settings(ROOT_URLCONF=MODULE, ALLOWED_HOSTS=["*"]):
        server = ThreadedWSGIServer(("127.0.0.1", 0), Quiet)
        server.daemon_threads = True
        server.set_app(get_wsgi_application())
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield "127.0.0.1", server.server_port
        finally:
            server.shutdown()
            server.server_close()


class Officer:
    """A handler with a session (second factor and all) and a token."""

    def __init__(self, place: tuple[str, int], world: Any) -> None:
        from django.conf import settings
        from django.test import Client

        from zhijia.accounts import services
        from zhijia.accounts.tests.factories import UserFactory, sign_in
        from zhijia.core import clock
        from zhijia.core.actors import SYSTEM
        from zhijia.unions.tests.factories import PostFactory

        self.place, self.world = place, world
        self.user = UserFactory(password=None)
        self.post = PostFactory(user=self.user, body=world.bodies["county"])
        browser = sign_in(Client(), self.user)
        self.cookie = f"{settings.SESSION_COOKIE_NAME}={browser.cookies[settings.SESSION_COOKIE_NAME].value}"
        scopes = ["appeals:work", "statistics:read"]
        told = {"name": "t", "scopes": scopes, "days": 1, "by": SYSTEM, "now": clock.now()}
        self.token = services.create_token(user=self.user, **told)[1]

    def ask(self, path: str, *, token: bool = False, **headers: str) -> http.client.HTTPResponse:
        """Open a connection and ask; the caller reads the answer and closes it."""
        line = http.client.HTTPConnection(*self.place, timeout=PATIENCE)
        known = {"Authorization": f"Bearer {self.token}"} if token else {"Cookie": self.cookie}
        line.request("GET", path, headers={**known, **headers})
        answer = line.getresponse()
        answer.line = line  # type: ignore[attr-defined]
        return answer

    def status(self, path: str, **told: Any) -> int:
        """Return the status that an address answers with."""
        answer = self.ask(path, **told)
        with closing(answer.line):  # type: ignore[attr-defined]
            answer.read()
        return answer.status


# Ways of taking the right away ------------------------------------------------------------------------


def post_ends(officer: Officer) -> None:
    from zhijia.core import clock
    from zhijia.core.actors import SYSTEM
    from zhijia.unions.services import end_post

    end_post(post_id=officer.post.pk, by=SYSTEM, now=clock.now())


def account_closes(officer: Officer) -> None:
    from zhijia.accounts.services import close_account
    from zhijia.core import clock
    from zhijia.core.actors import SYSTEM

    close_account(user=officer.user, by=SYSTEM, now=clock.now())


def operator_ends_it(officer: Officer) -> None:
    """From another process, as an operator does it."""
    command = [sys.executable, "-m", "zhijia.config.command_line", "user", "close", officer.user.phone]
    done = subprocess.run(
        command, cwd=ROOT, env=dict(os.environ), check=False, capture_output=True, text=True
    )
    if done.returncode:
        raise Broken(f"the command did not close the account: {done.stderr[-300:]}")


WAYS: dict[str, Callable[[Officer], None]] = {"post ends": post_ends, "account closes": account_closes}


# What is going on meanwhile ---------------------------------------------------------------------------


def polled(path: str, *, token: bool = False) -> Callable[..., float]:
    """Return a scene that asks the same again and again until it is refused."""

    def scene(officer: Officer, revoke: Callable[[Officer], None]) -> float:
        if officer.status(path, token=token) != 200:
            raise Broken(f"{path} was refused before anything was taken away")
        revoke(officer)
        began = time.monotonic()
        while officer.status(path, token=token) == 200:
            if time.monotonic() - began > PATIENCE:
                return PATIENCE
            time.sleep(EVERY)
        return time.monotonic() - began

    return scene


def running_download(officer: Officer, revoke: Callable[[Officer], None]) -> float:
    """Take the right away while pieces of a file arrive; return how long they went on arriving."""
    answer = officer.ask("/trust/download/")
    with closing(answer.line):  # type: ignore[attr-defined]
        got = len(answer.read1(len(PIECE)))
        revoke(officer)
        began = time.monotonic()
        try:
            while piece := answer.read1(len(PIECE)):
                got += len(piece)
        except (ConnectionError, http.client.HTTPException):
            pass
        if got >= len(PIECE) * PIECES:
            return PATIENCE
    return time.monotonic() - began


def export_in_the_making(officer: Officer, revoke: Callable[[Officer], None]) -> float:
    """Take the right away while an export is made; what is then handed out must not be the export."""
    line = http.client.HTTPConnection(*officer.place, timeout=PATIENCE)
    with closing(line):
        line.request("GET", "/trust/export/", headers={"Cookie": officer.cookie})
        time.sleep(0.3)
        revoke(officer)
        began = time.monotonic()
        answer = line.getresponse()
        if b"rows" in answer.read() or answer.status == 200:
            return PATIENCE
    return time.monotonic() - began


def kept_page(officer: Officer, revoke: Callable[[Officer], None]) -> float:
    """Ask with what a browser remembers of a page: it must not have kept it, nor be told that it may."""
    answer = officer.ask("/desk/")
    with closing(answer.line):  # type: ignore[attr-defined]
        answer.read()
    if "no-store" not in (answer.headers["Cache-Control"] or ""):
        raise Broken("a browser may keep the page of a signed-in officer")
    revoke(officer)
    began = time.monotonic()
    remembered = {"If-Modified-Since": answer.headers["Date"] or "", "If-None-Match": "*"}
    while officer.status("/desk/", **remembered) in (200, 304):
        if time.monotonic() - began > PATIENCE:
            return PATIENCE
        time.sleep(EVERY)
    return time.monotonic() - began


SCENES: dict[str, Callable[[Officer, Callable[[Officer], None]], float]] = {
    "page": polled("/desk/"),
    "queue": polled("/appeals/work/"),
    "token": polled("/api/v1/statistics/indicators", token=True),
    "our own calls": polled("/api/v1/statistics/indicators"),
    "export": polled("/statistics/export.xlsx"),
    "kept page": kept_page,
    "running download": running_download,
    "export in the making": export_in_the_making,
    "running file": running_file,
    "file from its own host": file_from_its_own_host,
}


def play(place: tuple[str, int], world: Any, rounds: int) -> dict[str, list[float]]:
    """Play every scene with every way, so many times; return the seconds of each scene."""
    seconds: dict[str, list[float]] = {name: [] for name in SCENES}
    for _round in range(rounds):
        for name, scene in SCENES.items():
            for way, revoke in WAYS.items():
                took = scene(Officer(place, world), revoke)
                if took > LIMIT:
                    raise Broken(f"{name}, {way}: still open after {took:.0f} seconds")
                seconds[name].append(took)
    seconds["page"].append(SCENES["page"](Officer(place, world), operator_ends_it))
    return seconds


def control(place: tuple[str, int], world: Any) -> int:
    """Take nothing away, and look away: each scene must go on. Return how many did."""
    from zhijia.accounts import session_life

    lost = 0
    with mock.patch(f"{__name__}.PATIENCE", 1.0):
        lost += SCENES["page"](Officer(place, world), lambda officer: None) >= 1.0
        lost += SCENES["token"](Officer(place, world), lambda officer: None) >= 1.0
    with (
        mock.patch.object(session_life, "is_still_allowed", return_value=True),
        mock.patch.object(session_life, "opens", return_value=True),
        mock.patch(f"{__name__}.PIECES", 60),
    ):
        lost += running_download(Officer(place, world), post_ends) >= LIMIT
        lost += export_in_the_making(Officer(place, world), post_ends) >= LIMIT
        lost += running_file(Officer(place, world), post_ends) >= LIMIT
        lost += file_from_its_own_host(Officer(place, world), post_ends) >= LIMIT
    if lost != 6:
        raise Broken(f"with the guards away only {lost} of 6 scenes went on: the proof sees nothing")
    return lost


def figures(rounds: int) -> dict[str, Any]:
    """Play, and return the seconds."""
    from zhijia.appeals.tests.factories import make_world
    from zhijia.core import clock

    world = make_world(clock.now())
    with served() as place:
        seconds = play(place, world, rounds)
        lost = control(place, world)
    every = sorted(took for scene in seconds.values() for took in scene)
    p99 = every[max(0, -(-len(every) * 99 // 100) - 1)]
    return {
        "n": len(every), "p99_seconds": round(p99, 2),
        "median_seconds": round(every[len(every) // 2], 3),
        "slowest": {name: round(max(took), 2) for name, took in seconds.items()}, "control_lost": lost,
    }  # fmt: skip


def prove(*, long: bool) -> dict[str, Any]:
    """Take rights away in an empty house of its own."""
    with empty_house():
        return figures(ROUNDS[long])
