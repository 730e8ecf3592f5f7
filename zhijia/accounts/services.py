"""What changes accounts: people, tokens, sessions."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import IntegrityError, transaction

from zhijia.accounts import slow_down
from zhijia.accounts.enums import Scope
from zhijia.accounts.errors import PhoneTaken, UnknownScope
from zhijia.accounts.models import ApiToken, User
from zhijia.accounts.second_factor import add_totp
from zhijia.accounts.tokens import hash_of, new_secret
from zhijia.audit import services as audit
from zhijia.core.actors import SYSTEM
from zhijia.core.services import load_locked

__all__ = [
    "PhoneTaken",
    "UnknownScope",
    "add_totp",
    "close_account",
    "create_token",
    "create_user",
    "end_all_sessions",
    "end_other_sessions",
    "end_session",
    "forget_failed_sign_ins",
    "forget_sessions",
    "reopen_account",
    "revoke_token",
    "set_password",
    "update_profile",
]
PROFILE = ("name", "email", "notice_by_sms", "notice_by_email", "language")


@transaction.atomic
def create_user(
    *,
    phone: str,
    password: str | None = None,
    name: str = "",
    tenant: int = 0,
    by: Any = SYSTEM,
    now: dt.datetime,
) -> User:
    """Make an account for somebody who stands before an operator; raise ``BadMobile``, ``PhoneTaken``."""
    try:
        with transaction.atomic():
            user = User.objects.create_user(phone=phone, password=password, name=name, tenant=tenant)
    except IntegrityError:
        raise PhoneTaken from None
    audit.record("account.created", obj=user, by=by, now=now)
    return user


@transaction.atomic
def update_profile(*, user: User, changes: dict[str, Any], by: Any, now: dt.datetime) -> User:
    """Take over name, address for notices and language."""
    fields = [field for field in PROFILE if field in changes and getattr(user, field) != changes[field]]
    for field in fields:
        setattr(user, field, changes[field])
    if fields:
        user.save(update_fields=fields)
        audit.record("account.changed", obj=user, by=by, now=now, data={"fields": fields})
    return user


@transaction.atomic
def set_password(*, user: User, password: str, by: Any, now: dt.datetime) -> User:
    """Give the account a new password; every other session ends."""
    user.set_password(password)
    user.save(update_fields=["password"])
    audit.record("account.password_set", obj=user, by=by, now=now)
    return user


@transaction.atomic
def close_account(*, user: User, by: Any, now: dt.datetime) -> User:
    """Let nobody sign in any more; sessions and tokens end at once."""
    user.is_active = False
    user.save(update_fields=["is_active"])
    end_all_sessions(user=user, by=by, now=now)
    ApiToken.objects.filter(user=user, revoked_at=None).update(revoked_at=now)
    audit.record("account.closed", obj=user, by=by, now=now)
    return user


@transaction.atomic
def reopen_account(*, user: User, by: Any, now: dt.datetime) -> User:
    """Let the person sign in again; old sessions and tokens stay ended."""
    user.is_active = True
    user.save(update_fields=["is_active"])
    audit.record("account.reopened", obj=user, by=by, now=now)
    return user


@transaction.atomic
def end_all_sessions(*, user: User, by: Any, now: dt.datetime) -> None:
    """End every session of the account at its next request, on every device."""
    locked = load_locked(User.objects.all(), pk=user.pk)
    locked.session_epoch += 1
    locked.save(update_fields=["session_epoch"])
    user.session_epoch = locked.session_epoch
    for session in UserSession.objects.filter(user=user):
        session.end()
    audit.record("account.sessions_ended", obj=user, by=by, now=now)


@transaction.atomic
def end_session(*, user: User, session_id: int, by: Any, now: dt.datetime) -> None:
    """End one session of the account; one that is already gone is no mistake."""
    for session in UserSession.objects.filter(user=user, pk=session_id):
        session.end()
        audit.record("account.session_ended", obj=user, by=by, now=now)


@transaction.atomic
def end_other_sessions(*, user: User, but: str, by: Any, now: dt.datetime) -> int:
    """End every session of the account except the one with key ``but``; return how many."""
    others = list(UserSession.objects.filter(user=user).exclude(session_key=but))
    for session in others:
        session.end()
    audit.record("account.session_ended", obj=user, by=by, now=now, data={"count": len(others)})
    return len(others)


@transaction.atomic
def create_token(
    *, user: User, name: str, scopes: Iterable[str], days: int, by: Any, now: dt.datetime
) -> tuple[ApiToken, str]:
    """Make a key for a program; return ``(token, secret)``. The secret is shown this once only."""
    wanted = sorted(set(scopes))
    for scope in wanted:
        if scope not in Scope.values:
            raise UnknownScope(scope=scope, known=", ".join(Scope.values))
    secret = new_secret()
    token = ApiToken.objects.create(
        user=user,
        name=name,
        scopes=wanted,
        hash=hash_of(secret),
        hint=secret[:8],
        created_at=now,
        expires_at=now + dt.timedelta(days=days),
    )
    audit.record("token.created", obj=token, by=by, now=now, data={"scopes": wanted, "days": days})
    return token, secret


@transaction.atomic
def revoke_token(*, token_id: int, by: Any, now: dt.datetime, user: User | None = None) -> ApiToken:
    """End a token at once; ``user`` limits the choice to his own. Revoking twice changes nothing."""
    rows = ApiToken.objects.filter(user=user) if user else ApiToken.objects.all()
    token = load_locked(rows, pk=token_id)
    if token.revoked_at is None:
        token.revoked_at = now
        token.save(update_fields=["revoked_at"])
        audit.record("token.revoked", obj=token, by=by, now=now)
    return token


def forget_failed_sign_ins(*, now: dt.datetime) -> int:
    """Delete counts of failed sign-ins that nobody needs any more; return how many."""
    return slow_down.forget_old(now)


def forget_sessions(*, now: dt.datetime) -> int:
    """Delete sessions past their end; return how many."""
    return Session.objects.filter(expire_date__lt=now).delete()[0]
