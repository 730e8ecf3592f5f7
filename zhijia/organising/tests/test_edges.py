"""What each step refuses at its edge, and what it must not forget."""

import datetime as dt

import pytest

from zhijia.audit.models import Entry
from zhijia.core.actors import SYSTEM
from zhijia.core.errors import NotAllowed, NotFound, WrongState
from zhijia.notifications.models import Notification
from zhijia.organising import services
from zhijia.organising.enums import Material, Office, ProcessKind, State, Voters
from zhijia.organising.errors import (
    BadPartner,
    CountImpossible,
    DayAhead,
    NamedTwice,
    NoRegistrar,
    OnBothCommittees,
    ReasonMissing,
    TooFewMembers,
    UnionThere,
    WomenOnly,
    WrongYears,
)
from zhijia.organising.models import Candidate, Process, Reminder
from zhijia.organising.tests.factories import NOW, TODAY, person
from zhijia.unions import offices
from zhijia.unions import services as unions
from zhijia.unions.enums import BodyKind, CommitteeKind, Position, Role, Sex
from zhijia.unions.models import Employer, Seat, Term, UnionBody
from zhijia.unions.services import Sitting
from zhijia.unions.tests.factories import EmployerFactory, UnionBodyFactory

pytestmark = pytest.mark.django_db
BY = {"by": SYSTEM, "now": NOW}
TOMORROW = TODAY + dt.timedelta(days=1)


def term_of(world, until_on=dt.date(2026, 4, 30)) -> Term:
    """Return the open term of the glass works' union with a committee and an auditor."""
    first = until_on - dt.timedelta(days=3 * 365)
    term = unions.begin_term(body_id=world.tree.glass_union.pk, years=3, from_on=first, **BY)
    Term.objects.filter(pk=term.pk).update(until_on=until_on)
    for kind, people in (
        (CommitteeKind.FULL, [Sitting("老主席", Position.CHAIR), Sitting("老委员")]),
        (CommitteeKind.AUDIT, [Sitting("老审计")]),
    ):
        unions.form_committee(term_id=term.pk, kind=kind, places=5, people=people, from_on=first, **BY)
    term.refresh_from_db()
    return term


def vote(process, world, office=Office.FULL, seats=3, **more):
    return services.add_vote(
        process_id=process.pk, office=office, seats=seats, by=world.chair, now=NOW, **more
    )


def name(found, world, who="甲", **more) -> Candidate:
    return services.add_candidate(vote_id=found.pk, name=who, by=world.chair, now=NOW, **more)


def prepared(world) -> Process:
    process = world.term()
    world.name_lists(process, world.chair)
    return world.walk(process, ("ask_candidates", world.chair), ("approve_candidates", world.dispatcher))


# Lists ----------------------------------------------------------------------------------------------


def test_the_women_workers_committee_is_made_up_of_women(world) -> None:
    found = vote(world.term(), world, Office.WOMEN, seats=1)
    with pytest.raises(WomenOnly):
        name(found, world, sex=Sex.MALE)
    assert name(found, world, sex=Sex.FEMALE).name == "甲"


def test_who_audits_or_sits_there_already_is_not_elected_beside_it(world) -> None:
    term_of(world)
    found = vote(world.term(kind=ProcessKind.BY_ELECTION), world, seats=1)
    for who, error in (("老审计", OnBothCommittees), ("老委员", NamedTwice)):
        with pytest.raises(error):
            name(found, world, who)
    assert not Candidate.objects.exists()


def test_a_by_election_fills_what_is_vacant_and_needs_a_term(world) -> None:
    with pytest.raises(NotAllowed):
        world.term(kind=ProcessKind.BY_ELECTION)
    term_of(world)
    assert vote(world.term(kind=ProcessKind.BY_ELECTION), world, seats=1).seats == 1


def test_from_a_hundred_members_on_delegates_may_vote(world) -> None:
    process = world.term(workers=200, members=100)
    assert vote(process, world, voters=Voters.DELEGATES).voters == Voters.DELEGATES


