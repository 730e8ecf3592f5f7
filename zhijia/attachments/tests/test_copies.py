"""What staff open instead of a document: pages as pictures, texts and values made anew."""

import datetime as dt
import io
import os
import subprocess
import sys
import zipfile

import openpyxl
import pypdfium2
import pytest

from zhijia.attachments import selectors, services
from zhijia.attachments.copies import cleaned
from zhijia.attachments.enums import CopyState, Standing
from zhijia.attachments.errors import FileDamaged, FileWithheld, UnpacksTooLarge
from zhijia.attachments.models import Attachment
from zhijia.attachments.recordings import without_tags
from zhijia.attachments.sandbox import runner
from zhijia.attachments.sandbox.inside import MOST_PAGES
from zhijia.attachments.tests import files
from zhijia.core.actors import SYSTEM

NOW = dt.datetime(2026, 3, 2, 1, 30, tzinfo=dt.UTC)


@pytest.fixture(params=["limits", "bubblewrap"])
def fence(request, settings) -> str:
    """Each fence that this machine can build."""
    settings.ZHIJIA_SANDBOX = request.param
    if request.param == "bubblewrap" and not runner._bubblewrap_works():
        if os.environ.get("ZHIJIA_NEED_BROWSER"):  # make test installs what is needed
            pytest.fail("no Bubblewrap: apt-get install bubblewrap")
        pytest.skip("no Bubblewrap here")
    return request.param


def store(content: bytes, name: str) -> Attachment:
    file = files.upload(content, name)
    return services.store_upload(upload=file, tenant=13, owner="matter:7", by=SYSTEM, now=NOW)


def refusal(task: str, content: bytes) -> str:
    with pytest.raises(runner.SandboxRefused) as refused:
        list(runner.run(task, io.BytesIO(content)))
    return refused.value.code


SCRIPT = b"/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>"


def test_a_pdf_becomes_a_pdf_of_pictures_without_anything_else_of_it(fence):
    source = files.pdf(
        b"0 0 1 rg 10 10 50 50 re f", b"1 0 0 rg 10 10 50 50 re f", catalog=SCRIPT,
        info=b"/Author(Wang Xiaoming)/Title(secret)",
    )  # fmt: skip
    made = cleaned(io.BytesIO(source), "pdf")
    document = pypdfium2.PdfDocument(made)
    assert len(document) == 2
    for number, colour in ((0, (0, 0, 255)), (1, (255, 0, 0))):
        (only,) = document[number].get_objects()
        assert isinstance(only, pypdfium2.PdfImage)
        picture = document[number].render(scale=1).to_pil()
        assert all(abs(a - b) < 40 for a, b in zip(picture.getpixel((30, 60)), colour, strict=True))
        assert [round(side) for side in document[number].get_size()] == [200, 100]
    for telling in (b"JavaScript", b"app.alert", b"Wang", b"secret", b"OpenAction"):
        assert telling in source
        assert telling not in made


def test_filled_in_fields_of_a_form_are_drawn(fence):
    field = (
        b"/Annots[<</Type/Annot/Subtype/Widget/FT/Tx/T(a)/V(x)/Rect[10 10 100 60]/F 4"
        b"/MK<</BG[0 1 0]>>/DA(/F 12 Tf 0 g)>>]"
    )
    source = files.pdf(b"", extra=field, catalog=b"/AcroForm<</Fields[]/NeedAppearances true>>")
    assert len(pypdfium2.PdfDocument(cleaned(io.BytesIO(source), "pdf"))) == 1


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"%PDF-1.7 nothing\n%%EOF", "damaged"),
        (files.PDF[:200], "damaged"),
        (files.pdf(*[b""] * (MOST_PAGES + 1)), "too-many-pages"),
        (files.pdf(*[b""] * 5000), "too-many-pages"),
    ],
)
def test_a_broken_or_endless_pdf_is_refused_with_its_reason(fence, content, code):
    assert refusal("look", content) == code


@pytest.mark.django_db
def test_the_refusals_reach_the_person_while_the_form_is_open(folder):
    with pytest.raises(FileDamaged):
        store(b"%PDF-1.7 nothing\n%%EOF", "a.pdf")
    with pytest.raises(UnpacksTooLarge) as refused:
        store(files.pdf(*[b""] * 501), "a.pdf")
    assert "500" in refused.value.message
    with pytest.raises(UnpacksTooLarge):
        store(files.LOCKED_PDF, "a.pdf")


def test_a_locked_pdf_says_that_it_is_locked(fence):
    assert refusal("look", files.LOCKED_PDF) == "locked"


def test_a_page_as_large_as_a_house_is_drawn_small(fence):
    source = files.pdf(b"1 0 0 rg 0 0 9 9 re f", box=b"0 0 14400 14400")
    (page,) = runner.run("pdf", io.BytesIO(source))
    assert page.width * page.height <= 4_010_000


