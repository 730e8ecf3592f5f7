"""What the roll holds about a person, for how long, and how it lets go."""

import datetime as dt

import pytest

from zhijia.accounts.tests.factories import UserFactory
from zhijia.membership import rights, services
from zhijia.membership.models import Application, Identity, Membership, PastFact, TotalsDelta, Worker
from zhijia.membership.tests.factories import NOW, TODAY, applied, keeper, member

pytestmark = pytest.mark.django_db


def test_a_person_reads_his_entry_and_numbers_only_after_a_fresh_proof(tree):
    user = UserFactory()
    row = member(tree.county, account=user, name="王小明")
    number = row.worker.details()["id_number"]
    shown = {proven: " ".join(h.value for h in rights.held(user, NOW, proven)) for proven in (False, True)}
    assert "王小明" in shown[False]
    assert number not in shown[False]
    assert number in shown[True]
    assert tree.county.name in shown[True]


def test_an_erased_account_takes_its_entry_its_number_and_its_applications_along(tree):
    user = UserFactory()
    applied(user)
    row = member(tree.county, account=user, place="130582")
    services.change_own(changes={"place": "130533"}, by=user, now=NOW)
    other = member(tree.county)
    rights.erase(f"user:{user.pk}", now=NOW)
    assert list(Worker.objects.all()) == [other.worker]
    assert list(Membership.objects.all()) == [other]
    assert not Application.objects.exists()
    assert not PastFact.objects.exists()
    assert not Identity.objects.filter(worker_id=row.worker_id).exists()
    assert sum(TotalsDelta.objects.filter(body=tree.county).values_list("members", flat=True)) == 1


def test_who_left_long_ago_is_let_go_and_who_came_back_is_not(tree):
    officer = keeper(tree.county)
    gone, back = member(tree.county), member(tree.county)
    number = back.worker.details()["id_number"]
    for row in (gone, back):
        services.withdraw(membership_id=row.pk, on=TODAY, by=officer, now=NOW)
    member(tree.county, on=TODAY, id_number=number)
    assert rights.forget(NOW + dt.timedelta(days=365)) == 0
    assert rights.forget(NOW + dt.timedelta(days=365 * 6)) > 0
    assert list(Worker.objects.all()) == [back.worker]


def test_an_application_is_let_go_after_its_time_unless_it_waits(tree):
    answered, waiting = applied(), applied()
    services.refuse_application(public_id=answered.public_id, reason="x", by=keeper(tree.county), now=NOW)
    rights.forget(NOW + dt.timedelta(days=365 * 3))
    assert list(Application.objects.all()) == [waiting]