def test_two_members_elect_no_committee(world) -> None:
    with pytest.raises(TooFewMembers):
        vote(world.term(members=2, women=0), world)


def test_nothing_on_the_lists_changes_once_they_were_sent(world) -> None:
    process = prepared(world)
    found, someone = process.votes.first(), Candidate.objects.first()
    told = {"by": world.chair, "now": NOW}
    for call in (
        lambda: services.remove_vote(vote_id=found.pk, **told),
        lambda: services.remove_candidate(candidate_id=someone.pk, **told),
        lambda: vote(process, world, Office.AUDIT, seats=1),
    ):
        with pytest.raises(WrongState):
            call()
    assert Candidate.objects.count() == 5


# Counting -------------------------------------------------------------------------------------------


def totals(found, world, yes, **more):
    told = {"entitled": 60, "present": 55, "issued": 55, "returned": 54, "held_on": TODAY, **more}
    return services.record_vote(vote_id=found.pk, yes=yes, by=world.chair, now=NOW, **told)


def test_votes_for_somebody_who_does_not_stand_are_refused(world) -> None:
    found = prepared(world).votes.get(office=Office.CHAIR)
    with pytest.raises(NotFound):
        totals(found, world, {10**6: 50})
    found.refresh_from_db()
    assert not found.is_counted


def test_a_count_is_in_the_audit_as_a_sum(world) -> None:
    found = prepared(world).votes.get(office=Office.CHAIR)
    totals(found, world, {found.candidates.get().pk: 50})
    entry = Entry.objects.get(action="organising.vote_counted")
    assert '"elected":1' in entry.data.replace(" ", "")


def test_an_elected_committee_is_counted_and_never_just_confirmed(world) -> None:
    found = prepared(world).votes.get(office=Office.FULL)
    with pytest.raises(WrongState):
        services.confirm_delegates(vote_id=found.pk, held_on=TODAY, by=world.chair, now=NOW)
    assert not Candidate.objects.filter(is_elected=True).exists()


def test_delegates_are_not_sent_tomorrow(world) -> None:
    process = world.term()
    found = vote(process, world, system="joint")
    for unit in "甲乙丙":
        name(found, world, unit, represents=f"{unit}公司")
    name(vote(process, world, Office.CHAIR, seats=1), world)
    world.walk(process, ("ask_candidates", world.chair), ("approve_candidates", world.dispatcher))
    with pytest.raises(DayAhead):
        services.confirm_delegates(vote_id=found.pk, held_on=TOMORROW, by=world.chair, now=NOW)
    assert not Candidate.objects.filter(is_elected=True).exists()


def test_a_further_ballot_keeps_what_protects_its_candidates(world) -> None:
    process = prepared(world)
    until = dt.date(2029, 1, 31)
    Candidate.objects.update(contract_until_on=until, is_full_time=True, sex=Sex.FEMALE)
    found = process.votes.get(office=Office.FULL)
    people = list(found.candidates.order_by("id"))
    totals(found, world, {p.pk: n for p, n in zip(people, (45, 44, 33, 33), strict=True)})
    kept = set(process.votes.get(round=2).candidates.values_list("contract_until_on", "is_full_time", "sex"))
    assert kept == {(until, True, Sex.FEMALE)}


def test_nobody_stays_elected_by_a_result_that_was_refused(world) -> None:
    process = prepared(world)
    world.count(process, world.chair)
    world.walk(process, ("finish_election", world.chair), ("report_result", world.chair))
    world.do("refuse_result", process, world.dispatcher, reason="到会人数不实")
    world.walk(process, ("mend_result", world.chair))
    assert not Candidate.objects.filter(is_elected=True).exists()


# What is written in the end -------------------------------------------------------------------------


def approved(world, process, day=TODAY) -> Term:
    for found in process.votes.filter(counted_at=None):
        people = list(found.candidates.order_by("id"))
        yes = {p.pk: 50 - n if n < found.seats else 5 for n, p in enumerate(people)}
        totals(found, world, yes, held_on=day)
    world.walk(
        process, ("finish_election", world.chair), ("report_result", world.chair),
        ("approve_result", world.dispatcher),
    )  # fmt: skip
    return offices.open_term(world.tree.glass_union)


