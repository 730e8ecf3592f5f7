"""P19: hand in hostile and ordinary files, and look at everything that could come back.

Whatever is kept is opened as staff would: as a download, after the background has done its work. A file
escapes when what is opened holds something it must not, when a browser might run it, when the sealed
original is not what was handed in, or when something that the scanner knows is kept as clean.
"""

import datetime as dt
import io
import shutil
import subprocess
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from trust import Broken
from trust.house import empty_house

PROMISE = "P19"
TITLE = "Evidence is kept unaltered under seal; what staff open is a cleaned copy"
Figures = dict[str, Any]
NOW = dt.datetime(2026, 3, 2, 1, 30, tzinfo=dt.UTC)
SLOWEST = 30.0
"""Seconds that one hostile file may cost."""


def prove(*, long: bool) -> Figures:
    """Return the figures, or raise ``Broken``."""
    with empty_house():
        figures = hostile_files(900 if long else 300) | good_files(300 if long else 100)
        figures |= bad_days(60 if long else 15) | controls() | (real_scanner() if long else {})
        figures["n"] = figures["hostile"] + figures["good"]
        return figures


@contextmanager
def scanned(**told: Any) -> Iterator[Any]:
    """Give the house a scanner that has passed its trial."""
    from django.test import override_settings

    from zhijia.attachments import scanner
    from zhijia.attachments.tests import clamd

    with clamd.listening(**told) as running, override_settings(ZHIJIA_CLAMD=running.address):
        if not scanner.try_scanner(now=NOW):
            raise Broken("the scanner did not pass its trial")
        yield running


