"""Founding a union: who asks, who answers, who never learns, and what exists in the end."""

import datetime as dt

import pytest

from zhijia.audit.models import Entry
from zhijia.core.errors import NotAllowed, NotFound, WrongState
from zhijia.notifications.models import Notification
from zhijia.organising import services
from zhijia.organising.enums import Office, State
from zhijia.organising.errors import (
    KinOfHead,
    NoElection,
    OnBothCommittees,
    ReasonMissing,
    SamePerson,
    SizeOutsideTable,
    TooFewCandidates,
    UnionThere,
    WrongYears,
)
from zhijia.organising.models import Candidate, Process, Vote
from zhijia.organising.tests.factories import NOW, TODAY
from zhijia.unions import offices
from zhijia.unions.enums import Position, Role, Sex
from zhijia.unions.errors import MembersExceedWorkers
from zhijia.unions.models import Post, UnionBody
from zhijia.unions.tests.factories import AffiliationFactory, PostFactory

pytestmark = pytest.mark.django_db


def seen(user, on=TODAY) -> int:
    return Process.objects.visible_to(user, on).count()


def test_a_worker_founds_a_union_with_term_committee_and_chair(world) -> None:
    process = world.established()
    assert process.state == State.ESTABLISHED
    body = process.body
    assert (body.name, body.employer, body.parent_id) == (
        "沙河远航物流有限公司工会", world.employer, world.tree.county.pk,
    )  # fmt: skip
    term = offices.open_term(body)
    assert (term.number, term.years, term.from_on, term.until_on) == (1, 3, TODAY, dt.date(2029, 3, 1))
    page = offices.committee_pages(term, TODAY)[0]
    assert [(s.seat.name, s.seat.position) for s in page.sitters] == [
        ("候选0", Position.CHAIR), ("候选1", Position.MEMBER), ("候选2", Position.MEMBER),
    ]  # fmt: skip
    assert offices.latest_headcount(body).members == 60


def test_the_elected_chair_with_an_account_gets_the_post(world) -> None:
    process = world.to_reported()
    world.do("approve_result", process, world.county_chair, chair=world.worker)
    post = Post.objects.get(user=world.worker)
    assert (post.role, post.body_id, post.until_on) == (Role.CHAIR, process.body_id, dt.date(2029, 3, 1))
    assert [seat.position for seat in offices.seats_of(world.worker)] == [Position.CHAIR]


def test_the_application_goes_to_the_federation_of_the_place_and_is_answered_in_15_days(world) -> None:
    process = world.do("apply_founding", world.founding(), world.worker)
    assert process.answering == world.tree.county
    assert process.due_on == dt.date(2026, 3, 17)
    told = set(Notification.objects.values_list("to", flat=True))
    assert told == {world.dispatcher.pk, world.county_chair.pk}


def test_before_it_is_sent_nobody_else_sees_it(world) -> None:
    process = world.founding()
    assert seen(world.worker) == 1
    assert seen(world.county_chair) == 0
    world.do("apply_founding", process, world.worker)
    assert seen(world.county_chair) == 1
    assert [seen(who) for who in (world.handler, world.elsewhere, world.stranger, world.chair)] == [
        0,
        0,
        0,
        0,
    ]


def test_whoever_is_tied_to_the_employer_neither_sees_nor_hears_nor_answers(world) -> None:
    AffiliationFactory(user=world.county_chair, employer=world.employer, by=world.county_chair)
    world.county_chair.__dict__.pop("_conflicts_by_day", None)
    process = world.do("apply_founding", world.founding(), world.worker)
    assert seen(world.county_chair) == 0
    assert seen(world.dispatcher) == 1
    assert not Notification.objects.filter(to=world.county_chair).exists()
    with pytest.raises(NotFound):
        services.approve_preparation(process_id=process.pk, by=world.county_chair, now=NOW)
    process.refresh_from_db()
    assert process.state == State.PREP_APPLIED


