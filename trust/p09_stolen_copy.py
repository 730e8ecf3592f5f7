"""P9: canaries in every field and file; a copy of everything on disk, and the backup, must not show one.

Then the thief also gets the key files: he still opens no text, no name and no file of an office whose
officers have keys.
"""

import datetime as dt
import io
import logging
from collections import Counter
from pathlib import Path
from typing import Any
from unittest.mock import patch

from trust import Broken
from trust.house import empty_house

PROMISE = "P9"
TITLE = "A stolen copy of the database or a backup reveals no case, no name, no number"
NOW = dt.datetime(2026, 3, 2, 1, 30, tzinfo=dt.UTC)


def prove(*, long: bool) -> dict[str, Any]:
    """Return the figures, or raise ``Broken`` naming the fields found."""
    return try_out(matters=120 if long else 25)


def try_out(
    *, matters: int, profile: str = "international", database: str = "", files_of_database: str = ""
) -> dict[str, Any]:
    """Do it with so many matters, about twenty canaries each, under these algorithms. Once in a process.

    ``database`` is the address of an empty PostgreSQL, and ``files_of_database`` where all it writes lies:
    tables, indexes, write-ahead log.
    """
    with empty_house(database=database) as data:
        from tests.trust.canaries import Canaries
        from zhijia.core import key_ring

        key_ring.choose_profile(profile)

        told = Canaries()
        (data / "logs").mkdir()
        logging.getLogger().addHandler(logging.FileHandler(data / "logs" / "all.log"))
        world = _world(told)
        for number in range(matters):
            _matter(world, told, number)
        backup = _backup(data)
        places = (data, Path(files_of_database)) if files_of_database else (data,)
        found, files, size = told.search(*places, backup)
        if found:
            raise Broken(f"{len(found)} found in the clear: " + "; ".join(sorted(found)[:12]))
        tried, opened = _with_the_key_files()
        if opened:
            raise Broken(f"the key files alone open {opened} of {tried} sealed parts")
        return {
            "n": len(told.words) + len(told.mobiles), "found": len(found), "files": files, "bytes": size,
            "parts_tried_with_key_files": tried, "parts_opened": opened, "sealed_with": _algorithms(),
            "control_found": _control(world, told, places),
        }  # fmt: skip


def _world(told: Any) -> Any:
    from zhijia.appeals.tests.factories import make_world
    from zhijia.unions.enums import Role
    from zhijia.vault import keys, services

    keys.PASSWORD_MEMORY_KIB = 64  # what is tried is where things lie, not how hard a password is
    world = make_world(NOW)
    world.officer("custodian", "county", Role.CUSTODIAN)
    for _round in range(2):
        for user in world.people.values():
            user.private_key = services.open_user_key(user=user, password="Zhijia-2026", now=NOW)
            services.hand_on_keys(by=user, now=NOW)
    worker = world.people["worker"]
    worker.name, worker.email = told.word("name of an account"), f"{told.word('address')}@home.example"
    worker.save(update_fields=["name", "email"])
    return world


def _matter(world: Any, told: Any, number: int) -> None:
    """File one matter and do with it whatever takes a text."""
    from zhijia.appeals import services as s

    people, named = world.people, number % 3 == 0
    appeal, receipt = _submitted(world, told, number, named)
    step = {"appeal_id": appeal.pk, "now": NOW + dt.timedelta(hours=1)}
    worker = people["worker"] if named else receipt
    s.accept_appeal(by=people["dispatcher"], **step)
    s.assign_appeal(handler_id=people["handler"].pk, by=people["dispatcher"], **step)
    s.sign_for_appeal(by=people["handler"], **step)
    s.ask_worker(question=told.word("question"), by=people["handler"], **step)
    s.answer_question(text=told.word("answer to a question"), by=worker, **step)
    s.write_message(text=told.word("message"), by=worker, files=(_file(told),), **step)
    s.write_note(text=told.word("note"), by=people["handler"], **step)
    s.supervise_appeal(demand=told.word("demand"), by=people["supervisor"], **step)
    s.ask_extension(days=5, reason=told.word("extension"), by=people["handler"], **step)
    s.suspend_appeal(reason="arbitration", explanation=told.word("hold"), by=people["handler"], **step)
    s.lift_suspension(by=people["handler"], **step)
    s.hand_over_appeal(
        handler_id=people["second_handler"].pk, reason=told.word("hand-over"), by=people["handler"], **step
    )
    s.sign_for_appeal(by=people["second_handler"], **step)
    s.ask_name(reason=told.word("reason for the name"), by=people["second_handler"], **step)
    s.reply_to_appeal(
        text=told.word("reply"), opinion="supported", legal_basis=told.word("basis"),
        correction=told.word("correction"), by=people["second_handler"], **step,
    )  # fmt: skip
    s.rate_reply(
        result="dissatisfied", attitude="dissatisfied", comment=told.word("comment"), reopen=False, by=worker,
        **step,
    )  # fmt: skip
    s.ask_review(reason=told.word("review"), by=worker, **step)


