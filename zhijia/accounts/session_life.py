"""How long a session lives, and whether what was allowed when a request began is still allowed.

Idle limits: fifteen minutes for officers, thirty for others; twelve hours at most. A session notes
the minute it was seen last, so that most requests write nothing.
"""

import datetime as dt
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.utils.crypto import constant_time_compare

from zhijia.accounts.models import ApiToken, User

OFFICER_IDLE = 15 * 60
WORKER_IDLE = 30 * 60
LONGEST = 12 * 3600
NOTED_EVERY = 60
"""Seconds; a session that was seen so recently is not written again."""
WARNED_BEFORE = 120
"""Seconds before the end at which the page says so."""
LOOKED_EVERY = 1.0
"""Seconds between two looks whether a running download is still allowed."""
BEGAN, SEEN = "began_at", "seen_at"


class Withdrawn(ConnectionError):
    """The right to a running download was withdrawn; the connection is cut, the file stays incomplete."""


def idle_limit(user: User) -> int:
    """Return after how many seconds without a request this person's sessions end."""
    return OFFICER_IDLE if user.is_officer else WORKER_IDLE


def begin(session: Any, now: dt.datetime) -> None:
    """Note when a session began."""
    session[BEGAN] = session[SEEN] = int(now.timestamp())


def is_over(session: Any, user: User, now: dt.datetime) -> bool:
    """Say whether the session has been idle or open for too long."""
    moment = now.timestamp()
    idle, age = moment - session.get(SEEN, moment), moment - session.get(BEGAN, moment)
    return idle > idle_limit(user) or age > LONGEST


def note(session: Any, now: dt.datetime) -> None:
    """Note that the session was used; at most one write a minute."""
    if BEGAN not in session:
        begin(session, now)
    elif now.timestamp() - session[SEEN] > NOTED_EVERY:
        session[SEEN] = int(now.timestamp())


def seconds_left(session: Any, user: User, now: dt.datetime) -> int:
    """Return how long the session still lives if nothing more happens."""
    age = now.timestamp() - session.get(BEGAN, now.timestamp())
    return max(0, int(min(idle_limit(user), LONGEST - age)))


def is_still_allowed(request: Any) -> bool:
    """Look into the database whether the session or token of a request still opens anything."""
    user = request.user
    now = User.objects.filter(pk=user.pk, is_active=True).first()
    if now is None or now.session_epoch != user.session_epoch or now.is_officer != user.is_officer:
        return False
    token = getattr(request, "auth", None)
    if isinstance(token, ApiToken):
        return ApiToken.objects.filter(pk=token.pk, revoked_at=None).exists()
    key = request.session.session_key
    return now.get_session_auth_hash() == user.get_session_auth_hash() and (
        Session.objects.filter(session_key=key).exists()
    )


def opens(session_key: str, now: dt.datetime) -> bool:
    """Say whether a session still opens anything, where only its key is known and no cookie came.

    A stranger's session belongs to no account; it opens what it did until it runs out.
    """
    row = Session.objects.filter(session_key=session_key, expire_date__gt=now).first()
    if row is None:
        return False
    told = row.get_decoded()
    if SESSION_KEY not in told:
        return True
    user = User.objects.filter(pk=told[SESSION_KEY], is_active=True).first()
    if user is None or is_over(told, user, now):
        return False
    return constant_time_compare(told.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash())


def watched(request: Any, chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Hand on the download that a request asked for, as long as its person may have it."""
    return watched_while(lambda: is_still_allowed(request), chunks)


def watched_while(allowed: Callable[[], bool], chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Hand on a download piece by piece; raise ``Withdrawn`` within a second of the right being gone."""
    looked = time.monotonic()
    try:
        for chunk in chunks:
            if time.monotonic() - looked >= LOOKED_EVERY:
                if not allowed():
                    raise Withdrawn
                looked = time.monotonic()
            yield chunk
    finally:
        if close := getattr(chunks, "close", None):
            close()
