"""Real files in real matters, fetched slowly, for P16: on the main host and on the files' own host."""

import http.client
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any
from unittest import mock
from urllib.parse import urlsplit

from trust import Broken

HOST = "files.localhost"
CHUNK, EVERY = 64, 0.05
"""Bytes of a piece and seconds between two: a sound of 16 KB takes twelve seconds."""
PATIENCE = 62.0
SILENCE = 15.0
"""Seconds without a byte after which a download counts as cut."""
Revoke = Callable[[Any], None]


@contextmanager
def slow_disk() -> Iterator[None]:
    """Let the pieces of a file come slowly, as over a bad line; everything else is the house's own."""
    from zhijia.attachments import fetching, selectors
    from zhijia.attachments.storage import read_sealed

    def slowly(*given: Any, **told: Any) -> Iterator[bytes]:
        for piece in read_sealed(*given, **told):
            time.sleep(EVERY)
            yield piece

    with (
        mock.patch.object(fetching, "read_sealed", slowly),
        mock.patch.object(selectors, "read_sealed", slowly),
    ):
        yield


def file_of(officer: Any) -> str:
    """Return the address of a file in a matter that the officer has in hand."""
    from django.urls import reverse

    from zhijia.appeals import services
    from zhijia.attachments.models import Attachment
    from zhijia.attachments.tests import files

    world = officer.world
    dispatcher, step = world.people["dispatcher"], {"now": world.now}
    matter = world.submit(key=f"download-{officer.user.pk:012d}")
    with mock.patch("zhijia.attachments.storage.CHUNK", CHUNK):
        services.write_message(
            appeal_id=matter.pk, text="录音", by=world.people["worker"],
            files=(files.upload(files.GOOD["wav"], "x.wav"),), **step,
        )  # fmt: skip
    services.accept_appeal(appeal_id=matter.pk, by=dispatcher, **step)
    services.assign_appeal(appeal_id=matter.pk, handler_id=officer.user.pk, by=dispatcher, **step)
    services.sign_for_appeal(appeal_id=matter.pk, by=officer.user, **step)
    kept = Attachment.objects.get(owner=matter.owner)
    return reverse("appeals:work_file", args=[matter.public_id, kept.public_id])


def running_file(officer: Any, revoke: Revoke) -> float:
    """Take the right away while a real file comes from the main host; return how long it went on."""
    with slow_disk():
        return _cut(officer.ask(file_of(officer)), officer, revoke)


def file_from_its_own_host(officer: Any, revoke: Revoke) -> float:
    """Take the right away while a real file comes from the host that knows no cookie."""
    from django.test import override_settings

    with slow_disk(), override_settings(ZHIJIA_FILES_HOST=HOST):
        answer = officer.ask(file_of(officer))
        with closing(answer.line):
            answer.read()
        place = urlsplit(answer.headers["Location"] or "")
        if answer.status != 302 or place.hostname != HOST:
            raise Broken(f"the file was not on its own host: {answer.status}")
        line = http.client.HTTPConnection(*officer.place, timeout=PATIENCE)
        line.request("GET", place.path, headers={"Host": HOST})
        answer = line.getresponse()
        answer.line = line  # type: ignore[attr-defined]
        return _cut(answer, officer, revoke)


def _cut(answer: Any, officer: Any, revoke: Revoke) -> float:
    whole = int(answer.headers["Content-Length"] or 0)
    with closing(answer.line):
        if answer.status != 200 or whole < CHUNK * 100:
            raise Broken(f"the file did not come: {answer.status}, {whole} bytes")
        got = len(answer.read(CHUNK))
        answer.line.sock.settimeout(SILENCE)
        revoke(officer)
        began = last = time.monotonic()
        try:
            while piece := answer.read1(CHUNK):
                got, last = got + len(piece), time.monotonic()
        except (ConnectionError, TimeoutError, http.client.HTTPException):
            pass  # a server may close the line, or keep it and send no more
    return PATIENCE if got >= whole else last - began
