"""P7 as a game: officers of all kinds ask, decide and open in any order; a referee knows the rule.

The referee keeps his own short book of who asked and who agreed, and looks nothing up in the vault.
Whenever a name comes out, or stays shut, against the book, the promise is broken.
"""

import datetime as dt
import random
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction

from zhijia.core.errors import DomainError
from zhijia.unions.enums import Role
from zhijia.unions.tests.factories import PostFactory, Tree
from zhijia.vault import keys, permissions, services
from zhijia.vault.enums import Group, Purpose, RequestState
from zhijia.vault.keys import Readers

NOW = dt.datetime(2026, 3, 2, 1, 30, tzinfo=dt.UTC)
OWNER, PART = "game:1", "complainant"
CANARY = "金丝雀王小明"
MOVES = (*["ask", "approve"] * 3, *["open"] * 6, "refuse", "withdraw", "wait")
LIKELY = {
    **dict.fromkeys(("ask", "open", "withdraw"), ("handler", "both", "chief")),
    **dict.fromkeys(("approve", "refuse"), ("custodian", "above", "both")),
}
"""Who would do it in an ordinary office; every third move is made by anybody at all."""


@dataclass
class Book:
    """What the referee knows."""

    asked: dict[str, Any] = field(default_factory=dict)
    """Who has a request that waits: its end."""
    live: dict[str, dt.datetime] = field(default_factory=dict)
    """Who may open, until when."""