def hand_in(sample: Any, **more: Any) -> Any:
    """Hand a file in; return its row, or None when it was refused in words."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    from zhijia.attachments.services import store_upload
    from zhijia.core.actors import SYSTEM
    from zhijia.core.errors import BadInput

    upload = SimpleUploadedFile("x", sample.content)
    upload._name = sample.name  # as a hostile sender names it, past the framework's own cleaning
    try:
        return store_upload(upload=upload, tenant=13, owner=f"proof:{id(sample)}", by=SYSTEM, now=NOW, **more)
    except BadInput as refused:
        if not refused.message or not refused.advice:
            raise Broken(f"{sample.kind}: refused without words") from None
        return None


def settle(attachment: Any) -> Any:
    """Let the background do its work on a file."""
    from zhijia.attachments import services

    services.scan_again(attachment_id=attachment.pk, now=NOW)
    services.make_copy(attachment_id=attachment.pk, now=NOW)
    attachment.refresh_from_db()
    return attachment


def opened(attachment: Any) -> tuple[bytes, Any] | None:
    """Return what a member of staff gets, with its headers; None when it is withheld."""
    from zhijia.attachments.errors import FileWithheld
    from zhijia.attachments.http import download_response

    try:
        response = download_response(attachment)
    except FileWithheld:
        return None
    return b"".join(response.streaming_content), response.headers


def inside(content: bytes) -> bytes:
    """Return a file with the parts of an office document unpacked behind it."""
    if content[:4] != b"PK\x03\x04":
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return content + b"".join(archive.read(name) + name.encode() for name in archive.namelist())


def fault_of(sample: Any, attachment: Any) -> str:
    """Return how a kept file escaped, or nothing."""
    from zhijia.attachments.enums import State
    from zhijia.attachments.selectors import is_unaltered, read_part

    if sample.is_virus and attachment.state in (State.CLEAN, State.UNSCANNED):
        return "a known virus was kept as clean"
    if not is_unaltered(attachment) or b"".join(read_part(attachment, "original")) != sample.content:
        return "the original is not what was handed in"
    got = opened(attachment)
    if got is None:
        return ""
    content, headers = got
    found = [mark for mark in sample.marks if mark in inside(content)]
    return f"what is opened holds {found[0]!r}" if found else inline_fault(attachment, headers)


def inline_fault(attachment: Any, headers: Any) -> str:
    """Return why a browser might run or show it, or nothing."""
    from zhijia.attachments.types import ALLOWED

    endings = tuple(f".{kind.extension}" for kind in ALLOWED.values())
    mimes = {kind.mime for kind in ALLOWED.values()}
    if not headers["Content-Disposition"].startswith("attachment") or "\n" in headers["Content-Disposition"]:
        return "it is not a download"
    if headers["X-Content-Type-Options"] != "nosniff" or "sandbox" not in headers["Content-Security-Policy"]:
        return "a browser may guess its type or run it"
    if not attachment.name.endswith(endings) or "/" in attachment.name or "\\" in attachment.name:
        return f"its name is {attachment.name!r}"
    return "" if headers["Content-Type"] in mimes else f"its type is {headers['Content-Type']}"


def hostile_files(count: int, seed: int = 19) -> Figures:
    """Hand in hostile files; none may escape or take long."""
    from trust.file_corpus import HOSTILE, hostile

    ends: Counter[str] = Counter()
    slowest, escaped = 0.0, list[str]()
    with scanned() as running:
        running.limit = 1 << 20
        for sample in hostile(count, seed):
            began = time.monotonic()
            attachment = hand_in(sample)
            fault = fault_of(sample, settle(attachment)) if attachment else ""
            slowest = max(slowest, time.monotonic() - began)
            if fault:
                escaped.append(f"{sample.kind}, named {sample.name!r}: {fault}")
            if slowest > SLOWEST:
                raise Broken(f"{sample.kind} cost {slowest:.0f} seconds")
            ends[attachment.standing.value if attachment else "refused"] += 1
    if escaped:
        raise Broken(f"{len(escaped)} escaped: " + "; ".join(escaped[:3]))
    return {"hostile": count, "kinds": len(HOSTILE), "escapes": len(escaped), "ends": dict(ends),
            "slowest_seconds": round(slowest, 1)}  # fmt: skip


def good_files(count: int, seed: int = 91) -> Figures:
    """Hand in ordinary files; each is taken, opens, and tells neither place nor person."""
    from trust.file_corpus import good

    kinds: Counter[str] = Counter()
    with scanned():
        for sample in good(count, seed):
            attachment = hand_in(sample)
            if attachment is None:
                raise Broken(f"an ordinary {sample.kind} was refused")
            if fault := fault_of(sample, settle(attachment)):
                raise Broken(f"an ordinary {sample.kind}: {fault}")
            if not attachment.can_be_opened:
                raise Broken(f"an ordinary {sample.kind} cannot be opened: {attachment.standing}")
            kinds[sample.kind] += 1
    return {"good": count, "good_accepted": sum(kinds.values()), "good_kinds": dict(kinds)}


DAYS: dict[str, dict[str, Any]] = {
    "down": {},
    "says an error": {"says": "stream: Can't open file ERROR"},
    "old signatures": {"signatures": NOW - dt.timedelta(days=8)},
    "blind to large files": {"alert_exceeds_max": False},
}


def bad_days(count: int) -> Figures:
    """On each bad day of the scanner files are received, nobody gets them, and afterwards everybody may."""
    from django.core.cache import cache, caches
    from django.test import override_settings

    from trust.file_corpus import good
    from zhijia.attachments import scanner

    held = freed = 0
    for day, told in DAYS.items():
        cache.delete(scanner.TRIAL)
        caches["process"].clear()
        waiting = []
        with override_settings(ZHIJIA_CLAMD="tcp:127.0.0.1:1") if not told else _sick(told):
            for sample in good(count, len(day)):
                attachment = hand_in(sample)
                if attachment is None or opened(settle(attachment)) is not None:
                    raise Broken(f"scanner {day}: an ordinary {sample.kind} was refused or could be opened")
                waiting.append(attachment)
                held += 1
        cache.delete(scanner.TRIAL)
        with scanned():
            freed += sum(opened(settle(attachment)) is not None for attachment in waiting)
    if freed != held:
        raise Broken(f"{held - freed} ordinary files stayed in quarantine after the scanner was well again")
    return {"quarantined_on_bad_days": held, "released_afterwards": freed}


@contextmanager
def _sick(told: dict[str, Any]) -> Iterator[None]:
    from django.test import override_settings

    from zhijia.attachments import scanner
    from zhijia.attachments.tests import clamd

    with clamd.listening(**told) as running, override_settings(ZHIJIA_CLAMD=running.address):
        scanner.try_scanner(now=NOW)
        yield


CLAMD = (
    "LocalSocket {0}/socket", "DatabaseDirectory {0}/signatures", "Foreground yes", "StreamMaxLength 25M",
)  # fmt: skip
WAYS = {
    "AlertExceedsMax yes": True,
    "AlertExceedsMax no": False,
    "AlertExceedsMax yes\nMaxFileSize 5M": False,
}
"""How the scanner is set up, and whether it may pass its trial."""


def real_scanner() -> Figures:
    """Let a real ClamAV, if there is one, take the trial in each way it can be set up."""
    program = shutil.which("clamd")
    if not program:
        return {"real_scanner": "not installed"}
    for way, may_pass in WAYS.items():
        with tempfile.TemporaryDirectory(prefix="zhijia-clamd-") as folder:
            passed, found = _trial(program, Path(folder), way)
        if passed != may_pass or not found:
            raise Broken(f"a real scanner with {way!r}: trial passed {passed}, test virus found {found}")
    return {"real_scanner": len(WAYS)}


def _trial(program: str, folder: Path, way: str) -> tuple[bool, bool]:
    """Start a scanner that knows the test virus only; return whether it passes and finds it."""
    from django.core.cache import cache
    from django.test import override_settings

    from zhijia.attachments import scanner

    (folder / "signatures").mkdir()
    (folder / "signatures/test.ndb").write_text(f"Eicar-Test:0:*:{scanner.EICAR.hex()}\n")
    (folder / "conf").write_text("\n".join([*(line.format(folder) for line in CLAMD), way, ""]))
    running = subprocess.Popen([program, "-c", folder / "conf"], stdout=subprocess.DEVNULL)
    try:
        with override_settings(ZHIJIA_CLAMD=f"unix:{folder}/socket"):
            until = time.monotonic() + 60
            while not (folder / "socket").exists() and time.monotonic() < until:
                time.sleep(0.2)
            cache.delete(scanner.TRIAL)
            answer = scanner._instream(io.BytesIO(scanner.EICAR), 30)
            return scanner.try_scanner(now=NOW), answer.endswith("FOUND")
    finally:
        cache.delete(scanner.TRIAL)
        running.kill()
        running.wait()


def controls() -> Figures:
    """Take mechanisms away one by one; each time the same eyes must see an escape."""
    from unittest import mock

    from zhijia.attachments import intake, services
    from zhijia.attachments.enums import State
    from zhijia.attachments.scanner import Verdict

    def as_it_came(file: Any, *told: Any, **more: Any) -> Any:
        file.seek(0)
        return (file.read(), more["kind"]) if "kind" in more else file.read()

    broken = {
        "control_found_without_redrawing": mock.patch.object(intake, "redraw", as_it_came),
        "control_found_without_making_anew": mock.patch.object(services, "cleaned", as_it_came),
        "control_found_with_a_scanner_that_says_ok": mock.patch.object(
            intake, "scan", return_value=Verdict(State.CLEAN)
        ),
    }
    figures = {name: _escapes(without) for name, without in broken.items()}
    blind = [name for name, seen in figures.items() if not seen]
    if blind:
        raise Broken(f"the proof is blind: nothing was seen in {', '.join(blind)}")
    return figures


def _escapes(without: Any) -> int:
    from trust.file_corpus import HOSTILE, hostile

    seen = 0
    with scanned() as running, without:
        running.limit = 1 << 20
        for sample in hostile(len(HOSTILE), 7):
            attachment = hand_in(sample)
            seen += bool(attachment and fault_of(sample, settle(attachment)))
    return seen
