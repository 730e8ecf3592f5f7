"""Counting an election: the worked examples, and what must hold for every count."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhijia.organising.ballots import (
    Candidate,
    Count,
    Fault,
    again,
    decide,
    fewest_candidates,
    is_passed,
    needed_present,
    needed_votes,
)


def count(votes, *, entitled=100, present=90, issued=90, returned=88, seats=3, invalid=0) -> Count:
    people = tuple(Candidate(key, yes) for key, yes in enumerate(votes, 1))
    return Count(entitled, present, issued, returned, seats, people, invalid)


@pytest.mark.parametrize(("entitled", "present"), [(1, 1), (3, 2), (99, 66), (100, 67), (101, 68)])
def test_two_thirds_and_more_include_the_two_thirds(entitled, present) -> None:
    assert needed_present(entitled) == present
    assert decide(count([], entitled=entitled, present=present, issued=0, returned=0)).fault is None
    one_less = count([], entitled=entitled, present=present - 1, issued=0, returned=0)
    assert decide(one_less).fault is Fault.NO_QUORUM


@pytest.mark.parametrize(("entitled", "votes"), [(1, 1), (2, 2), (99, 50), (100, 51), (101, 51)])
def test_more_than_half_excludes_the_half_and_counts_all_entitled(entitled, votes) -> None:
    assert needed_votes(entitled) == votes
    assert is_passed(entitled=entitled, yes=votes)
    assert not is_passed(entitled=entitled, yes=votes - 1)


def test_half_of_those_present_is_not_enough() -> None:
    # 67 of 100 are there and 50 of them say yes: three quarters of those present, half of the entitled.
    outcome = decide(count([50], present=67, issued=67, returned=67, seats=1))
    assert outcome.elected == ()
    assert (outcome.needed, outcome.open_seats) == (51, 1)


def test_if_more_pass_than_there_are_seats_the_highest_take_them() -> None:
    outcome = decide(count([58, 80, 55, 70]))
    assert outcome.elected == (2, 4, 1)
    assert outcome.is_decided


def test_a_tie_at_the_last_seat_is_voted_on_again_among_the_tied() -> None:
    outcome = decide(count([70, 55, 55, 55, 20], seats=3))
    assert outcome.elected == (1,)
    assert outcome.tied == (2, 3, 4)
    assert outcome.open_seats == 2
    assert again(outcome, range(1, 6)) == (2, 3, 4)


def test_a_tie_that_leaves_nobody_out_is_no_tie() -> None:
    assert decide(count([60, 60, 60], seats=3)).elected == (1, 2, 3)


def test_too_few_who_pass_leave_seats_open_and_the_others_may_stand_again() -> None:
    outcome = decide(count([80, 40, 30, 20], seats=3))
    assert (outcome.elected, outcome.open_seats) == ((1,), 2)
    assert again(outcome, range(1, 5)) == (2, 3, 4)


@pytest.mark.parametrize(
    ("told", "fault"),
    [
        ({"present": 101}, Fault.PRESENT_EXCEED_ENTITLED),
        ({"present": 66, "issued": 66, "returned": 60}, Fault.NO_QUORUM),
        ({"issued": 91}, Fault.ISSUED_EXCEED_PRESENT),
        ({"returned": 91}, Fault.RETURNED_EXCEED_ISSUED),
        ({"invalid": 20}, Fault.VOTES_EXCEED_RETURNED),
        ({"invalid": 89}, Fault.VOTES_EXCEED_RETURNED),
    ],
)
def test_an_impossible_count_elects_nobody(told, fault) -> None:
    outcome = decide(count([80, 70, 60], **told))
    assert outcome.fault is fault
    assert outcome.elected == ()
    assert not outcome.is_decided


def test_a_ballot_with_more_marks_than_seats_cannot_be_hidden_in_the_totals() -> None:
    # 88 ballots for one seat can hold at most 88 marks.
    assert decide(count([60, 60], seats=1)).fault is Fault.VOTES_EXCEED_RETURNED


@pytest.mark.parametrize(
    ("seats", "percent", "candidates"),
    [(1, 5, 2), (7, 5, 8), (20, 5, 21), (21, 5, 23), (9, 10, 10), (11, 10, 13)],
)
def test_there_are_more_candidates_than_seats_by_at_least_the_surplus_rate(
    seats, percent, candidates
) -> None:
    assert fewest_candidates(seats, percent) == candidates


@st.composite
def counts(draw) -> Count:
    entitled = draw(st.integers(1, 400))
    present = draw(st.integers(0, entitled))
    issued = draw(st.integers(0, present))
    returned = draw(st.integers(0, issued))
    seats = draw(st.integers(1, 9))
    votes = draw(st.lists(st.integers(0, returned), max_size=14))
    return count(votes, entitled=entitled, present=present, issued=issued, returned=returned, seats=seats)


@given(counts())
def test_whoever_is_elected_has_more_than_half_and_nobody_with_more_votes_was_left_out(asked) -> None:
    outcome, yes = decide(asked), {c.key: c.yes for c in asked.candidates}
    assert len(outcome.elected) <= asked.seats
    assert outcome.open_seats == asked.seats - len(outcome.elected)
    assert all(yes[key] * 2 > asked.entitled for key in outcome.elected)
    left_out = [key for key in yes if key not in outcome.elected]
    assert not [1 for key in outcome.elected for other in left_out if yes[other] > yes[key]]


@given(counts())
def test_the_tied_are_more_than_the_seats_left_and_have_passed(asked) -> None:
    outcome, yes = decide(asked), {c.key: c.yes for c in asked.candidates}
    assert not set(outcome.tied) & set(outcome.elected)
    if outcome.tied:
        assert len(outcome.tied) > outcome.open_seats > 0
        assert len({yes[key] for key in outcome.tied}) == 1
        assert yes[outcome.tied[0]] * 2 > asked.entitled


@given(counts(), st.randoms())
def test_the_order_of_the_candidates_changes_nothing(asked, draw) -> None:
    people = list(asked.candidates)
    draw.shuffle(people)
    mixed = Count(
        asked.entitled, asked.present, asked.issued, asked.returned, asked.seats, tuple(people), asked.invalid
    )
    assert decide(mixed) == decide(asked)