def test_a_pdf_that_eats_memory_or_time_is_ended_and_we_live(fence, monkeypatch):
    monkeypatch.setitem(runner.PATIENCE, "pdf", 4.0)
    endless = files.pdf(b"0 0 1 rg 0 0 200 100 re f\n" * 3_000_000)
    assert refusal("pdf", endless) == "too-large"


INTRUDER = """
import ctypes, os, socket, struct, sys, json
exec(open({inside!r}).read().replace('if __name__ == "__main__":', 'if 0:'))
lock_up("look", sys.argv[1])
tried = dict()
def attempt(name, deed):
    try:
        deed()
        tried[name] = "done"
    except BaseException as error:
        tried[name] = type(error).__name__
attempt("socket", lambda: socket.create_connection(("127.0.0.1", {port}), timeout=2))
attempt("secret", lambda: open({secret!r}).read())
attempt("write", lambda: open({secret!r} + ".new", "w"))
attempt("memory", lambda: bytearray(2 * 1024 ** 3))
print(json.dumps(tried))
"""


def test_whoever_breaks_the_program_reaches_neither_network_nor_our_files(fence, tmp_path):
    """What an intruder may do in the sandbox, by doing it; and the same outside, where it works."""
    import json
    import socket

    secret = tmp_path / "master.key"
    secret.write_text("secret")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        script = INTRUDER.format(
            inside=str(runner.INSIDE), secret=str(secret), port=listener.getsockname()[1]
        )
        outside = script.replace("lock_up(", "(lambda *a: None)(")
        tried = {}
        for name, code in (("in", script), ("out", outside)):
            wall = list(runner._wall()) if (name, fence) == ("in", "bubblewrap") else []
            told = "walled" if wall else "bare"
            done = subprocess.run(
                [*wall, sys.executable, "-I", "-c", code, told], capture_output=True, text=True, check=True
            )
            tried[name] = json.loads(done.stdout)
    assert set(tried["out"].values()) == {"done"}
    assert "done" not in tried["in"].values(), tried["in"]


def test_a_setting_that_asks_for_a_wall_is_not_answered_with_a_fence(settings, monkeypatch):
    monkeypatch.setattr(runner, "_bubblewrap_works", lambda: False)
    settings.ZHIJIA_SANDBOX = "bubblewrap"
    with pytest.raises(runner.NoSandbox):
        runner.fence()
    settings.ZHIJIA_SANDBOX = "auto"
    assert runner.fence() == runner.BARE


@pytest.mark.django_db
def test_without_the_wall_a_document_is_received_and_waits(folder, settings, monkeypatch):
    monkeypatch.setattr(runner, "_bubblewrap_works", lambda: False)
    settings.ZHIJIA_SANDBOX = "bubblewrap"
    kept = store(files.PDF, "a.pdf")
    assert services.work_off(now=NOW) == 0
    kept.refresh_from_db()
    assert kept.standing == Standing.PREPARING
    settings.ZHIJIA_SANDBOX = "auto"
    assert services.work_off(now=NOW) == 1


FRAMES = {
    "cut off": b"J\0\0\0\x20{",
    "not JSON": b"J\0\0\0\x01{",
    "a list": b"J\0\0\0\x02[]",
    "too long": b"P\x7f\xff\xff\xff",
    "a picture of another size": b"P\0\0\0\x0b\0\0\0\x01\0\0\0\x02abc",
    "a picture of nothing": b"P\0\0\0\x08\0\0\0\0\0\0\0\0",
    "an unknown letter": b"X\0\0\0\x01a",
    "no end": b"",
}


@pytest.mark.parametrize("kind", FRAMES)
def test_what_comes_out_of_a_broken_program_is_not_believed(kind):
    with pytest.raises(runner.SandboxRefused):
        list(runner._frames(io.BytesIO(FRAMES[kind])))


def test_a_word_document_becomes_text_tables_and_pictures_without_author_link_or_program(fence):
    source = files.letter()
    made = cleaned(io.BytesIO(source), "docx")
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        names = archive.namelist()
        text = archive.read("word/document.xml").decode()
        everything = b"".join(archive.read(name) for name in names)
        picture = archive.read("word/media/1.jpg")
    for kept in ("拖欠工资", "third of March", "一月", "3100", "see there", "first asked"):
        assert kept in text
    assert text.index("拖欠工资") < text.index("一月") < text.index("see there") < text.index("first asked")
    for telling in (b"Wang", b"tracker.example", b"DDEAUTO", b"MZ harmful", b"Exif", b"SecretCam"):
        assert telling not in everything
    assert picture[:3] == b"\xff\xd8\xff"
    assert not [name for name in names if "docProps" in name or name.endswith(".bin")]
    assert next(runner.run("docx", io.BytesIO(made)))["p"] == "拖欠工资"


