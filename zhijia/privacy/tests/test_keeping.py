"""Whatever holds personal data has a period, and a timer that really lets go."""

import datetime as dt

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.cache import cache

from zhijia.accounts.models import ApiToken, FailedSignIns, User
from zhijia.accounts.services import create_token
from zhijia.accounts.tests.factories import UserFactory
from zhijia.core.idempotency import KEPT, once
from zhijia.core.manifest import contributions
from zhijia.core.models import IdempotencyRecord
from zhijia.notifications.models import Delivery, Notification, OutboxMessage
from zhijia.notifications.services import notify
from zhijia.privacy import services
from zhijia.privacy.enums import Basis
from zhijia.privacy.models import Consent, Erasure, LegalHold, RightsRequest, Sharing
from zhijia.privacy.selectors.own import keeping_of
from zhijia.privacy.tests.conftest import officer
from zhijia.regulations.selectors import let_go_before, period
from zhijia.unions.enums import Role
from zhijia.unions.models import Affiliation, Post
from zhijia.unions.tests.factories import AffiliationFactory, PostFactory

NOW = dt.datetime(2026, 3, 2, 1, 30, tzinfo=dt.UTC)
TODAY = dt.date(2026, 3, 2)
DAY = dt.timedelta(days=1)
TIMERS = {timer.name: timer for timer in contributions("timers")}
LEVELS: dict[str, set[str]] = {}
for entry in contributions("personal_data"):
    LEVELS.setdefault(entry.model.lower(), set()).add(entry.level)


def test_every_table_with_personal_data_has_one_period():
    lines = [one.model.lower() for one in contributions("keeping")]
    assert sorted(lines) == sorted(set(lines))
    personal = {model for model, levels in LEVELS.items() if levels & {"C2", "C3"}}
    assert sorted(personal - set(lines)) == []


def test_every_period_is_a_rule_with_a_timer_that_exists():
    for one in contributions("keeping"):
        if not one.rule:
            assert not LEVELS.get(one.model.lower(), set()) & {"C2", "C3"}, one.model
            assert str(one.since)
            continue
        assert period(one.rule, "", TODAY).amount > 0, one.model
        assert one.timer in TIMERS, f"{one.model}: no timer {one.timer}"


def test_periods_that_stand_in_code_are_those_of_the_rules():
    from django.conf import settings

    from zhijia.accounts.slow_down import FORGOTTEN
    from zhijia.core.housekeeping import TASKS_KEPT

    rules = {key: period(key, "", TODAY) for key in (
        "retention.submission", "retention.failed_sign_in", "retention.task", "retention.session",
    )}  # fmt: skip
    assert dt.timedelta(days=rules["retention.submission"].amount) == KEPT
    assert dt.timedelta(days=rules["retention.failed_sign_in"].amount) == FORGOTTEN
    assert dt.timedelta(days=rules["retention.task"].amount) == TASKS_KEPT
    assert rules["retention.session"].amount * 3600 == settings.SESSION_COOKIE_AGE


def old(rule):
    """Return an instant just past and one just within a period."""
    limit = let_go_before(rule, NOW)
    return limit - 2 * DAY, limit + 2 * DAY


def messages(rule):
    for at in old(rule):
        notify(kind="privacy.warned", to=UserFactory(notice_by_sms=False), now=at)
    return Notification


def deliveries(rule):
    user = UserFactory()
    notify(kind="privacy.warned", to=user, now=NOW)
    first = Delivery.objects.get()
    Delivery.objects.filter(pk=first.pk).update(state="sent", next_at=None, finished_at=old(rule)[0])
    notify(kind="privacy.warned", to=user, now=NOW)
    return Delivery


def trial_messages(rule):
    for at in old(rule):
        OutboxMessage.objects.create(tenant=0, channel="sms", address="1", text="t", created_at=at)
    return OutboxMessage


def tokens(rule):
    user = UserFactory()
    for at in old(rule):
        create_token(user=user, name="n", scopes=[], days=1, by=user, now=at - 2 * DAY)
    ApiToken.objects.filter(pk=ApiToken.objects.order_by("pk").last().pk).update(expires_at=NOW)
    return ApiToken


