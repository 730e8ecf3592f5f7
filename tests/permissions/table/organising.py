"""Addresses of foundings and elections: a founding is its author's and the union's above."""

from typing import Any

from tests.permissions.world import Route, only, signed_in
from zhijia.core.actors import SYSTEM
from zhijia.organising import services
from zhijia.organising.enums import Office
from zhijia.organising.tests.factories import NOW, TODAY, ProcessFactory
from zhijia.unions import services as unions
from zhijia.unions.enums import Role
from zhijia.unions.services import Sitting
from zhijia.unions.tests.factories import PostFactory

OFFICERS = ("dispatcher", "steward", "elsewhere")
SEEING = ("worker", "dispatcher", "steward")
"""The author, and who answers for the union of the place; not those of another county."""


def process(world: Any) -> Any:
    """Return a founding of the worker, in which he names candidates."""
    if not hasattr(world, "founding"):
        worker = world.people["worker"]
        made = ProcessFactory(by=worker, place="130582", now=NOW)
        for step in ("apply_founding", "approve_preparation", "begin_recruiting"):
            approver = (
                PostFactory(body=world.tree.county, role=Role.CHAIR).user if "approve" in step else None
            )
            if approver is not None:
                approver.refresh_from_db()
            getattr(services, step)(process_id=made.pk, by=approver or worker, now=NOW)
        told = {"by": worker, "now": NOW}
        world.vote = services.add_vote(process_id=made.pk, office=Office.FULL, seats=3, **told)
        world.candidate = services.add_candidate(vote_id=world.vote.pk, name="甲", **told)
        made.refresh_from_db()
        world.founding = made
    return world.founding


def _of(*names: str, **more: Any) -> dict[str, Any]:
    """Return the arguments of an address, which lead to that founding."""

    def arguments(world: Any) -> dict[str, Any]:
        known = process(world)
        found = {"public_id": known.public_id, "vote_id": world.vote.pk, "candidate_id": world.candidate.pk}
        return {name: found[name] for name in names} | more

    return {"arguments": arguments}


def _seat(world: Any) -> dict[str, Any]:
    """Return a seat in the county's committee."""
    if not hasattr(world, "seat"):
        told = {"by": SYSTEM, "now": NOW}
        term = unions.begin_term(body_id=world.tree.county.pk, years=5, from_on=TODAY, **told)
        people = [Sitting(name="乙", position="chair")]
        committee = unions.form_committee(
            term_id=term.pk, kind="full", places=3, people=people, from_on=TODAY, **told
        )
        world.seat = committee.seats.get()
    return {"seat_id": world.seat.pk}


BODY = {"arguments": lambda world: {"body_id": world.tree.county.pk}}

ROUTES = {
    "organising:index": only(*OFFICERS),
    "organising:terms": only(*OFFICERS),
    "organising:mine": signed_in(),
    "organising:found": signed_in(),
    "organising:body": only("dispatcher", "steward", others=404, **BODY),
    "organising:open": only(
        "steward", others=404,
        arguments=lambda world: {"body_id": world.tree.county.pk, "process_kind": "term"},
    ),
    "organising:leave_seat": only("steward", others=404, arguments=_seat),
    "organising:recall": only("steward", others=404, arguments=_seat),
    "organising:process": only(*SEEING, others=404, **_of("public_id")),
    "organising:step": only(*SEEING, others=404, **_of("public_id", step="withdraw")),
    "organising:figures": only(*SEEING, others=404, **_of("public_id")),
    "organising:election": only(*SEEING, others=404, **_of("public_id")),
    "organising:vote": only(*SEEING, others=404, **_of("vote_id")),
    "organising:paper": only(*SEEING, others=404, **_of("public_id", paper="founding_request")),
    "organising:paper_pdf": only(*SEEING, others=404, **_of("public_id", paper="founding_request")),
    # The author takes it out, who comes second; for everybody after him it is gone.
    "organising:remove_candidate": Route(
        {"stranger": "sign in", "worker": "elsewhere", "dispatcher": 404, "steward": 404, "elsewhere": 404},
        "post", **_of("candidate_id"),
    ),
    "organising:remove_vote": Route(
        {"stranger": "sign in", "worker": "elsewhere", "dispatcher": 404, "steward": 404, "elsewhere": 404},
        "post", **_of("vote_id"),
    ),
}  # fmt: skip
