"""Erasing for good: a bare number is left, the ledger knows, a restore erases again."""

import datetime as dt
import json

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.urls import reverse

from zhijia.accounts.models import ApiToken, User
from zhijia.accounts.services import create_token
from zhijia.accounts.tests.factories import PASSWORD, UserFactory
from zhijia.audit import selectors as audit
from zhijia.audit.verification import verify_tenant
from zhijia.core import erasures
from zhijia.notifications.models import Notification
from zhijia.notifications.services import notify
from zhijia.privacy import services
from zhijia.privacy.models import Erasure, RightsRequest

NOW = dt.datetime(2026, 3, 2, 1, 30, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
pytestmark = pytest.mark.django_db


def settled(client=None, **told):
    """Return a person with something of everything."""
    user = UserFactory(name="王小明", email="w@home.example", language="en", **told)
    if client is not None:
        client.post(reverse("account_login"), {"login": user.phone, "password": PASSWORD})
        assert UserSession.objects.count() == 1
    create_token(user=user, name="my program", scopes=[], days=30, by=user, now=NOW)
    notify(kind="privacy.warned", to=user, now=NOW)
    services.ask_request(user=user, kind="explain", text="秘密", by=user, now=NOW)
    return user


def test_an_erased_account_is_a_bare_number_and_its_telephone_is_free_again(client):
    user = settled(client)
    phone = user.phone
    services.erase_now(reference=f"user:{user.pk}", now=NOW)
    user = User.objects.get(pk=user.pk)
    assert (user.name, user.email, user.phone_or_blank, user.masked_phone, user.is_active) == (
        "", "", "", "", False,
    )  # fmt: skip
    assert not user.has_usable_password()
    for model in (ApiToken, Notification, UserSession, Session):
        assert model.objects.count() == 0, model
    assert bytes(RightsRequest.objects.get().text) == b""
    assert UserFactory(phone=phone).pk != user.pk
    assert str(user)


def test_erasing_twice_changes_nothing_more():
    user = settled()
    services.erase_now(reference=f"user:{user.pk}", now=NOW)
    before = User.objects.get(pk=user.pk).session_epoch
    services.erase_now(reference=f"user:{user.pk}", now=NOW + DAY)
    assert Erasure.objects.count() == 1
    assert len(erasures.lines_of(erasures.own_ledger())) == 1
    assert User.objects.get(pk=user.pk).session_epoch >= before


def test_the_ledger_names_numbers_only_and_stands_before_anything_is_erased(monkeypatch):
    user = settled()
    from zhijia.privacy.services import erasing

    def crash(reference, now):
        raise RuntimeError("power cut")

    monkeypatch.setattr(erasing, "_let_go", crash)
    with pytest.raises(RuntimeError):
        services.erase_now(reference=f"user:{user.pk}", now=NOW, request="r-1")
    (line,) = erasures.own_ledger().read_text().splitlines()
    told = json.loads(line)
    assert (told["reference"], told["kind"], told["request"]) == (f"user:{user.pk}", "user", "r-1")
    assert set(told) == {"at", "kind", "reference", "mark", "request"}
    assert User.objects.get(pk=user.pk).name == "王小明"


def test_after_a_restore_the_ledger_erases_again():
    user = settled()
    kept = {field.attname: getattr(user, field.attname) for field in User._meta.concrete_fields}
    services.erase_now(reference=f"user:{user.pk}", now=NOW)
    User.objects.filter(pk=user.pk).update(**kept)  # an old backup brings him back
    Erasure.objects.all().delete()
    assert services.redo_erasures(NOW + DAY) == 1
    assert User.objects.get(pk=user.pk).is_erased
    assert Erasure.objects.get().reference == f"user:{user.pk}"


def test_a_later_account_with_the_same_number_is_another_person():
    user = settled()
    services.erase_now(reference=f"user:{user.pk}", now=NOW)
    newcomer = UserFactory(name="李四")
    User.objects.filter(pk=newcomer.pk).update(created_at=NOW + 9 * DAY)
    line = erasures.own_ledger().read_text().replace(f"user:{user.pk}", f"user:{newcomer.pk}")
    erasures.own_ledger().write_text(line)
    assert services.redo_erasures(NOW + DAY) == 0
    assert User.objects.get(pk=newcomer.pk).name == "李四"


def test_ledgers_of_two_places_become_one_and_a_torn_line_harms_nobody(settings, tmp_path):
    settings.ZHIJIA_JOURNAL_SECOND = str(tmp_path)
    erasures.write_down(kind="user", reference="user:1", mark="a", now=NOW)
    assert [line.reference for line in erasures.lines_of(tmp_path / "erasures.jsonl")] == ["user:1"]
    with (tmp_path / "erasures.jsonl").open("a") as out:
        out.write(
            '{"at": "2026-03-02T01:30:00+00:00", "kind": "user", "reference": "user:2", "mark": "b", "r'
        )
    erasures.write_down(kind="user", reference="user:3", mark="c", now=NOW)
    for path in (erasures.own_ledger(), tmp_path / "erasures.jsonl"):
        assert [line.reference for line in erasures.lines_of(path)] == ["user:1", "user:3"]


def test_the_chain_of_deeds_stays_whole():
    user = settled()
    services.erase_now(reference=f"user:{user.pk}", now=NOW, tenant=13)
    assert sum(verify_tenant(tenant).seq for tenant in audit.tenants()) >= 3


def test_who_stays_away_is_warned_first_and_erased_after():
    silent, present, warned_once = UserFactory(), UserFactory(), UserFactory()
    years = dt.timedelta(days=3 * 366)
    User.objects.filter(pk__in=[silent.pk, warned_once.pk]).update(last_login=NOW - years)
    User.objects.filter(pk=present.pk).update(last_login=NOW - DAY)
    assert services.erase_inactive(NOW) == 0
    assert set(Notification.objects.values_list("to", "kind")) == {
        (silent.pk, "privacy.warned"), (warned_once.pk, "privacy.warned"),
    }  # fmt: skip
    User.objects.filter(pk=warned_once.pk).update(last_login=NOW + DAY)
    assert services.erase_inactive(NOW + 29 * DAY) == 0
    assert services.erase_inactive(NOW + 31 * DAY) == 1
    erased = set(User.objects.filter(phone_index__startswith="erased-").values_list("pk", flat=True))
    assert erased == {silent.pk}
