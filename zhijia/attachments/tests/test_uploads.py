"""Forms with files: what is dropped while it comes in, and what goes out."""

import datetime as dt
import io
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
from django import forms
from django.core.handlers.wsgi import WSGIRequest
from django.utils.translation import override

from zhijia.attachments import http, services
from zhijia.attachments.enums import Dropped
from zhijia.attachments.tests import files
from zhijia.core.actors import SYSTEM

NOW = dt.datetime(2026, 3, 2, 1, 30, tzinfo=dt.UTC)
MEGABYTE = 1024 * 1024
BOUNDARY = "b0undary"


class Stream(io.RawIOBase):
    """A request body made while it is read: a big one needs no memory here."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self.pieces, self.rest = pieces, b""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        while size < 0 or len(self.rest) < size:
            piece = next(self.pieces, None)
            if piece is None:
                break
            self.rest += piece
        size = len(self.rest) if size < 0 else size
        given, self.rest = self.rest[:size], self.rest[size:]
        return given


def part(name: str, value: str) -> list[bytes]:
    return [f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()]


def file_part(name: str, file_name: str, size: int) -> Iterator[bytes]:
    yield (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"; filename="{file_name}"\r\n'
        "Content-Type: image/jpeg\r\n\r\n"
    ).encode()
    block = bytes(64 * 1024)
    for _ in range(size // len(block)):
        yield block
    yield bytes(size % len(block)) + b"\r\n"


_requests: list[WSGIRequest] = []


@pytest.fixture(autouse=True)
def _close_requests():
    """Close what the requests opened, as the server does after the answer."""
    yield
    while _requests:
        _requests.pop().close()


def send(*parts) -> WSGIRequest:
    def body() -> Iterator[bytes]:
        for each in parts:
            yield from each
        yield f"--{BOUNDARY}--\r\n".encode()

    request = WSGIRequest({
        "REQUEST_METHOD": "POST", "wsgi.input": Stream(body()), "CONTENT_LENGTH": str(10**10),
        "CONTENT_TYPE": f"multipart/form-data; boundary={BOUNDARY}", "SERVER_NAME": "x", "SERVER_PORT": "80",
    })  # fmt: skip
    _requests.append(request)
    return request


@pytest.fixture
def temporary(tmp_path: Path, settings) -> Path:
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path
    return tmp_path


def sizes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.iterdir())


def test_five_hundred_megabytes_fill_neither_disk_nor_memory_and_the_rest_is_kept(temporary, settings):
    request = send(
        part("text", "我被拖欠工资"), file_part("files", "film.mp4", 500 * MEGABYTE), part("phone", "138"),
        file_part("files", "small.jpg", 1000),
    )  # fmt: skip
    tracemalloc.start()
    (dropped,) = http.dropped_files(request)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (dropped.field, dropped.name, dropped.reason) == ("files", "film.mp4", Dropped.TOO_BIG)
    assert (request.POST["text"], request.POST["phone"]) == ("我被拖欠工资", "138")
    assert [(f.name, f.size) for f in request.FILES.getlist("files")] == [("small.jpg", 1000)]
    assert peak < 8 * MEGABYTE
    assert sizes(temporary) == 1000


def test_files_that_are_too_much_together_are_dropped_from_the_one_that_passes_the_cap(temporary, settings):
    settings.ZHIJIA_FILE_CAP, settings.ZHIJIA_CASE_CAP = 3 * MEGABYTE, 4 * MEGABYTE
    request = send(
        file_part("files", "a.jpg", 3 * MEGABYTE), file_part("files", "b.jpg", 2 * MEGABYTE),
        file_part("files", "c.jpg", MEGABYTE),
    )  # fmt: skip
    assert [(d.name, d.reason) for d in http.dropped_files(request)] == [("b.jpg", Dropped.TOO_MUCH)]
    assert [f.name for f in request.FILES.getlist("files")] == ["a.jpg", "c.jpg"]


def test_a_file_of_exactly_the_cap_is_taken(temporary, settings):
    settings.ZHIJIA_FILE_CAP = MEGABYTE
    request = send(file_part("files", "a.jpg", MEGABYTE), file_part("files", "b.jpg", MEGABYTE + 1))
    assert [d.name for d in http.dropped_files(request)] == ["b.jpg"]
    assert [f.size for f in request.FILES.getlist("files")] == [MEGABYTE]


def test_a_full_disk_drops_the_file_and_keeps_the_form(temporary, monkeypatch):
    import errno

    def full(*args, **kwargs):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("django.core.files.uploadedfile.tempfile.NamedTemporaryFile", full)
    request = send(part("text", "kept"), file_part("files", "a.jpg", 1000))
    assert [d.reason for d in http.dropped_files(request)] == [Dropped.STORAGE_FULL]
    assert request.POST["text"] == "kept"


class SomeForm(forms.Form):
    text = forms.CharField()
    files = forms.FileField(required=False)


def test_the_form_says_what_was_dropped_and_keeps_what_was_typed(temporary, settings):
    settings.ZHIJIA_FILE_CAP = MEGABYTE
    request = send(part("text", "我被拖欠工资"), file_part("files", "../film.mp4", 2 * MEGABYTE))
    form = SomeForm(request.POST, request.FILES)
    with override("en"):
        assert http.add_dropped_errors(form, request)
        assert form.errors == {"files": ["film.mp4: The file is larger than 1 MB."]}
    assert not form.is_valid()
    assert form["text"].value() == "我被拖欠工资"
    untouched = send(part("text", "x"))
    assert not http.add_dropped_errors(SomeForm(untouched.POST), untouched)


def test_a_field_that_the_form_does_not_know_is_named_above_the_form(temporary, settings):
    settings.ZHIJIA_FILE_CAP = 10
    request = send(part("text", "x"), file_part("other", "a.jpg", 20))
    form = SomeForm(request.POST, request.FILES)
    assert http.add_dropped_errors(form, request)
    assert list(form.errors) == ["__all__"]


@pytest.mark.django_db
def test_a_streamed_upload_is_stored_from_its_temporary_file(folder, temporary):
    body = [f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="f"; filename="a.jpg"\r\n\r\n'.encode(),
            files.GOOD["jpeg"], b"\r\n"]  # fmt: skip
    request = send(body)
    kept = services.store_upload(upload=request.FILES["f"], tenant=13, owner="matter:1", by=SYSTEM, now=NOW)
    assert kept.size == len(files.GOOD["jpeg"])


@pytest.mark.django_db
@pytest.mark.parametrize("kind", files.GOOD)
def test_a_download_is_never_shown_or_run_inside_our_pages(folder, kind):
    upload = files.upload(files.GOOD[kind], f'工资"条\r\nX: y.{kind}')
    kept = services.store_upload(upload=upload, tenant=13, owner="matter:1", by=SYSTEM, now=NOW)
    services.make_copy(attachment_id=kept.pk, now=NOW)
    kept.refresh_from_db()
    response = http.download_response(kept)
    content = b"".join(response.streaming_content)
    assert len(content) == int(response["Content-Length"]) == kept.rendition_size
    assert response["Content-Disposition"].startswith("attachment; filename")
    assert "\n" not in response["Content-Disposition"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response["Cache-Control"] == "private, no-store"
    served = {"gif": "image/png", "webp": "image/jpeg"}
    assert response["Content-Type"] == served.get(kind, http.ALLOWED[kind].mime)
