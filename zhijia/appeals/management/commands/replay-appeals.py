"""``zhijia replay-appeals FILE``: real messages through the real HTTP API, from hand-in to rating."""

import argparse
import contextlib
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from statistics import quantiles
from typing import Any

from django.core.management.base import BaseCommand
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from tqdm import tqdm

from zhijia.accounts.models import User
from zhijia.accounts.services import create_token
from zhijia.appeals.replay import Cast, Message, Replay, Tally
from zhijia.core import clock
from zhijia.core.actors import SYSTEM
from zhijia.core.tabular import Unreadable, propose_mapping, read_table
from zhijia.unions import selectors as unions
from zhijia.unions.enums import BodyKind, Level, Role
from zhijia.unions.models import UnionBody

ALIASES = {
    "reference": ("message_id", "留言编号", "编号"),
    "subject": ("留言主题", "主题"),
    "text": ("body", "留言详情", "内容"),
    "about_work": (),
}
YES = {"yes": True, "no": False, "是": True, "否": False}
DESK = (Role.DISPATCHER, Role.CHAIR)
HANDLERS = (Role.HANDLER, Role.DISPATCHER, Role.CHAIR)


class QuietHandler(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: the summary counts."""


class Command(BaseCommand):
    help = "Send each message of a file through the HTTP API: submit, route, answer, rate; and report."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument(
            "--url", default="", help="server of this installation (default: one started for the run)"
        )
        parser.add_argument(
            "--places", default="", help="GB/T 2260 codes, separated by commas, to spread messages over"
        )
        parser.add_argument("--limit", type=int, default=0, help="only so many messages")

    def handle(self, *, file: Path, **options: Any) -> None:
        try:
            messages = _messages(file)[: options["limit"] or None]
        except Unreadable as error:
            self.stderr.write(str(error))
            sys.exit(2)
        cast = _cast([p for p in options["places"].split(",") if p])
        with _server(options["url"]) as url:
            self.stdout.write(f"{len(messages)} messages to {url}")
            with contextlib.closing(Replay(url, cast)) as replay:
                for message in tqdm(messages, unit=" messages", disable=None):
                    replay.play(message)
        self._tell(replay.tally)
        if replay.tally.failed:
            sys.exit(1 if replay.tally.receipts else 2)

    def _tell(self, tally: Tally) -> None:
        out = self.stdout.write
        work = sum(n for name, n in tally.routed.items() if not name.startswith("("))
        out(f"sent {tally.sent}, different receipts {len(tally.receipts)}, failed {len(tally.failed)}")
        out(f"routed to a work category: {work} of {tally.sent}")
        for name, count in tally.routed.most_common():
            out(f"  {name:<20}{count:>6}")
        if tally.agreement:
            out(_agreement(tally))
        out("responsible bodies:")
        for name, count in tally.bodies.most_common():
            out(f"  {count:>6}  {name}")
        out("ended as: " + ", ".join(f"{name} {count}" for name, count in tally.ends.most_common()))
        out("milliseconds        n      p50     p95")
        for name, seconds in tally.seconds.items():
            out(f"  {name:<12}{len(seconds):>8}{_share(seconds, 50):>9.1f}{_share(seconds, 95):>8.1f}")
        for line, reason in tally.failed:
            self.stderr.write(f"  line {line}: {reason}")


def _agreement(tally: Tally) -> str:
    hit, missed = tally.agreement[True, True], tally.agreement[True, False]
    false, right = tally.agreement[False, True], tally.agreement[False, False]
    recall = hit / (hit + missed) if hit + missed else 0
    precision = hit / (hit + false) if hit + false else 0
    return (
        f"against the file's own mark: {hit} work found, {missed} missed, {false} taken for work, "
        f"{right} left out; recall {recall:.1%}, precision {precision:.1%}"
    )


def _share(seconds: list[float], percent: int) -> float:
    return 1000 * (
        quantiles(seconds, n=100, method="inclusive")[percent - 1] if len(seconds) > 1 else seconds[0]
    )


def _messages(file: Path) -> list[Message]:
    table = read_table(file)
    mapping = propose_mapping(table.header, ALIASES)
    if "text" not in mapping:
        raise Unreadable(f"No column found for the message; columns are {', '.join(table.header)}.")
    found = []
    for line, cells in table.rows:
        told = {name: str(cells[i]).strip() if i < len(cells) else "" for name, i in mapping.items()}
        reference, marked = told.get("reference", "") or str(line), YES.get(told.get("about_work", ""))
        found.append(Message(line, reference, told["text"], told.get("subject", ""), marked))
    return found


def _cast(places: list[str]) -> Cast:
    """Make tokens for a worker and for the officers of the bodies that will get the messages."""
    today = clock.local_date(clock.now())
    chosen = places or _county_places()
    dispatchers, handlers = {}, {}
    for body in {unions.territorial_body(place) for place in chosen}:
        line = (body, *unions.ancestors(body))
        people = unions.holders(body, HANDLERS, today)
        above = [p for b in line for p in unions.holders(b, DESK, today)]
        if not above or not people:
            raise SystemExit(
                f"zhijia: {body.name} has no dispatcher or nobody to handle matters; grant posts first."
            )
        dispatchers[body.name] = _token(above[0], "appeals:work")
        spare = [p for b in unions.ancestors(body) for p in unions.holders(b, HANDLERS, today)]
        handlers[body.name] = [(p.pk, _token(p, "appeals:work")) for p in dict.fromkeys([*people, *spare])]
    return Cast(_token(_worker(), "appeals:submit", "appeals:read"), dispatchers, handlers, chosen)


def _county_places() -> list[str]:
    """Return the places of the counties where somebody handles matters."""
    rows = UnionBody.objects.active().filter(
        level=Level.COUNTY, kind=BodyKind.FEDERATION, accepts_appeals=True
    )
    today = clock.local_date(clock.now())
    staffed = [body.place for body in rows.order_by("place") if unions.holders(body, HANDLERS, today)]
    return staffed or [""]


def _worker() -> User:
    found = User.objects.filter(is_officer=False, is_active=True).order_by("pk").first()
    if found is None:
        raise SystemExit("zhijia: there is no worker's account yet; make one with “zhijia user create”.")
    return found


def _token(user: User, *scopes: str) -> str:
    _row, secret = create_token(user=user, name="replay", scopes=scopes, days=1, by=SYSTEM, now=clock.now())
    return secret


@contextlib.contextmanager
def _server(url: str) -> Iterator[str]:
    """Yield ``url``, or that of a server started for this run on a free local port."""
    if url:
        yield url.rstrip("/")
        return
    server = ThreadedWSGIServer(("127.0.0.1", 0), QuietHandler)
    server.set_app(get_wsgi_application())
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
