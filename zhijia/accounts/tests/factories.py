"""Accounts for tests, and signing in without walking through the pages."""

import time
from typing import Any

import factory
from allauth.account.internal.flows.login import (
    _AUTHENTICATION_METHODS_USER_SESSION_KEY,
    AUTHENTICATION_METHODS_SESSION_KEY,
)
from allauth.account.internal.userkit import user_id_to_str
from django.test import Client

from zhijia.accounts import session_life
from zhijia.accounts.models import User
from zhijia.core import clock

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
PASSWORD = "vier-kleine-Dachse"


class UserFactory(factory.django.DjangoModelFactory):
    """A worker with a confirmed number and ``PASSWORD``."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"worker {n}")
    phone = factory.Sequence(lambda n: f"138{n:08d}")
    password = PASSWORD

    @classmethod
    def _create(cls, model_class: type[User], *args: Any, **kwargs: Any) -> User:
        return model_class.objects.create_user(**kwargs)


class OfficerFactory(UserFactory):
    """Somebody who acts for a union (posts are granted in ``unions``)."""

    name = factory.Sequence(lambda n: f"officer {n}")
    phone = factory.Sequence(lambda n: f"139{n:08d}")
    is_officer = True


def sign_in(
    client: Client, user: User, *, second_factor: bool | None = None, by_code: bool = False
) -> Client:
    """Sign ``user`` in on ``client`` with his password; officers with a second factor unless told otherwise.

    ``by_code``: with a one-time code instead of the password.
    """
    user.refresh_from_db(fields=["session_epoch", "password", "is_officer"])
    client.force_login(user, backend=BACKEND)
    records = [{"method": "code" if by_code else "password", "at": time.time()}]
    if user.is_officer if second_factor is None else second_factor:
        records.append({"method": "mfa", "type": "totp", "at": time.time(), "reauthenticated": True})
    session = client.session
    session[_AUTHENTICATION_METHODS_USER_SESSION_KEY] = user_id_to_str(user)
    session[AUTHENTICATION_METHODS_SESSION_KEY] = records
    session_life.begin(session, clock.now())
    session.save()
    return client


SENT: list[tuple[str, str]] = []
"""Number and text of every one-time code that ``keep_code`` took."""


def keep_code(*, phone: str, text: str, now: Any) -> None:
    """Carry one-time codes for tests below ``notifications`` (``ZHIJIA_CODE_SENDER``)."""
    SENT.append((phone, text))