def test_the_term_begins_with_the_election_and_not_with_its_approval(world) -> None:
    day = dt.date(2026, 2, 20)
    assert approved(world, prepared(world), day).from_on == day


def test_who_wins_two_offices_is_chair_and_full_time_stays_full_time(world) -> None:
    process = world.term()
    full = vote(process, world)
    for who in ("甲", "乙", "丙", "丁"):
        name(full, world, who)
    for office in (Office.CHAIR, Office.VICE_CHAIR):
        name(vote(process, world, office, seats=1), world, "甲", is_full_time=True)
    world.walk(process, ("ask_candidates", world.chair), ("approve_candidates", world.dispatcher))
    approved(world, process)
    seat = next(seat for seat in Seat.objects.taken() if seat.name == "甲")
    assert (seat.position, seat.is_full_time) == (Position.CHAIR, True)
    assert Seat.objects.taken().count() == 3


# Who answers, and by when ---------------------------------------------------------------------------


def test_an_answer_ends_the_time_to_answer_and_stands_in_the_audit(world) -> None:
    process = world.do("apply_founding", world.founding(), world.worker)
    world.do("approve_preparation", process, world.dispatcher)
    assert process.due_on is None
    told = list(Entry.objects.filter(action__startswith="organising.").values_list("action", flat=True))
    assert told == ["organising.opened", "organising.applied", "organising.approved"]


def test_on_its_last_day_nothing_goes_up_yet(world) -> None:
    process = world.do("apply_founding", world.founding(), world.worker)
    day = NOW + dt.timedelta(days=15)
    assert services.escalate(process_id=process.pk, by=SYSTEM, now=day) is False
    assert services.escalate(process_id=process.pk, by=SYSTEM, now=day + dt.timedelta(days=1)) is True


def test_who_applied_is_not_asked_to_answer(world) -> None:
    world.do("apply_founding", world.founding(by=world.dispatcher), world.dispatcher)
    told = Notification.objects.filter(kind="organising.applied").values_list("to", flat=True)
    assert set(told) == {world.county_chair.pk}


def test_a_review_is_decided_with_a_reason(world) -> None:
    process = world.do("apply_founding", world.founding(), world.worker)
    world.do("refuse_preparation", process, world.dispatcher, reason="名称不符")
    world.do("ask_review", process, world.worker, reason="请复查")
    with pytest.raises(ReasonMissing):
        services.decide_review(
            process_id=process.pk, decision="refused", reason=" ", by=world.city_chair, now=NOW
        )
    process.refresh_from_db()
    assert process.state == State.UNDER_REVIEW


def test_a_body_that_ended_neither_begins_nor_answers(world) -> None:
    UnionBody.objects.filter(pk=world.tree.county.pk).update(is_active=False)
    assert world.term().upper == world.tree.city
    Process.objects.all().delete()
    UnionBody.objects.filter(pk=world.tree.glass_union.pk).update(is_active=False)
    with pytest.raises(NotAllowed):
        services.open_term(
            body_id=world.tree.glass_union.pk, workers=9, members=9, women=0, years=3, by=SYSTEM, now=NOW
        )


# Founding -------------------------------------------------------------------------------------------


def test_a_merged_entry_of_the_employer_hides_no_union(world) -> None:
    twin = EmployerFactory(name="沙河明澈玻璃", place="130582")
    Employer.objects.filter(pk=twin.pk).update(merged_into=world.tree.glass, is_active=False)
    twin.refresh_from_db()
    with pytest.raises(UnionThere):
        world.founding(employer=twin)
    with pytest.raises(NotAllowed):
        world.founding(body_kind=BodyKind.FEDERATION)
    assert not Process.objects.exists()


