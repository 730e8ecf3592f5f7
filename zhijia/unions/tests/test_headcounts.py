"""The page on which a union reports its figures: dated, by who keeps the roll, never overwritten."""

import datetime as dt

import pytest
from django.urls import reverse

from zhijia.accounts.tests.factories import sign_in
from zhijia.core.errors import NotAllowed
from zhijia.unions.enums import Role
from zhijia.unions.errors import ReportOfTheFuture
from zhijia.unions.models import Headcount
from zhijia.unions.services import report_headcount
from zhijia.unions.tests.factories import NOW, TODAY, PostFactory, Tree

pytestmark = pytest.mark.django_db
TOLD = {"reported_on": "2026-03-01", "workers": "120", "members": "80", "women": "30"}


@pytest.fixture
def tree(time_machine) -> Tree:
    time_machine.move_to(NOW, tick=False)
    return Tree()


def officer(tree: Tree, role: str):
    user = PostFactory(body=tree.county, role=role).user
    user.refresh_from_db()
    return user


@pytest.mark.parametrize("role", [Role.ORGANISER, Role.CHAIR, Role.STEWARD])
def test_a_keeper_of_the_roll_reports_and_both_reports_of_a_day_stay(tree, client, role) -> None:
    sign_in(client, officer(tree, role))
    address = reverse("unions:headcounts", args=[tree.glass_union.pk])
    assert client.post(address, TOLD).status_code == 302
    assert client.post(address, TOLD | {"members": "82"}).status_code == 302
    rows = tree.glass_union.headcounts.order_by("-id")
    assert list(rows.values_list("members", "women", "migrants")) == [(82, 30, 0), (80, 30, 0)]
    text = client.get(address).content.decode()
    assert text.count("已被后来的上报代替") == 1


def test_what_cannot_be_is_refused_at_its_field(tree, client) -> None:
    sign_in(client, officer(tree, Role.ORGANISER))
    address = reverse("unions:headcounts", args=[tree.glass_union.pk])
    for wrong in ({"members": "121"}, {"women": "81"}, {"reported_on": "2026-03-03"}, {"workers": "-1"}):
        assert client.post(address, TOLD | wrong).status_code == 422, wrong
    assert not Headcount.objects.exists()


def test_others_do_not_find_the_page_and_report_nothing(tree, client) -> None:
    handler = officer(tree, Role.HANDLER)
    sign_in(client, handler)
    address = reverse("unions:headcounts", args=[tree.glass_union.pk])
    assert client.post(address, TOLD).status_code == 404
    with pytest.raises(NotAllowed):
        report_headcount(
            body_id=tree.glass_union.pk, reported_on=TODAY, workers=2, members=1, by=handler, now=NOW
        )
    assert not Headcount.objects.exists()


def test_a_day_that_has_not_come_is_refused(tree) -> None:
    with pytest.raises(ReportOfTheFuture):
        report_headcount(
            body_id=tree.county.pk, reported_on=TODAY + dt.timedelta(days=1), workers=2, members=1,
            by=officer(tree, Role.CHAIR), now=NOW,
        )  # fmt: skip
