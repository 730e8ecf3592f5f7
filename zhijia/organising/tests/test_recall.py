"""Leaving a seat within the term: by hand what is nobody's decision, else by the members' vote alone."""

import datetime as dt

import pytest
from django.urls import reverse

from zhijia.accounts.services import create_token
from zhijia.accounts.tests.factories import sign_in
from zhijia.audit.models import Entry
from zhijia.core.actors import SYSTEM
from zhijia.core.errors import NotAllowed, NotFound, WrongState
from zhijia.notifications.models import Notification
from zhijia.organising import papers, services
from zhijia.organising.enums import Material, Paper, Proposer, State, Voters
from zhijia.organising.errors import (
    AlreadyRunning,
    AssemblyNeeded,
    ConsentNeeded,
    CountImpossible,
    DayAhead,
    DelegatesOutsideTable,
    ReasonMissing,
    RecallNeedsVote,
    SamePerson,
    TooFewSignatures,
    TooManySignatures,
)
from zhijia.organising.models import Process
from zhijia.organising.tests.factories import NOW, TODAY, person
from zhijia.unions import services as unions
from zhijia.unions.enums import Leaving, Position, Role
from zhijia.unions.errors import BadTerm
from zhijia.unions.models import Post, Seat
from zhijia.unions.services import Sitting

pytestmark = pytest.mark.django_db
FIRST = dt.date(2025, 1, 1)


@pytest.fixture
def board(world):
    """Return the seats of the glass works' committee: a chair with an account, a member, a delegate."""
    by = {"by": SYSTEM, "now": NOW}
    term = unions.begin_term(body_id=world.tree.glass_union.pk, years=3, from_on=FIRST, **by)
    people = [
        Sitting(name="主席甲", position=Position.CHAIR, account=world.chair),
        Sitting(name="委员乙"),
        Sitting(name="代表丙", position=Position.DELEGATE, represents="丙公司"),
    ]
    unions.form_committee(term_id=term.pk, kind="full", places=3, people=people, from_on=FIRST, **by)
    world.steward = person(world.tree.glass_union, Role.STEWARD)
    return {seat.name: seat for seat in Seat.objects.all()}


def leave(seat, by, why=Leaving.RESIGNED, on=TODAY, **more) -> Seat:
    return services.leave_seat(seat_id=seat.pk, why=why, on=on, by=by, now=NOW, **more)


def recall(seat, by, **more) -> Process:
    told = {"reason": "连续半年未履职", "proposed_by": Proposer.COMMITTEE, "members": 60, **more}
    return services.open_recall(seat_id=seat.pk, by=by, now=NOW, **told)


def voted(process, by, yes=31, entitled=60, voters=Voters.ASSEMBLY, held_on=TODAY) -> Process:
    return services.record_recall(
        process_id=process.pk, voters=voters, entitled=entitled, yes=yes, held_on=held_on, by=by, now=NOW
    )


# By hand --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("why", [Leaving.RESIGNED, Leaving.DECEASED, Leaving.LEFT_UNIT, Leaving.MOVED])
def test_a_member_leaves_the_seat_and_it_is_known_why(world, board, why) -> None:
    leave(board["委员乙"], world.steward, why, on=dt.date(2026, 2, 1))
    seat = Seat.objects.get(pk=board["委员乙"].pk)
    assert (seat.ended_on, seat.ended_why) == (dt.date(2026, 2, 1), why)
    entry = Entry.objects.get(action="organising.seat_ended")
    assert str(world.steward.pk) in entry.actor
    assert "委员乙" not in entry.data


def test_a_chair_who_leaves_loses_the_post_that_went_with_the_seat(world, board) -> None:
    leave(board["主席甲"], world.steward, Leaving.DECEASED)
    assert not Post.objects.filter(user=world.chair, ended_at=None).exists()


@pytest.fixture
def unnamed(board):
    """Return the seat of a chair that names no account, as imported and older ones do."""
    Seat.objects.filter(pk=board["主席甲"].pk).update(account=None)
    return Seat.objects.get(pk=board["主席甲"].pk)


def test_a_chair_whose_seat_names_no_account_loses_the_post_of_chair_all_the_same(world, unnamed) -> None:
    leave(unnamed, world.steward)
    assert not Post.objects.filter(body=world.tree.glass_union, role=Role.CHAIR, ended_at=None).exists()
    assert not world.chair.__class__.objects.get(pk=world.chair.pk).is_officer
    assert Post.objects.get(user=world.steward).ended_at is None, "other posts stay"


