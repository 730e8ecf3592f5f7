"""Whose a number on a card is: one key for one person, for apps that count by person and year."""

from zhijia.core.identifiers import normalise
from zhijia.membership.card import membership_with_number
from zhijia.membership.models import Membership, Worker


def person_behind(number: str, tenant: int) -> frozenset[int]:
    """Return the keys of the person whose card has this number, with entries merged into his; else none.

    His row stays locked until the transaction ends, so that two bodies count one after the other. A
    hidden membership has no person here: who is tied to the employer must not learn of it, not even
    by a sum.
    """
    row = _membership(number.strip(), tenant)
    if row is None or row.is_discreet:
        return frozenset()
    worker = Worker.objects.select_for_update().filter(pk=row.worker_id).first()
    if worker is None:
        return frozenset()
    root = worker.merged_into_id or worker.pk
    return frozenset({root, *Worker.objects.filter(merged_into=root).values_list("pk", flat=True)})


def _membership(number: str, tenant: int) -> Membership | None:
    """Return the membership with this printed or given number; None where the number fits more than one."""
    if not number:
        return None
    rows = Membership.objects.filter(tenant=tenant)
    printed = membership_with_number(normalise(number), tenant)
    found = list(rows.filter(pk=printed)[:1]) if printed else []
    found = found or list(rows.filter(card_number=number).order_by("-id")[:20])
    return found[0] if len({row.worker_id for row in found}) == 1 else None
