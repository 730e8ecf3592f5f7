"""Asks ClamAV over its socket; whatever is not plainly clean is not clean.

The scanner is trusted only while its signatures are younger than a week and a trial has shown that it
sees through the largest documents we let through, and speaks up about what is too large for it: ClamAV
says "OK" to those unless ``AlertExceedsMax`` is set.
"""

import datetime as dt
import io
import re
import socket
import struct
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import BinaryIO

from django.conf import settings
from django.core.cache import cache, caches

from zhijia.attachments.documents import MOST_UNPACKED
from zhijia.attachments.enums import State

QUICK, THOROUGH = 6.0, 180.0
"""Seconds of patience while a person waits, and in the background."""
HUSH = 60
"""Seconds for which nobody who waits asks a scanner again that did not answer."""
OLDEST_SIGNATURES = dt.timedelta(days=7)
TRIAL_EVERY = dt.timedelta(days=1)
TRIAL_AGAIN = dt.timedelta(hours=12)
"""The trial is repeated well before it counts for nothing."""
TRIAL, SILENT = "attachments.scanner.trial", "attachments.scanner.silent"
_PIECE = 1 << 16
_LONGEST_ANSWER = 4096
# In two parts, so that no scanner finds this file itself harmful.
EICAR = (r"X5O!P%@AP[4\PZX54(P^)7CC)7}" + "$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*").encode()


@dataclass(frozen=True)
class Verdict:
    """What is known about a file: its state, and what was found or why nothing could be said."""

    state: State
    reason: str = ""


class ScannerSilent(Exception):
    """No usable answer; the text is a short code."""


def scan(file: BinaryIO, *, now: dt.datetime, waits: bool = True) -> Verdict:
    """Return the verdict on a file; never raises because of the scanner. ``waits``: a person does."""
    if not settings.ZHIJIA_CLAMD:
        return Verdict(State.UNSCANNED)
    patience = QUICK if waits else THOROUGH
    try:
        doubt = (waits and caches["process"].get(SILENT)) or _doubt(now, patience)
        if doubt:
            return Verdict(State.QUARANTINED, doubt)
        return _verdict(_instream(file, patience))
    except ScannerSilent as silent:
        caches["process"].set(SILENT, str(silent), HUSH)
        return Verdict(State.QUARANTINED, str(silent))


def _verdict(answer: str) -> Verdict:
    found = re.fullmatch(r"stream: (.+) FOUND", answer)
    if found:
        return Verdict(State.REFUSED, found[1][:80])
    if answer == "stream: OK":
        return Verdict(State.CLEAN)
    return Verdict(State.QUARANTINED, "too-large" if "size limit" in answer else "error")


def _doubt(now: dt.datetime, patience: float) -> str:
    """Return why the scanner's word counts for nothing now, or nothing."""
    if now - signatures_at(patience) > OLDEST_SIGNATURES:
        return "signatures-old"
    trial = last_trial()
    if trial is None or now - trial[0] > TRIAL_EVERY:
        return "not-tried"
    return "" if trial[1] else "blind-to-large-files"


# The trial ------------------------------------------------------------------------------------


def last_trial() -> tuple[dt.datetime, bool] | None:
    """Return when the last trial was and whether the scanner passed; None when there was none."""
    kept = cache.get(TRIAL)
    return (dt.datetime.fromisoformat(kept["at"]), bool(kept["passed"])) if kept else None


def try_scanner(*, now: dt.datetime) -> bool:
    """Hold the trial if it is due; return whether the scanner may be trusted with large files."""
    trial = last_trial()
    if trial and trial[1] and dt.timedelta(0) <= now - trial[0] < TRIAL_AGAIN:
        return True
    try:
        answers = [_instream(io.BytesIO(made), THOROUGH) for made in (hidden_eicar(), oversize_eicar())]
        passed = all(answer.endswith(" FOUND") for answer in answers)
    except ScannerSilent:
        passed = False
    cache.set(TRIAL, {"at": now.isoformat(), "passed": passed}, TRIAL_EVERY.total_seconds())
    return passed


@lru_cache
def hidden_eicar() -> bytes:
    """Return the harmless test virus in an archive in an archive as large as the largest we let through.

    A scanner with a lower limit on one part passes over it in silence, whatever it is told to do.
    """
    inner = _archive([("filler", bytes(MOST_UNPACKED - (2 << 20))), ("eicar.com", EICAR)], zipfile.ZIP_STORED)
    return _archive([("large.zip", inner)])


@lru_cache
def oversize_eicar() -> bytes:
    """Return the test virus behind more than ClamAV looks at of one file (400 MB).

    It must speak up (``AlertExceedsMax``), or have looked at all of it.
    """
    # Each part differs from the others: what was seen before is not looked at again.
    fillers = ((f"filler{number}", bytes([number]) * (80 << 20)) for number in range(6))
    return _archive(chain(fillers, [("eicar.com", EICAR)]))


def _archive(parts: Iterable[tuple[str, bytes]], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    # Written plainly: ClamAV does not look into archives written as a stream or in the 64-bit form.
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression, compresslevel=1) as archive:
        for name, content in parts:
            archive.writestr(name, content)
    return out.getvalue()


# The socket -----------------------------------------------------------------------------------


def signatures_at(patience: float) -> dt.datetime:
    """Return when the scanner's signatures were made; raise ``ScannerSilent``."""
    answer = _ask(b"zVERSION\0", None, patience)
    try:
        made = dt.datetime.strptime(answer.split("/", 2)[2], "%a %b %d %H:%M:%S %Y")  # noqa: DTZ007
    except (IndexError, ValueError):
        raise ScannerSilent("no-signatures") from None
    return made.replace(tzinfo=dt.UTC)


def _instream(file: BinaryIO, patience: float) -> str:
    file.seek(0)
    return _ask(b"zINSTREAM\0", file, patience)


def _ask(command: bytes, file: BinaryIO | None, patience: float) -> str:
    try:
        with _connected(patience) as line:
            line.sendall(command)
            if file is not None:
                _stream(line, file)
            return _answer(line)
    except TimeoutError:
        raise ScannerSilent("timeout") from None
    except (OSError, ValueError):
        raise ScannerSilent("down") from None


def _stream(line: socket.socket, file: BinaryIO) -> None:
    try:
        while piece := file.read(_PIECE):
            line.sendall(struct.pack(">I", len(piece)) + piece)
        line.sendall(bytes(4))
    except (BrokenPipeError, ConnectionResetError):
        pass  # it has heard enough and says why


def _answer(line: socket.socket) -> str:
    answer = b""
    while not answer.endswith(b"\0"):
        piece = line.recv(_PIECE)
        if not piece or len(answer) > _LONGEST_ANSWER:
            raise ScannerSilent("error")
        answer += piece
    return answer.rstrip(b"\0").decode("utf-8", "replace").strip()


def _connected(patience: float) -> socket.socket:
    kind, _, place = settings.ZHIJIA_CLAMD.partition(":")
    if kind == "unix":
        return _unix(place, patience)
    host, _, port = place.rpartition(":")
    if kind != "tcp" or not host or not port.isdigit():
        raise ScannerSilent("wrong-address")
    return socket.create_connection((host, int(port)), timeout=patience)


def _unix(place: str, patience: float) -> socket.socket:
    line = socket.socket(socket.AF_UNIX)
    line.settimeout(patience)
    try:
        line.connect(place)
    except OSError:
        line.close()
        raise
    return line