def test_who_leaves_another_seat_takes_nobodys_post_along(world, board) -> None:
    term = board["主席甲"].committee.term
    audit = unions.form_committee(
        term_id=term.pk, kind="audit", places=1, people=[Sitting(name="经审丁", position=Position.CHAIR)],
        from_on=FIRST, by=SYSTEM, now=NOW,
    )  # fmt: skip
    leave(board["委员乙"], world.steward)
    leave(audit.seats.get(), world.steward)
    assert Post.objects.get(user=world.chair).ended_at is None


def test_nobody_is_taken_out_of_a_seat_by_a_stroke_of_the_pen(world, board) -> None:
    for why in (Leaving.RECALLED, Leaving.REPLACED, "disliked", ""):
        with pytest.raises(RecallNeedsVote):
            leave(board["委员乙"], world.steward, why)
    assert Seat.objects.taken().count() == 3


def test_a_delegate_is_replaced_by_the_unit_that_sent_him(world, board) -> None:
    assert leave(board["代表丙"], world.steward, Leaving.REPLACED).ended_on == TODAY


def test_a_chair_is_moved_only_with_the_consent_of_committee_and_union_above(world, board) -> None:
    for by, agreed in ((world.steward, True), (world.county_chair, False)):
        with pytest.raises(ConsentNeeded):
            leave(board["主席甲"], by, Leaving.MOVED, committee_agreed=agreed)
    assert Seat.objects.taken().count() == 3
    leave(board["主席甲"], world.county_chair, Leaving.MOVED, committee_agreed=True)
    assert Seat.objects.taken().count() == 2


def test_only_who_leads_here_or_above_ends_a_seat_on_a_day_within_it(world, board) -> None:
    for who in (world.dispatcher, world.handler, world.elsewhere, world.worker):
        with pytest.raises(NotAllowed):
            leave(board["委员乙"], who)
    for on in (FIRST - dt.timedelta(days=1), TODAY + dt.timedelta(days=1)):
        with pytest.raises(BadTerm):
            leave(board["委员乙"], world.steward, on=on)
    assert Seat.objects.taken().count() == 3
    leave(board["委员乙"], world.steward)
    with pytest.raises(WrongState):
        leave(board["委员乙"], world.steward, Leaving.DECEASED)


# Recalled -------------------------------------------------------------------------------------------


def test_a_chair_is_recalled_by_more_than_half_of_all_members_and_the_union_above(world, board) -> None:
    process = voted(recall(board["主席甲"], world.steward), world.steward)
    assert process.state == State.VOTED
    world.walk(process, ("apply_recall", world.steward))
    assert process.due_on == dt.date(2026, 3, 17)
    assert Seat.objects.taken().count() == 3
    world.do("approve_recall", process, world.dispatcher)
    seat = Seat.objects.get(pk=board["主席甲"].pk)
    assert (process.state, seat.ended_on, seat.ended_why) == (State.CLOSED, TODAY, Leaving.RECALLED)
    assert not Post.objects.filter(user=world.chair, ended_at=None).exists()
    told = papers.facts(process, Paper.RECALL_REPLY, NOW)
    assert (told["why"], told["office"]) == ("连续半年未履职", world.tree.county)


def test_half_of_all_is_not_enough_and_the_officer_stays(world, board) -> None:
    process = voted(recall(board["主席甲"], world.steward), world.steward, yes=30)
    assert process.state == State.VOTED_DOWN
    with pytest.raises(WrongState):
        services.apply_recall(process_id=process.pk, by=world.steward, now=NOW)
    assert Seat.objects.taken().count() == 3


def test_those_who_stayed_away_count_too(world, board) -> None:
    process = recall(board["主席甲"], world.steward)
    for told in ({"entitled": 59}, {"entitled": 61}, {"yes": 61}, {"voters": Voters.COMMITTEE}):
        with pytest.raises(CountImpossible):
            voted(process, world.steward, **told)
    with pytest.raises(DayAhead):
        voted(process, world.steward, held_on=TODAY + dt.timedelta(days=1))
    process.refresh_from_db()
    assert (process.state, process.yes) == (State.DRAFT, None)


def test_delegates_vote_only_in_large_unions_and_all_of_them_count(world, board) -> None:
    small = recall(board["主席甲"], world.steward)
    with pytest.raises(AssemblyNeeded):
        voted(small, world.steward, voters=Voters.DELEGATES, entitled=30, yes=20)
    world.do("withdraw", small, world.steward)
    large = recall(board["主席甲"], world.steward, members=150)
    with pytest.raises(DelegatesOutsideTable):
        voted(large, world.steward, voters=Voters.DELEGATES, entitled=29, yes=20)
    assert voted(large, world.steward, voters=Voters.DELEGATES, entitled=30, yes=16).state == State.VOTED


