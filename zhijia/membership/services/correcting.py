"""Putting one's own data right: some at once, some after the union has looked at what proves it."""

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction

from zhijia.audit.services import record
from zhijia.core.actors import Actor
from zhijia.core.clock import local_date
from zhijia.core.errors import NotFound
from zhijia.core.sealing import seal_json, unseal_json
from zhijia.core.services import load_locked, require
from zhijia.membership import messages
from zhijia.membership.enums import CorrectionState, IdStanding, Provable
from zhijia.membership.errors import AlreadyApplied, NothingToCorrect
from zhijia.membership.models import Correction, Identity, Membership, PastFact, Worker
from zhijia.membership.models.person import PURPOSE, id_index, phone_index
from zhijia.membership.permissions import Ask
from zhijia.membership.services.base import ask, check_reason, counts, load, note_changes
from zhijia.membership.services.enrolling import Person, check_person
from zhijia.regulations.calendar import deadline
from zhijia.regulations.selectors import period

AT_ONCE = ("place", "education", "is_migrant", "work_status", "engagement", "trade", "address")
"""What a worker changes himself."""
WITH_PROOF = tuple(Provable.values)
"""What his union looks at first."""
SEALED = ("address", "name", "id_number", "phone", "born_on")


@transaction.atomic
def change_own(*, changes: dict[str, Any], by: Actor, now: dt.datetime) -> Worker:
    """Change what needs no proof in one's own entry; what stood there before stays as an earlier fact.

    Raises ``NotFound`` without an entry, ``NothingToCorrect``, ``TypeError`` for another field.
    """
    if unknown := set(changes) - set(AT_ONCE):
        raise TypeError(f"not changed at once: {sorted(unknown)}")
    worker = own_entry(by)
    if not write_facts(worker, changes, by=by, now=now, source="self"):
        raise NothingToCorrect
    return worker


def own_entry(by: Actor) -> Worker:
    """Return the entry that belongs to an account, locked; raise ``NotFound``."""
    if getattr(by, "pk", None) is None:
        raise NotFound
    return load_locked(Worker.objects.all(), account=by, merged_into=None)


def write_facts(
    worker: Worker, changes: dict[str, Any], *, by: Actor, now: dt.datetime, source: str
) -> list[str]:
    """Write new values, keep the old ones as earlier facts, mend the totals; return what changed."""
    details = worker.details()
    old = {name: details.get(name, "") if name in SEALED else getattr(worker, name) for name in changes}
    changed = [name for name in changes if old[name] != changes[name]]
    if not changed:
        return []
    before = counts(worker, "active")
    on = local_date(now)
    PastFact.objects.bulk_create(
        PastFact.of(worker, name, old[name], on=on, now=now, source=source) for name in changed
    )
    for name in changed:
        if name in SEALED:
            details[name] = str(changes[name])
            if name == "born_on":
                worker.birth_year = int(details[name][:4])
            if name == "phone":
                worker.phone_index = phone_index(details[name])
        else:
            setattr(worker, name, changes[name])
    worker.seal_details(details)
    worker.changed_at = now
    plain = [name for name in changed if name not in SEALED]
    worker.save(update_fields=["person", "changed_at", "birth_year", "phone_index", *plain])
    if counts(worker, "active") != before:
        _mend_totals(worker, before, now)
    record("worker.changed", obj=worker, by=by, now=now, tenant=worker.tenant, data={"fields": changed})
    return changed


def _mend_totals(worker: Worker, before: dict[str, int], now: dt.datetime) -> None:
    """Count the worker anew in the body of his full membership."""
    after = counts(worker, "active")
    running = Membership.objects.counted().filter(worker=worker, state__in=("active", "held"))
    change = {name: after[name] - before[name] for name in after}
    note_changes({(row.tenant, row.body_id): change for row in running}, now)


# With proof -----------------------------------------------------------------------------------


@transaction.atomic
def ask_correction(*, field: str, value: str, note: str, by: Actor, now: dt.datetime) -> Correction:
    """Ask the union to put right what needs proof; raise ``NothingToCorrect``, ``AlreadyApplied``."""
    worker = own_entry(by)
    if field not in WITH_PROOF or not value.strip():
        raise NothingToCorrect
    running = Membership.objects.open().filter(worker=worker).select_related("body").order_by("kind").first()
    body = running.body if running else None
    on = local_date(now)
    correction = Correction(
        tenant=body.tenant if body else worker.tenant, worker=worker, body=body, field=field,
        note=note.strip()[:300], asked_at=now,
        due_on=deadline(on, period("membership.correction", body.place if body else "", on)).on,
    )  # fmt: skip
    correction.value = seal_json(value.strip(), purpose=PURPOSE, place=correction.place)
    try:
        with transaction.atomic():
            correction.save(force_insert=True)
    except IntegrityError:
        raise AlreadyApplied from None
    record(
        "correction.asked", obj=correction, by=by, now=now, tenant=correction.tenant, data={"field": field}
    )
    return correction


