"""P3: a machine of senders, broken lines and restarts, driven at random; each key makes one matter.

Every sender is a process of its own, loaded with the whole application. A line may break before the
request arrives or before the answer does; processes are killed in between; the same is sent again, also by
two at the same moment, and with other words.
"""

import os
import signal
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.faults.checking import look, public_id
from tests.faults.installation import Child, NoCompiler, Place, Zygote, fresh, library
from trust import Broken, NotHere

PROMISE = "P3"
TITLE = "Sending twice, or a broken line, never makes two"
EXAMPLES, STEPS = {False: 8, True: 230}, {False: 20, True: 50}
CONTROL_EXAMPLES = 4


@dataclass
class Run:
    """One run of the machine: where it runs, and what it did."""

    zygote: Zygote
    weaken: str = ""
    rules: int = 0
    made: dict[str, str] = field(default_factory=dict)
    """Text of each key under which something was sent."""
    answers: dict[str, str] = field(default_factory=dict)
    """First answer that was seen for a key."""
    counts: dict[str, int] = field(default_factory=dict)


class Senders(RuleBasedStateMachine):
    """Two senders at a time, and what is to be there in the end."""

    run: ClassVar[Run]

    @initialize()
    def begin(self) -> None:
        """Begin with what is there."""
        self.lines: list[Child] = [self.line(), self.line()]
        self.lost: list[tuple[str, str]] = []
        self.known: list[str] = []
        self.expected = int(self.lines[0]("count"))

    def line(self) -> Child:
        child = Child(self.run.zygote.address)
        if self.run.weaken:
            child("weaken", how=self.run.weaken)
        return child

    def did(self, name: str) -> None:
        self.run.rules += 1
        self.run.counts[name] = self.run.counts.get(name, 0) + 1
        found = int(self.lines[0]("count"))
        if found != self.expected:
            raise Broken(f"after {name}: {found} matters, {self.expected} were to be there")

    def took(self, key: str, text: str, answer: dict[str, Any], *, new: bool) -> None:
        """Compare an answer with what must come."""
        if answer["status"] != (201 if new else 200):
            raise Broken(f"{answer} for a key that was {'new' if new else 'known'}")
        if self.run.answers.setdefault(key, answer["body"]) != answer["body"]:
            raise Broken(f"another answer than before: {answer['body']}, {self.run.answers[key]}")
        if new:
            self.expected += 1
            self.known.append(key)
        self.run.made[key] = text

    @rule(which=st.integers(0, 1))
    def send(self, which: int) -> None:
        key, text = fresh()
        self.took(key, text, self.lines[which]("send", key=key, text=text, ack=False), new=True)
        self.did("send")

    @rule()
    def drop_request(self) -> None:
        self.lost.append(fresh())
        self.did("drop_request")

    @rule(which=st.integers(0, 1))
    def drop_response(self, which: int) -> None:
        key, text = fresh()
        self.lines[which]("send", key=key, text=text, ack=False, lose=True)
        self.run.made[key] = text
        self.known.append(key)
        self.expected += 1
        self.did("drop_response")

    @precondition(lambda self: self.lost)
    @rule(which=st.integers(0, 1))
    def retry_lost(self, which: int) -> None:
        key, text = self.lost.pop()
        self.took(key, text, self.lines[which]("send", key=key, text=text, ack=False), new=True)
        self.did("retry_lost")

    @precondition(lambda self: self.known)
    @rule(which=st.integers(0, 1), data=st.data())
    def retry(self, which: int, data: Any) -> None:
        key = data.draw(st.sampled_from(self.known))
        text = self.run.made[key]
        self.took(key, text, self.lines[which]("send", key=key, text=text, ack=False), new=False)
        self.did("retry")

    @precondition(lambda self: self.known)
    @rule(which=st.integers(0, 1), data=st.data())
    def retry_changed(self, which: int, data: Any) -> None:
        key = data.draw(st.sampled_from(self.known))
        answer = self.lines[which]("send", key=key, text=self.run.made[key] + "还有别的。", ack=False)
        if answer["status"] != 422 or "idempotency-key-reused" not in answer["body"]:
            raise Broken(f"the same key with other words: {answer}")
        self.did("retry_changed")

    @rule(known=st.booleans(), data=st.data())
    def at_the_same_moment(self, known: bool, data: Any) -> None:
        new = not (known and self.known)
        key, text = fresh() if new else ("", "")
        if not new:
            key = data.draw(st.sampled_from(self.known))
            text = self.run.made[key]
        for line in self.lines:
            line.begin("send", key=key, text=text, ack=False)
        answers = sorted((line.end() for line in self.lines), key=lambda answer: -answer["status"])
        self.took(key, text, answers[0], new=new)
        self.took(key, text, answers[1], new=False)
        self.did("at_the_same_moment")

    @rule(which=st.integers(0, 1), busy=st.booleans())
    def restart(self, which: int, busy: bool) -> None:
        line = self.lines[which]
        pid = line("pid")
        key, text = fresh()
        if busy:
            line.begin("send", key=key, text=text, ack=False)
        os.kill(pid, signal.SIGKILL)
        line.close()
        self.lines[which] = self.line()
        if busy:  # it may have got anywhere; the same key settles it
            answer = self.lines[which]("send", key=key, text=text, ack=False)
            self.took(key, text, answer | {"status": 201}, new=True)
        self.did("restart")

    def teardown(self) -> None:
        for line in getattr(self, "lines", ()):
            line.close()


