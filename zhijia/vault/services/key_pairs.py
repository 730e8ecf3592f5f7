"""Making keys and handing them on: to colleagues who hold a post, and never further."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, transaction

from zhijia.audit import services as audit
from zhijia.core.actors import SYSTEM
from zhijia.core.boxes import new_pair, seal_to
from zhijia.core.clock import local_date
from zhijia.core.sealing import SealBroken
from zhijia.unions import selectors as unions
from zhijia.unions.enums import Role
from zhijia.unions.models import Post, UnionBody
from zhijia.vault import keys
from zhijia.vault.enums import Group
from zhijia.vault.models import KeyGrant, KeyPair, PartKey, SealedPart

ROLES: dict[str, tuple[Role, ...]] = {
    Group.DESK: (Role.HANDLER, Role.DISPATCHER, Role.CHAIR, Role.SUPERVISOR),
    Group.CUSTODY: (Role.CUSTODIAN,),
}
"""Which posts hold the key of a group."""
BATCH = 500


# A person's own key ---------------------------------------------------------------------------


@transaction.atomic
def make_user_key(*, user: Any, password: str, now: dt.datetime) -> bytes:
    """Give a person a key that opens with his password and return the private half.

    A key that was there is retired: it opens with a password that nobody knows any more.
    """
    holder, pair = keys.holder_of_user(user), new_pair()
    former = KeyPair.objects.select_for_update().filter(holder=holder).order_by("-number").first()
    KeyPair.objects.filter(holder=holder, retired_at=None).update(retired_at=now)
    row = KeyPair.objects.create(
        holder=holder, number=former.number + 1 if former else 1, public=pair.public, made_at=now
    )
    grant = KeyGrant(pair=row, to=keys.PASSWORD, granted_at=now)
    grant.box = keys.lock_with_password(pair.private, password, place=grant.place)
    grant.save(force_insert=True)
    audit.record("vault.key_made", obj=holder, by=user, now=now, tenant=0, data={"number": row.number})
    return pair.private


def open_user_key(*, user: Any, password: str, now: dt.datetime) -> bytes:
    """Return the private half of a person's key; make a first one, or a new one for a lost password.

    The caller has checked the password against the account.
    """
    grant = KeyGrant.objects.filter(
        pair__holder=keys.holder_of_user(user), pair__retired_at=None, to=keys.PASSWORD
    ).select_related("pair")
    found = grant.first()
    if found is not None:
        try:
            return keys.unlock_with_password(bytes(found.box), password, place=found.place)
        except SealBroken:
            pass  # the password was changed by somebody who did not know the old one
    try:
        with transaction.atomic():
            return make_user_key(user=user, password=password, now=now)
    except IntegrityError:  # another tab made it a moment ago
        made = grant.get()
        return keys.unlock_with_password(bytes(made.box), password, place=made.place)


@transaction.atomic
def change_password(*, user: Any, old: str | None, new: str, now: dt.datetime) -> None:
    """Put a person's key under the new password; without the old one it stays shut and is replaced."""
    grant = (
        KeyGrant.objects.select_for_update()
        .filter(pair__holder=keys.holder_of_user(user), pair__retired_at=None, to=keys.PASSWORD)
        .select_related("pair")
        .first()
    )
    if grant is None or old is None:
        return
    try:
        private = keys.unlock_with_password(bytes(grant.box), old, place=grant.place)
    except SealBroken:
        return
    grant.box, grant.granted_at = keys.lock_with_password(private, new, place=grant.place), now
    grant.save(update_fields=["box", "granted_at"])
    audit.record("vault.key_rewrapped", obj=grant.pair.holder, by=user, now=now, tenant=0)


# Keys of the officers of a body ---------------------------------------------------------------


