"""Posts, scope and the conflict wall."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from zhijia.accounts.models import User
from zhijia.accounts.tests.factories import UserFactory
from zhijia.audit.models import Entry
from zhijia.core.actors import SYSTEM
from zhijia.core.errors import NotAllowed
from zhijia.unions.conflict import months_before
from zhijia.unions.enums import Role
from zhijia.unions.errors import OwnPost, PostHeld
from zhijia.unions.models import UnionBody
from zhijia.unions.selectors import (
    conflicted_employer_ids,
    forget_posts,
    holds,
    posts_of,
    scope,
)
from zhijia.unions.services import (
    change_body,
    declare_affiliation,
    end_affiliation,
    end_expired_posts,
    end_post,
    grant_post,
    merge_employers,
)
from zhijia.unions.tests.factories import (
    NOW,
    TODAY,
    AffiliationFactory,
    EmployerFactory,
    PostFactory,
    Tree,
)

HANDLING = (Role.HANDLER, Role.DISPATCHER)


def reached(user: User, roles=None, on: dt.date = TODAY) -> set[str]:
    return set(scope(user, roles, on).bodies().values_list("name", flat=True))


def test_a_post_reaches_its_body_and_all_below_but_never_above_or_beside(tree: Tree) -> None:
    user = PostFactory(body=tree.county).user
    assert reached(user) == {"沙河市总工会", "明澈玻璃工会", "窑炉分会"}
    assert holds(user, Role.HANDLER, tree.kiln, TODAY)
    assert not holds(user, Role.HANDLER, tree.city, TODAY)
    assert not holds(user, Role.HANDLER, tree.other_county, TODAY)


def test_a_post_in_the_national_industrial_union_reaches_the_remote_station_by_the_industrial_line(
    tree: Tree,
) -> None:
    user = PostFactory(body=tree.forest_nation, role=Role.SUPERVISOR).user
    assert reached(user) == {"全国林业工会", "邢台市林业工会", "云顶山林场工会", "望云护林站工会小组"}
    assert holds(user, Role.SUPERVISOR, tree.station, TODAY)
    assert not holds(user, Role.SUPERVISOR, tree.kiln, TODAY)


def test_a_role_counts_only_where_it_is_held(tree: Tree) -> None:
    user = PostFactory(body=tree.county, role=Role.HANDLER).user
    assert reached(user, HANDLING) == {"沙河市总工会", "明澈玻璃工会", "窑炉分会"}
    assert reached(user, Role.SUPERVISOR) == set()
    assert not scope(user, Role.SUPERVISOR, TODAY)


def test_a_person_without_a_post_reaches_nothing_in_any_queryset(tree: Tree) -> None:
    nothing = scope(UserFactory(), None, TODAY)
    assert not UnionBody.objects.filter(nothing.q("")).exists()
    assert nothing.tenants == frozenset()
    assert scope(None, None, TODAY).bodies().count() == 0


def test_scope_can_be_laid_over_any_queryset_that_leads_to_a_body(tree: Tree) -> None:
    user = PostFactory(body=tree.county).user
    PostFactory(body=tree.kiln)
    PostFactory(body=tree.other_county)
    bodies = scope(user, None, TODAY)
    posts = user.posts.model.objects.filter(bodies.q("body__"))
    assert {post.body.name for post in posts} == {"沙河市总工会", "窑炉分会"}


def test_a_tenant_wide_scope_says_so(tree: Tree) -> None:
    assert scope(PostFactory(body=tree.county).user, None, TODAY).tenants == frozenset({13})
    assert scope(PostFactory(body=tree.nation).user, None, TODAY).tenants is None
    assert scope(PostFactory(body=tree.forest_nation).user, None, TODAY).tenants is None


@pytest.mark.parametrize(
    ("on", "held"),
    [
        (dt.date(2026, 2, 28), False),
        (dt.date(2026, 3, 1), True),
        (dt.date(2026, 3, 31), True),
        (dt.date(2026, 4, 1), False),
    ],
)
def test_a_post_counts_from_its_first_to_its_last_day(tree: Tree, on: dt.date, held: bool) -> None:
    post = PostFactory(body=tree.county, from_on=dt.date(2026, 3, 1), until_on=dt.date(2026, 3, 31))
    assert holds(post.user, Role.HANDLER, tree.county, on) is held


def test_posts_are_asked_once_per_request_and_anew_after_a_change(tree: Tree) -> None:
    user = PostFactory(body=tree.county).user
    forget_posts(user)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        for _ in range(5):
            scope(user, None, TODAY)
            holds(user, None, tree.kiln, TODAY)
    assert len(asked) == 1
    PostFactory(user=user, body=tree.other_county)
    assert len(posts_of(user, TODAY)) == 2


def test_a_post_in_a_dissolved_body_counts_no_more(tree: Tree) -> None:
    user = PostFactory(body=tree.county).user
    change_body(body_id=tree.county.pk, is_active=False, by=SYSTEM, now=NOW)
    forget_posts(user)
    assert reached(user) == set()


def test_granting_makes_an_officer_and_ending_the_last_post_unmakes_one(tree: Tree) -> None:
    user = UserFactory()
    first = PostFactory(user=user, body=tree.county)
    second = PostFactory(user=user, body=tree.county, role=Role.DISPATCHER)
    assert User.objects.get(pk=user.pk).is_officer
    end_post(post_id=first.pk, by=SYSTEM, now=NOW)
    assert User.objects.get(pk=user.pk).is_officer
    end_post(post_id=second.pk, by=SYSTEM, now=NOW)
    assert not User.objects.get(pk=user.pk).is_officer
    assert posts_of(User.objects.get(pk=user.pk), TODAY) == ()


def test_the_same_post_is_not_given_twice_but_again_after_its_term(tree: Tree) -> None:
    post = PostFactory(body=tree.county, until_on=dt.date(2026, 3, 31))
    with pytest.raises(PostHeld):
        PostFactory(user=post.user, body=tree.county)
    later = dt.datetime(2026, 4, 2, tzinfo=dt.UTC)
    again = PostFactory(user=post.user, body=tree.county, from_on=dt.date(2026, 4, 2), now=later)
    assert [p.pk for p in posts_of(post.user, dt.date(2026, 4, 2))] == [again.pk]


def test_a_steward_grants_below_his_body_only_and_never_to_himself(tree: Tree) -> None:
    steward = PostFactory(body=tree.county, role=Role.STEWARD).user
    person = UserFactory()
    asked = {"role": Role.HANDLER, "from_on": TODAY, "by": steward, "now": NOW}
    assert grant_post(body=tree.kiln, user=person, **asked).granted_by_id == steward.pk
    with pytest.raises(NotAllowed):
        grant_post(body=tree.city, user=person, **asked)
    with pytest.raises(OwnPost):
        grant_post(body=tree.county, user=steward, **asked)


def test_a_handler_grants_and_ends_nothing(tree: Tree) -> None:
    handler = PostFactory(body=tree.county).user
    post = PostFactory(body=tree.county)
    with pytest.raises(NotAllowed):
        end_post(post_id=post.pk, by=handler, now=NOW)


def test_a_post_that_ran_out_is_ended_by_itself_and_once(tree: Tree) -> None:
    post = PostFactory(body=tree.county, until_on=dt.date(2026, 3, 31))
    on_the_day = dt.datetime(2026, 3, 31, 15, 59, tzinfo=dt.UTC)
    assert end_expired_posts(now=on_the_day) == 0
    assert end_expired_posts(now=on_the_day + dt.timedelta(minutes=1)) == 1
    assert end_expired_posts(now=on_the_day + dt.timedelta(days=1)) == 0
    assert not User.objects.get(pk=post.user_id).is_officer


def test_each_change_of_posts_is_in_the_audit_by_number_only(tree: Tree) -> None:
    post = PostFactory(body=tree.county, user=UserFactory(name="张三丰"))
    end_post(post_id=post.pk, by=SYSTEM, now=NOW)
    rows = Entry.objects.filter(action__startswith="post.").order_by("seq")
    assert [row.action for row in rows] == ["post.granted", "post.ended"]
    assert "张三丰" not in "".join(str(row.data) for row in rows)


# The conflict wall ----------------------------------------------------------------------------


def test_whoever_holds_a_post_in_the_employers_union_or_below_is_in_conflict(tree: Tree) -> None:
    for body in (tree.glass_union, tree.kiln):
        assert conflicted_employer_ids(PostFactory(body=body).user, TODAY) == {tree.glass.pk}
    assert conflicted_employer_ids(PostFactory(body=tree.county).user, TODAY) == frozenset()


def test_the_conflict_lasts_24_months_after_the_post_ended(tree: Tree) -> None:
    post = PostFactory(body=tree.kiln)
    end_post(post_id=post.pk, by=SYSTEM, now=NOW)
    for on, conflict in ((dt.date(2028, 3, 2), True), (dt.date(2028, 3, 3), False)):
        user = User.objects.get(pk=post.user_id)
        assert bool(conflicted_employer_ids(user, on)) is conflict


def test_declared_employment_conflicts_at_once_and_24_months_after_its_last_day(tree: Tree) -> None:
    user = PostFactory(body=tree.county).user
    assert conflicted_employer_ids(user, TODAY) == frozenset()
    AffiliationFactory(by=user, employer=tree.farm, until_on=dt.date(2024, 3, 2))
    assert conflicted_employer_ids(user, TODAY) == {tree.farm.pk}
    assert conflicted_employer_ids(user, dt.date(2026, 3, 3)) == frozenset()


def test_a_merged_entry_of_the_employer_is_in_conflict_too(tree: Tree) -> None:
    double = EmployerFactory(name="明澈玻璃", place="130582")
    merge_employers(keep_id=tree.glass.pk, gone_id=double.pk, by=SYSTEM, now=NOW)
    assert conflicted_employer_ids(PostFactory(body=tree.kiln).user, TODAY) == {tree.glass.pk, double.pk}


def test_only_officers_declare_and_only_their_own(tree: Tree) -> None:
    with pytest.raises(NotAllowed):
        declare_affiliation(employer=tree.glass, from_on=TODAY, by=UserFactory(), now=NOW)
    declared = AffiliationFactory(by=PostFactory(body=tree.county).user, employer=tree.farm)
    with pytest.raises(NotAllowed):
        end_affiliation(
            affiliation_id=declared.pk, until_on=TODAY, by=PostFactory(body=tree.city).user, now=NOW
        )


@pytest.mark.parametrize(
    ("day", "before"),
    [
        (dt.date(2026, 3, 31), dt.date(2024, 3, 31)),
        (dt.date(2024, 2, 29), dt.date(2022, 2, 28)),
        (dt.date(2026, 12, 31), dt.date(2024, 12, 31)),
        (dt.date(2026, 1, 1), dt.date(2024, 1, 1)),
    ],
)
def test_24_months_before_a_day(day: dt.date, before: dt.date) -> None:
    assert months_before(day, 24) == before