def _submitted(world: Any, told: Any, number: int, named: bool) -> tuple[Any, Any]:
    from zhijia.appeals import services as s
    from zhijia.appeals.models import Appeal
    from zhijia.core.actors import STRANGER, ReceiptHolder
    from zhijia.core.receipts import keys_of

    more = {} if named else {"name": told.word("name"), "mobile": told.mobile("mobile number")}
    submission = s.Submission(
        text=told.word("text"), subject=told.word("subject"), wish=told.word("wish"), place="130502",
        employer_text=told.word("employer as written"), category="WAGE.ARREARS",
        confidentiality="sealed", **more,
    )  # fmt: skip
    answer, _fresh = s.submit_appeal(
        submission=submission, key=f"canary-{number:020d}", now=NOW, files=(_file(told),),
        by=world.people["worker"] if named else STRANGER,
    )  # fmt: skip
    appeal = Appeal.objects.get(public_id=answer["public_id"])
    return appeal, ReceiptHolder(appeal.owner, key=keys_of(answer["receipt"]).key)


def _file(told: Any) -> Any:
    """Return a photo whose name and whose hidden data hold canaries."""
    from django.core.files.uploadedfile import SimpleUploadedFile
    from PIL import Image

    exif = Image.Exif()
    exif[0x010E] = told.word("description inside a photo")
    out = io.BytesIO()
    Image.new("RGB", (40, 40), "white").save(out, "JPEG", exif=exif)
    return SimpleUploadedFile(f"{told.word('name of a file')}.jpg", out.getvalue())


def _backup(data: Path) -> Path:
    from django.core.management import call_command

    target = data.parent / f"{data.name}-backup"
    call_command("backup", "keys", "make", str(data.parent / f"{data.name}-private.key"), verbosity=0)
    call_command("backup", str(target), verbosity=0)
    return target


def _with_the_key_files() -> tuple[int, int]:
    """Try every part of every matter as the platform, which has the key files and nothing else."""
    from zhijia.core.actors import SYSTEM
    from zhijia.vault import keys
    from zhijia.vault.errors import KeyNotGiven
    from zhijia.vault.models import SealedPart

    parts, opened = list(SealedPart.objects.exclude(group="")), 0
    for part in parts:
        try:
            keys.opening_of(part, SYSTEM, NOW)()
            opened += 1
        except KeyNotGiven:
            continue
    return len(parts), opened


OTHER = {"public", "sealed_to", "narrative_public", "box_of_keygrant"}
"""Columns of bytes that hold a public key; and the one where the salt of a password may stand first."""


def _algorithms() -> dict[str, int]:
    """Count what is sealed in the database by its first byte, which names the algorithms."""
    from django.apps import apps
    from django.db import connection

    found: Counter[str] = Counter()
    with connection.cursor() as cursor:
        for model in apps.get_models():
            for field in model._meta.concrete_fields:
                if (
                    field.get_internal_type() == "BinaryField"
                    and not {field.name, f"{field.name}_of_{model._meta.model_name}"} & OTHER
                ):
                    table, column = map(connection.ops.quote_name, (model._meta.db_table, field.column))
                    cursor.execute(f"SELECT substr({column}, 1, 1) FROM {table} WHERE length({column}) > 0")
                    found.update(bytes(first).hex() for (first,) in cursor.fetchall())
    return dict(sorted(found.items()))


def _control(world: Any, told: Any, places: tuple[Path, ...]) -> int:
    """File one matter with sealing taken away; the same search must find it."""
    from zhijia.core.sealed_fields import SealedTextField

    def plainly(field: Any, instance: Any) -> bytes:
        value = getattr(instance, field.attname)
        return value.encode() if isinstance(value, str) else value.box

    with patch.object(SealedTextField, "sealed_bytes", plainly):
        _submitted(world, told, 9_999, named=True)
    found, _files, _size = told.search(*places)
    if not found:
        raise Broken("the search does not even find what lies there in the clear")
    return len(found)
