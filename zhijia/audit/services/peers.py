"""This server as the witness of another union's server."""

import datetime as dt

from django.db import transaction

from zhijia.audit.errors import HeadForks, NoSuchPeer, NotAHead, PeerKnown
from zhijia.audit.models import Peer, PeerHead, PeerKey
from zhijia.audit.services.recording import record
from zhijia.audit.verify_audit import GENESIS, BadStatement, SignedHead, Statement, head_in, key_id
from zhijia.core.actors import SYSTEM, Actor

MOST_LINES = 400
"""Statements in one call."""
PUBLIC_BYTES = 32
LARGEST = 2**31
"""Rows and tenants beyond this are nobody's."""


@transaction.atomic
def add_peer(*, name: str, public: str, by: Actor = SYSTEM, now: dt.datetime) -> Peer:
    """Begin to be the witness of a server whose people told us its public key (64 digits)."""
    raw = _public(public)
    if PeerKey.objects.filter(key_id=key_id(raw)).exists() or Peer.objects.filter(name=name).exists():
        raise PeerKnown
    peer = Peer.objects.create(name=name, added_at=now)
    PeerKey.objects.create(peer=peer, key_id=key_id(raw), public=raw.hex())
    record("audit.peer_added", obj=peer, by=by, now=now, tenant=0, data={"key": key_id(raw)})
    return peer


@transaction.atomic
def keep_heads(*, lines: list[str], now: dt.datetime) -> int:
    """Keep the heads that a peer shows us, all or none; return how many were new.

    Raises ``NotAHead``, ``NoSuchPeer``, or ``HeadForks`` when one goes back behind a head that we
    hold, or names another hash for the same row.
    """
    if len(lines) > MOST_LINES:
        raise NotAHead
    return sum(_keep(line, now) for line in lines)


def _keep(line: str, now: dt.datetime) -> int:
    try:
        statement = Statement.read(line, "")
        signed_with = _key_of(statement)
        if statement.content.get("about") == "key":
            return _keep_key(statement, signed_with)
        return _keep_head(statement, head_in(statement, ""), signed_with, now)
    except BadStatement:
        raise NotAHead from None


def _public(text: object) -> bytes:
    try:
        raw = bytes.fromhex(str(text))
    except ValueError:
        raise NotAHead from None
    if len(raw) != PUBLIC_BYTES:
        raise NotAHead
    return raw


def _key_of(statement: Statement) -> PeerKey:
    known = PeerKey.objects.select_related("peer").filter(key_id=statement.key).first()
    if known is None:
        raise NoSuchPeer
    if not statement.is_signed_by(bytes.fromhex(known.public)):
        raise NotAHead
    Peer.objects.select_for_update().get(pk=known.peer_id)
    return known


def _is_newest(key: PeerKey) -> bool:
    return not PeerKey.objects.filter(peer=key.peer, pk__gt=key.pk).exists()


def _keep_key(statement: Statement, signed_with: PeerKey) -> int:
    if PeerKey.objects.filter(peer=signed_with.peer, announcement=statement.text).exists():
        return 0
    if not _is_newest(signed_with):
        raise HeadForks
    raw = _public(statement.content.get("public"))
    PeerKey.objects.create(
        peer=signed_with.peer, key_id=key_id(raw), public=raw.hex(), announcement=statement.text
    )
    return 0


def _keep_head(statement: Statement, head: SignedHead, signed_with: PeerKey, now: dt.datetime) -> int:
    if not (0 <= head.tenant < LARGEST and 0 < head.seq < LARGEST and len(head.hash) == len(GENESIS)):
        raise NotAHead
    held = PeerHead.objects.filter(peer=signed_with.peer, tenant=head.tenant).order_by("-seq", "-pk")
    if held.filter(seq=head.seq, statement=statement.text).exists():
        return 0  # the answer to an earlier call was lost
    newest = held.first()
    if newest and (head.seq < newest.seq or (head.seq == newest.seq and head.hash != newest.hash)):
        raise HeadForks
    if not _is_newest(signed_with):
        raise HeadForks
    PeerHead.objects.create(
        peer=signed_with.peer, tenant=head.tenant, seq=head.seq, hash=head.hash,
        statement=statement.text, received_at=now,
    )  # fmt: skip
    return 1
