"""Showing signed heads to the witnesses that the settings name."""

import datetime as dt

import structlog
from django.conf import settings
from django.db import transaction

from zhijia.audit import witnesses
from zhijia.audit.errors import WitnessFailed
from zhijia.audit.models import SignedHead, SigningKey, WitnessState

log = structlog.get_logger(__name__)
BATCH = 200
FIRST_PAUSE, LONGEST_PAUSE = dt.timedelta(minutes=1), dt.timedelta(hours=1)


def tell_witnesses(*, now: dt.datetime) -> int:
    """Show each witness the heads that it has not confirmed; return how many were confirmed.

    A witness that fails is left alone for a minute, then two, four … up to an hour. No transaction
    is open while the network is asked.
    """
    return sum(_tell(address, now) for address in settings.ZHIJIA_WITNESSES)


def _tell(address: str, now: dt.datetime) -> int:
    state = _state_of(address)
    # A pause longer than the longest comes from a clock that was set back.
    if state.next_at and dt.timedelta(0) < state.next_at - now <= LONGEST_PAUSE:
        return 0
    heads = list(SignedHead.objects.filter(pk__gt=state.delivered).order_by("pk")[:BATCH])
    if not heads:
        return 0
    try:
        witnesses.show(address, _lines(heads, state.delivered))
    except WitnessFailed as failed:
        _note_failure(state, str(failed), now)
        return 0
    _note_delivery(state, heads[-1], now)
    return len(heads)


@transaction.atomic
def _state_of(address: str) -> WitnessState:
    """Return how far a witness was told; a new one begins with the newest round of heads."""
    state = WitnessState.objects.filter(address=address).first()
    if state is None:
        last = SignedHead.objects.order_by("-pk").first()
        before = SignedHead.objects.filter(at__lt=last.at).order_by("-pk").first() if last else None
        state, _ = WitnessState.objects.get_or_create(
            address=address, defaults={"delivered": before.pk if before else 0}
        )
    return state


def _lines(heads: list[SignedHead], delivered: int) -> list[str]:
    """Return the statements, a key's announcement before the first head that it signs."""
    keys = list(SigningKey.objects.order_by("number"))
    number = {key.key_id: key.number for key in keys}
    before = SignedHead.objects.filter(pk__lte=delivered).order_by("-pk").first() or heads[0]
    known, lines = number[before.key_id], []
    for head in heads:
        lines += [key.announcement for key in keys if known < key.number <= number[head.key_id]]
        known = max(known, number[head.key_id])
        lines.append(head.statement)
    return lines


def _note_failure(state: WitnessState, trouble: str, now: dt.datetime) -> None:
    pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(state.failures, 10))
    state.failures, state.next_at, state.trouble = state.failures + 1, now + pause, trouble
    state.save(update_fields=["failures", "next_at", "trouble"])
    log.warning("witness_failed", witness=state.pk, failures=state.failures, trouble=trouble)


def _note_delivery(state: WitnessState, head: SignedHead, now: dt.datetime) -> None:
    state.delivered, state.head_at, state.delivered_at = head.pk, head.at, now
    state.failures, state.next_at, state.trouble = 0, None, ""
    state.save(update_fields=["delivered", "head_at", "delivered_at", "failures", "next_at", "trouble"])
