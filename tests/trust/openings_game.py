"""P8 as a game: many people open, or try to open, sealed parts; a watch stands where boxes are opened.

The watch counts what is really decrypted, below everything that could forget to write it down. After each
move its count, the worker's page and the audit must say the same.
"""

import datetime as dt
import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any
from unittest.mock import patch

from zhijia.audit.models import Entry
from zhijia.audit.selectors import data_of
from zhijia.core import boxes
from zhijia.core.actors import SYSTEM, ReceiptHolder
from zhijia.core.errors import DomainError
from zhijia.core.sealing import SealBroken
from zhijia.vault import matching, permissions, selectors, services
from zhijia.vault.enums import Purpose
from zhijia.vault.keys import Readers
from zhijia.vault.models import Disclosure
from zhijia.vault.services import parts
from zhijia.vault.services.parts import NewPart

NOW = dt.datetime(2026, 3, 2, 1, 30, tzinfo=dt.UTC)
TENANT = 13
NAMES = ("complainant", "narrative", "evidence")
OFFICER, STRANGER = ReceiptHolder("officer", key=bytes(32)), ReceiptHolder("stranger", key=bytes(32))
MOVES = (
    *["open"] * 5, *["open_some"] * 3, "stranger", "no_reason", "no_part", "other_purpose", "own", "own",
    "chain_fails", "line_fails", "key_fails",
)  # fmt: skip
Seen = tuple[str, str]
"""Record and part."""


class Watch:
    """Stands in place of the algorithm that opens boxes, and calls ``tell(place)`` before each."""

    def __init__(self, real: Any, tell: Callable[[str], None]) -> None:
        self.real, self.tell = real, tell

    def encrypt(self, *args: Any, **more: Any) -> bytes:
        """Seal."""
        return bytes(self.real.encrypt(*args, **more))

    def decrypt(self, box: bytes, key: Any, *, info: bytes) -> bytes:
        """Open, told first."""
        self.tell(info.decode())
        return bytes(self.real.decrypt(box, key, info=info))


@contextmanager
def watching(tell: Callable[[str], None]) -> Iterator[None]:
    """Let ``tell`` know of every box that is opened."""
    with patch.object(boxes, "_SUITE", Watch(boxes._SUITE, tell)):
        yield


def seen_at(place: str) -> Seen | None:
    """Return which part's content lies at a place; None for keys and others."""
    words = place.split("|")
    return (words[2], words[3]) if words[0] == "vault" else None


@contextmanager
def keeper() -> Iterator[None]:
    """Let the officer open records of the game, to handle them."""
    permissions.forget_opener("matter")
    permissions.register_keeper(
        "matter",
        permissions.Keeper(
            lambda by, owner, part, purpose, on: by is OFFICER and purpose == Purpose.GRIEVANCE_HANDLE
        ),
    )
    try:
        yield
    finally:
        permissions.forget_opener("matter")


def seal(owner: str) -> None:
    """Seal three parts of a record, for the platform and for whoever has its receipt."""
    readers = Readers(platform=True, receipt=bytes(32))
    new = {name: NewPart({"text": f"{owner} {name}"}, readers) for name in NAMES}
    services.seal_parts(owner=owner, parts=new, tenant=TENANT, now=NOW, by=SYSTEM)