def failed(rule):
    for n, at in enumerate(old(rule)):
        FailedSignIns.objects.create(key=f"k{n}", failures=1, wait_until=at + n * DAY)
    return FailedSignIns


def submissions(rule):
    for n, at in enumerate(old(rule)):
        once(scope="s", key=f"{n:020d}", body={}, now=at, effect=lambda: {})
    return IdempotencyRecord


def affiliations(rule, body):
    for at in old(rule):
        AffiliationFactory(from_on=dt.date(2020, 1, 1), until_on=at.date(), by=officer(body, Role.CHAIR))
    return Affiliation


def posts(rule):
    for at in old(rule):
        PostFactory(from_on=dt.date(2010, 1, 1), until_on=at.date() - DAY)
    return Post


def agreed(rule):
    user = UserFactory()
    for at in old(rule):
        services.give_consent(person=user, key="notice_email", tenant=0, by=user, now=at - DAY)
        services.withdraw_consent(person=user, key="notice_email", tenant=0, by=user, now=at)
    return Consent


def given_away(rule, body):
    user, custodian = UserFactory(tenant=13), officer(body)
    for at in old(rule):
        Sharing.objects.create(
            tenant=13, about_kind="user", person=user, body=body, recipient="r", contact="c", purpose="p",
            kinds="k", basis=Basis.DUTY, article="a", shared_by=custodian, shared_at=at,
        )  # fmt: skip
    return Sharing


def asked(rule, body):
    for n, at in enumerate(old(rule)):
        user = UserFactory(tenant=13)
        row = services.ask_request(user=user, kind="explain", text=f"{n}", by=user, now=at)
        RightsRequest.objects.filter(pk=row.pk).update(state="done", done_at=at)
    return RightsRequest


def holds(rule, body):
    for at in old(rule):
        LegalHold.objects.create(
            tenant=13, about_kind="user", person=UserFactory(), body=body, article="a", reason=b"",
            placed_by=officer(body), placed_at=at, until_on=at.date(),
        )  # fmt: skip
    return LegalHold


def erased(rule):
    for n, at in enumerate(old(rule)):
        Erasure.objects.create(tenant=0, reference=f"user:{n}", erased_at=at)
    return Erasure


def sessions(rule):
    for n, at in enumerate((NOW - DAY, NOW + DAY)):
        Session.objects.create(session_key=f"s{n}", session_data="", expire_date=at)
    return Session


ROWS = {
    "notifications.notification": messages,
    "notifications.delivery": deliveries,
    "notifications.outboxmessage": trial_messages,
    "accounts.apitoken": tokens,
    "accounts.failedsignins": failed,
    "core.idempotencyrecord": submissions,
    "unions.affiliation": affiliations,
    "unions.post": posts,
    "privacy.consent": agreed,
    "privacy.sharing": given_away,
    "privacy.rightsrequest": asked,
    "privacy.legalhold": holds,
    "privacy.erasure": erased,
    "usersessions.usersession": sessions,
}
ELSEWHERE = {
    "accounts.user": "test_erasing: who stays away is warned first",
    "mfa.authenticator": "goes with the account: test_erasing",
}


@pytest.mark.django_db
@pytest.mark.parametrize("model", sorted(ROWS))
def test_the_timer_lets_go_of_what_is_past_its_period_and_of_nothing_else(model, request, body):
    keeping, make = keeping_of()[model], ROWS[model]
    wanted = (keeping.rule, body) if make.__code__.co_argcount == 2 else (keeping.rule,)
    table = make(*wanted)
    before = set(table.objects.values_list("pk", flat=True))
    TIMERS[keeping.timer].call(NOW)
    gone = before - set(table.objects.values_list("pk", flat=True))
    assert gone == {min(before)} if model != "usersessions.usersession" else gone == {"s0"}


@pytest.mark.django_db
def test_what_a_cache_kept_is_gone_after_its_end():
    cache.clear()  # what a test left that did not roll back
    cache.set("short", "1", timeout=-1)
    cache.set("long", "1", timeout=3600)
    TIMERS["core.forget_cache"].call(dt.datetime.now(dt.UTC) + dt.timedelta(seconds=5))
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM core_cache")
        assert cursor.fetchone() == (1,)
    assert UserSession.objects.count() == User.objects.count() == 0