def drive(zygote: Zygote, *, examples: int, steps: int, weaken: str = "") -> Run:
    """Drive the machine; raise ``Broken`` when a rule does not hold."""
    run = Run(zygote, weaken)
    run_state_machine_as_test(
        type("SendersOfThisRun", (Senders,), {"run": run}),
        settings=settings(
            max_examples=examples, stateful_step_count=steps, deadline=None, derandomize=True, database=None,
            phases=(Phase.generate,), suppress_health_check=list(HealthCheck), print_blob=False,
        ),
    )  # fmt: skip
    return run


def prove(*, long: bool) -> dict[str, Any]:
    """Return the figures, or raise ``Broken``."""
    try:
        library()
    except NoCompiler as missing:
        raise NotHere(str(missing)) from None
    with tempfile.TemporaryDirectory(prefix="zhijia-p03-") as folder:
        place = Place(Path(folder)).prepare()
        with place.zygote() as zygote:
            run = drive(zygote, examples=EXAMPLES[long], steps=STEPS[long])
            duplicates = _one_each(zygote, run)
            doubled = _another_key(zygote)
            noticed = _without_keys(zygote)
    return {
        "n": run.rules, "rules": run.counts, "keys": len(run.made), "duplicates": duplicates,
        "control_another_key_made": doubled, "control_keys_forgotten_noticed": noticed,
    }  # fmt: skip


def _one_each(zygote: Zygote, run: Run) -> int:
    """Compare the rows and the journal with the receipts in the end; return how many rows are too many."""
    found = look(zygote, deep=True)
    if found["wrong"] or sorted(found["rows"]) != sorted(found["journal"]):
        raise Broken(f"rows and journal differ, or are damaged: {found['wrong'][:3]}")
    if len(set(found["rows"])) != len(run.made):
        raise Broken(f"{len(run.made)} keys made {len(found['rows'])} matters")
    if missing := {public_id(body) for body in run.answers.values()} - set(found["rows"]):
        raise Broken(f"receipts without a matter: {sorted(missing)[:3]}")
    return len(found["rows"]) - len(run.made)


def _another_key(zygote: Zygote) -> int:
    """Send the same words under two keys: without the key there are two."""
    with zygote.worker() as child:
        before = child("count")
        _key, text = fresh()
        for _n in range(2):
            child("send", key=fresh()[0], text=text, ack=False)
        made = int(child("count")) - int(before)
    if made != 2:
        raise Broken(f"two keys made {made}: it is not the key that keeps them apart")
    return made


def _without_keys(zygote: Zygote) -> bool:
    """Forget every key; the machine must notice."""
    try:
        drive(zygote, examples=CONTROL_EXAMPLES, steps=STEPS[False], weaken="keys_forgotten")
    except Broken:
        return True
    raise Broken("the control forgot every key, and nothing was noticed")
