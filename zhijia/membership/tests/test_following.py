"""A body is merged or dissolved: its members follow, in batches, once, and nobody is lost."""

import datetime as dt

import pytest

from zhijia.accounts.tests.factories import UserFactory
from zhijia.core.actors import SYSTEM
from zhijia.core.errors import NotAllowed
from zhijia.membership import services
from zhijia.membership.card import token_of
from zhijia.membership.models import (
    Application,
    Membership,
    MembershipStep,
    Succession,
    TotalsDelta,
    Transfer,
)
from zhijia.membership.selectors import following
from zhijia.membership.selectors.card import card_check
from zhijia.membership.services.following import move_batch
from zhijia.membership.tests.factories import NOW, TODAY, applied, keeper, member, resident_id
from zhijia.membership.tests.histories import check_days, check_figures, check_steps, snapshot
from zhijia.notifications.models import Notification
from zhijia.unions.tests.factories import EmployerFactory

pytestmark = pytest.mark.django_db


def ends(tree, to=None, ending="merged", is_held=False, body=None, on=TODAY, by=SYSTEM) -> Succession:
    return services.begin_succession(
        body=body or tree.glass_union, successor=to or tree.county, ending=ending, is_held=is_held, on=on,
        by=by, now=NOW,
    )  # fmt: skip


def holds(today=TODAY) -> None:
    """What holds of every history holds here, too."""
    rows = snapshot()
    check_steps(rows, today)
    check_days(rows, set())
    check_figures(rows)


def test_members_go_on_in_the_new_union_from_the_same_day_with_state_card_and_figures(tree) -> None:
    user = UserFactory()
    working, resting = member(tree.glass_union, account=user, sex=2), member(tree.glass_union)
    services.retain(membership_id=resting.pk, on=TODAY, reason="失业", by=SYSTEM, now=NOW)
    number = card_check(token_of(working.pk), TODAY).number
    ends(tree)
    for old, state in ((working, "active"), (resting, "retained")):
        old.refresh_from_db()
        assert (old.state, old.ending, old.ended_on) == ("ended", "merged", TODAY)
        new = Membership.objects.open().get(worker=old.worker)
        assert (new.body, new.state, new.joined_on, new.channel) == (tree.county, state, TODAY, "succession")
    holds()
    check = card_check(token_of(working.pk), TODAY)
    assert (check.is_valid, check.number, check.body) == (True, number, tree.county)
    assert Notification.objects.get(to=user).kind == "membership.moved"


def test_where_nobody_takes_over_the_union_above_keeps_the_memberships(tree) -> None:
    row = member(tree.glass_union)
    ends(tree, ending="dissolved", is_held=True)
    new = Membership.objects.open().get()
    assert (new.body, new.state) == (tree.county, "held")
    assert list(new.steps.order_by("id").values_list("step", "after")) == [
        ("enrol", "active"), ("hold", "held"),
    ]  # fmt: skip
    row.refresh_from_db()
    assert row.ending == "dissolved"
    holds()


def test_it_goes_on_where_it_was_cut_off_and_repeating_changes_nothing(tree) -> None:
    for _ in range(5):
        member(tree.glass_union)
    told = {"ending": "merged", "moves_on": TODAY, "begun_at": NOW}
    succession = Succession.objects.create(tenant=13, body=tree.glass_union, successor=tree.county, **told)
    assert [move_batch(succession_id=succession.pk, now=NOW, size=2) for _ in range(2)] == [2, 2]
    holds()
    assert Membership.objects.open().filter(body=tree.glass_union).count() == 1
    succession.refresh_from_db()
    assert succession.ended_at is None
    assert services.resume_successions(now=NOW) == 1
    succession.refresh_from_db()
    assert succession.ended_at == NOW
    holds()
    assert Membership.objects.open().filter(body=tree.county).count() == 5
    before = snapshot()
    ends(tree)
    assert services.resume_successions(now=NOW + dt.timedelta(hours=1)) == 0
    after = snapshot()
    assert (after["Membership"], after["MembershipStep"], after["told"]) == (
        before["Membership"], before["MembershipStep"], before["told"],
    )  # fmt: skip


def test_whoever_enters_late_is_taken_along_by_the_timer_also_where_the_new_union_ended_too(tree) -> None:
    ends(tree, body=tree.kiln, to=tree.glass_union)
    ends(tree, to=tree.county)
    late = member(tree.kiln)
    assert services.resume_successions(now=NOW) == 1
    assert Membership.objects.open().get(worker=late.worker).body == tree.county
    holds()