def test_numbers_and_years_change_only_before_the_lists_are_closed(world) -> None:
    process = world.to_recruiting()
    told = {"process_id": process.pk, "by": world.worker, "now": NOW}
    with pytest.raises(WrongYears):
        services.change_founding(years=4, **told)
    world.name_lists(process, world.worker)
    world.walk(process, ("prepare_election", world.worker))
    with pytest.raises(NotAllowed):
        services.change_founding(members=59, **told)
    process.refresh_from_db()
    assert (process.years, process.members) == (3, 60)


def test_an_erased_account_takes_back_nothing_that_is_done(world) -> None:
    process = world.established()
    services.withdraw_for_erasure(process_id=process.pk, now=NOW)
    process.refresh_from_db()
    assert process.state == State.ESTABLISHED


# Registration and closing ---------------------------------------------------------------------------


def registration(world, body_id=None, by=None) -> Process:
    return services.open_registration(
        body_id=body_id or world.tree.glass_union.pk, representative="甲", materials=list(Material.values),
        by=by or world.chair, now=NOW,
    )  # fmt: skip


def test_an_industrial_union_registers_nobody(world) -> None:
    chair = person(world.tree.farm_union, Role.CHAIR)
    assert registration(world, world.tree.farm_union.pk, chair).answering == world.tree.city


def test_who_is_no_registrar_any_more_registers_nobody(world) -> None:
    process = world.walk(registration(world), ("apply_registration", world.chair))
    UnionBody.objects.filter(pk=world.tree.county.pk).update(kind=BodyKind.OFFICE)
    with pytest.raises(NoRegistrar):
        services.approve_registration(
            process_id=process.pk, credit_code="8" * 18, certified_on=TODAY, by=world.dispatcher, now=NOW
        )
    assert offices.legal_person_of(world.tree.glass_union) is None


def test_what_was_sent_to_the_registrar_is_not_changed_behind_his_back(world) -> None:
    process = world.walk(registration(world), ("apply_registration", world.chair))
    with pytest.raises(WrongState):
        services.change_registration(
            process_id=process.pk, representative="乙", materials=[], by=world.chair, now=NOW
        )
    process.refresh_from_db()
    assert process.representative == "甲"


def closing(world, partner) -> Process:
    return services.open_closing(
        body_id=world.tree.glass_union.pk, kind=ProcessKind.MERGER, partner=partner, by=world.chair, now=NOW
    )


def test_a_body_merges_into_an_active_one_of_the_same_province(world) -> None:
    far = UnionBodyFactory(name="合肥工会", level=3, place="340100", tenant=34, parent=world.tree.nation)
    UnionBody.objects.filter(pk=world.tree.other_county.pk).update(is_active=False)
    world.tree.other_county.refresh_from_db()
    for partner in (far, world.tree.other_county):
        with pytest.raises(BadPartner):
            closing(world, partner)
    assert not Process.objects.exists()


def test_the_assembly_has_no_more_yes_votes_than_members_and_met_already(world) -> None:
    process = closing(world, world.tree.county)
    told = {"process_id": process.pk, "by": world.chair, "now": NOW}
    with pytest.raises(CountImpossible):
        services.record_assembly(entitled=60, yes=61, held_on=TODAY, **told)
    with pytest.raises(DayAhead):
        services.record_assembly(entitled=60, yes=31, held_on=TOMORROW, **told)
    process.refresh_from_db()
    assert process.state == State.DRAFT


# Reminders ------------------------------------------------------------------------------------------


def test_a_term_is_over_the_day_after_its_last_and_a_chair_late_the_day_after_three_months(world) -> None:
    term = term_of(world, until_on=TODAY)
    services.remind(now=NOW)
    assert list(Reminder.objects.values_list("what", flat=True)) == ["remind_last"]
    Term.objects.filter(pk=term.pk).update(until_on=dt.date(2028, 1, 1))
    chair = Seat.objects.get(position=Position.CHAIR)
    unions.leave_seat(seat_id=chair.pk, on=dt.date(2025, 12, 2), **BY)
    services.remind(now=NOW)
    assert Reminder.objects.order_by("-id").first().what == "chair 2025-12-02"
    services.remind(now=NOW + dt.timedelta(days=1))
    assert Reminder.objects.order_by("-id").first().what == "chair late 2025-12-02"
