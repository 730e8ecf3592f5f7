"""A real 500 MB file sent to a real server: dropped while it comes, and the words are kept."""

import http.client
import threading
from collections.abc import Iterator
from contextlib import closing, suppress

import pytest
from django.urls import reverse

from tests.bad_days.house import Page, filed
from tests.browser.server import Server
from tests.setup.processes import family, memory

pytestmark = pytest.mark.sqlite_only
MEGABYTE = 1024 * 1024
SIZE = 500 * MEGABYTE
BOUNDARY = "bad-days-boundary"
TEXT = "老板用五百兆的录像证明加班，我也不知道怎么压缩"


def field(name: str, value: str) -> bytes:
    return f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()


class Upload:
    """The bytes of a form with one huge file, made while they are sent."""

    def __init__(self, token: str) -> None:
        fields = {"csrfmiddlewaretoken": token, "idempotency_key": "five-hundred-megabytes-1", "text": TEXT}
        fields |= {"place": "130500", "confidentiality": "anonymous"}
        file = (
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="files"; filename="film.mp4"\r\n'
            "Content-Type: video/mp4\r\n\r\n"
        )
        self.head = b"".join(field(*item) for item in fields.items()) + file.encode()
        self.tail = f"\r\n--{BOUNDARY}--\r\n".encode()
        self.length = len(self.head) + SIZE + len(self.tail)

    def __iter__(self) -> Iterator[bytes]:
        yield self.head
        piece = b"\x00\x00\x00\x18ftypmp42" + bytes(MEGABYTE - 12)
        for _number in range(SIZE // MEGABYTE):
            yield piece
        yield self.tail


class Watch:
    """The largest memory and temporary files of a server while something happens."""

    def __init__(self, server: Server) -> None:
        self.server, self.memory, self.disk = server, 0, 0
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> "Watch":
        self.before = self._memory()
        self.thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop.set()
        self.thread.join()

    def _memory(self) -> int:
        return sum(memory(pid) for pid in family(self.server.process.pid)) // 1024

    def _look(self) -> None:
        while not self.stop.wait(0.1):
            with suppress(OSError):  # a process or file that is just gone
                self.memory = max(self.memory, self._memory())
                files = [path.stat().st_size for path in (self.server.data / "tmp").iterdir()]
                self.disk = max(self.disk, sum(files) // MEGABYTE)


def test_a_film_of_500_megabytes_is_refused_without_filling_memory_or_disk(house: Server) -> None:
    page, path = Page(house), reverse("appeals:new")
    page.get(path)
    body = Upload(page.cookies["csrftoken"])
    told = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}", "Content-Length": str(body.length)}
    with (
        Watch(house) as watch,
        closing(http.client.HTTPConnection(page.host, int(page.port), timeout=60)) as line,
    ):
        line.request("POST", path, iter(body), page.headers() | told)
        answer = page.read(line)
    assert answer.status == 422
    assert TEXT in answer.body
    assert "film.mp4" in answer.body
    assert "20" in answer.body  # the largest size that is taken, in megabytes
    assert watch.disk <= 21
    assert watch.memory - watch.before < 60
    assert not list((house.data / "tmp").iterdir())
    assert filed(house.data, TEXT) == 0
