"""Processes for tests, moved by the services that move real ones."""

import datetime as dt
from typing import Any

import factory

from zhijia.accounts.tests.factories import UserFactory
from zhijia.organising import services
from zhijia.organising.enums import Office, ProcessKind
from zhijia.organising.models import Process
from zhijia.unions.enums import Role
from zhijia.unions.tests.factories import EmployerFactory, PostFactory, Tree

NOW = dt.datetime(2026, 3, 2, 1, 30, tzinfo=dt.UTC)
TODAY = dt.date(2026, 3, 2)


def person(body: Any, role: str) -> Any:
    """Return a new person who holds a post."""
    found = PostFactory(body=body, role=role).user
    found.refresh_from_db()
    return found


class ProcessFactory(factory.django.DjangoModelFactory):
    """A founding that a worker has begun."""

    class Meta:
        model = Process

    employer = factory.SubFactory(EmployerFactory)
    place = "130582"
    workers = 90
    members = 60
    women = 12
    years = 3
    by = factory.SubFactory(UserFactory)
    now = NOW

    @classmethod
    def _create(cls, model_class: type[Process], *args: Any, **kwargs: Any) -> Process:
        return services.open_founding(**kwargs)


class World:
    """The small tree with who acts in it."""

    def __init__(self) -> None:
        self.tree = Tree()
        self.worker = UserFactory()
        self.stranger = UserFactory()
        self.dispatcher = person(self.tree.county, Role.DISPATCHER)
        self.county_chair = person(self.tree.county, Role.CHAIR)
        self.handler = person(self.tree.county, Role.HANDLER)
        self.city_chair = person(self.tree.city, Role.CHAIR)
        self.elsewhere = person(self.tree.other_county, Role.CHAIR)
        self.chair = person(self.tree.glass_union, Role.CHAIR)
        self.employer = EmployerFactory(name="沙河远航物流有限公司", place="130582")

    def founding(self, **more: Any) -> Process:
        """Return a founding that the worker has begun."""
        return ProcessFactory(**{"employer": self.employer, "by": self.worker, **more})

    def do(self, step: str, process: Process, by: Any, now: dt.datetime = NOW, **told: Any) -> Process:
        """Make a step and return the process as it is then."""
        getattr(services, step)(process_id=process.pk, by=by, now=now, **told)
        process.refresh_from_db()
        return process

    def walk(self, process: Process, *steps: tuple[str, Any], now: dt.datetime = NOW) -> Process:
        """Make several steps that need nothing but the click."""
        for step, by in steps:
            self.do(step, process, by, now)
        return process

    def name_lists(self, process: Process, by: Any, seats: int = 3, now: dt.datetime = NOW) -> None:
        """Name the votes on the committee and its chair with enough candidates."""
        full = services.add_vote(process_id=process.pk, office=Office.FULL, seats=seats, by=by, now=now)
        for number in range(seats + 1):
            services.add_candidate(vote_id=full.pk, name=f"候选{number}", by=by, now=now)
        chair = services.add_vote(process_id=process.pk, office=Office.CHAIR, seats=1, by=by, now=now)
        services.add_candidate(vote_id=chair.pk, name="候选0", by=by, now=now)

    def count(self, process: Process, by: Any, now: dt.datetime = NOW) -> None:
        """Enter totals by which the first candidates of each vote are elected."""
        for vote in list(process.votes.filter(counted_at=None)):
            people = list(vote.candidates.order_by("id"))
            yes = {p.pk: 50 - n if n < vote.seats else 5 for n, p in enumerate(people)}
            services.record_vote(
                vote_id=vote.pk, entitled=60, present=55, issued=55, returned=54, invalid=0, yes=yes,
                held_on=TODAY, by=by, now=now,
            )  # fmt: skip

    def to_recruiting(self) -> Process:
        """Return a founding whose preparation was approved."""
        return self.walk(
            self.founding(),
            ("apply_founding", self.worker), ("approve_preparation", self.dispatcher),
            ("begin_recruiting", self.worker),
        )  # fmt: skip

    def to_reported(self) -> Process:
        """Return a founding whose result waits for the union above."""
        process = self.to_recruiting()
        self.name_lists(process, self.worker)
        self.walk(process, ("prepare_election", self.worker))
        self.count(process, self.worker)
        return self.walk(process, ("finish_election", self.worker), ("report_result", self.worker))

    def established(self) -> Process:
        """Return a founding that is done."""
        return self.walk(self.to_reported(), ("approve_result", self.county_chair))

    def term(self, kind: str = ProcessKind.TERM, **more: Any) -> Process:
        """Return a change of term of the glass works' union that its chair has begun."""
        told = {"workers": 90, "members": 60, "women": 12, "years": 3, **more}
        return services.open_term(body_id=self.tree.glass_union.pk, kind=kind, **told, by=self.chair, now=NOW)
