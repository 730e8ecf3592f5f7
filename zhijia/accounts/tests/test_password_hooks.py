"""Whoever keeps keys hears of each password that was right and of each change, and of nothing else."""

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from zhijia.accounts import services
from zhijia.accounts.models import User
from zhijia.accounts.tests.factories import PASSWORD, OfficerFactory, UserFactory, sign_in
from zhijia.accounts.tests.test_second_factor import SECRET, START, code_at

pytestmark = pytest.mark.django_db(transaction=True)
NEW = "neun-alte-Kraniche"
heard: list[tuple[object, ...]] = []


def opener(request, user, password):
    heard.append(("opened", user.pk, password, request.user.is_authenticated))


def changer(request, user, old, new):
    heard.append(("changed", user.pk, old, new, user.check_password(new)))


def broken_changer(request, user, old, new):
    raise RuntimeError("the keys could not be wrapped anew")


@pytest.fixture(autouse=True)
def clock(settings):
    here = "zhijia.accounts.tests.test_password_hooks"
    settings.ZHIJIA_KEY_OPENER, settings.ZHIJIA_KEY_CHANGER = f"{here}.opener", f"{here}.changer"
    heard.clear()
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


def password(client: Client, user: User, typed: str = PASSWORD):
    return client.post(reverse("account_login"), {"login": user.phone, "password": typed})


def test_the_right_password_is_heard_before_the_second_factor(client):
    officer = OfficerFactory()
    services.add_totp(user=officer, secret=SECRET)
    answer = password(client, officer)
    assert heard == [("opened", officer.pk, PASSWORD, False)]
    client.post(answer.url, {"code": code_at(SECRET, START)})
    assert "_auth_user_id" in client.session
    assert len(heard) == 1


def test_a_wrong_password_is_not_heard_of(client):
    password(client, UserFactory(), "wrong-password")
    assert heard == []


def test_a_right_password_during_the_wait_is_not_heard_of(client, clock):
    user = UserFactory()
    password(client, user, "wrong-password")
    password(client, user)
    assert heard == []
    clock.shift(2)
    password(client, user)
    assert heard == [("opened", user.pk, PASSWORD, False)]


def test_a_closed_account_opens_nothing(client, now):
    user = UserFactory()
    services.close_account(user=user, by=user, now=now)
    password(client, user)
    assert heard == []


def test_a_password_typed_again_is_heard(client):
    user = UserFactory()
    sign_in(client, user)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD, "next": "/me/"})
    assert heard == [("opened", user.pk, PASSWORD, True)]


def test_a_one_time_code_opens_nothing(client, last_code):
    user = UserFactory()
    answer = client.post(reverse("account_request_login_code"), {"phone": user.phone})
    client.post(answer.url, {"code": last_code(user.phone)})
    assert "_auth_user_id" in client.session
    assert heard == []


def test_a_change_tells_the_old_and_the_new_password(client):
    user = UserFactory()
    sign_in(client, user)
    client.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": NEW})
    assert heard == [("changed", user.pk, PASSWORD, NEW, True)]


def test_a_password_set_after_a_code_tells_that_the_old_one_is_unknown(client, last_code):
    user = UserFactory()
    answer = client.post(reverse("account_request_login_code"), {"phone": user.phone})
    client.post(answer.url, {"code": last_code(user.phone)})
    client.post(reverse("accounts:new_password"), {"password": NEW})
    assert heard == [("changed", user.pk, None, NEW, True)]


@pytest.mark.parametrize("by_code", [False, True])
def test_keys_that_cannot_be_changed_leave_the_old_password_in_force(client, settings, last_code, by_code):
    settings.ZHIJIA_KEY_CHANGER = "zhijia.accounts.tests.test_password_hooks.broken_changer"
    user = UserFactory()
    if by_code:
        answer = client.post(reverse("account_request_login_code"), {"phone": user.phone})
        client.post(answer.url, {"code": last_code(user.phone)})
        page, told = "accounts:new_password", {"password": NEW}
    else:
        sign_in(client, user)
        page, told = "account_change_password", {"oldpassword": PASSWORD, "password1": NEW}
    with pytest.raises(RuntimeError):
        client.post(reverse(page), told)
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_without_hooks_everything_works_as_before(client, settings):
    settings.ZHIJIA_KEY_OPENER = settings.ZHIJIA_KEY_CHANGER = ""
    user = UserFactory()
    password(client, user)
    client.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": NEW})
    user.refresh_from_db()
    assert user.check_password(NEW)
    assert heard == []