def test_a_workbook_becomes_its_values_without_formula_or_author(fence):
    made = cleaned(io.BytesIO(files.workbook()), "xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(made))["工资"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[:2] == [["月份", "应发", "实发"], ["2026-01-31", 5200, 3100.5]]
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        everything = b"".join(archive.read(name) for name in archive.namelist())
    assert b"Wang" not in everything
    assert b"<f>" not in everything


def test_a_cell_that_begins_like_a_formula_stays_a_text(fence):
    book = openpyxl.Workbook()
    book.active["A1"] = "=cmd|' /c calc'!A1"
    book.active["A1"].data_type = "s"
    out = io.BytesIO()
    book.save(out)
    sheet = openpyxl.load_workbook(io.BytesIO(cleaned(out, "xlsx"))).active
    assert (sheet["A1"].value, sheet["A1"].data_type) == ("=cmd|' /c calc'!A1", "s")


@pytest.mark.parametrize("mark", [b"<!DOCTYPE x [", b"<!ENTITY a "])
def test_a_document_that_defines_its_own_names_is_refused(fence, mark):
    bomb = mark + b"]><w/>"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", b'<?xml version="1.0"?>' + bomb)
    assert refusal("docx", out.getvalue()) == "damaged"


@pytest.mark.django_db
def test_the_page_says_that_a_copy_is_being_prepared_until_it_is_there(folder):
    kept = store(files.PDF, "工资.pdf")
    assert kept.standing == Standing.PREPARING
    with pytest.raises(FileWithheld) as refused:
        selectors.open_rendition(kept)
    assert refused.value.status == 409
    assert services.make_copy(attachment_id=kept.pk, now=NOW)
    assert not services.make_copy(attachment_id=kept.pk, now=NOW)
    kept.refresh_from_db()
    assert (kept.standing, kept.rendition_kind, kept.name) == (Standing.READY, "pdf", "工资.pdf")
    content = b"".join(selectors.open_rendition(kept))
    assert len(content) == kept.rendition_size
    assert b"Wang" not in content
    assert selectors.is_unaltered(kept)
    assert bytes(kept.work_key) == b""


@pytest.mark.django_db
def test_a_document_that_cannot_be_drawn_is_kept_and_says_so(folder, monkeypatch):
    kept = store(files.PDF, "a.pdf")

    def fails(*told):
        raise runner.SandboxRefused("too-large")

    monkeypatch.setattr(services, "cleaned", fails)
    assert services.make_copy(attachment_id=kept.pk, now=NOW)
    kept.refresh_from_db()
    assert (kept.copy_state, kept.standing) == (CopyState.IMPOSSIBLE, Standing.UNREADABLE)
    assert selectors.is_unaltered(kept)


@pytest.mark.django_db
def test_a_file_erased_while_its_copy_was_made_leaves_nothing(
    folder, monkeypatch, django_capture_on_commit_callbacks
):
    kept = store(files.PDF, "a.pdf")

    def erased_meanwhile(file, kind):
        with django_capture_on_commit_callbacks(execute=True):
            services.erase_attachments(owner="matter:7", by=SYSTEM, now=NOW)
        return b"copy"

    monkeypatch.setattr(services, "cleaned", erased_meanwhile)
    assert not services.make_copy(attachment_id=kept.pk, now=NOW)
    assert [path for path in folder.rglob("*") if path.is_file()] == []


@pytest.mark.django_db
def test_the_task_that_makes_the_copy_leaves_after_the_commit(folder, django_capture_on_commit_callbacks):
    from django_tasks_db.models import DBTaskResult

    with django_capture_on_commit_callbacks(execute=True):
        kept = store(files.PDF, "a.pdf")
        store(files.GOOD["jpeg"], "a.jpg")
    (task,) = DBTaskResult.objects.all()
    assert task.args_kwargs["args"] == [kept.pk]


TAGGED_MP3 = (
    b"ID3\x03\x00\x00\x00\x00\x00\x0d" + b"TPE1\0\0\0\x03\0\0Wan" + b"\xff\xfb\x90\x00" * 200
    + b"TAG" + b"Wang".ljust(125, b"\0")
)  # fmt: skip


def test_sound_loses_its_tags():
    assert without_tags(io.BytesIO(TAGGED_MP3), kind="mp3", name="x") == b"\xff\xfb\x90\x00" * 200
    sound = files.sound()
    tagged = sound + b"LIST" + (12).to_bytes(4, "little") + b"INFOIARTWang"
    assert without_tags(io.BytesIO(tagged), kind="wav", name="x") == sound


@pytest.mark.parametrize(
    "content", [b"ID3\x03\x00\x00\x7f\x7f\x7f\x7f<script>", b"ID3\x03\x00\x00\x00\x00\x00\x00MZ"]
)
def test_a_tag_with_something_else_behind_it_is_no_sound(content):
    with pytest.raises(FileDamaged):
        without_tags(io.BytesIO(content), kind="mp3", name="x")
