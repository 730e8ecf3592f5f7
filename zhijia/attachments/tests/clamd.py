"""A scanner for tests that speaks ClamAV's protocol: VERSION and INSTREAM, and every bad day of it."""

import datetime as dt
import io
import socketserver
import struct
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from zhijia.attachments.scanner import EICAR


@dataclass
class Clamd:
    """How the scanner behaves; change it while it runs."""

    signatures: dt.datetime = dt.datetime(2026, 3, 1, 8, 0, tzinfo=dt.UTC)
    part_limit: int = 100 * 1024 * 1024
    """A larger part it passes over in silence, as ClamAV does."""
    limit: int = 400 * 1024 * 1024
    """What it unpacks of one archive; to what is larger it says "OK", unless ``alert_exceeds_max``."""
    alert_exceeds_max: bool = True
    says: str = ""
    """Say this to every file, whatever is in it."""
    hangs: bool = False
    seen: list[bytes] = field(default_factory=list)
    """The first bytes of each file it was shown."""
    address: str = ""

    def answer(self, content: bytes) -> str:
        """Return what it says about a file."""
        self.seen.append(content[:64])
        return self.says or f"stream: {self._find(content)}"

    def _find(self, content: bytes, depth: int = 0) -> str:
        if EICAR in content[:128]:
            return "Eicar-Test-Signature FOUND"
        if content[:4] != b"PK\x03\x04" or depth > 3:
            return "OK"
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                return self._look_through(archive, depth)
        except zipfile.BadZipFile:
            pass
        return "OK"

    def _look_through(self, archive: zipfile.ZipFile, depth: int) -> str:
        if sum(part.file_size for part in archive.infolist()) > self.limit:
            return "Heuristics.Limits.Exceeded.MaxScanSize FOUND" if self.alert_exceeds_max else "OK"
        for part in archive.infolist():
            if part.file_size <= self.part_limit:
                found = self._find(archive.read(part), depth + 1)
                if found != "OK":
                    return found
        return "OK"


class _Talk(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        clamd: Clamd = self.server.clamd  # type: ignore[attr-defined]
        command = b""
        while not command.endswith(b"\0"):
            command += self.rfile.read(1)
        if clamd.hangs:
            self.server.over.wait(20)  # type: ignore[attr-defined]
        elif command == b"zVERSION\0":
            self.wfile.write(f"ClamAV 1.4.3/27900/{clamd.signatures:%a %b %d %H:%M:%S %Y}\0".encode())
        else:
            self.wfile.write(clamd.answer(self._stream()).encode() + b"\0")

    def _stream(self) -> bytes:
        content = b""
        while length := struct.unpack(">I", self.rfile.read(4))[0]:
            content += self.rfile.read(length)
        return content


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address, daemon_threads = True, True


@contextmanager
def listening(**told: object) -> Iterator[Clamd]:
    """Run a scanner for the length of a block; its address is for ``ZHIJIA_CLAMD``."""
    server = _Server(("127.0.0.1", 0), _Talk)
    server.clamd = clamd = Clamd(**told)  # type: ignore[attr-defined, arg-type]
    server.over = threading.Event()  # type: ignore[attr-defined]
    clamd.address = f"tcp:127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield clamd
    finally:
        server.over.set()  # type: ignore[attr-defined]
        server.shutdown()
        thread.join()
        server.server_close()