class Game:
    """Some records, and everybody who wants to read them."""

    def __init__(self, seed: int, *, records: int = 4) -> None:
        self.random, self.now = random.Random(seed), NOW
        self.opened: Counter[Seen] = Counter()
        self.written_only: Counter[Seen] = Counter()
        self.is_own = False
        self.moves: Counter[str] = Counter()
        self.wrong: list[str] = []
        self.owners = [f"matter:{seed}-{number}" for number in range(records)]
        for owner in self.owners:
            seal(owner)

    def tell(self, place: str) -> None:
        """Note that a part is being opened; by another than its author, only after it was written down."""
        seen = seen_at(place)
        if seen is None or self.is_own:
            return
        self.opened[seen] += 1
        lines = Disclosure.objects.filter(owner=seen[0], part=seen[1]).count()
        if lines < self.opened[seen] + self.written_only[seen]:
            self.wrong.append(f"{seen} was opened before it was written down")

    def move(self) -> None:
        """Let somebody try something."""
        name = self.random.choice(MOVES)
        owner, part = self.random.choice(self.owners), self.random.choice(NAMES)
        self.now += dt.timedelta(minutes=self.random.randrange(90))
        with suppress(DomainError, SealBroken, OSError):
            getattr(self, name)(owner, part)
        self.moves[name] += 1
        self.compare(name)

    def compare(self, name: str) -> None:
        """Check that watch, page and audit agree."""
        told = self.opened + self.written_only
        page = Counter(
            (owner, line.part) for owner in self.owners for line in selectors.disclosures_of(owner)
        )
        rows = Entry.objects.filter(tenant=TENANT, action="vault.opened", object__in=self.owners)
        chain = Counter((row.object, data_of(row)["part"]) for row in rows)
        if not (told == page == chain):
            self.wrong.append(f"after {name}: opened {told}, the worker reads {page}, the audit says {chain}")
        self.wrong += [f"after {name}: row {seq} {words}" for seq, words in matching.check(TENANT, self.now)]

    # What people try --------------------------------------------------------------------------

    def open(self, owner: str, part: str, **changes: Any) -> None:
        """The officer opens one part."""
        asked = {"owner": owner, "part": part, "by": OFFICER, "purpose": Purpose.GRIEVANCE_HANDLE,
                 "reason": "look", "now": self.now, "office": "县总工会"} | changes  # fmt: skip
        services.open_part(**asked)

    def open_some(self, owner: str, part: str) -> None:
        """The officer opens several at once."""
        services.open_parts(
            owner=owner, parts=self.random.sample(NAMES, self.random.randint(1, 3)), by=OFFICER,
            purpose=Purpose.GRIEVANCE_HANDLE, reason="look", now=self.now,
        )  # fmt: skip

    def stranger(self, owner: str, part: str) -> None:
        """Somebody without an assignment tries."""
        self.open(owner, part, by=STRANGER)

    def no_reason(self, owner: str, part: str) -> None:
        """The officer gives no reason."""
        self.open(owner, part, reason=" ")

    def no_part(self, owner: str, part: str) -> None:
        """The officer asks for what is not there."""
        self.open(owner, "medical")

    def other_purpose(self, owner: str, part: str) -> None:
        """The officer has another purpose than handling."""
        self.open(owner, part, purpose=Purpose.STATISTICS)

    def own(self, owner: str, part: str) -> None:
        """The worker reads what he wrote, which is nobody's disclosure."""
        self.is_own = True
        try:
            holder = ReceiptHolder(owner, key=bytes(32))
            services.open_own(owner=owner, parts=[part], by=holder, now=self.now, tenant=TENANT)
        finally:
            self.is_own = False

    def chain_fails(self, owner: str, part: str) -> None:
        """The audit cannot be written."""
        with patch.object(parts.audit, "record_read", _fail):
            self.open(owner, part)

    def line_fails(self, owner: str, part: str) -> None:
        """The worker's line cannot be written."""
        with patch.object(Disclosure, "save", _fail):
            self.open(owner, part)

    def key_fails(self, owner: str, part: str) -> None:
        """The key does not open: it was written down all the same."""
        self.written_only[owner, part] += 1
        with patch.object(parts, "_opened", _broken):
            self.open(owner, part)


def _fail(*args: Any, **more: Any) -> None:
    raise OSError(28, "No space left on device")


def _broken(*args: Any, **more: Any) -> None:
    raise SealBroken


def play(*, games: int, moves: int, seed: int = 0) -> tuple[Counter[str], int, list[str]]:
    """Play; return how often each move was made, how many parts were opened, and what was wrong."""
    made: Counter[str] = Counter()
    opened, wrong = 0, []
    with keeper():
        for number in range(games):
            game = Game(seed + number)
            with watching(game.tell):
                for _ in range(moves):
                    game.move()
            made, opened, wrong = made + game.moves, opened + game.opened.total(), wrong + game.wrong
    return made, opened, wrong