def hand_on_keys(*, by: Any, now: dt.datetime) -> int:
    """Do what an officer with an open key can do for the others; return how many keys were handed on.

    He gets a first key for each of his groups that has none. Colleagues of his bodies, and of the
    bodies directly below, who hold a post and have set up a key, get theirs. Safe to repeat.
    """
    if not getattr(by, "private_key", b"") or not by.is_officer:
        return 0
    done = 0
    for group, roles in ROLES.items():
        for body in _bodies_of(by, roles, local_date(now)):
            done += _first_key(group, body, by, now)
            done += _serve(group, [body, *unions.children(body)[:200]], by, now)
    return done


def _bodies_of(user: Any, roles: tuple[Role, ...], on: dt.date) -> list[UnionBody]:
    held = {post.body_id: post.body for post in unions.posts_of(user, on) if post.role in roles}
    return list(held.values())


def _first_key(group: str, body: UnionBody, by: Any, now: dt.datetime) -> int:
    """Make the group's key when it has none: for the officer, the nearest body above and the recovery."""
    own, holder = keys.holder_of_user(by), f"{group}:{body.pk}"
    line = keys.group_line(group, body)
    pairs = keys.pairs_in_use([own, *line, keys.RECOVERY])
    if holder in pairs or own not in pairs:
        return 0
    above = next((pairs[h] for h in line[1:] if h in pairs), None)
    readers = [pairs[own], above, pairs.get(keys.RECOVERY)]
    try:
        make_group_key(holder=holder, readers=[pair for pair in readers if pair], now=now, by=by)
    except IntegrityError:
        return 0  # a colleague made it a moment ago; he hands it on
    return 1


@transaction.atomic
def make_group_key(*, holder: str, readers: Iterable[KeyPair], by: Any, now: dt.datetime) -> KeyPair:
    """Make the key of a group for the holders of ``readers``."""
    pair, last = new_pair(), KeyPair.objects.filter(holder=holder).order_by("-number").first()
    row = KeyPair.objects.create(
        holder=holder, number=last.number + 1 if last else 1, public=pair.public, made_at=now
    )
    for reader in readers:
        grant_key(row, pair.private, reader, now)
    audit.record("vault.group_key_made", obj=holder, by=by, now=now, tenant=0, data={"number": row.number})
    return row


def grant_key(pair: KeyPair, private: bytes, reader: KeyPair, now: dt.datetime) -> KeyGrant:
    """Seal the private half of ``pair`` to a reader."""
    grant = KeyGrant(pair=pair, to=reader.holder, to_pair=reader, granted_at=now)
    grant.box = seal_to(reader.public, private, place=grant.place)
    grant.save(force_insert=True)
    return grant


def _serve(group: str, bodies: list[UnionBody], by: Any, now: dt.datetime) -> int:
    """Hand the groups' keys to whoever should have them, has a key himself and lacks this one."""
    waiting = waiting_for(group, bodies, local_date(now))
    return sum(_hand(pair, readers, by, now) for pair, readers in waiting if readers)


def waiting_for(group: str, bodies: list[UnionBody], on: dt.date) -> list[tuple[KeyPair, list[KeyPair]]]:
    """Return each key of the bodies' groups with the keys of those who should have it and do not.

    These are the officers who hold a post, the group of the nearest body above, and the recovery.
    """
    by_holder = {f"{group}:{body.pk}": body for body in bodies}
    pairs = list(KeyPair.objects.filter(holder__in=by_holder))
    posts = Post.objects.held_on(on).filter(body__in=bodies, role__in=ROLES[group], user__is_active=True)
    officers: dict[int, set[str]] = {}
    for body, user in posts.values_list("body_id", "user_id"):
        officers.setdefault(body, set()).add(keys.holder_of_user(user))
    wanted = {name for names in officers.values() for name in names} | {keys.RECOVERY}
    wanted |= {name for body in bodies for name in keys.group_line(group, body)[1:]}
    own = keys.pairs_in_use(wanted)
    given: set[tuple[int, int | None]] = set(
        KeyGrant.objects.filter(pair__in=pairs).values_list("pair_id", "to_pair_id")
    )
    return [(pair, _lacking(pair, by_holder[pair.holder], officers, own, given)) for pair in pairs]