def test_a_third_of_the_members_may_ask_and_the_committee_needs_no_signatures(world, board) -> None:
    told = {"proposed_by": Proposer.MEMBERS, "members": 61}
    for signed in (None, 20):
        with pytest.raises(TooFewSignatures):
            recall(board["主席甲"], world.steward, signatures=signed, **told)
    with pytest.raises(TooManySignatures):
        recall(board["主席甲"], world.steward, signatures=62, **told)
    assert not Process.objects.exists()
    assert recall(board["主席甲"], world.steward, signatures=21, **told).signatures == 21


def test_nobody_has_a_hand_in_his_own_recall(world, board) -> None:
    with pytest.raises(SamePerson):
        recall(board["主席甲"], world.chair)
    process = recall(board["主席甲"], world.steward)
    with pytest.raises(NotAllowed):
        voted(process, world.chair, yes=1)
    voted(process, world.steward)
    Seat.objects.filter(pk=board["主席甲"].pk).update(account=world.county_chair)
    world.walk(process, ("apply_recall", world.steward))
    assert set(Notification.objects.values_list("to", flat=True)) == {world.dispatcher.pk}
    for who in (world.county_chair, world.steward):
        with pytest.raises(SamePerson):
            services.approve_recall(process_id=process.pk, by=who, now=NOW)
    process.refresh_from_db()
    assert (process.state, Seat.objects.taken().count()) == (State.APPLIED, 3)


def test_a_chair_whose_seat_names_no_account_is_recalled_and_has_no_hand_in_it(world, unnamed) -> None:
    with pytest.raises(SamePerson):
        recall(unnamed, world.chair)
    process = recall(unnamed, world.steward)
    with pytest.raises(NotAllowed):
        voted(process, world.chair, yes=1)
    voted(process, world.steward)
    world.walk(process, ("apply_recall", world.steward), ("approve_recall", world.dispatcher))
    assert Seat.objects.get(pk=unnamed.pk).ended_why == Leaving.RECALLED
    assert not Post.objects.filter(user=world.chair, ended_at=None).exists()


def test_the_union_above_may_begin_it_where_the_chair_would_have_to_and_another_there_decides(
    world, board
) -> None:
    process = recall(board["主席甲"], world.county_chair)
    voted(process, world.county_chair)
    world.walk(process, ("apply_recall", world.county_chair))
    with pytest.raises(SamePerson):
        services.approve_recall(process_id=process.pk, by=world.county_chair, now=NOW)
    world.do("approve_recall", process, world.dispatcher)
    assert process.state == State.CLOSED


def test_who_neither_leads_here_nor_above_begins_no_recall(world, board) -> None:
    for who in (world.dispatcher, world.handler, world.elsewhere, world.worker):
        with pytest.raises(NotAllowed):
            recall(board["委员乙"], who)
    process = recall(board["委员乙"], world.steward)
    with pytest.raises(NotFound):
        voted(process, world.elsewhere)
    assert Process.objects.count() == 1


def test_a_recall_names_its_reason_and_runs_once_at_a_time(world, board) -> None:
    with pytest.raises(ReasonMissing):
        recall(board["委员乙"], world.steward, reason="  ")
    recall(board["委员乙"], world.steward)
    with pytest.raises(AlreadyRunning):
        recall(board["委员乙"], world.steward)


def test_a_refused_recall_is_put_again_or_reviewed_and_the_officer_stays_meanwhile(world, board) -> None:
    process = voted(recall(board["主席甲"], world.steward), world.steward)
    world.walk(process, ("apply_recall", world.steward))
    world.do("refuse_recall", process, world.dispatcher, reason="会议通知未满期限")
    assert process.state == State.REJECTED
    world.walk(process, ("mend_recall", world.steward), ("apply_recall", world.steward))
    assert process.state == State.APPLIED
    assert Seat.objects.taken().count() == 3


# Pages and operations -------------------------------------------------------------------------------


@pytest.fixture
def today(time_machine):
    time_machine.move_to(NOW, tick=False)


