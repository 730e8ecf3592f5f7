"""Sends real messages through the HTTP API as workers and officers would, and counts what happens."""

import json
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlsplit

from zhijia.core import clock

TRIES = 3
ELSEWHERE = "这件事不属于工会受理范围，请拨打12345政务服务热线反映。"
ANSWER = "您反映的情况已核实，我们已联系有关单位处理，结果会再告诉您。"
CORRECTION = "第一次答复没有说清办理时限，现已补充并约定回访。"
EVERY_TENTH = 10
"""Each tenth worker is not satisfied, so that the second round is exercised too."""


@dataclass(frozen=True)
class Message:
    """One message of a file."""

    line: int
    reference: str
    text: str
    subject: str
    about_work: bool | None
    """What the file says, where it says it."""


@dataclass
class Tally:
    """What happened."""

    receipts: set[str] = field(default_factory=set)
    sent: int = 0
    routed: Counter[str] = field(default_factory=Counter)
    bodies: Counter[str] = field(default_factory=Counter)
    ends: Counter[str] = field(default_factory=Counter)
    agreement: Counter[tuple[bool, bool]] = field(default_factory=Counter)
    """(file says work, we say work) -> how many."""
    seconds: dict[str, list[float]] = field(default_factory=dict)
    failed: list[tuple[int, str]] = field(default_factory=list)


class Refused(Exception):
    """The API answered with a problem."""


class Door:
    """One HTTP connection to the API, for one caller."""

    def __init__(self, url: str, token: str, seconds: dict[str, list[float]]) -> None:
        parts = urlsplit(url)
        self.address = (parts.hostname or "127.0.0.1", parts.port or 80)
        self.token, self.seconds = token, seconds
        self.connection = HTTPConnection(*self.address, timeout=30)

    def send(self, name: str, method: str, path: str, body: Any = None, key: str = "") -> Any:
        """Send one request and return its JSON; with a key it is safe to repeat after a broken line."""
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        if key:
            headers["Idempotency-Key"] = key
        began = time.perf_counter()
        status, text = self._exchange(
            method, path, json.dumps(body) if body is not None else None, headers, bool(key)
        )
        self.seconds.setdefault(name, []).append(time.perf_counter() - began)
        if status >= 400:
            raise Refused(f"{name}: {status} {text[:200]}")
        return json.loads(text)

    def _exchange(
        self, method: str, path: str, body: str | None, headers: dict[str, str], repeatable: bool
    ) -> tuple[int, str]:
        for attempt in range(TRIES):
            try:
                self.connection.request(method, f"/api/v1/appeals{path}", body and body.encode(), headers)
                answer = self.connection.getresponse()
                return answer.status, answer.read().decode()
            except (HTTPException, OSError):
                self.connection.close()
                if attempt == TRIES - 1 or not (repeatable or method == "GET"):
                    raise
        raise AssertionError("unreachable")


@dataclass(frozen=True)
class Cast:
    """Who plays which part: tokens by body, and handlers to give matters to."""

    worker: str
    dispatchers: dict[str, str]
    """Name of a body -> token of somebody who may decide there."""
    handlers: dict[str, list[tuple[int, str]]]
    """Name of a body -> (id, token) of handlers, the first one first."""
    places: list[str]


class Replay:
    """Plays messages one after another; counts in ``tally``."""

    def __init__(self, url: str, cast: Cast) -> None:
        self.tally = Tally()
        self.cast, self.url = cast, url
        self.doors: dict[str, Door] = {}

    def door(self, token: str) -> Door:
        """Return the one connection of a caller."""
        if token not in self.doors:
            self.doors[token] = Door(self.url, token, self.tally.seconds)
        return self.doors[token]

    def close(self) -> None:
        """Close every connection."""
        for door in self.doors.values():
            door.connection.close()

    def play(self, message: Message) -> None:
        """Play one message to its end; a failure is noted, the next one goes on."""
        self.tally.sent += 1
        try:
            self._play(message)
        except (Refused, HTTPException, OSError, KeyError) as error:
            self.tally.failed.append((message.line, str(error)))

    def _play(self, message: Message) -> None:
        worker = self.door(self.cast.worker)
        said = f"{message.subject}\n{message.text}"
        guess = worker.send("suggest", "POST", "/suggestions", {"text": said[:20_000]})
        category = guess["categories"][0]["code"] if guess["about_work"] and guess["categories"] else ""
        told = {
            "text": message.text, "subject": message.subject[:400], "category": category,
            "confidentiality": "sealed", "place": self.cast.places[message.line % len(self.cast.places)],
        }  # fmt: skip
        key = uuid.uuid5(
            uuid.NAMESPACE_URL, f"replay:{message.reference}:{clock.local_date(clock.now())}"
        ).hex
        receipt = worker.send("submit", "POST", "", told, key=key)
        self.tally.receipts.add(receipt["receipt"])
        self.tally.bodies[receipt["body"]] += 1
        self.tally.routed[category.split(".")[0] or "(not about work)"] += 1
        if message.about_work is not None:
            self.tally.agreement[message.about_work, bool(category)] += 1
        self.tally.ends[self._handle(message, receipt, bool(category))] += 1

    def _handle(self, message: Message, receipt: dict[str, Any], about_work: bool) -> str:
        at, body = f"/{receipt['public_id']}", receipt["body"]
        desk = self.door(self.cast.dispatchers[body])
        if not about_work:
            told = {"ground": "outside_scope", "notice": ELSEWHERE}
            return str(desk.send("refuse", "POST", f"/work{at}/refusal", told)["state"])
        desk.send("accept", "POST", f"/work{at}/acceptance")
        state = self._round(at, body, 0, satisfied=message.line % EVERY_TENTH != 0)
        if state == "accepted":
            state = self._round(at, body, 1, satisfied=True)
        return state

    def _round(self, at: str, body: str, turn: int, satisfied: bool) -> str:
        handlers = self.cast.handlers[body]
        person, token = handlers[turn % len(handlers)]
        self.door(self.cast.dispatchers[body]).send(
            "assign", "POST", f"/work{at}/assignment", {"handler_id": person}
        )
        hand = self.door(token)
        hand.send("sign", "POST", f"/work{at}/signature")
        answer = {"text": ANSWER, "opinion": "supported", "correction": CORRECTION if turn else ""}
        hand.send("reply", "POST", f"/work{at}/reply", answer)
        mark = {"result": "satisfied" if satisfied else "dissatisfied", "attitude": "satisfied"}
        return str(self.door(self.cast.worker).send("rate", "POST", f"{at}/rating", mark)["state"])