@transaction.atomic
def decide_correction(
    *, correction_id: int, accepts: bool, reason: str = "", by: Actor, now: dt.datetime
) -> Correction:
    """Put right what was proved, or say why not; never one's own."""
    correction = load_locked(Correction.objects.select_related("worker", "body"), pk=correction_id)
    require(by, "membership.keep_roll", Ask(local_date(now), correction.body, correction.worker.account_id))
    if correction.state != CorrectionState.ASKED:
        raise AlreadyApplied
    correction.reason = reason.strip()[:300] if accepts else check_reason(reason)
    if accepts:
        _put_right(correction, by, now)
    correction.state = CorrectionState.DONE if accepts else CorrectionState.REFUSED
    correction.decided_at, correction.decided_by = now, by
    correction.save(update_fields=["state", "reason", "decided_at", "decided_by"])
    record(
        "correction.decided", obj=correction, by=by, now=now, tenant=correction.tenant,
        data={"field": correction.field, "accepted": accepts},
    )  # fmt: skip
    messages.tell_correction(correction, now=now)
    return correction


@transaction.atomic
def correct_entry(
    *, membership_id: int, field: str, value: str, seen: str, by: Actor, now: dt.datetime
) -> Correction:
    """Put right at the counter what a paper shows; never in one's own entry. ``seen`` says which paper.

    Kept as a correction that was asked and done at once, so that the person reads who changed what.
    Raises ``NotFound``, ``NotAllowed``, ``ReasonMissing`` or ``NothingToCorrect``.
    """
    row = load(membership_id=membership_id, by=by, now=now)
    require(by, "membership.keep_roll", ask(row, now))
    if field not in WITH_PROOF or not value.strip():
        raise NothingToCorrect
    correction = Correction(
        tenant=row.tenant, worker=row.worker, body=row.body, field=field, reason=check_reason(seen),
        asked_at=now, due_on=local_date(now), state=CorrectionState.DONE, decided_at=now, decided_by=by,
    )  # fmt: skip
    correction.value = seal_json(value.strip(), purpose=PURPOSE, place=correction.place)
    if not _put_right(correction, by, now):
        raise NothingToCorrect
    correction.save(force_insert=True)
    facts = {"field": field, "accepted": True, "at_counter": True}
    record("correction.decided", obj=correction, by=by, now=now, tenant=row.tenant, data=facts)
    messages.tell_correction(correction, now=now)
    return correction


def new_value(correction: Correction) -> str:
    """Return what should stand there, in words."""
    found: str = unseal_json(correction.value, purpose=PURPOSE, place=correction.place)
    return found


def _put_right(correction: Correction, by: Actor, now: dt.datetime) -> list[str]:
    """Write the new value; return what changed."""
    worker, value = load_locked(Worker.objects.all(), pk=correction.worker_id), new_value(correction)
    if correction.field == "id_number":
        return _change_number(worker, value, by, now)
    told = {correction.field: int(value) if correction.field == "sex" else value}
    return write_facts(worker, told, by=by, now=now, source="correction")


def _change_number(worker: Worker, typed: str, by: Actor, now: dt.datetime) -> list[str]:
    """Take over an identity number that was seen; one that somebody else has stays doubted."""
    details = worker.details()
    person = Person(name=details.get("name", "-"), id_kind=details.get("id_kind", ""), id_number=typed)
    checked = check_person(person, on=local_date(now))
    told: dict[str, Any] = {"id_number": checked.id_number}
    if checked.born_on:  # the number tells the day and the sex, as it does when somebody is entered
        told |= {"born_on": checked.born_on.isoformat(), "sex": checked.sex}
    changed = write_facts(worker, told, by=by, now=now, source="correction")
    standing = worker.id_standing
    if worker.id_index:
        Identity.objects.filter(pk=worker.id_index).delete()
    index = id_index(checked.id_number) if checked.standing == IdStanding.PLAUSIBLE else None
    taken = index is not None and Identity.objects.filter(pk=index).exists()
    worker.id_index = None if taken else index
    worker.id_standing = IdStanding.SEEN if worker.id_index else IdStanding.DOUBTED
    worker.save(update_fields=["id_index", "id_standing"])
    if worker.id_index:
        Identity.objects.create(index=worker.id_index, tenant=worker.tenant, worker_id=worker.pk)
    return changed or [name for name in ("id_standing",) if worker.id_standing != standing]
