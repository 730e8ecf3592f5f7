"""What changes accounts: people, tokens, sessions."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import IntegrityError, transaction

from zhijia.accounts import slow_down
from zhijia.accounts.enums import Scope
from zhijia.accounts.errors import PhoneTaken, UnknownScope
from zhijia.accounts.models import ApiToken, User, phone_index
from zhijia.accounts.second_factor import add_totp, has_second_factor
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
    "make_printed_codes",
    "move_account",
    "reopen_account",
    "revoke_token",
    "set_password",
    "update_profile",
    "use_printed_code",
    "withdraw_access",
]
VOUCHED = dt.timedelta(days=7)
"""How long after two officers saw the person a one-time code is enough for a full password."""
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
def set_password(*, user: User, password: str, by_code: bool = False, by: Any, now: dt.datetime) -> User:
    """Give the account a new password; every other session ends.

    ``by_code``: nothing but a text message proved who asks, so the password opens no more than that;
    except once, soon after two officers had seen who holds the number.
    """
    user.set_password(password)
    vouched = user.vouched_until is not None and now < user.vouched_until
    user.password_from_code, user.vouched_until = by_code and not vouched, None
    user.save(update_fields=["password", "password_from_code", "vouched_until"])
    audit.record("account.password_set", obj=user, by=by, now=now)
    return user


@transaction.atomic
def close_account(*, user: User, by: Any, now: dt.datetime) -> User:
    """Let nobody sign in any more; sessions and tokens end at once."""
    user.is_active = False
    user.save(update_fields=["is_active"])
    withdraw_access(user=user, by=by, now=now)
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
def make_printed_codes(*, user: User, by: Any, now: dt.datetime) -> list[str]:
    """Make ten codes for paper, each good for one sign-in without the telephone; the old ones end."""
    load_locked(User.objects.all(), pk=user.pk)
    Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).delete()
    codes: list[str] = RecoveryCodes.activate(user).get_unused_codes()
    audit.record("account.codes_made", obj=user, by=by, now=now)
    return codes


def use_printed_code(*, phone: str, code: str) -> User | None:
    """Use up a printed code of the worker's account of a number (E.164); None when it opens nothing.

    Who acts for a union, or has a second factor, is not let in by a printed code alone.
    """
    user = User.objects.filter(
        phone_index=phone_index(phone), is_active=True, is_officer=False, phone_verified=True
    ).first()
    if user is None or has_second_factor(user):
        return None
    row = Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).first()
    return user if row is not None and row.wrap().validate_code(code) else None


@transaction.atomic
def move_account(*, user: User, phone: str, by: Any, now: dt.datetime) -> User:
    """Give the account to a number (E.164) after its holder was seen by two officers; raise ``PhoneTaken``.

    What lay in the lost telephone opens nothing any more: password, second factors, printed codes,
    sessions and tokens end. Within ``VOUCHED`` the person sets a new password with a one-time code.
    """
    user.set_phone(phone)
    user.phone_verified, user.password_from_code, user.vouched_until = True, False, now + VOUCHED
    user.set_unusable_password()
    try:
        with transaction.atomic():
            user.save(
                update_fields=[
                    "phone_sealed", "phone_index", "phone_verified", "password", "password_from_code",
                    "vouched_until",
                ]
            )  # fmt: skip
    except IntegrityError:
        raise PhoneTaken from None
    Authenticator.objects.filter(user=user).delete()
    withdraw_access(user=user, by=by, now=now)
    audit.record("account.moved", obj=user, by=by, now=now)
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
def withdraw_access(*, user: User, tokens: bool = True, by: Any, now: dt.datetime) -> None:
    """End every session at its next request or piece of a download, and every token; at once, everywhere.

    For whoever leaves, and for every change of what somebody may do: a session or token of before
    must not go on with the powers of after.
    """
    end_all_sessions(user=user, by=by, now=now)
    if tokens and ApiToken.objects.filter(user=user, revoked_at=None).update(revoked_at=now):
        audit.record("token.revoked", obj=user, by=by, now=now)


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
