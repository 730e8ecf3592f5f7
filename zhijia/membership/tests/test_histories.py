"""Whatever becomes of members, in any order: every history can be read, and the figures follow from it."""

import datetime as dt
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from zhijia.accounts.tests.factories import UserFactory
from zhijia.audit.models import Entry
from zhijia.core.actors import SYSTEM
from zhijia.core.clock import local_date
from zhijia.core.errors import DomainError
from zhijia.membership import services
from zhijia.membership.models import (
    Application,
    Membership,
    MembershipStep,
    Pair,
    Reminder,
    Transfer,
    Worker,
)
from zhijia.membership.roster.pairs import Alike
from zhijia.membership.services import Joining, Person, pairs
from zhijia.membership.tests.factories import NOW, Tree, keeper, new_key, resident_id
from zhijia.membership.tests.histories import (
    check_days,
    check_figures,
    check_nothing_overwritten,
    check_steps,
    check_waiting,
    snapshot,
)
from zhijia.membership.workflow import MEMBERSHIP, TRANSFER

pytestmark = pytest.mark.django_db
WAYS = sorted((source, way.name) for way in MEMBERSHIP.transitions for source in way.sources)
"""Every arrow of the table: state before, step."""


class World:
    """A tree, an officer above four of its unions, and four people with accounts."""

    def __init__(self) -> None:
        tree = Tree()
        self.officer = keeper(tree.city)
        self.bodies = (tree.county, tree.other_county, tree.glass_union, tree.kiln)
        self.ends = tree.kiln
        """The body that is merged into the one above it."""
        self.people = [
            (
                Person(
                    "王小明",
                    id_number=resident_id(sex=n % 2),
                    is_migrant=n == 1,
                    trade=["", "courier"][n // 2],
                ),
                UserFactory(),
            )
            for n in range(4)
        ]


class Lives(RuleBasedStateMachine):
    """Officers and members do what they like, allowed or not."""

    world: World
    paths: Counter[tuple[str, str]] = Counter()
    """State before and step of every step that was taken in all runs."""
    refusals: Counter[str] = Counter()
    transfers: Counter[str] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.point = transaction.savepoint()
        self.now = NOW
        self.last = snapshot()
        self.merged: set[int] = set()

    def teardown(self) -> None:
        rows = MembershipStep.objects.values_list("before", "step")
        self.paths.update(rows)
        labels = [one.audit for one in TRANSFER.transitions]
        self.transfers.update(Entry.objects.filter(action__in=labels).values_list("action", flat=True))
        transaction.savepoint_rollback(self.point)

    def attempt(self, call: Callable[[], Any]) -> Any:
        """Return what the service made; a refusal changes nothing at all."""
        try:
            with transaction.atomic():
                return call()
        except DomainError as error:
            self.refusals[error.code] += 1
        assert snapshot() == self.last, "a refusal left something behind"
        return None

    def one(self, data: Any, rows: Any) -> Any:
        """Return one of some rows; None where there are none."""
        found = sorted(rows.values_list("pk", flat=True))
        return found[data.draw(st.integers(0, 99)) % len(found)] if found else None

    def membership(self, data: Any) -> Any:
        """Return a membership, now and then one that has ended."""
        running = data.draw(st.integers(0, 9)) > 0
        rows = Membership.objects.open() if running else Membership.objects.all()
        return self.one(data, rows)

    @property
    def told(self) -> dict[str, Any]:
        return {"by": self.world.officer, "now": self.now}

    # Beginnings -------------------------------------------------------------------------------

    @rule(days=st.integers(1, 40))
    def time_passes(self, days: int) -> None:
        self.now += dt.timedelta(days=days)

    @rule(who=st.integers(0, 3), where=st.integers(0, 3), back=st.integers(-1, 60),
          kind=st.sampled_from(("full", "full", "associate")))  # fmt: skip
    def enrol(self, who: int, where: int, back: int, kind: str) -> None:
        person, account = self.world.people[who]
        on = local_date(self.now) - dt.timedelta(days=back)
        self.attempt(lambda: services.enrol(
            person=person, body=self.world.bodies[where], on=on, kind=kind, account=account, **self.told
        ))  # fmt: skip

    @rule(who=st.integers(0, 3), where=st.sampled_from(("130582", "130533")))
    def apply(self, who: int, where: str) -> None:
        person, account = self.world.people[who]
        joining = Joining(person, where)
        self.attempt(lambda: services.apply(joining=joining, key=new_key(), by=account, now=self.now))

    @rule(data=st.data(), seen=st.booleans(), does=st.sampled_from(("accept", "accept", "refuse", "ask")))
    def decide(self, data: Any, seen: bool, does: str) -> None:
        pk = self.one(data, Application.objects.all())
        if pk is None:
            return
        row = {"public_id": Application.objects.get(pk=pk).public_id, **self.told}
        calls = {
            "accept": lambda: services.accept_application(seen=seen, **row),
            "refuse": lambda: services.refuse_application(reason="不在本县", **row),
            "ask": lambda: services.ask_applicant(question="在哪里上班？", **row),
        }
        self.attempt(calls[does])

    # Steps ------------------------------------------------------------------------------------

    @rule(data=st.data(), back=st.integers(-1, 3), reason=st.sampled_from(("理由", "理由", " ")),
          name=st.sampled_from(("retain", "hold", "hold", "resume", "withdraw", "expel", "record_death",
                                "strike_out")))  # fmt: skip
    def step(self, data: Any, back: int, reason: str, name: str) -> None:
        pk = self.membership(data)
        if pk is not None:
            self.take(name, pk, reason, back)

    @rule(data=st.data(), first=st.sampled_from(WAYS), second=st.sampled_from(WAYS))
    def walk(self, data: Any, first: tuple[str, str], second: tuple[str, str]) -> None:
        """Go two ways of the table, with whoever is in that state, or with a newcomer."""
        for state, name in (first, second):
            rows = Membership.objects.filter(state=state)
            rows = rows.filter(body=self.world.ends) if name == "follow_union" else rows
            self.take(name, self.one(data, rows) or self.newcomer(state))
            self.history_holds()

    def newcomer(self, state: str) -> Any:
        """Enter somebody new and bring him into a state."""
        body, on = self.world.ends, local_date(self.now)
        person = Person("赵立夏", id_number=resident_id(sex=0))
        pk = services.enrol(person=person, body=body, on=on, **self.told).pk
        if state != "active":
            self.last = snapshot()
            self.take({"retained": "retain", "held": "hold"}[state], pk)
        self.last = snapshot()
        return pk

    def take(self, name: str, pk: int, reason: str = "理由", back: int = 0) -> Any:
        """Take a step with what its service asks for."""
        told: dict[str, Any] = {"membership_id": pk, **self.told}
        if name == "release":
            return self.attempt(lambda: self._let_go(pk))
        if name == "follow_union":
            return self.attempt(self._body_ends)
        if name == "deem_withdrawn":
            self.attempt(lambda: self._refuses_to_stay(pk))
            self.last, told["months"] = snapshot(), 6
        if name != "strike_out":
            told["on"] = local_date(self.now) - dt.timedelta(days=back)
        if name not in ("resume", "record_death"):
            told["reason"] = reason
        if name == "expel":
            told["verdict"] = "(2026)冀0582刑初1号"
        return self.attempt(lambda: getattr(services, name)(**told))

    def _body_ends(self) -> Any:
        body, to = self.world.ends, self.world.bodies[2]
        return services.begin_succession(
            body=body, successor=to, ending="merged", is_held=self.now.day % 2 == 0, on=local_date(self.now),
            by=SYSTEM, now=self.now,
        )  # fmt: skip

    def _let_go(self, pk: int) -> Any:
        row = Membership.objects.select_related("worker", "body").get(pk=pk)
        body = next(one for one in self.world.bodies if one.pk != row.body_id)
        asked = services.ask_transfer(membership=row, to_body=body, **self.told)
        return services.release_member(transfer_id=asked.pk, **self.told)

    def _refuses_to_stay(self, pk: int) -> Any:
        asked = services.remind(membership_id=pk, **self.told)
        return services.answer_reminder(reminder_id=asked.pk, stays=False, **self.told)

    @rule(data=st.data())
    def leaves_himself(self, data: Any) -> None:
        pk = self.one(data, Membership.objects.filter(worker__account__isnull=False))
        if pk is not None:
            account = Membership.objects.get(pk=pk).worker.account
            on = local_date(self.now)
            self.attempt(lambda: services.withdraw(membership_id=pk, on=on, by=account, now=self.now))

    @rule(data=st.data(), stays=st.sampled_from((False, False, True, None)))
    def remind(self, data: Any, stays: bool | None) -> None:
        pk = self.membership(data)
        asked = pk and self.attempt(lambda: services.remind(membership_id=pk, **self.told))
        if asked and stays is not None:
            self.last = snapshot()
            told = {"reminder_id": asked.pk, "stays": stays, "answer": "说了", **self.told}
            self.attempt(lambda: services.answer_reminder(**told))

    @rule(data=st.data(), months=st.sampled_from((6, 5, 12)))
    def deem(self, data: Any, months: int) -> None:
        rows = Membership.objects.open().filter(reminders__isnull=False).distinct()
        pk = self.one(data, rows)
        if pk is not None:
            told = {"membership_id": pk, "months": months, "reason": "不缴会费", **self.told}
            stands = list(
                Reminder.objects.filter(membership=pk).order_by("id").values_list("state", flat=True)
            )
            if self.attempt(lambda: services.deem_withdrawn(on=local_date(self.now), **told)):
                assert months >= 6
                assert stands[-1] == "refused", "what he said last counts"

    # Transfers --------------------------------------------------------------------------------

    @rule(data=st.data(), where=st.integers(0, 3))
    def pull(self, data: Any, where: int) -> None:
        pk = self.membership(data)
        if pk is not None:
            row, body = (
                Membership.objects.select_related("worker", "body").get(pk=pk),
                self.world.bodies[where],
            )
            self.attempt(lambda: services.ask_transfer(membership=row, to_body=body, **self.told))

    @rule(data=st.data(), does=st.sampled_from(("release", "object", "object", "judge", "keep", "cancel")))
    def answer_transfer(self, data: Any, does: str) -> None:
        pk = self.one(data, Transfer.objects.all())
        if pk is not None:
            self.answer(does, pk)

    def answer(self, does: str, pk: int) -> None:
        """Answer a transfer as one of the unions or as the one above both."""
        row = {"transfer_id": pk, **self.told}
        calls = {
            "release": lambda: services.release_member(**row),
            "object": lambda: services.object_to_transfer(reason="还在上班", **row),
            "judge": lambda: services.judge_transfer(releases=True, reason="已转", **row),
            "keep": lambda: services.judge_transfer(releases=False, reason="未转", **row),
            "cancel": lambda: services.cancel_transfer(**row),
        }
        self.attempt(calls[does])

    @rule(days=st.integers(0, 12))
    def silence(self, days: int) -> None:
        self.now += dt.timedelta(days=days)
        services.release_silent(now=self.now)

    # One person, two entries ------------------------------------------------------------------

    @rule(data=st.data(), where=st.integers(0, 3), merges=st.booleans(), keeps=st.booleans())
    def enter_again_and_look(self, data: Any, where: int, merges: bool, keeps: bool) -> None:
        """Somebody is entered without a number although he is on the roll; an officer finds it."""
        known = self.one(data, Worker.objects.filter(merged_into=None))
        body, on = self.world.bodies[where], local_date(self.now)
        again = self.attempt(lambda: services.enrol(person=Person("王小明"), body=body, on=on, **self.told))
        if known is None or again is None:
            return
        self.last = snapshot()
        pairs.note_pairs(tenant=13, found=[Alike(known, again.worker_id, "phone")], now=self.now)
        pair = Pair.objects.latest("id")
        self.last = snapshot()
        if not merges:
            self.attempt(lambda: pairs.keep_apart(pair_id=pair.pk, **self.told))
            return
        rows = Membership.objects.open().filter(worker__in=(known, again.worker_id), kind="full")
        chosen, keep = self.one(data, rows), known if keeps else again.worker_id
        told = {"pair_id": pair.pk, "keep_id": keep, "membership_id": chosen, **self.told}
        if self.attempt(lambda: pairs.merge_workers(**told)):
            self.merged.add(keep)

    # What always holds ------------------------------------------------------------------------

    @invariant()
    def history_holds(self) -> None:
        new = snapshot()
        check_nothing_overwritten(self.last, new, self.merged)
        check_steps(new, local_date(self.now))
        check_waiting(new)
        check_days(new, self.merged)
        check_figures(new)
        self.last = new


def walk_on_purpose() -> None:
    """Go every way of both tables once, whatever chance has gone already."""
    lives = Lives()
    for state, name in WAYS:
        pk = lives.newcomer(state)
        lives.take(name, pk)
        assert MembershipStep.objects.filter(membership=pk, step=name, before=state).exists(), (state, name)
        lives.history_holds()
    for answers in (["object", "judge"], ["object", "keep"], ["object", "cancel"], ["release"], []):
        row = Membership.objects.select_related("worker", "body").get(pk=lives.newcomer("active"))
        asked = services.ask_transfer(membership=row, to_body=lives.world.bodies[0], **lives.told)
        for answer in answers:
            lives.answer(answer, asked.pk)
        lives.now += dt.timedelta(days=30)
        services.release_silent(now=lives.now)
        lives.history_holds()
    lives.last = snapshot()
    pk = lives.newcomer("active")
    row = Membership.objects.select_related("worker", "body").get(pk=pk)
    services.ask_transfer(membership=row, to_body=lives.world.bodies[0], **lives.told)
    services.remind(membership_id=pk, **lives.told)
    lives.last = snapshot()
    lives.take("withdraw", pk)
    lives.history_holds()
    lives.teardown()


def test_every_history_can_be_read_and_every_way_was_gone() -> None:
    Lives.world = World()
    for seen in (Lives.paths, Lives.refusals, Lives.transfers):
        seen.clear()
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large]
    told = settings(
        max_examples=25, stateful_step_count=20, deadline=None, derandomize=True, database=None,
        suppress_health_check=checks, phases=(Phase.generate,), report_multiple_bugs=False,
    )  # fmt: skip
    run_state_machine_as_test(Lives, settings=told)
    assert sum(Lives.paths.values()) > 50, "chance alone should have made histories"
    assert len(Lives.refusals) > 6, "and met refusals"
    walk_on_purpose()
    assert {("", "enrol"), *WAYS} == set(Lives.paths)
    assert {way.audit for way in TRANSFER.transitions} == set(Lives.transfers)
