"""N9: nothing is passed to the accused employer's own people, in whatever tree, by whatever step."""

import datetime as dt
from itertools import count
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from tests.trust.twin_worlds import NOW
from zhijia.appeals import services as s
from zhijia.appeals.errors import NobodyAbove
from zhijia.appeals.models import Appeal, EmployerFlag, Escalation, Review, RoutingStep
from zhijia.appeals.selectors.officer import routing_choices
from zhijia.appeals.services.deciding import is_fit
from zhijia.appeals.tests.factories import make_user
from zhijia.core.actors import STRANGER, SYSTEM, ReceiptHolder
from zhijia.core.errors import DomainError
from zhijia.notifications.models import Notification
from zhijia.unions.enums import Role
from zhijia.unions.models import Employer, UnionBody
from zhijia.unions.services import grant_post, merge_employers
from zhijia.unions.tests.test_routing import PLACES, below, plant, trees

_serial = count(1)
Nodes = list[dict[str, Any]]


def hand_in(employer: Employer, place: str) -> Appeal:
    """Six people against the employer: enough for a flag."""
    told = s.Submission(
        text="老板拖欠工资", employer_id=employer.pk, place=place, confidentiality="anonymous", people_count=6
    )
    answer, _fresh = s.submit_appeal(
        submission=told, key=f"no-way-to-the-accused-{next(_serial):04d}", by=STRANGER, now=NOW
    )
    return Appeal.objects.get(public_id=answer["public_id"])


def be_refused(appeal: Appeal, at: dt.datetime) -> None:
    """Bring a matter to where its worker may ask for a review."""
    Appeal.objects.filter(pk=appeal.pk).update(
        state="refused", refusal_ground="court", refused_by="user:1", closed_at=at
    )


def edges(appeal: Appeal) -> dict[str, set[int]]:
    """Return every body the matter was ever led to, by the kind of step."""
    appeal.refresh_from_db()
    return {
        "handling": {appeal.handling_body_id},
        "route": set(RoutingStep.objects.filter(appeal=appeal).values_list("to_body", flat=True)),
        "escalation": set(Escalation.objects.filter(appeal=appeal).values_list("to_body", flat=True)),
        "review": set(Review.objects.filter(appeal=appeal).values_list("body", flat=True)),
        "flag": set(EmployerFlag.objects.values_list("to_body", flat=True)),
        "choice": {body.pk for body in routing_choices(appeal)},
        "fit": {body.pk for body in UnionBody.objects.all() if is_fit(body, appeal)},
    }


def tied(nodes: Nodes, bodies: list[UnionBody], index: int) -> set[int]:
    """Return the bodies of the employer and all below, found by walking: the slow oracle."""
    own = {i for i, node in enumerate(nodes) if node["employer"] == index}
    return {bodies[i].pk for i in below(nodes, bodies, own)}


class RandomTrees(TestCase):
    @settings(max_examples=25, deadline=None)
    @given(trees(), st.sampled_from(PLACES), st.booleans())
    def test_no_step_of_a_matter_leads_to_a_body_of_the_accused(
        self, nodes: Nodes, place: str, merged: bool
    ) -> None:
        bodies, employers = plant(nodes)
        officers = {body.pk: make_user() for body in bodies}
        for body in bodies:
            UnionBody.objects.filter(pk=body.pk).update(is_active=True)
            grant_post(
                body=body,
                user=officers[body.pk],
                role=Role.CHAIR,
                from_on=dt.date(2025, 1, 1),
                by=SYSTEM,
                now=NOW,
            )
            UnionBody.objects.filter(pk=body.pk).update(is_active=body.is_active)
        accused = employers[0]
        if merged:  # named by a twin entry that was merged into it
            accused = Employer.objects.create(tenant=13, name="同一家单位", created_at=NOW)
            merge_employers(keep_id=employers[0].pk, gone_id=accused.pk, by=SYSTEM, now=NOW)
        try:
            appeal = hand_in(accused, place)
        except DomainError:
            return  # a tree that has nobody free
        self._walk(appeal)
        shut_out = tied(nodes, bodies, 0)
        for kind, led_to in edges(appeal).items():
            assert not led_to & shut_out, kind
        told = set(Notification.objects.values_list("to", flat=True))
        assert not told & {officers[pk].pk for pk in shut_out}, "somebody of the accused was told"

    def _walk(self, appeal: Appeal) -> None:
        """Let every clock run out several times, then refuse it and ask for both reviews."""
        for week in range(2, 8):
            s.escalate_appeal(appeal_id=appeal.pk, by=SYSTEM, now=NOW + dt.timedelta(weeks=week))
        at = NOW + dt.timedelta(weeks=9)
        be_refused(appeal, at)
        try:
            s.ask_review(appeal_id=appeal.pk, reason="r", by=ReceiptHolder(appeal.owner), now=at)
        except NobodyAbove:
            return

    @settings(max_examples=15, deadline=None)
    @given(trees(), st.sampled_from(PLACES))
    def test_a_matter_whose_employer_is_named_late_is_taken_away_from_its_people(
        self, nodes: Nodes, place: str
    ) -> None:
        bodies, employers = plant(nodes)
        shut_out = tied(nodes, bodies, 0)
        matter = hand_in(employers[1], place) if employers[1] else None
        if matter is None or not shut_out:
            return
        Appeal.objects.filter(pk=matter.pk).update(employer=employers[0], handling_body=min(shut_out))
        s.clear_conflicts(NOW)
        matter.refresh_from_db()
        stays = Appeal.objects.get(pk=matter.pk).handling_body_id
        free_above = [
            b for b in bodies if b.pk not in shut_out and b.is_active and b.accepts_appeals
            and UnionBody.objects.get(pk=min(shut_out)).path.startswith(b.path)
        ]  # fmt: skip
        assert (stays not in shut_out) == bool(free_above)
