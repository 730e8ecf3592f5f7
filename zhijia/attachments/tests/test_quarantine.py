"""The scanner: what it finds is refused, and when it cannot say, nobody gets the file."""

import datetime as dt
import io

import pytest
from django.core.cache import cache, caches

from zhijia.attachments import scanner, selectors, services
from zhijia.attachments.enums import CopyState, Standing, State
from zhijia.attachments.errors import FileWithheld, ProgramFound
from zhijia.attachments.http import download_response
from zhijia.attachments.models import Attachment
from zhijia.attachments.tests import files
from zhijia.attachments.tests.clamd import listening
from zhijia.audit.models import Entry
from zhijia.core.actors import SYSTEM

NOW = dt.datetime(2026, 3, 2, 1, 30, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_trial_before():
    cache.delete(scanner.TRIAL)
    yield
    cache.delete(scanner.TRIAL)


@pytest.fixture
def clamd(settings):
    """A scanner that has passed its trial."""
    with listening() as running:
        settings.ZHIJIA_CLAMD = running.address
        assert scanner.try_scanner(now=NOW)
        running.seen.clear()
        yield running


def store(content: bytes, name: str = "evidence.jpg", now: dt.datetime = NOW) -> Attachment:
    file = files.upload(content, name)
    return services.store_upload(upload=file, tenant=13, owner="matter:7", by=SYSTEM, now=now)


def infected() -> bytes:
    """A Word document with the harmless test virus in it."""
    return files.document(extra={"word/eicar.com": scanner.EICAR})


def on_disk(folder) -> set[str]:
    return {path.suffix for path in folder.rglob("*") if path.is_file()} if folder.exists() else set()


def assert_nobody_gets_it(kept: Attachment) -> None:
    with pytest.raises(FileWithheld):
        selectors.open_rendition(kept)
    with pytest.raises(FileWithheld):
        download_response(kept)


def test_without_a_scanner_the_row_says_so_and_the_operator_sees_it(folder):
    kept = store(files.GOOD["jpeg"])
    assert (kept.state, kept.checked_at, kept.standing) == (State.UNSCANNED, None, Standing.READY)
    figures = selectors.file_figures()
    assert figures.states == {"clean": 0, "unscanned": 1, "quarantined": 0, "refused": 0}
    assert (figures.has_scanner, figures.signatures_at, figures.trial_passed) == (False, None, False)


def test_a_clean_file_is_taken_and_can_be_opened_at_once(folder, clamd):
    kept = store(files.GOOD["jpeg"])
    assert (kept.state, kept.verdict, kept.checked_at) == (State.CLEAN, "", NOW)
    assert b"".join(selectors.open_rendition(kept))
    assert clamd.seen == [files.GOOD["jpeg"][:64]]
    assert on_disk(folder) == {".original", ".rendition"}
    figures = selectors.file_figures()
    assert (figures.has_scanner, figures.signatures_at) == (True, clamd.signatures)
    assert (figures.trial_at, figures.trial_passed) == (NOW, True)


def test_what_the_scanner_names_is_refused_in_plain_words_and_nothing_is_kept(folder, clamd):
    from django.utils.translation import override

    with override("en"):
        with pytest.raises(ProgramFound) as refused:
            store(infected(), name="letter.docx")
        said = refused.value.message
    found = "The check found something harmful in the file letter.docx (Eicar-Test-Signature)."
    assert said == f"{found} It was not received."
    assert refused.value.field == "files"
    assert not Attachment.objects.exists()
    assert on_disk(folder) == set()


BAD_DAYS = {
    "down": ({}, "down"),
    "hangs": ({"hangs": True}, "timeout"),
    "says an error": ({"says": "stream: Can't allocate memory ERROR"}, "error"),
    "says it is too large": ({"says": "INSTREAM size limit exceeded. ERROR"}, "too-large"),
    "says nonsense": ({"says": "OK"}, "error"),
    "signatures of eight days ago": ({"signatures": NOW - dt.timedelta(days=8)}, "signatures-old"),
}


@pytest.mark.parametrize("day", BAD_DAYS)
def test_on_a_bad_day_of_the_scanner_the_file_is_received_and_nobody_gets_it(
    folder, clamd, settings, monkeypatch, day
):
    monkeypatch.setattr(scanner, "QUICK", 0.3)
    told, reason = BAD_DAYS[day]
    if not told:
        settings.ZHIJIA_CLAMD = "tcp:127.0.0.1:1"
    for name, value in told.items():
        setattr(clamd, name, value)
    kept = store(files.GOOD["jpeg"])
    assert (kept.state, kept.verdict, kept.standing) == (State.QUARANTINED, reason, Standing.CHECKING)
    assert_nobody_gets_it(kept)
    assert on_disk(folder) == {".original", ".rendition", ".work"}
    assert selectors.is_unaltered(kept)
    assert selectors.file_figures().waiting_since == NOW


def test_a_scanner_that_was_never_tried_is_not_believed(folder, settings):
    with listening() as running:
        settings.ZHIJIA_CLAMD = running.address
        assert store(files.GOOD["jpeg"]).verdict == "not-tried"


def test_a_scanner_that_says_ok_to_what_is_too_large_for_it_is_not_believed(folder, settings):
    with listening(alert_exceeds_max=False) as running:
        settings.ZHIJIA_CLAMD = running.address
        assert not scanner.try_scanner(now=NOW)
        kept = store(files.GOOD["jpeg"])
        assert (kept.state, kept.verdict) == (State.QUARANTINED, "blind-to-large-files")
        running.alert_exceeds_max = True
        assert services.work_off(now=NOW + MINUTE) == 1
        kept.refresh_from_db()
        assert kept.state == State.CLEAN


def test_a_scanner_that_passes_over_large_parts_in_silence_is_not_believed(folder, settings):
    with listening(part_limit=25 * 1024 * 1024) as running:
        settings.ZHIJIA_CLAMD = running.address
        assert not scanner.try_scanner(now=NOW)
        assert store(files.GOOD["jpeg"]).verdict == "blind-to-large-files"


def test_the_trial_counts_for_a_day_and_is_held_again_before(clamd):
    later = NOW + dt.timedelta(hours=11)
    assert scanner.try_scanner(now=later)
    assert clamd.seen == []
    assert scanner.try_scanner(now=NOW + dt.timedelta(hours=13))
    assert len(clamd.seen) == 2
    clamd.signatures = NOW + dt.timedelta(days=2)
    verdict = scanner.scan(io.BytesIO(b"x"), now=NOW + dt.timedelta(hours=38))
    assert (verdict.state, verdict.reason) == (State.QUARANTINED, "not-tried")


def test_after_one_silence_nobody_who_waits_asks_again_for_a_minute(folder, clamd, monkeypatch):
    monkeypatch.setattr(scanner, "QUICK", 0.3)
    clamd.hangs = True
    store(files.GOOD["jpeg"])
    clamd.hangs = False
    assert store(files.GOOD["jpeg"]).verdict == "timeout"
    assert clamd.seen == []
    caches["process"].clear()
    assert store(files.GOOD["jpeg"]).state == State.CLEAN


def test_a_later_scan_lets_a_clean_file_out_and_the_working_copy_goes(
    folder, clamd, django_capture_on_commit_callbacks
):
    clamd.says = "stream: Out of memory ERROR"
    kept = store(files.GOOD["jpeg"])
    assert services.work_off(now=NOW + MINUTE) == 0
    clamd.says = ""
    with django_capture_on_commit_callbacks(execute=True):
        assert services.work_off(now=NOW + 2 * MINUTE) == 1
    kept.refresh_from_db()
    assert (kept.state, kept.checked_at, bytes(kept.work_key)) == (State.CLEAN, NOW + 2 * MINUTE, b"")
    assert b"".join(selectors.open_rendition(kept))
    assert on_disk(folder) == {".original", ".rendition"}
    assert Entry.objects.filter(action="attachment.checked", actor="system").count() == 1
    assert services.work_off(now=NOW + 3 * MINUTE) == 0


def test_a_later_scan_that_finds_something_holds_the_file_back_for_good_and_keeps_the_evidence(
    folder, clamd, django_capture_on_commit_callbacks
):
    clamd.says = "stream: Out of memory ERROR"
    content = infected()
    kept = store(content, name="letter.docx")
    clamd.says = ""
    with django_capture_on_commit_callbacks(execute=True):
        assert services.work_off(now=NOW + MINUTE) == 1
    kept.refresh_from_db()
    assert (kept.state, kept.verdict) == (State.REFUSED, "Eicar-Test-Signature")
    assert kept.standing == Standing.HELD_BACK
    assert_nobody_gets_it(kept)
    assert on_disk(folder) == {".original"}
    original = services.open_original(attachment=kept, by=SYSTEM, reason="court", now=NOW)
    assert b"".join(original) == content


def test_a_document_in_quarantine_gets_its_copy_only_after_the_scan(folder, clamd):
    clamd.says = "stream: Out of memory ERROR"
    kept = store(files.PDF, name="a.pdf")
    assert not services.make_copy(attachment_id=kept.pk, now=NOW)
    clamd.says = ""
    assert services.work_off(now=NOW + MINUTE) == 2
    kept.refresh_from_db()
    assert (kept.state, kept.copy_state) == (State.CLEAN, CopyState.READY)


@pytest.mark.parametrize("address", ["nonsense", "tcp:", "tcp:x:y", "unix:/does/not/exist"])
def test_a_wrong_address_lets_nothing_through(folder, settings, address):
    settings.ZHIJIA_CLAMD = address
    assert store(files.GOOD["jpeg"]).state == State.QUARANTINED


def test_a_scanner_behind_a_unix_socket_is_asked(folder, settings, tmp_path):
    import socketserver
    import threading

    from zhijia.attachments.tests.clamd import Clamd, _Talk

    server = socketserver.ThreadingUnixStreamServer(str(tmp_path / "clamd"), _Talk)
    server.clamd = Clamd()
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    settings.ZHIJIA_CLAMD = f"unix:{tmp_path / 'clamd'}"
    try:
        assert scanner.try_scanner(now=NOW)
        assert store(files.GOOD["jpeg"]).state == State.CLEAN
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
