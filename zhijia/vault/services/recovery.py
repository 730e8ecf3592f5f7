"""Making, rehearsing and using the recovery key."""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction

from zhijia.audit import services as audit
from zhijia.core.actors import SYSTEM
from zhijia.core.boxes import Pair, open_with, seal_to
from zhijia.core.clock import local_date
from zhijia.unions.models import UnionBody
from zhijia.vault import keys
from zhijia.vault.models import KeyGrant, KeyPair
from zhijia.vault.recovery import BadShare, Share, new_recovery, put_together
from zhijia.vault.services.key_pairs import ROLES, grant_key, waiting_for

TEST_PLACE = "recovery|rehearsal"


@transaction.atomic
def make_recovery(*, shares: int, needed: int, now: dt.datetime) -> list[Share]:
    """Make a recovery key and return its shares, which are kept nowhere; a former key is retired.

    Raises ``BadShare`` for numbers that make no sense.
    """
    last = KeyPair.objects.select_for_update().filter(holder=keys.RECOVERY).order_by("-number").first()
    number = last.number + 1 if last else 1
    pair, parts = new_recovery(number=number, shares=shares, needed=needed)
    KeyPair.objects.filter(holder=keys.RECOVERY, retired_at=None).update(retired_at=now)
    KeyPair.objects.create(holder=keys.RECOVERY, number=number, public=pair.public, made_at=now)
    data = {"number": number, "shares": shares, "needed": needed}
    audit.record("vault.recovery_made", obj=keys.RECOVERY + ":key", by=SYSTEM, now=now, tenant=0, data=data)
    return parts


def rehearse(*, shares: Iterable[Share], now: dt.datetime) -> KeyPair:
    """Show that the shares open what is sealed to the recovery key; raise ``BadShare``."""
    pair, row = _recovered(list(shares))
    box = seal_to(bytes(row.public), b"rehearsal", place=TEST_PLACE)
    if open_with(pair.private, box, place=TEST_PLACE) != b"rehearsal":
        raise BadShare("the shares do not open a test box")
    audit.record("vault.recovery_rehearsed", obj=keys.RECOVERY + ":key", by=SYSTEM, now=now, tenant=0)
    return row


def recover_body(*, body: UnionBody, shares: Iterable[Share], now: dt.datetime) -> int:
    """Give a body's officers of today the keys of their groups again; return how many were handed on.

    For a body whose officers all lost theirs, and above which nobody has one.
    """
    pair, row = _recovered(list(shares))
    done = 0
    with transaction.atomic():
        for group in ROLES:
            for lost, readers in waiting_for(group, [body], local_date(now)):
                done += _hand(lost, [r for r in readers if r.holder.startswith("user:")], pair, row, now)
        data = {"body": body.pk, "handed": done}
        audit.record("vault.recovered", obj=f"body:{body.pk}", by=SYSTEM, now=now, tenant=0, data=data)
    return done


def _recovered(shares: list[Share]) -> tuple[Pair, KeyPair]:
    pair = put_together(shares)
    row = KeyPair.objects.filter(holder=keys.RECOVERY, number=shares[0].number).first()
    if row is None or bytes(row.public) != pair.public:
        raise BadShare("these shares do not belong to the recovery key of this installation")
    return pair, row


def _hand(lost: KeyPair, readers: list[KeyPair], pair: Pair, row: KeyPair, now: dt.datetime) -> int:
    grant = KeyGrant.objects.filter(pair=lost, to_pair=row).select_related("pair").first()
    if grant is None:
        return 0
    private = open_with(pair.private, grant.box, place=grant.place)
    for reader in readers:
        KeyGrant.objects.filter(pair=lost, to=reader.holder).delete()
        grant_key(lost, private, reader, now)
    return len(readers)