class Game:
    """One sealed name, and everybody around it."""

    def __init__(self, seed: int, *, with_keys: bool = True) -> None:
        self.random, self.now, self.book, self.seen = random.Random(seed), NOW, Book(), Counter()
        self.tree, self.requests = Tree(), {}
        self.people = self._people(with_keys)
        permissions.forget_opener("game")
        handlers = {self.people[name].pk for name in ("handler", "both", "chief")}
        self.barred = {self.people["conflicted"].pk}
        permissions.register_keeper(
            "game",
            permissions.Keeper(
                lambda by, owner, part, purpose, on: getattr(by, "pk", None) in handlers,
                needs_two=lambda owner, part: True,
                is_barred=lambda by, owner, on: by.pk in self.barred,
            ),
        )
        readers = Readers(group=Group.CUSTODY, body=self.tree.county)
        services.seal_part(
            owner=OWNER, part=PART, content={"name": CANARY}, tenant=13, now=NOW, readers=readers
        )

    def _people(self, with_keys: bool) -> dict[str, Any]:
        tree = self.tree
        posts = {
            "handler": [(tree.county, Role.HANDLER)],
            "both": [(tree.county, Role.HANDLER), (tree.county, Role.CUSTODIAN)],
            "chief": [(tree.county, Role.CHAIR)],
            "custodian": [(tree.county, Role.CUSTODIAN)],
            "above": [(tree.city, Role.CUSTODIAN)],
            "conflicted": [(tree.county, Role.CUSTODIAN)],
            "elsewhere": [(tree.other_county, Role.CUSTODIAN)],
            "dispatcher": [(tree.county, Role.DISPATCHER)],
        }
        found = {}
        for name, held in posts.items():
            user = PostFactory(body=held[0][0], role=held[0][1]).user
            for body, role in held[1:]:
                PostFactory(body=body, role=role, user=user)
            user.refresh_from_db()
            if with_keys:
                user.private_key = services.open_user_key(user=user, password="a-long-password", now=NOW)
            found[name] = user
        for _round in range(2):
            for user in found.values():
                services.hand_on_keys(by=user, now=NOW)
        return found

    # The rule, in the referee's words -----------------------------------------------------------

    def may_agree(self, decider: str, asker: str) -> bool:
        """A custodian of this county or the city, free of conflict, not the asker, not under him."""
        if decider not in ("custodian", "above", "both") or decider == asker:
            return False
        return not (asker == "chief" and decider in ("custodian", "both"))

    def may_open(self, name: str) -> bool:
        """Who was agreed to, until the time is over."""
        return name in self.book.live and self.book.live[name] > self.now

    # Moves ---------------------------------------------------------------------------------------

    def move(self) -> str | None:
        """Make one move; return what was against the rule, or None."""
        what = self.random.choice(MOVES)
        usual = LIKELY.get(what) if self.random.randrange(3) else None
        who = self.random.choice(usual or sorted(self.people))
        self.seen[what] += 1
        return getattr(self, f"_{what}")(who)

    def _wait(self, who: str) -> None:
        self.now += dt.timedelta(hours=self.random.choice((1, 5, 13, 40)))
        self.book.live = {name: end for name, end in self.book.live.items() if end > self.now}
        self.book.asked = {name: end for name, end in self.book.asked.items() if end > self.now}
        if self.random.randrange(2):  # the timer may stand still: what has run out opens nothing all the same
            services.expire_requests(self.now)

    def _ask(self, who: str) -> None:
        try:
            found = services.ask_identity(
                owner=OWNER, part=PART, body=self.tree.county, reason="x", by=self.people[who],
                now=self.now, tenant=13,
            )  # fmt: skip
        except DomainError:
            return
        self.requests[who], self.book.asked[who] = found, found.expires_at

    def _decide(self, who: str, approves: bool) -> str | None:
        if not self.requests:
            return None
        waiting = self.book.asked if self.random.randrange(3) else {}
        asker = self.random.choice(sorted(waiting or self.requests))
        lawful = asker in self.book.asked and self.may_agree(who, asker)
        self.seen["for oneself"] += who == asker and asker in self.book.asked
        try:
            decided = services.decide_identity(
                public_id=self.requests[asker].public_id, approves=approves, reason="y",
                by=self.people[who], now=self.now,
            )  # fmt: skip
        except (DomainError, IntegrityError):  # the table itself refuses who decides for himself
            return f"{who} could not decide for {asker}" if lawful else None
        if decided.state == RequestState.EXPIRED:
            return f"{who} was too late for {asker} against the rule" if lawful else None
        if not lawful:
            return f"{who} decided for {asker}"
        del self.book.asked[asker]
        if approves:
            self.book.live[asker] = self.now + dt.timedelta(hours=24)
        return None

    def _approve(self, who: str) -> str | None:
        return self._decide(who, True)

    def _refuse(self, who: str) -> str | None:
        return self._decide(who, False)

    def _withdraw(self, who: str) -> None:
        if who not in self.requests:
            return
        try:
            services.withdraw_identity(
                public_id=self.requests[who].public_id, by=self.people[who], now=self.now
            )
        except DomainError:
            return
        self.book.asked.pop(who, None)
        self.book.live.pop(who, None)

    def _open(self, who: str) -> str | None:
        lawful = self.may_open(who)
        try:
            content = services.open_part(
                owner=OWNER, part=PART, by=self.people[who], purpose=Purpose.GRIEVANCE_HANDLE, reason="z",
                now=self.now,
            )  # fmt: skip
        except DomainError as refused:
            return f"{who} was refused against the rule: {refused}" if lawful else None
        self.seen["revealed"] += content["name"] == CANARY
        return None if lawful else f"{who} learned the name against the rule"


def play(*, games: int, moves: int, seed: int = 7, with_keys: bool = True) -> tuple[Counter[str], list[str]]:
    """Play; return how often each move was made and everything that was against the rule."""
    seen: Counter[str] = Counter()
    wrong: list[str] = []
    keys.PASSWORD_MEMORY_KIB = 64  # the referee tests who, not how hard a password is to guess
    for number in range(games):
        try:
            with transaction.atomic():
                game = Game(seed + number, with_keys=with_keys)
                wrong += [told for _move in range(moves) if (told := game.move())]
                seen += game.seen
                raise _Over
        except _Over:
            continue
        finally:
            permissions.forget_opener("game")
    return seen, wrong


class _Over(Exception):
    """Takes the game's rows back."""
