"""A body changes its term, fills a vacant chair, is registered, merges, is dissolved, is reminded."""

import datetime as dt

import pytest
from stdnum.cn import uscc

from zhijia.core.actors import SYSTEM
from zhijia.core.errors import NotAllowed, NotFound, WrongState
from zhijia.notifications.models import Notification
from zhijia.organising import services
from zhijia.organising.enums import Material, Office, ProcessKind, State, Voters
from zhijia.organising.errors import (
    AlreadyRunning,
    AssemblyNeeded,
    BadPartner,
    BodiesBelow,
    CountImpossible,
    DayAhead,
    DelegatesOutsideTable,
    MaterialsMissing,
    NotAllDecided,
    SamePerson,
    TooFewCandidates,
)
from zhijia.organising.models import Candidate, Process, Reminder
from zhijia.organising.tests.factories import NOW, TODAY, person
from zhijia.unions import offices
from zhijia.unions import services as unions
from zhijia.unions.enums import CommitteeKind, Position, Role
from zhijia.unions.errors import CodeOfAnEmployer
from zhijia.unions.models import Post, Seat, Term, UnionBody
from zhijia.unions.services import Sitting
from zhijia.unions.tests.factories import PostFactory

pytestmark = pytest.mark.django_db
BY = {"by": SYSTEM, "now": NOW}
CODE = "8113058200MC00001"
CODE = CODE[:17] + uscc.calc_check_digit(CODE[:17])


@pytest.fixture
def old_term(world) -> Term:
    """Return the open term of the glass works' union, which ends in April 2026."""
    body = world.tree.glass_union
    term = unions.begin_term(body_id=body.pk, years=3, from_on=dt.date(2023, 5, 1), **BY)
    people = [Sitting("老主席", Position.CHAIR), Sitting("老委员")]
    unions.form_committee(
        term_id=term.pk, kind=CommitteeKind.FULL, places=5, people=people, from_on=term.from_on, **BY
    )
    return term


def prepared(world, **more) -> Process:
    """Return a change of term whose candidates are approved."""
    process = world.term(**more)
    world.name_lists(process, world.chair)
    return world.walk(process, ("ask_candidates", world.chair), ("approve_candidates", world.dispatcher))


def renewed(world) -> Process:
    process = prepared(world)
    world.count(process, world.chair)
    return world.walk(
        process, ("finish_election", world.chair), ("report_result", world.chair),
        ("approve_result", world.dispatcher),
    )  # fmt: skip


def test_a_body_changes_its_term(world, old_term) -> None:
    process = renewed(world)
    assert process.state == State.RENEWED
    term = offices.open_term(world.tree.glass_union)
    assert (term.number, term.from_on, term.until_on) == (2, TODAY, dt.date(2029, 3, 1))
    old_term.refresh_from_db()
    assert old_term.ended_on == dt.date(2026, 3, 1)
    assert not Seat.objects.taken().filter(committee__term=old_term).exists()


def test_the_candidates_are_answered_within_15_days_and_who_leads_the_body_does_not_answer(world) -> None:
    process = world.term()
    world.name_lists(process, world.chair)
    world.walk(process, ("ask_candidates", world.chair))
    assert process.due_on == dt.date(2026, 3, 17)
    steward = person(world.tree.glass_union, Role.STEWARD)
    for who, error in ((world.chair, SamePerson), (steward, NotAllowed), (world.handler, NotFound)):
        with pytest.raises(error):
            services.approve_candidates(process_id=process.pk, by=who, now=NOW)
    process.refresh_from_db()
    assert process.state == State.CANDIDATES_ASKED


def test_one_change_of_term_of_a_body_runs_at_a_time(world) -> None:
    world.term()
    with pytest.raises(AlreadyRunning):
        world.term()
    assert Process.objects.count() == 1


def test_who_does_not_lead_the_body_begins_nothing(world) -> None:
    for who in (world.dispatcher, world.worker, world.elsewhere):
        with pytest.raises(NotAllowed):
            services.open_term(
                body_id=world.tree.glass_union.pk, workers=90, members=60, women=0, years=3, by=who, now=NOW
            )
    assert not Process.objects.exists()


def test_refused_candidates_are_mended_and_put_again(world) -> None:
    process = world.term()
    world.name_lists(process, world.chair)
    world.walk(process, ("ask_candidates", world.chair))
    world.do("refuse_candidates", process, world.dispatcher, reason="候选人不足")
    assert process.state == State.CANDIDATES_REJECTED
    world.walk(
        process, ("mend_candidates", world.chair), ("ask_candidates", world.chair),
        ("approve_candidates", world.dispatcher),
    )  # fmt: skip
    assert process.state == State.ELECTION_PREPARED