def test_a_further_membership_gives_way_to_the_full_one_and_never_the_other_way_round(tree) -> None:
    number, other = resident_id(), resident_id()
    member(tree.glass_union, id_number=number)
    member(tree.county, id_number=number, kind="associate")
    member(tree.glass_union, id_number=other, kind="associate")
    member(tree.county, id_number=other)
    ends(tree)
    kinds = Membership.objects.open().values_list("body", "kind")
    assert list(kinds) == [(tree.county.pk, "full")] * 2
    holds()


def test_what_waits_is_given_on_or_taken_back(tree) -> None:
    row = member(tree.glass_union)
    going = services.ask_transfer(membership=row, to_body=tree.other_county, by=SYSTEM, now=NOW)
    elsewhere = member(tree.other_county)
    coming = services.ask_transfer(membership=elsewhere, to_body=tree.glass_union, by=SYSTEM, now=NOW)
    application = applied(employer_id=tree.glass.pk, to_own_union=True)
    assert application.body == tree.glass_union
    ends(tree)
    states = Transfer.objects.filter(pk__in=(going.pk, coming.pk)).values_list("state", flat=True)
    assert set(states) == {"cancelled"}
    application.refresh_from_db()
    assert (application.body, application.state) == (tree.county, "submitted")


def test_secrecy_goes_along_and_whoever_must_not_learn_of_it_does_not_find_it_counted(tree) -> None:
    secret = member(tree.other_county)
    Membership.objects.filter(pk=secret.pk).update(is_discreet=True, employer=tree.glass)
    member(tree.other_county)
    tied = keeper(tree.glass_union)
    assert following(tree.other_county, tied, TODAY).members == 1
    assert following(tree.other_county, keeper(tree.city), TODAY).members == 2
    ends(tree, body=tree.other_county, to=tree.county)
    new = Membership.objects.open().get(worker=secret.worker)
    assert (new.is_discreet, new.employer) == (True, tree.glass)
    assert new not in Membership.objects.visible_to(tied, TODAY)


def test_a_secret_member_keeps_his_own_employer_where_the_new_union_has_one(tree) -> None:
    secret, employer = member(tree.other_county), EmployerFactory()
    Membership.objects.filter(pk=secret.pk).update(is_discreet=True, employer=employer)
    open_one = member(tree.other_county)
    ends(tree, body=tree.other_county, to=tree.glass_union)
    moved = {row.worker_id: row.employer for row in Membership.objects.open().select_related("employer")}
    assert moved == {secret.worker_id: employer, open_one.worker_id: tree.glass}


@pytest.mark.parametrize(("is_discreet", "body"), [(True, "county"), (False, "glass_union")])
def test_a_secret_application_never_comes_to_a_union_tied_to_the_employer(tree, is_discreet, body) -> None:
    application = applied(employer_id=tree.glass.pk)
    Application.objects.filter(pk=application.pk).update(body=tree.other_county, is_discreet=is_discreet)
    ends(tree, body=tree.other_county, to=tree.glass_union)
    application.refresh_from_db()
    assert application.body == getattr(tree, body)


def test_a_review_goes_on_as_a_review(tree) -> None:
    application = applied()
    Application.objects.filter(pk=application.pk).update(body=tree.other_county, state="review")
    ends(tree, body=tree.other_county, to=tree.county)
    application.refresh_from_db()
    assert (application.body, application.state) == (tree.county, "review")


def test_a_step_of_the_same_day_and_a_first_day_ahead_of_it_stay_in_order(tree) -> None:
    member(tree.glass_union, on=TODAY)
    ends(tree, on=TODAY - dt.timedelta(5))
    old = Membership.objects.get(ending="merged")
    assert (old.joined_on, old.ended_on) == (TODAY, TODAY)
    holds()


def test_nobody_but_the_platform_moves_members(tree) -> None:
    member(tree.glass_union)
    people = (keeper(tree.county), UserFactory())
    before = snapshot()
    for who in people:
        with pytest.raises(NotAllowed):
            ends(tree, by=who)
    assert snapshot() == before


def test_the_number_of_questions_does_not_grow_with_the_members(tree, django_assert_max_num_queries) -> None:
    for _ in range(30):
        member(tree.glass_union)
    with django_assert_max_num_queries(40):
        ends(tree)
    assert MembershipStep.objects.filter(step="follow_union").count() == 30
    assert TotalsDelta.objects.filter(at=NOW).exclude(members=1).count() == 2
