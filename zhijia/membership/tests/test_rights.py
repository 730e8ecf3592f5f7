"""What the roll holds about a person, for how long, and how it lets go."""

import datetime as dt
import inspect

import pytest
from django.apps import apps

from zhijia.accounts.tests.factories import UserFactory
from zhijia.membership import rights, services
from zhijia.membership.models import Application, Identity, Membership, PastFact, TotalsDelta, Worker
from zhijia.membership.tests.factories import NOW, TODAY, applied, keeper, member

NOT_TOLD = {"Pair"}
"""That two entries look alike is the union's own work; what they say is told with the entry."""
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


def told(user, proven=True) -> str:
    return "\n".join(f"{one.model} {one.value}" for one in rights.held(user, NOW, proven))


def test_a_person_reads_what_was_counted_asked_and_changed_too(tree):
    user = UserFactory()
    row = member(tree.county, account=user, place="130582", trade="food", is_migrant=True)
    services.change_own(changes={"place": "130533", "address": "中兴街9号"}, by=user, now=NOW)
    services.ask_correction(field="name", value="王晓明", note="带身份证来", by=user, now=NOW)
    services.remind(membership_id=row.pk, by=keeper(tree.county), now=NOW)
    services.ask_transfer(membership=row, to_body=tree.other_county, by=keeper(tree.other_county), now=NOW)
    applied(user, employer_name="某某快递")
    page = told(user)
    counted = ("居住地: 威县", "居住地: 沙河市", "网约配送员", "农民工: 是")
    for part in (*counted, "王晓明", "带身份证来", "某某快递"):
        assert part in page, part
    assert "food" not in page
    for table in ("PastFact", "Correction", "Reminder", "Transfer", "Application"):
        assert f"membership.{table} " in page
    hidden = told(user, proven=False)
    assert "王晓明" not in hidden
    assert "中兴街" not in hidden


def test_every_table_that_hangs_on_a_person_is_told(tree):
    """A table with a worker or an account that ``held`` does not name is forgotten in the person's copy."""
    source = inspect.getsource(rights)
    for model in apps.get_app_config("membership").get_models():
        hangs = {f.related_model for f in model._meta.fields if f.is_relation} & {Worker, Membership}
        if hangs and model.__name__ not in NOT_TOLD:
            assert f'"membership.{model.__name__}"' in source, model.__name__


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