def counted(world, process, votes, **totals):
    vote = process.votes.filter(office=Office.FULL, counted_at=None).get()
    people = list(vote.candidates.order_by("id"))
    told = {"entitled": 60, "present": 55, "issued": 55, "returned": 54, "held_on": TODAY, **totals}
    yes = {p.pk: n for p, n in zip(people, votes, strict=True)}
    return services.record_vote(vote_id=vote.pk, yes=yes, **told, by=world.chair, now=NOW)


def test_a_tie_at_the_last_seat_prepares_a_ballot_among_the_tied(world) -> None:
    process = prepared(world)
    outcome = counted(world, process, [45, 44, 33, 33])
    assert len(outcome.elected) == 2
    following = process.votes.get(office=Office.FULL, round=2)
    assert (following.seats, [c.name for c in following.candidates.order_by("id")]) == (1, ["候选2", "候选3"])
    with pytest.raises(NotAllDecided):
        services.finish_election(process_id=process.pk, by=world.chair, now=NOW)
    counted(world, process, [20, 34])
    elected = Candidate.objects.filter(vote__process=process, vote__office=Office.FULL, is_elected=True)
    assert {c.name for c in elected} == {"候选0", "候选1", "候选3"}


def test_too_few_elected_may_leave_a_seat_vacant(world, old_term) -> None:
    process = prepared(world)
    counted(world, process, [45, 44, 20, 10], leave_vacant=True)
    world.count(process, world.chair)
    world.walk(
        process, ("finish_election", world.chair), ("report_result", world.chair),
        ("approve_result", world.dispatcher),
    )  # fmt: skip
    page = offices.committee_pages(offices.open_term(world.tree.glass_union), TODAY)[0]
    assert (len(page.sitters), page.vacant) == (2, 1)


def test_an_impossible_count_is_refused_with_its_reason_and_nothing_is_kept(world) -> None:
    process = prepared(world)
    for totals in ({"present": 39, "issued": 39, "returned": 39}, {"returned": 56}, {"entitled": 61}):
        with pytest.raises(CountImpossible):
            counted(world, process, [45, 44, 33, 20], **totals)
    with pytest.raises(DayAhead):
        counted(world, process, [45, 44, 33, 20], held_on=TODAY + dt.timedelta(days=1))
    assert not process.votes.exclude(counted_at=None).exists()
    assert not Candidate.objects.exclude(yes=None).exists()


def test_totals_are_entered_once_and_only_by_who_leads_the_body(world) -> None:
    process = prepared(world)
    vote = process.votes.get(office=Office.CHAIR)
    told = {
        "vote_id": vote.pk, "entitled": 60, "present": 55, "issued": 55, "returned": 54,
        "yes": {vote.candidates.get().pk: 50}, "held_on": TODAY, "now": NOW,
    }  # fmt: skip
    with pytest.raises(NotAllowed):
        services.record_vote(**told, by=world.dispatcher)
    services.record_vote(**told, by=world.chair)
    with pytest.raises(WrongState):
        services.record_vote(**told, by=world.chair)


def test_a_refused_result_is_voted_on_again_by_everybody(world, old_term) -> None:
    process = prepared(world)
    world.count(process, world.chair)
    world.walk(process, ("finish_election", world.chair), ("report_result", world.chair))
    world.do("refuse_result", process, world.dispatcher, reason="到会人数不实")
    world.walk(process, ("mend_result", world.chair))
    assert process.state == State.ELECTION_PREPARED
    assert process.votes.get(office=Office.FULL, round=2).candidates.count() == 4
    world.count(process, world.chair)
    world.walk(
        process, ("finish_election", world.chair), ("report_result", world.chair),
        ("approve_result", world.dispatcher),
    )  # fmt: skip
    page = offices.committee_pages(offices.open_term(world.tree.glass_union), TODAY)[0]
    assert len(page.sitters) == 3


def test_small_unions_vote_together_and_large_ones_send_so_many_delegates(world) -> None:
    small = world.term()
    told = {"by": world.chair, "now": NOW}
    with pytest.raises(AssemblyNeeded):
        services.add_vote(process_id=small.pk, office=Office.FULL, seats=3, voters=Voters.DELEGATES, **told)
    world.do("withdraw", small, world.chair)
    large = world.term(workers=900, members=800)
    vote = services.add_vote(
        process_id=large.pk, office=Office.FULL, seats=7, voters=Voters.DELEGATES, **told
    )
    for number in range(8):
        services.add_candidate(vote_id=vote.pk, name=f"候选{number}", **told)
    chair = services.add_vote(process_id=large.pk, office=Office.CHAIR, seats=1, **told)
    with pytest.raises(TooFewCandidates):
        services.ask_candidates(process_id=large.pk, **told)
    services.add_candidate(vote_id=chair.pk, name="候选0", **told)
    world.walk(large, ("ask_candidates", world.chair), ("approve_candidates", world.dispatcher))
    with pytest.raises(DelegatesOutsideTable):
        counted(world, large, [30] * 8, entitled=39, present=38, issued=38, returned=38)
    assert not large.votes.exclude(counted_at=None).exists()


