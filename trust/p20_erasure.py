"""P20: a person with an account, matters, files, messages and sessions is erased; then every byte is read.

Day 0: what he wrote lies in the house, backed up. He asks, a person of the union agrees, the timer erases.
Day 7: no byte of him, and no wrapped key to what was sealed, stands in database, journal, files or logs.
Then the oldest backup is restored: the ledger erases again before the house could open. Day 35: the backups
from before are gone. Each step has a control in which something must be found.
"""

import datetime as dt
import gzip
import logging
import os
import shutil
import subprocess
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

from trust import Broken
from trust.canaries import FORMS, Needles, Search, canary, forms_of, search
from trust.house import ROOT, empty_house

PROMISE = "P20"
TITLE = "When we erase, it is gone within 7 days, from backups within 35 more, and the log still verifies"
NOW = dt.datetime(2026, 3, 2, 1, 30, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
Figures = dict[str, Any]


@dataclass
class Person:
    """Somebody who is to be erased, and what of him may be nowhere afterwards."""

    user: Any
    texts: dict[str, str]
    matters: list[Any] = field(default_factory=list)

    @property
    def needles(self) -> Needles:
        """Return his texts in every form."""
        return Needles.of_texts(self.texts)


def prove(*, long: bool) -> Figures:
    """Return the figures, or raise ``Broken``."""
    with empty_house() as folder, everything_logged(folder), place_for_backups(folder):
        figures = erased_for_good(folder, people=12 if long else 2)
        figures |= controls(folder)
        figures |= restored(folder)
    figures["n"] = figures["canaries"]
    return figures


def erased_for_good(folder: Path, *, people: int) -> Figures:
    """Let people live here, back up, erase them as they ask, and read every byte on day 7."""
    world = _kept["world"] = make_world()
    persons = [settle(world, number) for number in range(people)]
    sealed = sealed_bytes(persons)
    backup(folder, NOW)
    needles = sealed
    for person in persons:
        needles |= person.needles
    _kept["needles"] = needles
    before = search(folder, needles)
    check_before(before)
    ask_and_grant(world, persons)
    run_timers(NOW + 7 * DAY)
    after = search(folder, needles)
    if after.count:
        raise Broken(f"day 7: {after.count} traces are left: {dict(list(after.found.items())[:5])}")
    verified = verify_chains()
    backup(folder, NOW + 8 * DAY)
    return {
        "canaries": len(needles.labels), "found_before": before.count, "found_day_7": after.count,
        "people": people, "matters": sum(len(p.matters) for p in persons), "forms": list(FORMS),
        "files_read": after.files, "bytes_read": after.bytes_read, "chain_rows_verified": verified,
        "journal_envelopes_forgotten": journal_forgotten(), "planted_forms_found": planted(folder),
    }  # fmt: skip


_kept: dict[str, Any] = {}
"""The world, and the needles that a restore is searched for."""


# The world ------------------------------------------------------------------------------------


@contextmanager
def everything_logged(folder: Path) -> Iterator[None]:
    """Write every line that anything logs to a file in the house."""
    handler = logging.FileHandler(folder / "server.log")
    handler.setLevel(logging.DEBUG)
    root = logging.getLogger()
    root.addHandler(handler)
    try:
        yield
    finally:
        root.removeHandler(handler)
        handler.close()


@contextmanager
def place_for_backups(folder: Path) -> Iterator[None]:
    """Have a place outside the house, and clear it away afterwards."""
    outside(folder).mkdir(mode=0o700)
    try:
        yield
    finally:
        shutil.rmtree(outside(folder))


def make_world() -> Any:
    """Return the small generated world with somebody who decides."""
    from zhijia.appeals.tests.factories import make_world
    from zhijia.unions.enums import Role

    world = make_world(NOW)
    world.officer("custodian", "nation", Role.CUSTODIAN)
    return world


def settle(world: Any, number: int) -> Person:
    """Let a person sign up, sign in, hand in two matters with a file, talk, judge and ask."""
    from zhijia.accounts.services import create_token, update_profile
    from zhijia.appeals.tests.factories import make_user

    texts = {
        f"{number}/{what}": canary(what)
        for what in (
            "name",
            "text",
            "wish",
            "told",
            "talk",
            "reply",
            "comment",
            "file",
            "filename",
            "token",
            "agent",
            "ask",
        )
    }
    texts[f"{number}/email"] = f"canary{number}.{os.urandom(6).hex()}@home.example"

    def said(what: str) -> str:
        return texts[f"{number}/{what}"]

    user = make_user(name=said("name"))
    texts[f"{number}/phone"] = user.phone.removeprefix("+86")
    changes = {"email": said("email"), "notice_by_email": True}
    update_profile(user=user, changes=changes, by=user, now=NOW)
    create_token(user=user, name=said("token"), scopes=["appeals:read"], days=30, by=user, now=NOW)
    browse(user, said("agent"))
    person = Person(user, texts)
    for confidentiality in ("named", "sealed"):
        person.matters.append(one_matter(world, user, said, confidentiality))
    return person


def one_matter(world: Any, user: Any, said: Any, confidentiality: str) -> Any:
    """Return a closed matter with everything that can be in one."""
    from zhijia.appeals import services
    from zhijia.appeals.models import Appeal
    from zhijia.attachments.tests.files import pdf, upload

    author = b"/Author(" + said("file").encode() + b")"
    told = {
        "text": said("text"), "wish": said("wish"), "employer_text": said("told"), "place": "130502",
        "confidentiality": confidentiality, "consents_to_publishing": True, "name": said("name"),
    }  # fmt: skip
    answer, _fresh = services.submit_appeal(
        submission=services.Submission(**told), key=os.urandom(12).hex(), by=user, now=NOW,
        files=[upload(pdf(info=author), f"{said('filename')}.pdf")],
    )  # fmt: skip
    appeal = Appeal.objects.get(public_id=answer["public_id"])
    world.people["handler"].__dict__.pop("_posts_by_day", None)
    services.write_message(appeal_id=appeal.pk, text=said("talk"), by=user, now=NOW)
    services.accept_appeal(appeal_id=appeal.pk, by=world.people["dispatcher"], now=NOW)
    handler = world.people["handler"]
    services.assign_appeal(appeal_id=appeal.pk, handler_id=handler.pk, by=world.people["dispatcher"], now=NOW)
    services.sign_for_appeal(appeal_id=appeal.pk, by=handler, now=NOW)
    services.reply_to_appeal(
        appeal_id=appeal.pk, text=said("reply"), opinion="supported", by=handler, now=NOW
    )
    services.rate_reply(
        appeal_id=appeal.pk, result="satisfied", attitude="satisfied", comment=said("comment"), by=user,
        now=NOW,
    )  # fmt: skip
    return Appeal.objects.get(pk=appeal.pk)


def browse(user: Any, agent: str) -> None:
    """Sign in with a browser that names itself, and look at some pages."""
    from django.test import Client

    client = Client(HTTP_HOST="localhost", HTTP_USER_AGENT=f"Mozilla/5.0 Chrome {agent.encode().hex()}")
    client.post("/accounts/login/", {"login": user.phone, "password": "Zhijia-2026"})
    for page in ("/", "/me/", "/privacy/me/", "/messages/"):
        client.get(page)


def sealed_bytes(persons: list[Person]) -> Needles:
    """Return needles for what is sealed of them, and for every wrapped key to it."""
    from zhijia.appeals.models import Appeal
    from zhijia.attachments.models import Attachment
    from zhijia.core.sealed_fields import Sealed
    from zhijia.vault.models import PartKey, SealedPart

    owners = [matter.owner for person in persons for matter in person.matters]
    parts = SealedPart.objects.filter(owner__in=owners)
    contents = [bytes(part.content) for part in parts]
    rows = Appeal.objects.filter(pk__in=[m.pk for p in persons for m in p.matters])
    told = [text for row in rows for text in (row.text, row.wish)]
    texts = [text.box for text in told if isinstance(text, Sealed)]
    wraps = [bytes(key.box) for key in PartKey.objects.filter(part__in=parts)]
    wraps += [bytes(file.original_key) for file in Attachment.objects.filter(owner__in=owners)]
    phones = [bytes(person.user.phone_sealed) for person in persons]
    return (
        Needles.of_bytes("sealed", [*contents, *texts, *phones])
        | Needles.of_bytes("key", wraps)
        | Needles.of_bytes("journal", journal_bodies())
    )


def journal_bodies() -> list[bytes]:
    """Return the bodies of the journal's records."""
    from django.conf import settings

    from zhijia.core.journal.files import Record, files_in, read

    paths = files_in(Path(settings.ZHIJIA_JOURNAL))
    return [found.body for path in paths for found in read(path) if isinstance(found, Record)]


def journal_forgotten() -> int:
    """Return how many envelopes of the journal are blank; none may open any more."""
    from django.conf import settings

    from zhijia.core.journal.replaying import replay

    told = replay(Path(settings.ZHIJIA_JOURNAL), now=NOW + 8 * DAY, dry_run=True)
    if told.damage or told.forgotten != told.envelopes or not told.envelopes:
        raise Broken(f"the journal: {told.forgotten} of {told.envelopes} blank, damage {told.damage}")
    return told.forgotten


def planted(folder: Path) -> int:
    """Plant a canary in every form, alone in a file each; return how many the search finds: all."""
    text, place = canary("planted"), folder / "planted"
    place.mkdir()
    forms = list(dict.fromkeys(forms_of(text)))
    needles = Needles({form: f"text/{number}" for number, form in enumerate(forms)})
    for number, form in enumerate(forms):
        (place / str(number)).write_bytes(os.urandom(1000) + form + os.urandom(1000))
    packed = {"zlib": zlib.compress(text.encode()), "gzip": gzip.compress(text.encode())}
    for name, content in packed.items():
        (place / name).write_bytes(os.urandom(1000) + content + os.urandom(1000))
    told = search(place, needles)
    shutil.rmtree(place)
    seen = set().union(*told.found.values())
    if told.count != len(forms) or not set(packed) <= seen:
        raise Broken(f"the search finds {told.count} of {len(forms)} planted forms, in {sorted(seen)}")
    return told.count + len(packed)


def check_before(found: Search) -> None:
    """See that the search sees: sealed bytes and wrapped keys are there before anything is erased."""
    for kind in ("sealed", "key", "journal"):
        if not found.of(kind):
            raise Broken(f"the search finds no {kind} even before anything is erased: it is blind")
    secret = {
        label for label in found.found if label.endswith(("/text", "/wish", "/talk", "/comment", "/file"))
    }
    if secret:
        raise Broken(f"what should be sealed stands in clear: {secret}")


# Erasing --------------------------------------------------------------------------------------


def ask_and_grant(world: Any, persons: list[Person]) -> None:
    """Let each person ask, and the custodian agree."""
    from zhijia.privacy import services

    for number, person in enumerate(persons):
        row = services.ask_request(
            user=person.user,
            kind="erase_account",
            text=person.texts[f"{number}/ask"],
            by=person.user,
            now=NOW,
        )
        services.grant_request(public_id=row.public_id, by=world.people["custodian"], now=NOW + DAY)


def run_timers(now: dt.datetime) -> None:
    """Run every timer of the house once, as the background process does."""
    from zhijia.core.manifest import contributions

    for timer in contributions("timers"):
        timer.call(now)


def verify_chains() -> int:
    """Return how many rows of the chain of deeds verify; raise ``Broken`` on the first bad one."""
    from zhijia.audit.verification import tenants_to_check, verify_tenant

    return sum(verify_tenant(tenant).seq for tenant in tenants_to_check())


# Backups --------------------------------------------------------------------------------------


def backup(folder: Path, now: dt.datetime, *, keep: dt.timedelta = 35 * DAY) -> Any:
    """Back up as ``zhijia backup`` does."""
    from zhijia.core.backup.key_files import make_keys
    from zhijia.core.backup.taking import take_backup

    away = outside(folder)
    if not (away / "private.key").exists():
        make_keys(away / "private.key", now)
    return take_backup(away / "repository", now=now, keep=keep)


def outside(folder: Path) -> Path:
    """Return the place outside the house where backups and their private key lie."""
    return folder.with_name(f"{folder.name}-backups")


def restored(folder: Path) -> Figures:
    """Restore the oldest backup elsewhere, read every byte; without the ledger he must be back; day 35."""
    from zhijia.core.backup.repository import Repository

    repository = outside(folder) / "repository"
    names = [snapshot.name for snapshot in Repository(repository).snapshots()]
    found = restore(folder, names[0], "restored")
    if found.count:
        raise Broken(f"the restored oldest backup shows {dict(list(found.found.items())[:5])}")
    lost = restore(folder, names[0], "restored-without", ledger=False)
    if not lost.of("text"):
        raise Broken("a restore without the ledger brought nobody back: the backup held nothing")
    taken = backup(folder, NOW + 36 * DAY)
    left = [snapshot.at for snapshot in Repository(repository).snapshots()]
    if names[0] not in taken.pruned or min(left) < NOW + DAY:
        raise Broken("day 35: a backup from before the erasure is still there")
    return {
        "found_after_restore": found.count, "restored_bytes_read": found.bytes_read,
        "control_found_without_ledger": lost.count, "backups_gone_day_35": len(taken.pruned),
    }  # fmt: skip


def restore(folder: Path, name: str, place: str, *, ledger: bool = True) -> Search:
    """Restore a backup into an empty place with a process of its own; return what is found there."""
    target, source = folder.with_name(f"{folder.name}-{place}"), outside(folder) / "repository"
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir()
    try:
        shutil.copytree(folder / "keys", target / "keys")
        if not ledger:  # only the backup from before the erasure is left
            copied = target / "repository"
            shutil.copytree(source, copied)
            for other in (copied / "backups").iterdir():
                if other.name != name:
                    shutil.rmtree(other)
            source = copied
        command = [sys.executable, "-m", "zhijia.config.command_line", "restore", str(source),
                   "--private-key", str(outside(folder) / "private.key"), "--backup", name]  # fmt: skip
        environment = os.environ | {
            "ZHIJIA_DATA": str(target), "DATABASE_URL": f"sqlite:///{target}/zhijia.sqlite3",
        }  # fmt: skip
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        if not (target / "zhijia.sqlite3").exists():
            raise Broken(f"the restore failed: {done.stdout[-800:]} {done.stderr[-800:]}")
        return search(target, _kept["needles"], leave_out=[target / "repository"])
    finally:
        shutil.rmtree(target, ignore_errors=True)


# Controls -------------------------------------------------------------------------------------


def controls(folder: Path) -> Figures:
    """Switch off one thing at a time; each time something must be found."""
    return {
        "control_without_secure_delete": without_secure_delete(folder),
        "control_keys_kept": with_keys_kept(folder),
        "control_journal_kept": with_journal_kept(folder),
    }


def without_secure_delete(folder: Path) -> int:
    """Erase somebody while the database does not write zeros over what is deleted."""
    from django.db import connection

    from zhijia.notifications.services import notify
    from zhijia.privacy import services

    person = settle_lightly()
    for _ in range(40):
        notify(kind="privacy.warned", to=person.user, now=NOW, url=f"/{person.texts['mark']}")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA secure_delete=OFF")
        services.erase_now(reference=f"user:{person.user.pk}", now=NOW)
        cursor.execute("PRAGMA secure_delete=ON")
    found = search(folder, person.needles)
    if not found.count:
        raise Broken("without secure_delete nothing is left either: the proof would not notice its loss")
    return found.count


def settle_lightly() -> Person:
    """Return a person with a name only."""
    from zhijia.appeals.tests.factories import make_user

    texts = {"name": canary("name"), "mark": canary("mark").encode("ascii", "ignore").decode()}
    return Person(make_user(name=texts["name"]), texts)


def with_keys_kept(folder: Path) -> int:
    """Erase a matter whose keys are not destroyed."""
    from zhijia.appeals.services import retention

    person, needles = _one_more()
    with patch.object(retention, "erase_record", lambda **told: 0):
        _erase(person)
    found = search(folder, needles)
    if not found.of("key"):
        raise Broken("kept keys were not found")
    return found.of("key")


def with_journal_kept(folder: Path) -> int:
    """Erase a matter whose envelope stays in the journal."""
    from zhijia.privacy.services import erasing

    known = set(journal_bodies())
    person, _needles = _one_more()
    bodies = [body for body in journal_bodies() if body not in known]
    with patch.object(erasing, "forget", lambda reference, now: 0):
        _erase(person)
    found = search(folder, Needles.of_bytes("journal", bodies))
    if not found.count:
        raise Broken("kept envelopes were not found")
    return found.count


def _one_more() -> tuple[Person, Needles]:
    """Return one more person, and the needles for what is sealed of him."""
    person = settle(_kept["world"], 900 + len(_kept))
    _kept[f"person {person.user.pk}"] = person
    return person, sealed_bytes([person])


def _erase(person: Person) -> None:
    from zhijia.privacy import services

    services.erase_now(reference=f"user:{person.user.pk}", now=NOW + DAY)
