"""Granting and ending posts; keeps ``User.is_officer`` true to the posts held."""

import datetime as dt

from django.db import transaction

from zhijia.accounts.models import User
from zhijia.accounts.services import withdraw_access
from zhijia.audit import services as audit
from zhijia.core.actors import SYSTEM, Actor
from zhijia.core.clock import end_of_day, local_date
from zhijia.core.services import load_locked
from zhijia.unions.errors import BadTerm, OwnPost, PostHeld
from zhijia.unions.models import Post, UnionBody
from zhijia.unions.permissions import require_manage
from zhijia.unions.selectors import forget_posts


@transaction.atomic
def grant_post(
    *,
    body: UnionBody,
    user: User,
    role: str,
    from_on: dt.date,
    until_on: dt.date | None = None,
    by: Actor,
    now: dt.datetime,
) -> Post:
    """Give a person a role in a body for a term; raise ``PostHeld``, ``OwnPost``, ``BadTerm``."""
    body = load_locked(UnionBody.objects.active(), pk=body.pk)
    require_manage(by, body, local_date(now))
    if getattr(by, "pk", None) == user.pk:
        raise OwnPost
    if until_on is not None and until_on < from_on:
        raise BadTerm
    _make_room(body, user, role, now)
    post = Post.objects.create(
        tenant=body.tenant, body=body, user=user, role=role, from_on=from_on, until_on=until_on,
        granted_by_id=getattr(by, "pk", None),
    )  # fmt: skip
    # Whoever newly becomes an officer starts without keys of before; an officer keeps his programs.
    withdraw_access(user=user, tokens=_follow_posts(user), by=by, now=now)
    data = {"role": str(role), "user": user.pk, "body": body.pk}
    audit.record("post.granted", obj=post, by=by, now=now, tenant=body.tenant, data=data)
    return post


def _make_room(body: UnionBody, user: User, role: str, now: dt.datetime) -> None:
    """End the same post when its term has run out; refuse when it is still in force."""
    for post in Post.objects.select_for_update().filter(body=body, user=user, role=role, ended_at=None):
        if post.until_on is None or post.until_on >= local_date(now):
            raise PostHeld
        _end(post, None, end_of_day(post.until_on))


@transaction.atomic
def end_post(*, post_id: int, by: Actor, now: dt.datetime) -> Post:
    """End a post at once; ending it twice changes nothing."""
    post = load_locked(Post.objects.select_related("body", "user"), pk=post_id)
    require_manage(by, post.body, local_date(now))
    if post.ended_at is None:
        _end(post, getattr(by, "pk", None), now)
        _follow_posts(post.user)
        withdraw_access(user=post.user, by=by, now=now)
        data = {"role": post.role, "user": post.user_id, "body": post.body_id}
        audit.record("post.ended", obj=post, by=by, now=now, tenant=post.tenant, data=data)
    return post


def _end(post: Post, ender: int | None, at: dt.datetime) -> None:
    post.ended_at, post.ended_by_id = at, ender
    post.save(update_fields=["ended_at", "ended_by"])


def end_expired_posts(*, now: dt.datetime) -> int:
    """End every post whose term ran out before today; return how many. Safe to repeat."""
    due = Post.objects.filter(ended_at=None, until_on__lt=local_date(now)).values_list("id", flat=True)
    return len([end_post(post_id=pk, by=SYSTEM, now=now) for pk in list(due)])


def _follow_posts(user: User) -> bool:
    """Make ``is_officer`` say whether the person holds any post that is not ended; return if it changed."""
    forget_posts(user)
    officer = Post.objects.filter(user=user, ended_at=None).exists()
    changed = user.is_officer != officer
    if changed:
        user.is_officer = officer
        user.save(update_fields=["is_officer"])
    return changed
