"""What ties an officer to an employer, as he and his steward declare it."""

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse

from zhijia.accounts.models import User
from zhijia.accounts.tests.factories import sign_in
from zhijia.core.errors import NotAllowed
from zhijia.unions.enums import Role
from zhijia.unions.errors import TieStands
from zhijia.unions.models import Affiliation
from zhijia.unions.selectors import conflicted_employer_ids
from zhijia.unions.services import declare_affiliation, end_affiliation
from zhijia.unions.tests.factories import NOW, TODAY, PostFactory, Tree


def officer(body: Any, role: str = Role.HANDLER) -> User:
    user = PostFactory(body=body, role=role).user
    user.refresh_from_db()
    return user


def test_a_relatives_employer_is_hidden_until_24_months_after_and_the_relative_is_not_named(
    tree: Tree,
) -> None:
    user = officer(tree.county)
    declare_affiliation(
        employer=tree.glass, kind="relative", from_on=dt.date(2020, 1, 1), until_on=dt.date(2025, 1, 1),
        by=user, now=NOW,
    )  # fmt: skip
    assert conflicted_employer_ids(user, dt.date(2027, 1, 1)) == {tree.glass.pk}
    fresh = User.objects.get(pk=user.pk)
    assert conflicted_employer_ids(fresh, dt.date(2027, 1, 2)) == frozenset()
    texts = {
        f.name for f in Affiliation._meta.local_fields if f.get_internal_type() in ("CharField", "TextField")
    }
    assert texts == {"kind"}


def test_own_work_and_a_relatives_stand_side_by_side(tree: Tree) -> None:
    user = officer(tree.county)
    for kind in ("work", "relative"):
        declare_affiliation(employer=tree.glass, kind=kind, from_on=TODAY, by=user, now=NOW)
    assert sorted(Affiliation.objects.values_list("kind", flat=True)) == ["relative", "work"]


def test_a_tie_can_be_lengthened_and_never_shortened(tree: Tree) -> None:
    user, first, last = officer(tree.county), dt.date(2020, 1, 1), dt.date(2025, 6, 1)
    named = {"employer": tree.glass, "from_on": first, "by": user, "now": NOW}
    declare_affiliation(**named, until_on=last)
    with pytest.raises(TieStands):
        declare_affiliation(**named, until_on=dt.date(2021, 1, 1))
    declare_affiliation(**named)
    tie = Affiliation.objects.get()
    assert tie.until_on is None
    with pytest.raises(TieStands):
        end_affiliation(affiliation_id=tie.pk, until_on=dt.date(2026, 3, 1), by=user, now=NOW)
    end_affiliation(affiliation_id=tie.pk, until_on=TODAY, by=user, now=NOW)
    with pytest.raises(TieStands):
        end_affiliation(affiliation_id=tie.pk, until_on=dt.date(2026, 3, 1), by=user, now=NOW)
    tie.refresh_from_db()
    assert tie.until_on == TODAY


def test_a_steward_declares_for_the_people_of_his_bodies_and_only_he_ends_it(tree: Tree) -> None:
    person, steward = officer(tree.county), officer(tree.city, Role.STEWARD)
    other = officer(tree.other_county, Role.STEWARD)
    with pytest.raises(NotAllowed):
        declare_affiliation(employer=tree.glass, from_on=TODAY, user=person, by=other, now=NOW)
    assert not Affiliation.objects.exists()
    tie = declare_affiliation(employer=tree.glass, from_on=TODAY, user=person, by=steward, now=NOW)
    assert (tie.user, tie.declared_by) == (person, steward)
    with pytest.raises(NotAllowed):
        end_affiliation(affiliation_id=tie.pk, until_on=TODAY, by=person, now=NOW)
    end_affiliation(affiliation_id=tie.pk, until_on=TODAY, by=steward, now=NOW)


def test_the_database_knows_only_the_named_ties(tree: Tree) -> None:
    with pytest.raises(IntegrityError):
        Affiliation.objects.create(
            tenant=13, user=officer(tree.county), employer=tree.glass, kind="friend", from_on=TODAY,
            declared_at=NOW,
        )  # fmt: skip


def test_the_officer_declares_a_relative_and_later_its_end_on_the_page(
    tree: Tree, client: Client, time_machine: Any
) -> None:
    time_machine.move_to(NOW, tick=False)
    user = officer(tree.county)
    sign_in(client, user)
    url = reverse("unions:affiliations")
    told = {"employer": tree.farm.pk, "kind": "relative", "from_on": "2020-01-01"}
    assert client.post(f"{url}?q=云顶山", told).status_code == 302
    tie = Affiliation.objects.get()
    assert (tie.user, tie.kind, tie.until_on) == (user, "relative", None)
    assert client.post(url, {"tie": tie.pk, "until_on": "2020-02-01"}).status_code == 200
    tie.refresh_from_db()
    assert tie.until_on is None
    assert client.post(url, {"tie": tie.pk, "until_on": "2026-03-02"}).status_code == 302
    tie.refresh_from_db()
    assert tie.until_on == TODAY


def test_the_steward_has_a_page_for_each_post_and_nobody_ends_a_strangers_tie_there(
    tree: Tree, client: Client, time_machine: Any
) -> None:
    time_machine.move_to(NOW, tick=False)
    steward, post = officer(tree.county, Role.STEWARD), PostFactory(body=tree.county)
    foreign = declare_affiliation(employer=tree.farm, from_on=TODAY, by=officer(tree.other_county), now=NOW)
    sign_in(client, steward)
    url = reverse("unions:ties", args=[post.pk])
    told = {"employer": tree.glass.pk, "kind": "work", "from_on": "2021-05-01"}
    assert client.post(f"{url}?q=明澈", told).status_code == 302
    assert Affiliation.objects.filter(user=post.user, declared_by=steward).count() == 1
    assert "明澈" in client.get(url).content.decode()
    assert client.post(url, {"tie": foreign.pk, "until_on": "2026-03-02"}).status_code == 404
    foreign.refresh_from_db()
    assert foreign.until_on is None