def test_it_is_never_sent_to_a_body_of_the_employer(world) -> None:
    world.tree.county.employer = None
    process = world.founding()
    assert process.upper.employer_id is None
    assert process.upper == world.tree.county


def test_who_applied_does_not_answer(world) -> None:
    process = world.founding(by=world.dispatcher)
    world.do("apply_founding", process, world.dispatcher)
    before = process.state
    with pytest.raises(SamePerson):
        services.approve_preparation(process_id=process.pk, by=world.dispatcher, now=NOW)
    process.refresh_from_db()
    assert process.state == before
    world.do("approve_preparation", process, world.county_chair)
    assert process.state == State.PREP_APPROVED


def test_a_stranger_and_a_handler_can_do_nothing(world) -> None:
    process = world.do("apply_founding", world.founding(), world.worker)
    for who in (world.stranger, world.handler, world.elsewhere):
        with pytest.raises(NotFound):
            services.approve_preparation(process_id=process.pk, by=who, now=NOW)
    with pytest.raises(SamePerson):
        services.approve_preparation(process_id=process.pk, by=world.worker, now=NOW)
    with pytest.raises(NotAllowed):
        services.begin_recruiting(process_id=process.pk, by=world.dispatcher, now=NOW)
    process.refresh_from_db()
    assert (process.state, process.steps.count()) == (State.PREP_APPLIED, 2)


def test_a_refusal_needs_a_reason_and_can_be_reviewed_by_the_body_above(world) -> None:
    process = world.do("apply_founding", world.founding(), world.worker)
    with pytest.raises(ReasonMissing):
        services.refuse_preparation(process_id=process.pk, reason=" ", by=world.dispatcher, now=NOW)
    world.do("refuse_preparation", process, world.dispatcher, reason="材料不齐")
    world.do("ask_review", process, world.worker, reason="材料已齐")
    assert (process.state, process.answering) == (State.UNDER_REVIEW, world.tree.city)
    world.do("decide_review", process, world.city_chair, decision="granted", reason="应当支持")
    assert (process.state, process.answering) == (State.PREP_APPLIED, world.tree.city)
    assert process.due_on == dt.date(2026, 3, 17)
    world.do("approve_preparation", process, world.city_chair)
    assert process.state == State.PREP_APPROVED
    assert [step.reason for step in process.steps.order_by("id") if step.reason] == [
        "材料不齐", "材料已齐", "应当支持",
    ]  # fmt: skip


def test_the_one_who_refused_does_not_review(world) -> None:
    process = world.do("apply_founding", world.founding(), world.worker)
    PostFactory(body=world.tree.city, user=world.dispatcher, role=Role.CHAIR)
    world.dispatcher.__dict__.pop("_posts_by_day", None)
    world.do("refuse_preparation", process, world.dispatcher, reason="材料不齐")
    world.do("ask_review", process, world.worker, reason="请复查")
    with pytest.raises(SamePerson):
        services.decide_review(
            process_id=process.pk, decision="refused", reason="维持", by=world.dispatcher, now=NOW
        )
    world.do("decide_review", process, world.city_chair, decision="refused", reason="维持")
    assert process.state == State.REFUSED


def test_what_is_not_answered_in_time_goes_up_by_itself(world) -> None:
    process = world.do("apply_founding", world.founding(), world.worker)
    assert services.escalate_late(now=NOW + dt.timedelta(days=15)) == 0
    late = NOW + dt.timedelta(days=16)
    assert services.escalate_late(now=late) == 1
    process.refresh_from_db()
    assert (process.state, process.answering) == (State.PREP_APPLIED, world.tree.city)
    assert process.due_on > late.date()
    assert services.escalate_late(now=late) == 0
    assert Notification.objects.filter(to=world.city_chair, kind="organising.escalated").count() == 1
    assert Notification.objects.filter(to=world.worker, kind="organising.escalated").count() == 1