def test_a_joint_committee_takes_the_delegates_of_its_units_without_a_ballot(world) -> None:
    process = world.term()
    told = {"by": world.chair, "now": NOW}
    full = services.add_vote(process_id=process.pk, office=Office.FULL, seats=3, system="joint", **told)
    for unit in ("甲公司", "乙公司", "丙公司"):
        services.add_candidate(vote_id=full.pk, name=f"{unit}代表", represents=unit, **told)
    chair = services.add_vote(process_id=process.pk, office=Office.CHAIR, seats=1, **told)
    services.add_candidate(vote_id=chair.pk, name="甲公司代表", **told)
    world.walk(process, ("ask_candidates", world.chair), ("approve_candidates", world.dispatcher))
    services.confirm_delegates(vote_id=full.pk, held_on=TODAY, **told)
    world.count(process, world.chair)
    world.walk(
        process, ("finish_election", world.chair), ("report_result", world.chair),
        ("approve_result", world.dispatcher),
    )  # fmt: skip
    page = offices.committee_pages(offices.open_term(world.tree.glass_union), TODAY)[0]
    assert page.committee.system == "joint"
    assert sorted((s.seat.position, s.seat.represents) for s in page.sitters) == [
        ("chair", ""), ("delegate", "丙公司"), ("delegate", "乙公司"),
    ]  # fmt: skip


def test_a_vacant_chair_is_filled_within_the_term(world, old_term) -> None:
    chair = Seat.objects.get(position=Position.CHAIR)
    unions.leave_seat(seat_id=chair.pk, on=dt.date(2026, 2, 1), **BY)
    process = world.term(kind=ProcessKind.BY_ELECTION)
    told = {"by": world.chair, "now": NOW}
    vote = services.add_vote(process_id=process.pk, office=Office.CHAIR, seats=1, **told)
    services.add_candidate(vote_id=vote.pk, name="老委员", **told)
    world.walk(process, ("ask_candidates", world.chair), ("approve_candidates", world.dispatcher))
    world.count(process, world.chair)
    world.walk(
        process, ("finish_election", world.chair), ("report_result", world.chair),
        ("approve_result", world.dispatcher),
    )  # fmt: skip
    term = offices.open_term(world.tree.glass_union)
    assert term == old_term
    assert offices.chair_vacant_since(term) is None
    sitting = Seat.objects.taken().get()
    assert (sitting.name, sitting.position) == ("老委员", Position.CHAIR)


def reminders(now) -> list[str]:
    services.remind(now=now)
    return list(Reminder.objects.order_by("id").values_list("what", flat=True))


def test_reminders_come_six_three_and_one_month_before_and_when_it_is_over(world, old_term) -> None:
    def at(year, month, day):
        return dt.datetime(year, month, day, 1, 30, tzinfo=dt.UTC)

    early = PostFactory(body=world.tree.glass_union, role=Role.CHAIR, from_on=dt.date(2024, 1, 1)).user
    assert reminders(at(2025, 10, 29)) == []
    assert reminders(at(2025, 10, 30)) == ["remind_first"]
    assert reminders(at(2025, 12, 1)) == ["remind_first"]
    assert reminders(at(2026, 1, 30))[-1] == "remind_second"
    assert reminders(at(2026, 3, 30))[-1] == "remind_last"
    assert Notification.objects.filter(to=early, kind="organising.term_ends").count() == 3
    assert not Notification.objects.filter(to=world.dispatcher).exists()
    assert reminders(at(2026, 5, 1))[-1] == "overdue"
    assert Notification.objects.filter(to=world.dispatcher, kind="organising.term_ends").count() == 1


def test_a_reminder_that_nobody_there_can_read_goes_to_the_union_above(world, old_term) -> None:
    unions.end_post(post_id=Post.objects.get(user=world.chair).pk, by=SYSTEM, now=NOW)
    assert reminders(NOW) == ["remind_second"]
    assert Notification.objects.filter(to=world.dispatcher, kind="organising.term_ends").count() == 1