def test_the_page_writes_down_who_left_and_explains_what_it_refuses(world, board, client, today) -> None:
    sign_in(client, world.steward)
    text = client.get(reverse("organising:body", args=[world.tree.glass_union.pk])).content.decode()
    address = reverse("organising:leave_seat", args=[board["主席甲"].pk])
    assert address in text
    refused = client.post(address, {"why": "moved", "on": "2026-03-02", "committee_agreed": "on"})
    assert refused.status_code == 422
    assert "上级工会" in refused.content.decode()
    assert 'value="recalled"' not in refused.content.decode()
    done = client.post(address, {"why": "resigned", "on": "2026-03-02"})
    assert done["Location"] == reverse("organising:body", args=[world.tree.glass_union.pk])
    assert Seat.objects.taken().count() == 2
    assert client.get(address).status_code == 404


def test_a_recall_begins_on_its_page_and_its_papers_are_written(world, board, client, today) -> None:
    sign_in(client, world.steward)
    address = reverse("organising:recall", args=[board["主席甲"].pk])
    told = {"reason": "连续半年未履职", "proposed_by": "members", "signatures": "19", "members": "60"}
    assert client.post(address, told).status_code == 422
    made = client.post(address, {**told, "signatures": "20"})
    process = Process.objects.get()
    assert made["Location"] == reverse("organising:process", args=[process.public_id])
    step = reverse("organising:step", args=[process.public_id, "record_recall"])
    vote = {"voters": "assembly", "entitled": "60", "yes": "31", "held_on": "2026-03-01"}
    assert client.post(step, vote).status_code == 302
    paper = reverse("organising:paper", args=[process.public_id, "recall_request"])
    text = client.get(paper).content.decode()
    for part in ("主席甲", "连续半年未履职", "20", "31", "第十八条"):
        assert part in text
    assert (
        client.get(reverse("organising:paper", args=[process.public_id, "recall_reply"])).status_code == 404
    )


def test_who_neither_leads_here_nor_above_finds_no_page(world, board, client, today) -> None:
    for who in (world.dispatcher, world.elsewhere, world.worker):
        sign_in(client, who)
        for name in ("leave_seat", "recall"):
            told = {"why": "resigned", "on": "2026-03-02", "reason": "r", "proposed_by": "committee"}
            address = reverse(f"organising:{name}", args=[board["委员乙"].pk])
            assert client.post(address, {**told, "members": "60"}).status_code == 404
    assert (Seat.objects.taken().count(), Process.objects.count()) == (3, 0)


def test_programs_make_the_same_steps(world, board, client, today) -> None:
    _token, secret = create_token(
        user=world.steward, name="t", scopes=["organising:work"], days=30, by=world.steward, now=NOW
    )

    def post(path: str, told: dict):
        headers = {"Authorization": f"Bearer {secret}"}
        return client.post(f"/api/v1/organising{path}", told, "application/json", headers=headers)

    seat = board["委员乙"].pk
    refused = post(f"/seats/{seat}/leave", {"why": "recalled", "on": "2026-03-02"})
    assert (refused.status_code, refused.json()["code"]) == (422, "recall-needs-vote")
    left = post(f"/seats/{seat}/leave", {"why": "resigned", "on": "2026-03-02"}).json()
    assert (left["id"], left["ended_why"]) == (seat, "resigned")
    told = {"seat_id": board["主席甲"].pk, "reason": "r", "proposed_by": "committee", "members": 60}
    begun = post("/recalls", told).json()
    assert begun["actions"] == ["record_recall", "withdraw"]
    vote = {"entitled": 60, "yes": 31, "held_on": "2026-03-01"}
    assert post(f"/{begun['public_id']}/record-recall", vote).json()["state"] == "voted"
    assert post(f"/{begun['public_id']}/apply-recall", {}).json()["state"] == "applied"
    assert post(f"/{begun['public_id']}/approve-recall", {"reason": ""}).status_code == 403
    papers_ready = {"representative": "甲", "materials": ["form"]}
    body = {"body_id": world.tree.glass_union.pk}
    registration = post("/registrations", {**body, **papers_ready}).json()
    missing = post(f"/{registration['public_id']}/apply-registration", {})
    assert missing.json()["code"] == "materials-missing"
    whole = {"representative": "甲", "materials": list(Material.values)}
    assert post(f"/{registration['public_id']}/registration", whole).status_code == 200
    assert post(f"/{registration['public_id']}/apply-registration", {}).json()["state"] == "applied"
    bad = post("/closings", {**body, "kind": "merger", "partner_id": world.tree.kiln.pk})
    assert bad.json()["code"] == "bad-partner"
    closing = post("/closings", {**body, "kind": "merger", "partner_id": world.tree.county.pk}).json()
    assert post(f"/{closing['public_id']}/record-assembly", vote).json()["state"] == "voted"