def test_there_is_no_second_union_of_one_employer(world) -> None:
    with pytest.raises(UnionThere):
        world.founding(employer=world.tree.glass)
    assert not Process.objects.exists()


def test_wrong_numbers_and_terms_are_explained(world) -> None:
    with pytest.raises(WrongYears):
        world.founding(years=4)
    with pytest.raises(MembersExceedWorkers) as refused:
        world.founding(members=91)
    assert "91" in refused.value.message
    assert not Process.objects.exists()


def test_a_committee_outside_the_table_is_refused_with_the_article(world) -> None:
    process = world.to_recruiting()
    services.change_founding(process_id=process.pk, members=20, women=0, by=world.worker, now=NOW)
    with pytest.raises(SizeOutsideTable) as refused:
        services.add_vote(process_id=process.pk, office=Office.FULL, seats=9, by=world.worker, now=NOW)
    assert "3" in refused.value.message
    assert "5" in refused.value.message
    assert "27号" in refused.value.message
    assert not Vote.objects.exists()


def test_relatives_of_the_head_and_double_committees_are_refused(world) -> None:
    process = world.to_recruiting()
    told = {"by": world.worker, "now": NOW}
    full = services.add_vote(process_id=process.pk, office=Office.FULL, seats=3, **told)
    audit = services.add_vote(process_id=process.pk, office=Office.AUDIT, seats=1, **told)
    with pytest.raises(KinOfHead) as refused:
        services.add_candidate(vote_id=full.pk, name="甲", is_kin_of_head=True, **told)
    assert "第十条" in refused.value.message
    services.add_candidate(vote_id=full.pk, name="乙", **told)
    with pytest.raises(OnBothCommittees):
        services.add_candidate(vote_id=audit.pk, name="乙", **told)
    assert [c.name for c in Candidate.objects.all()] == ["乙"]


def test_the_lists_need_a_chair_and_a_choice(world) -> None:
    process = world.to_recruiting()
    told = {"by": world.worker, "now": NOW}
    full = services.add_vote(process_id=process.pk, office=Office.FULL, seats=3, **told)
    with pytest.raises(NoElection):
        services.prepare_election(process_id=process.pk, **told)
    chair = services.add_vote(process_id=process.pk, office=Office.CHAIR, seats=1, **told)
    services.add_candidate(vote_id=chair.pk, name="甲", sex=Sex.FEMALE, **told)
    for name in "乙丙丁":
        services.add_candidate(vote_id=full.pk, name=name, **told)
    with pytest.raises(TooFewCandidates) as refused:
        services.prepare_election(process_id=process.pk, **told)
    assert "4" in refused.value.message
    process.refresh_from_db()
    assert process.state == State.RECRUITING


def test_names_cannot_change_once_the_election_is_prepared(world) -> None:
    process = world.to_recruiting()
    world.name_lists(process, world.worker)
    world.walk(process, ("prepare_election", world.worker))
    vote = process.votes.first()
    with pytest.raises(WrongState):
        services.add_candidate(vote_id=vote.pk, name="后来", by=world.worker, now=NOW)
    with pytest.raises(NotFound):
        services.add_candidate(vote_id=vote.pk, name="后来", by=world.elsewhere, now=NOW)
    assert vote.candidates.count() == 4


def test_a_withdrawn_founding_leaves_nothing_behind(world) -> None:
    process = world.do("apply_founding", world.founding(), world.worker)
    bodies = UnionBody.objects.count()
    world.do("withdraw", process, world.worker)
    assert process.state == State.WITHDRAWN
    assert UnionBody.objects.count() == bodies


def test_the_audit_names_neither_employer_nor_text(world) -> None:
    process = world.do("apply_founding", world.founding(), world.worker)
    world.do("refuse_preparation", process, world.dispatcher, reason="因为远航公司")
    for entry in Entry.objects.filter(action__startswith="organising."):
        assert "远航" not in str(entry.data)
        assert world.employer.name not in str(entry.data)