def test_a_vacant_chair_is_told_and_after_three_months_also_to_the_union_above(world, old_term) -> None:
    chair = Seat.objects.get(position=Position.CHAIR)
    services.remind(now=NOW)
    unions.leave_seat(seat_id=chair.pk, on=dt.date(2025, 12, 20), **BY)
    assert reminders(NOW)[-1] == "chair 2025-12-20"
    assert not Notification.objects.filter(to=world.dispatcher).exists()
    assert reminders(dt.datetime(2026, 3, 21, 1, 30, tzinfo=dt.UTC))[-1] == "chair late 2025-12-20"
    assert Notification.objects.filter(to=world.dispatcher, kind="organising.chair_vacant").count() == 1


def registration(world, materials=tuple(Material.values)) -> Process:
    return services.open_registration(
        body_id=world.tree.glass_union.pk, representative="甲", materials=list(materials), by=world.chair,
        now=NOW,
    )  # fmt: skip


def test_a_body_is_registered_by_the_county_with_a_code_of_its_own(world) -> None:
    process = world.walk(registration(world), ("apply_registration", world.chair))
    assert process.answering == world.tree.county
    told = {"process_id": process.pk, "certified_on": TODAY, "by": world.dispatcher, "now": NOW}
    wrong = "91130582MA0000001"[:17]
    with pytest.raises(CodeOfAnEmployer):
        services.approve_registration(credit_code=wrong + uscc.calc_check_digit(wrong), **told)
    process.refresh_from_db()
    assert process.state == State.APPLIED
    services.approve_registration(credit_code=CODE, **told)
    assert offices.legal_person_of(world.tree.glass_union).credit_code == CODE


def test_a_registration_with_a_paper_missing_is_not_sent(world) -> None:
    process = registration(world, [Material.FORM])
    with pytest.raises(MaterialsMissing) as refused:
        services.apply_registration(process_id=process.pk, by=world.chair, now=NOW)
    assert "、" in refused.value.message
    process.refresh_from_db()
    assert process.state == State.DRAFT


def closing(world, kind=ProcessKind.MERGER, partner=None) -> Process:
    return services.open_closing(
        body_id=world.tree.glass_union.pk, kind=kind, partner=partner, by=world.chair, now=NOW
    )


def test_a_body_merges_by_vote_of_more_than_half_of_all_members_and_approval(world, old_term) -> None:
    other = unions.found_body(
        name="园区联合工会", level=5, kind="joint", parent=world.tree.county, by=SYSTEM, now=NOW
    )
    process = closing(world, partner=other)
    world.do("record_assembly", process, world.chair, entitled=60, yes=31, held_on=TODAY)
    assert process.state == State.VOTED
    world.walk(process, ("apply_closing", world.chair))
    with pytest.raises(SamePerson):
        services.approve_closing(process_id=process.pk, by=world.chair, now=NOW)
    world.walk(process, ("approve_closing", world.dispatcher))
    body = UnionBody.objects.get(pk=world.tree.glass_union.pk)
    assert (body.is_active, body.dissolved_on) == (False, TODAY)
    assert UnionBody.objects.get(pk=world.tree.kiln.pk).parent_id == other.pk
    assert not Post.objects.filter(body=body, ended_at=None).exists()


def test_half_of_all_members_is_not_enough_and_the_union_goes_on(world) -> None:
    process = closing(world, partner=world.tree.county)
    world.do("record_assembly", process, world.chair, entitled=60, yes=30, held_on=TODAY)
    assert process.state == State.VOTED_DOWN
    with pytest.raises(WrongState):
        services.apply_closing(process_id=process.pk, by=world.chair, now=NOW)
    assert UnionBody.objects.get(pk=world.tree.glass_union.pk).is_active


def test_without_a_vote_nothing_is_closed_and_nothing_below_is_forgotten(world) -> None:
    with pytest.raises(BodiesBelow):
        closing(world, ProcessKind.DISSOLUTION)
    with pytest.raises(BadPartner):
        closing(world, ProcessKind.MERGER)
    with pytest.raises(BadPartner):
        closing(world, ProcessKind.MERGER, partner=world.tree.kiln)
    process = closing(world, ProcessKind.DISSOLUTION, partner=world.tree.county)
    with pytest.raises(WrongState):
        services.apply_closing(process_id=process.pk, by=world.chair, now=NOW)
    assert UnionBody.objects.get(pk=world.tree.glass_union.pk).is_active


def test_nobody_outside_the_union_can_begin_to_close_it(world) -> None:
    for who in (world.worker, world.stranger, world.dispatcher):
        with pytest.raises(NotAllowed):
            services.open_closing(
                body_id=world.tree.glass_union.pk, kind=ProcessKind.DISSOLUTION,
                partner=world.tree.county, by=who, now=NOW,
            )  # fmt: skip
    assert not Process.objects.exists()
