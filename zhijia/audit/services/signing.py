"""Signing: heads every hour, receipts, and the key that comes next."""

import datetime as dt
from typing import Any

from django.db import transaction

from zhijia.audit import keys
from zhijia.audit.models import Head, SignedHead, SigningKey
from zhijia.audit.services.recording import record, stamp
from zhijia.audit.verify_audit import KEY_CHANGED, key_id
from zhijia.core.actors import SYSTEM, Actor

RECEIPT = "receipt"
REST = dt.timedelta(days=1)
"""A chain that does not move is signed anew after so long: silence must not look like an outage."""


def sign_statement(content: dict[str, Any], *, about: str = RECEIPT) -> str:
    """Return ``content`` as a statement that anybody checks offline with the public key.

    A receipt (``verify_audit.py --receipt``) says ``received_at`` (``stamp(instant)``), ``head``
    (``selectors.head_of(tenant)``) and ``commitment`` (``commitment_of(public_id, salt=receipt)``): nothing
    that says who or what, in about 480 characters. Raises ``SigningKeyMissing``; whoever hands in must not
    suffer from that.
    """
    return keys.current().sign({**content, "about": about})


@transaction.atomic
def sign_heads(*, now: dt.datetime) -> int:
    """Sign the head of each chain that has moved, or was last signed a day ago; return how many."""
    signer, signed = keys.current(), 0
    for head in Head.objects.filter(seq__gte=1).order_by("tenant"):
        last = SignedHead.objects.filter(tenant=head.tenant).order_by("-pk").first()
        if last is None or last.seq != head.seq or abs(now - last.at) >= REST:
            _sign(head, signer, now)
            signed += 1
    return signed


def _sign(head: Head, signer: keys.Signer, now: dt.datetime) -> None:
    content = {"about": "head", "tenant": head.tenant, "seq": head.seq, "hash": head.hash, "at": stamp(now)}
    SignedHead.objects.create(
        tenant=head.tenant, seq=head.seq, hash=head.hash, at=now, key_id=signer.key_id,
        statement=signer.sign(content),
    )  # fmt: skip


@transaction.atomic
def change_key(*, by: Actor = SYSTEM, now: dt.datetime) -> SigningKey:
    """Make the next key and announce it: signed with the old one, and as an entry of tenant 0's chain."""
    old = keys.current()
    public = keys.make(old.number + 1)
    content = {"about": "key", "key": key_id(public), "public": public.hex(), "at": stamp(now)}
    new = SigningKey.objects.create(
        number=old.number + 1, key_id=key_id(public), public=public.hex(), announced_at=now,
        announcement=old.sign(content),
    )  # fmt: skip
    data = {"key": new.key_id, "public": new.public, "statement": new.announcement}
    record(KEY_CHANGED, obj=f"audit.signingkey:{new.number}", by=by, now=now, tenant=0, data=data)
    return new
