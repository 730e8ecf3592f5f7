"""What the facts of a body refuse at their edges, who writes them, and that it stands in the audit."""

import datetime as dt

import pytest

from zhijia.audit.models import Entry
from zhijia.core.actors import SYSTEM
from zhijia.core.errors import NotAllowed
from zhijia.unions import offices, services
from zhijia.unions.enums import CommitteeKind, Leaving, Position, Role
from zhijia.unions.errors import BadTerm, NameMissing, NotSeatedThen, PostHeld, TermRuns
from zhijia.unions.models import Committee, Seat, Term, UnionBody
from zhijia.unions.services import Sitting
from zhijia.unions.tests.factories import NOW, TODAY, PostFactory

pytestmark = pytest.mark.django_db
BY = {"by": SYSTEM, "now": NOW}
FIRST = dt.date(2025, 5, 1)
DAY = dt.timedelta(days=1)


@pytest.fixture
def term(tree) -> Term:
    return services.begin_term(body_id=tree.glass_union.pk, years=3, from_on=FIRST, **BY)


def committee(term, *people, kind=CommitteeKind.FULL) -> Committee:
    return services.form_committee(term_id=term.pk, kind=kind, places=5, people=people, from_on=FIRST, **BY)


def test_a_term_does_not_begin_inside_one_that_was_ended(tree, term) -> None:
    ended = dt.date(2026, 2, 1)
    Term.objects.filter(pk=term.pk).update(ended_on=ended)
    told = {"body_id": tree.glass_union.pk, "years": 3, **BY}
    with pytest.raises(TermRuns):
        services.begin_term(from_on=ended, **told)
    assert services.begin_term(from_on=ended + DAY, **told).number == 2


def test_a_seat_is_left_between_its_first_day_and_today_once_with_its_reason(tree, term) -> None:
    seat = committee(term, Sitting("甲")).seats.get()
    for on in (FIRST - DAY, TODAY + DAY):
        with pytest.raises(NotSeatedThen, match=FIRST.isoformat()):
            services.leave_seat(seat_id=seat.pk, on=on, **BY)
    services.leave_seat(seat_id=seat.pk, on=TODAY, why=Leaving.RESIGNED, **BY)
    services.leave_seat(seat_id=seat.pk, on=FIRST, why=Leaving.DECEASED, **BY)
    seat.refresh_from_db()
    assert (seat.ended_on, seat.ended_why) == (TODAY, Leaving.RESIGNED)
    assert Entry.objects.filter(action="seat.left").count() == 1


def test_only_a_steward_fills_and_empties_seats(tree, term) -> None:
    found = committee(term, Sitting("甲"))
    handler = PostFactory(body=tree.glass_union, role=Role.HANDLER).user
    told = {"by": handler, "now": NOW}
    with pytest.raises(NotAllowed):
        services.take_seat(committee_id=found.pk, person=Sitting("乙"), from_on=TODAY, **told)
    with pytest.raises(NotAllowed):
        services.leave_seat(seat_id=found.seats.get().pk, on=TODAY, **told)
    with pytest.raises(NotAllowed):
        services.dissolve_body(body_id=tree.glass_union.pk, on=TODAY, **told)
    assert Seat.objects.taken().count() == 1


def test_a_seat_has_a_name(term) -> None:
    with pytest.raises(NameMissing):
        committee(term, Sitting("  "))
    assert not Seat.objects.exists()


def test_a_delegate_is_not_protected_as_an_elected_officer_is(term) -> None:
    committee(term, Sitting("甲", Position.DELEGATE, represents="甲公司"), Sitting("乙"))
    found = {one.seat.name: one.protection for one in offices.committee_pages(term, TODAY)[0].sitters}
    assert found["甲"] is None
    assert found["乙"].until_on == term.until_on


def test_protection_of_who_left_early_counts_to_the_last_day_in_the_seat(term) -> None:
    seat = committee(term, Sitting("甲")).seats.select_related("committee").get()
    seat.ended_on = dt.date(2026, 1, 31)
    assert offices.protection(seat, term, TODAY).until_on == dt.date(2026, 1, 31)


def test_a_certificate_is_valid_for_a_day_at_least_and_ends_with_the_body(tree) -> None:
    told = {"body_id": tree.glass_union.pk, "credit_code": "81130582MC00000010", "representative": "甲",
            "registrar": tree.county, "certified_on": TODAY, **BY}  # fmt: skip
    with pytest.raises(BadTerm):
        services.register_legal_person(valid_until_on=TODAY, **told)
    assert offices.legal_person_of(tree.glass_union) is None


def test_a_body_does_not_end_before_it_was_founded(tree) -> None:
    UnionBody.objects.filter(pk=tree.glass_union.pk).update(founded_on=TODAY)
    with pytest.raises(BadTerm):
        services.dissolve_body(body_id=tree.glass_union.pk, on=TODAY - DAY, **BY)
    assert UnionBody.objects.get(pk=tree.glass_union.pk).is_active


def test_a_post_whose_last_day_is_today_is_not_given_a_second_time(tree) -> None:
    post = PostFactory(body=tree.county, role=Role.CHAIR, until_on=TODAY)
    told = {"body": tree.county, "user": post.user, "role": Role.CHAIR, "from_on": TODAY, **BY}
    with pytest.raises(PostHeld):
        services.grant_post(**told)
    assert post.user.posts.count() == 1
