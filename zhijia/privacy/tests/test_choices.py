"""Consent: one purpose at a time, to words that are kept, taken back as easily as given."""

import datetime as dt
import hashlib

import pytest
from django.utils.translation import override

from zhijia.accounts.tests.factories import UserFactory, sign_in
from zhijia.audit.models import Entry
from zhijia.core.manifest import contributions
from zhijia.core.rights import ConsentKind
from zhijia.privacy import services
from zhijia.privacy.errors import GivenPerMatter, UnknownConsent
from zhijia.privacy.models import Consent, ConsentText
from zhijia.privacy.selectors import consents

NOW = dt.datetime(2026, 3, 2, 1, 30, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(days=3)
pytestmark = pytest.mark.django_db

# Whoever changes the words of a consent raises its version, and writes the new hash here: those who
# agreed to the old words are asked again.
WORDS = {
    ("notice_email", 1): "82c5fb9b",
    ("share_matter", 1): "206854fb",
}


def test_words_change_only_together_with_their_version():
    with override("en"):
        said = {
            (kind.key, kind.version): hashlib.sha256(str(kind.text).encode()).hexdigest()[:8]
            for kind in contributions("consents")
        }
    assert {key: said.get(key) for key in WORDS} == WORDS


def test_giving_and_taking_back_leave_both_days_and_the_words_that_were_shown():
    user = UserFactory()
    assert services.set_consent(user=user, key="notice_email", agrees=True, by=user, now=NOW) is True
    user.refresh_from_db()
    assert user.notice_by_email is True
    assert services.set_consent(user=user, key="notice_email", agrees=False, by=user, now=LATER) is True
    user.refresh_from_db()
    row = Consent.objects.get()
    assert (user.notice_by_email, row.given_at, row.withdrawn_at) == (False, NOW, LATER)
    assert row.shown.text == str(consents.kind_of("notice_email").text)
    actions = list(Entry.objects.filter(action__startswith="consent.").values_list("action", flat=True))
    assert actions == ["consent.given", "consent.withdrawn"]


def test_agreeing_twice_makes_one_and_taking_back_nothing_is_no_mistake():
    user = UserFactory()
    assert services.set_consent(user=user, key="notice_email", agrees=False, by=user, now=NOW) is False
    assert services.set_consent(user=user, key="notice_email", agrees=True, by=user, now=NOW) is True
    assert services.set_consent(user=user, key="notice_email", agrees=True, by=user, now=LATER) is False
    assert Consent.objects.get().given_at == NOW


def test_who_agreed_to_older_words_has_not_agreed_to_the_new_ones(monkeypatch):
    user = UserFactory()
    services.set_consent(user=user, key="notice_email", agrees=True, by=user, now=NOW)
    newer = ConsentKind(key="notice_email", version=2, title="t", text="other words", without="w")
    monkeypatch.setattr(consents, "contributions", lambda slot: [newer] if slot == "consents" else ())
    assert consents.has_consent(person=user, key="notice_email") is False
    (choice,) = consents.choices_of(user)
    assert (choice.is_given, choice.asked_again) == (False, True)
    services.set_consent(user=user, key="notice_email", agrees=True, by=user, now=LATER)
    assert consents.has_consent(person=user, key="notice_email") is True
    assert list(Consent.objects.order_by("pk").values_list("withdrawn_at", flat=True)) == [LATER, None]
    assert ConsentText.objects.count() == 2


def test_a_purpose_outside_the_closed_list_is_refused():
    user = UserFactory()
    with pytest.raises(UnknownConsent):
        services.set_consent(user=user, key="advertising", agrees=True, by=user, now=NOW)
    with pytest.raises(GivenPerMatter):
        services.set_consent(user=user, key="share_matter", agrees=True, by=user, now=NOW)
    assert Consent.objects.count() == 0


def test_the_page_has_one_switch_for_each_purpose_and_both_ways_are_one_tap(client):
    user = UserFactory()
    sign_in(client, user)
    switches = [kind.key for kind in contributions("consents") if not kind.per_matter]
    page = client.get("/privacy/me/choices/").content.decode()
    assert [key for key in switches if f'action="/privacy/me/choices/{key}/"' not in page] == []
    client.post("/privacy/me/choices/notice_email/", {"agrees": "1"})
    assert consents.has_consent(person=user, key="notice_email")
    assert 'name="agrees" value="0"' in client.get("/privacy/me/choices/").content.decode()
    client.post("/privacy/me/choices/notice_email/", {"agrees": "0"})
    assert not consents.has_consent(person=user, key="notice_email")


def test_a_program_turns_the_same_switch(client):
    user = UserFactory()
    sign_in(client, user)
    answer = client.put(
        "/api/v1/privacy/choices/notice_email", '{"agrees": true}', content_type="application/json"
    )
    assert (answer.status_code, answer.json()["is_given"]) == (200, True)
    assert [one["is_given"] for one in client.get("/api/v1/privacy/choices").json()] == [True]
    unknown = client.put(
        "/api/v1/privacy/choices/advertising", '{"agrees": true}', content_type="application/json"
    )
    assert (unknown.status_code, unknown.json()["code"]) == (422, "unknown-consent")