def _lacking(
    pair: KeyPair, body: UnionBody, officers: dict[int, set[str]], own: dict[str, KeyPair],
    given: set[tuple[int, int | None]],
) -> list[KeyPair]:  # fmt: skip
    group = pair.holder.partition(":")[0]
    above = next((name for name in keys.group_line(group, body)[1:] if name in own), "")
    names = [*sorted(officers.get(body.pk, ())), above, keys.RECOVERY]
    return [own[name] for name in names if name in own and (pair.pk, own[name].pk) not in given]


@transaction.atomic
def _hand(pair: KeyPair, readers: list[KeyPair], by: Any, now: dt.datetime) -> int:
    chain = keys.grants_between(pair, by)
    if chain is None:
        return 0
    private = keys.private_along(chain, by.private_key)
    for reader in readers:
        KeyGrant.objects.filter(pair=pair, to=reader.holder).delete()  # one to a key he has lost
        grant_key(pair, private, reader, now)
    data = {"to": [reader.holder for reader in readers]}
    audit.record("vault.key_handed_on", obj=pair.holder, by=by, now=now, tenant=0, data=data)
    return len(readers)


# Timers ---------------------------------------------------------------------------------------


def drop_stale_grants(now: dt.datetime) -> int:
    """Timer: take keys from people who no longer hold a post that needs them; return how many."""
    dropped = 0
    for group, roles in ROLES.items():
        held = {
            (f"{group}:{body}", keys.holder_of_user(user))
            for body, user in Post.objects.held_on(local_date(now))
            .filter(role__in=roles, user__is_active=True)
            .values_list("body_id", "user_id")
        }
        grants = KeyGrant.objects.filter(pair__holder__startswith=f"{group}:", to__startswith="user:")
        for pk, holder, to in grants.values_list("pk", "pair__holder", "to"):
            if (holder, to) not in held:
                dropped += _drop(pk, holder, to, now)
    return dropped


@transaction.atomic
def _drop(pk: int, holder: str, to: str, now: dt.datetime) -> int:
    if not KeyGrant.objects.filter(pk=pk).delete()[0]:
        return 0
    audit.record("vault.key_taken_back", obj=holder, by=SYSTEM, now=now, tenant=0, data={"from": to})
    return 1


def adopt_parts(now: dt.datetime) -> int:
    """Timer: give parts that the platform keeps for a group to the group, once it has a key.

    From then on the platform cannot open them. Returns how many.
    """
    rows = PartKey.objects.filter(to=keys.PLATFORM).exclude(part__group="")
    done = 0
    for part_id in list(rows.order_by("pk").values_list("part_id", flat=True)[:BATCH]):
        done += _adopt(part_id, now)
    return done


@transaction.atomic
def _adopt(part_id: int, now: dt.datetime) -> int:
    part = SealedPart.objects.select_for_update().filter(pk=part_id).first()
    body = UnionBody.objects.filter(pk=part.body).first() if part and part.body else None
    if part is None or body is None:
        return 0
    line = keys.keepers(part.group, body)
    pairs = keys.pairs_in_use([*line, keys.RECOVERY])
    keeper = next((pairs[h] for h in line if h in pairs), None)
    if keeper is None:
        return 0
    private = keys.opening_of(part, SYSTEM, now)()
    had = set(PartKey.objects.filter(tenant=part.tenant, part=part).values_list("to", flat=True))
    new = [pair for pair in (keeper, pairs.get(keys.RECOVERY)) if pair and pair.holder not in had]
    PartKey.objects.bulk_create(keys.to_pair(part, private, pair, now) for pair in new)
    PartKey.objects.filter(tenant=part.tenant, part=part, to=keys.PLATFORM).delete()
    return 1
