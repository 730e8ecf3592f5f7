"""Everything held about a person, and the copies of it."""

import datetime as dt
import io
import json
import zipfile
from html import unescape

import pytest
from django.utils.translation import override

from zhijia.accounts.tests.factories import UserFactory, sign_in
from zhijia.audit.models import Entry
from zhijia.core.manifest import contributions
from zhijia.notifications.models import Notification
from zhijia.privacy import services
from zhijia.privacy.enums import Basis
from zhijia.privacy.errors import BasisMissing, ConsentMissing
from zhijia.privacy.models import Sharing
from zhijia.privacy.selectors import notice, own
from zhijia.privacy.tests.conftest import officer

NOW = dt.datetime(2026, 3, 2, 1, 30, tzinfo=dt.UTC)
TODAY = dt.date(2026, 3, 2)
pytestmark = pytest.mark.django_db


def test_the_page_says_what_is_held_why_on_which_ground_and_how_long(client, time_machine):
    time_machine.move_to(NOW, tick=False)
    user = UserFactory(name="王小明", email="w@home.example")
    sign_in(client, user)
    page = unescape(client.get("/privacy/me/").content.decode())
    for told in ("王小明", "w@home.example", user.phone, "个人信息保护法 第十三条第二项", "36"):
        assert told in page, told


def test_a_session_opened_by_text_message_sees_the_number_masked(client, time_machine):
    time_machine.move_to(NOW, tick=False)
    user = UserFactory()
    sign_in(client, user, by_code=True)
    page = client.get("/privacy/me/").content.decode()
    assert user.phone not in page
    assert user.masked_phone in page


def test_a_copy_needs_a_fresh_proof_and_leaves_a_trace_and_a_message(client, time_machine):
    time_machine.move_to(NOW, tick=False)
    user = UserFactory(name="王小明")
    sign_in(client, user, by_code=True)
    assert "王小明" not in client.get("/privacy/me/copy.json").content.decode()
    assert Entry.objects.filter(action="data.copied").count() == 0
    sign_in(client, user)
    told = client.get("/privacy/me/copy.json").json()
    assert "王小明" in json.dumps(told, ensure_ascii=False)
    assert told["format"] == "zhijia.my-data/1"
    assert Entry.objects.filter(action="data.copied").count() == 1
    assert Notification.objects.get(to=user).kind == "privacy.copied"


def test_the_archive_holds_the_copy_for_programs_and_the_one_for_people(client, time_machine):
    time_machine.move_to(NOW, tick=False)
    sign_in(client, UserFactory(name="王小明"))
    packed = zipfile.ZipFile(io.BytesIO(client.get("/privacy/me/copy.zip").getvalue()))
    assert packed.testzip() is None
    assert packed.namelist() == ["my-data.json", "my-data.html"]
    assert "王小明" in json.dumps(json.loads(packed.read("my-data.json")), ensure_ascii=False)
    assert "王小明" in packed.read("my-data.html").decode()


def test_the_copy_of_one_person_holds_nothing_of_another(client, time_machine):
    time_machine.move_to(NOW, tick=False)
    other = UserFactory(name="别人")
    services.ask_request(user=other, kind="explain", text="别人的话", by=other, now=NOW)
    sign_in(client, UserFactory())
    told = client.get("/privacy/me/copy.json").content.decode()
    assert "别人" not in told


def test_giving_to_another_body_needs_this_consent_or_a_law(body):
    user, custodian = UserFactory(tenant=13), officer(body)
    told = {"about_kind": "user", "about_id": None, "person": user, "body": body, "recipient": "仲裁委",
            "contact": "0319-1", "purpose": "仲裁", "kinds": "姓名", "by": custodian, "now": NOW}  # fmt: skip
    with pytest.raises(ConsentMissing):
        services.record_sharing(**told, basis=Basis.CONSENT)
    with pytest.raises(BasisMissing):
        services.record_sharing(**told, basis=Basis.DUTY)
    assert Sharing.objects.count() == 0
    services.give_consent(person=user, key="share_matter", tenant=13, by=user, now=NOW)
    row = services.record_sharing(**told, basis=Basis.CONSENT)
    assert row.consent.kind == "share_matter"
    (shown,) = own.everything_about(user, NOW, proven=True).sharings
    assert shown.recipient == "仲裁委"
    services.withdraw_consent(person=user, key="share_matter", tenant=13, by=user, now=NOW)
    with pytest.raises(ConsentMissing):
        services.record_sharing(**told, basis=Basis.CONSENT)


def test_the_notice_names_everything_of_the_map_that_is_about_people(client):
    page = unescape(client.get("/privacy/").content.decode())
    with override("zh-hans"):
        entries = list(contributions("personal_data"))
        told = {(str(one.thing), str(one.purpose)) for one in entries if one.level != "C0" and one.thing}
        untold = {str(one.purpose) for one in entries if one.level == "C0"}
    assert len(told) >= 20
    assert [pair for pair in told if pair[0] not in page or pair[1] not in page] == []
    assert [purpose for purpose in untold if f"<p>{purpose}" in page] == []


def test_the_version_of_the_notice_moves_with_its_words_and_with_nothing_else(monkeypatch):
    first = notice.version(TODAY)
    with override("zh-hans"):
        assert notice.version(TODAY) == first
    fields = [*contributions("personal_data")]
    monkeypatch.setattr(
        notice, "contributions", lambda slot: fields[1:] if slot == "personal_data" else contributions(slot)
    )
    assert notice.version(TODAY) != first


def test_the_table_of_periods_names_each_with_its_source(client):
    page = unescape(client.get("/privacy/periods/").content.decode())
    assert "网络数据安全管理条例" in page
    rules = {one.rule for one in contributions("keeping") if one.rule}
    assert page.count("<tr>") == len(rules) + 1
    assert [line["title"] for line in client.get("/api/v1/privacy/periods").json()] != []
