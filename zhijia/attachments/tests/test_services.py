"""Taking files in: what they are, what is kept, what comes out."""

import datetime as dt
import hashlib
import io
import zipfile

import pytest
from django.db import transaction
from PIL import Image

from zhijia.attachments import documents, selectors, services, storage
from zhijia.attachments.errors import (
    EmptyFile,
    FileDamaged,
    FileTooBig,
    TooManyBytes,
    TooManyPixels,
    TypeRefused,
    UnpacksTooLarge,
)  # fmt: skip
from zhijia.attachments.models import Attachment
from zhijia.attachments.tasks import remove_orphans
from zhijia.attachments.tests import files
from zhijia.audit.models import Entry
from zhijia.core.actors import SYSTEM, ReceiptHolder
from zhijia.core.errors import NotFound
from zhijia.core.sealing import SealBroken

NOW = dt.datetime(2026, 3, 2, 1, 30, tzinfo=dt.UTC)
OWNER = "matter:7"
WORKER = ReceiptHolder("matter:7")
pytestmark = pytest.mark.django_db


def store(content: bytes, name: str = "evidence.jpg", owner: str = OWNER, tenant: int = 13) -> Attachment:
    file = files.upload(content, name)
    return services.store_upload(upload=file, tenant=tenant, owner=owner, by=WORKER, now=NOW)


def rendition(attachment: Attachment) -> bytes:
    """What people open, once the background has done its work."""
    services.make_copy(attachment_id=attachment.pk, now=NOW)
    attachment.refresh_from_db()
    return b"".join(selectors.open_rendition(attachment))


def original(attachment: Attachment) -> bytes:
    return b"".join(services.open_original(attachment=attachment, by=WORKER, reason="court", now=NOW))


def on_disk(folder) -> list:
    return sorted(path for path in folder.rglob("*") if path.is_file()) if folder.exists() else []


@pytest.mark.parametrize("kind", files.GOOD)
def test_every_allowed_type_is_taken_and_its_original_kept_unaltered(folder, kind):
    kept = store(files.GOOD[kind], name=f"x.{kind}")
    assert (kept.kind, kept.size, kept.added_by) == (kind, len(files.GOOD[kind]), "receipt:matter:7")
    assert kept.sha256 == hashlib.sha256(files.GOOD[kind]).hexdigest()
    assert original(kept) == files.GOOD[kind]
    assert len(rendition(kept)) == kept.rendition_size
    assert selectors.is_unaltered(kept)


@pytest.mark.parametrize("kind", files.HOSTILE)
@pytest.mark.parametrize("name", ["photo.jpg", "letter.docx"])
def test_everything_else_is_refused_whatever_its_name_and_nothing_is_kept(folder, kind, name):
    with pytest.raises(TypeRefused):
        store(files.HOSTILE[kind], name=name)
    assert not Attachment.objects.exists()
    assert not Entry.objects.exists()
    assert on_disk(folder) == []


def test_a_refusal_names_what_the_file_really_is():
    from django.utils.translation import override

    with override("en"):
        with pytest.raises(TypeRefused) as refused:
            store(files.HOSTILE["exe"], name="photo.jpg")
        assert (
            refused.value.message == "The file photo.jpg is really a Windows program, which cannot be taken."
        )
    assert refused.value.field == "files"


@pytest.mark.parametrize(
    ("kind", "typed", "shown"),
    [
        ("png", "photo.jpg", "photo.png"),
        ("pdf", "letter.docx", "letter.pdf"),
        ("jpeg", "virus.exe", "virus.jpg"),
        ("docx", "page.html", "page.docx"),
        ("gif", "moving.mp4", "moving.png"),
        ("webp", "web.webp", "web.jpg"),
    ],
)
def test_a_file_that_lies_about_its_type_is_taken_under_its_true_one(folder, kind, typed, shown):
    assert store(files.GOOD[kind], name=typed).name == shown


@pytest.mark.parametrize("kind", ["jpeg", "png", "webp"])
def test_what_people_open_tells_neither_place_nor_camera_nor_author(folder, kind):
    source = files.GOOD[kind]
    assert Image.open(io.BytesIO(source)).getexif().get_ifd(0x8825)
    kept = store(source)
    clean = rendition(kept)
    with Image.open(io.BytesIO(clean)) as picture:
        assert dict(picture.getexif()) == {}
        assert picture.getexif().get_ifd(0x8825) == {}
        assert not {"comment", "exif", "xmp", "icc_profile"} & picture.info.keys()
        assert picture.size == (40, 60)  # stood upright
        assert picture.getpixel((20, 5))[2] > 150  # the blue half, once on the left, is on top
    for telling in (files.CAMERA.encode(), b"Wang", b"gate 3", b"Exif", b"GPS"):
        assert telling not in clean
    assert original(kept) == source


def test_of_a_moving_picture_the_first_frame_is_shown(folder):
    kept = store(files.GOOD["gif"])
    with Image.open(io.BytesIO(rendition(kept))) as picture:
        assert (picture.format, getattr(picture, "n_frames", 1)) == ("PNG", 1)


def test_a_picture_with_a_web_page_or_archive_behind_it_comes_out_without(folder):
    page = b"<script>alert(document.cookie)</script>"
    kept = store(files.GOOD["jpeg"] + page + files.archive())
    assert page not in rendition(kept)
    assert b"PK\x03\x04" not in rendition(kept)
    assert original(kept).endswith(files.archive())


def test_a_picture_with_see_through_parts_keeps_them(folder):
    out = io.BytesIO()
    Image.new("RGBA", (4, 4), (1, 2, 3, 0)).save(out, "PNG")
    with Image.open(io.BytesIO(rendition(store(out.getvalue())))) as picture:
        assert picture.mode == "RGBA"
        assert picture.getpixel((0, 0))[3] == 0


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "CMYK", "I;16"])
def test_pictures_of_every_colour_kind_can_be_redrawn(folder, mode):
    out = io.BytesIO()
    Image.new(mode, (4, 4)).save(out, "JPEG" if mode == "CMYK" else "PNG")
    assert store(out.getvalue()).rendition_size > 0


@pytest.mark.parametrize("size", [(50_000, 50_000), (8_000, 5_001), (2**31 - 1, 1)])
def test_a_picture_that_would_burst_is_refused_before_it_is_drawn(folder, size):
    with pytest.raises(TooManyPixels):
        store(files.pixel_bomb(*size), name="bomb.png")
    assert on_disk(folder) == []


@pytest.mark.parametrize("kind", ["jpeg", "png", "webp", "docx", "xlsx", "pdf"])
def test_a_file_that_breaks_off_is_refused_with_its_kind(folder, kind):
    whole = files.GOOD[kind]
    with pytest.raises((FileDamaged, TypeRefused)):
        store(whole[: len(whole) * 2 // 3])
    assert on_disk(folder) == []


def test_a_document_that_unpacks_to_far_more_than_it_weighs_is_refused(folder):
    bomb = files.document(extra={"word/media/x.xml": bytes(30_000_000)})
    assert len(bomb) < 100_000
    with pytest.raises(UnpacksTooLarge):
        store(bomb, name="bomb.docx")


def test_a_document_that_lies_about_its_size_is_refused(folder):
    content = files.document(extra={"word/big.xml": b"a" * 1_000_000})
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entry = archive.getinfo("word/big.xml")
    lying = content.replace(entry.file_size.to_bytes(4, "little"), (10).to_bytes(4, "little"))
    assert lying != content
    with pytest.raises((FileDamaged, UnpacksTooLarge)):
        store(lying, name="letter.docx")


def test_too_many_parts_or_a_locked_part_are_refused(folder, monkeypatch):
    monkeypatch.setattr(documents, "MOST_PARTS", 3)
    with pytest.raises(UnpacksTooLarge):
        store(files.document(extra={"word/a.xml": b"", "word/b.xml": b""}))
    monkeypatch.undo()
    content = bytearray(files.document())
    for mark, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        at = content.find(mark)
        content[at + offset] |= 1
    with pytest.raises((FileDamaged, UnpacksTooLarge)):
        store(bytes(content))


@pytest.mark.parametrize("kind", ["docx", "xlsx"])
def test_a_document_with_something_behind_or_before_it_is_refused(folder, kind):
    content = files.GOOD[kind]
    with pytest.raises((UnpacksTooLarge, TypeRefused, FileDamaged)):
        store(content + b"<script>alert(1)</script>")
    with pytest.raises(TypeRefused):
        store(b"MZ" + content)


def test_a_pdf_with_an_archive_behind_it_is_refused(folder):
    with pytest.raises(UnpacksTooLarge):
        store(files.PDF + files.archive() + b"%%EOF", name="letter.pdf")


@pytest.mark.parametrize("kind", ["mp4", "m4a"])
def test_a_recording_is_served_without_its_place_and_otherwise_the_same(folder, kind):
    source = files.GOOD[kind]
    kept = store(source, name=f"x.{kind}")
    clean = rendition(kept)
    assert files.PLACE_MARK in source
    assert files.PLACE_MARK not in clean
    assert b"Wang" not in clean
    assert len(clean) == len(source)
    assert clean[clean.index(b"mdat") :] == source[source.index(b"mdat") :]
    assert original(kept) == source


def test_boxes_that_make_no_sense_do_not_hang_or_crash():
    from zhijia.attachments.recordings import without_place

    head = files.box(b"ftyp", b"isom", bytes(4))
    for tail in (
        b"\x00\x00\x00\x00moov",
        b"\x00\x00\x00\x01moov",
        b"\x00\x00\x00\x07moov",
        b"\xff\xff\xff\xffudta",
        b"\x00",
    ):
        assert len(without_place(io.BytesIO(head + tail))) == len(head + tail)


@pytest.mark.parametrize("name", ["", "x.jpg"])
def test_an_empty_file_is_refused(folder, name):
    with pytest.raises(EmptyFile):
        store(b"", name=name or "y")
    assert on_disk(folder) == []


def test_a_file_over_the_cap_and_a_matter_over_its_cap_are_refused(folder, settings):
    content = files.GOOD["pdf"]
    settings.ZHIJIA_FILE_CAP = len(content)
    settings.ZHIJIA_CASE_CAP = 2 * len(content)
    with pytest.raises(FileTooBig):
        store(content + b"\n")
    store(content)
    store(content)
    with pytest.raises(TooManyBytes):
        store(content)
    store(content, owner="matter:8")
    assert Attachment.objects.count() == 3


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("../../etc/passwd.jpg", "passwd.jpg"),
        ("C:\\Users\\wang\\工资条.jpg", "工资条.jpg"),
        ("..", "file.jpg"),
        ("...jpg", "jpg.jpg"),
        ("/", "file.jpg"),
        ("a\x00b\r\nSet-Cookie: x.jpg", "ab_Set-Cookie_ x.jpg"),
        ("\u202egpj.exe", "gpj.jpg"),
        ("con.jpg", "_con.jpg"),
        ('"><script>.jpg', "___script_.jpg"),
        ("😀" * 300 + ".jpg", "😀" * 72 + "…😀😀😀.jpg"),
        ("无扩展名", "无扩展名.jpg"),
    ],
)
def test_names_are_made_safe(typed, shown):
    from zhijia.attachments.names import safe_name

    assert safe_name(typed, "jpg") == shown


def test_where_a_file_lies_has_nothing_to_do_with_its_name(folder):
    kept = store(files.GOOD["pdf"], name="../../../escape.pdf")
    path = next(path for path in on_disk(folder) if path.suffix == ".original")
    assert path == folder / "13" / str(kept.public_id)[:2] / f"{kept.public_id}.original"
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_the_disk_holds_no_plain_byte_and_a_moved_file_does_not_open(folder):
    one, other = store(files.PDF, name="a.pdf"), store(files.PDF + b"\n", name="b.pdf")
    first, second = (storage.path_of(13, a.public_id, "original") for a in (one, other))
    assert b"Catalog" not in first.read_bytes()
    first.write_bytes(second.read_bytes())
    with pytest.raises(SealBroken):
        original(one)


KEY = bytes(range(32))


@pytest.fixture
def long_file(tmp_path, monkeypatch):
    """A sealed file of four chunks."""
    monkeypatch.setattr(storage, "CHUNK", 1024)
    path = tmp_path / "long"
    storage.write_sealed(path, io.BytesIO(bytes(range(256)) * 13), place="here", key=KEY)
    return path


def test_a_long_file_opens_chunk_by_chunk(long_file):
    chunks = list(storage.read_sealed(long_file, place="here", key=KEY))
    assert [len(chunk) for chunk in chunks] == [1024, 1024, 1024, 256]
    assert b"".join(chunks) == bytes(range(256)) * 13


def test_a_file_that_fills_its_chunks_exactly_opens(tmp_path, monkeypatch):
    monkeypatch.setattr(storage, "CHUNK", 1024)
    storage.write_sealed(tmp_path / "f", io.BytesIO(bytes(2048)), place="here", key=KEY)
    assert b"".join(storage.read_sealed(tmp_path / "f", place="here", key=KEY)) == bytes(2048)


def pieces(content: bytes) -> list[bytes]:
    found = []
    while content:
        end = 4 + int.from_bytes(content[:4], "big")
        found, content = [*found, content[:end]], content[end:]
    return found


ALTERATIONS = {
    "cut after a chunk": lambda p: p[:3],
    "cut inside a chunk": lambda p: [*p[:3], p[3][:-1]],
    "first chunk gone": lambda p: p[1:],
    "swapped": lambda p: [p[1], p[0], *p[2:]],
    "repeated": lambda p: [*p, p[3]],
    "a bit turned": lambda p: [p[0][:50] + bytes([p[0][50] ^ 1]) + p[0][51:], *p[1:]],
    "emptied": lambda p: [],
    "bytes behind": lambda p: [*p, b"x"],
    "huge length": lambda p: [b"\xff\xff\xff\xff", *p],
}


@pytest.mark.parametrize("way", ALTERATIONS)
def test_a_sealed_file_that_was_altered_does_not_open(long_file, way):
    long_file.write_bytes(b"".join(ALTERATIONS[way](pieces(long_file.read_bytes()))))
    with pytest.raises(SealBroken):
        list(storage.read_sealed(long_file, place="here", key=KEY))


def test_nothing_stays_on_disk_when_a_later_step_fails(folder, monkeypatch):
    monkeypatch.setattr(services.audit, "record", lambda *a, **k: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        store(files.GOOD["jpeg"])
    assert on_disk(folder) == []
    assert not Attachment.objects.exists()


def test_files_of_a_form_that_was_rolled_back_are_cleared_away_after_a_day(folder):
    import os

    kept = store(files.GOOD["jpeg"])
    with pytest.raises(RuntimeError), transaction.atomic():  # noqa: PT012
        store(files.GOOD["pdf"])
        raise RuntimeError
    (folder / "13" / "ab").mkdir(exist_ok=True)
    (folder / "13" / "ab" / ".x.original.77.part").write_bytes(b"cut")
    assert len(on_disk(folder)) == 5  # of the second form original and working copy, and the cut file
    for path in on_disk(folder):
        os.utime(path, (NOW.timestamp(), NOW.timestamp()))
    assert remove_orphans(NOW + dt.timedelta(hours=23)) == 0
    assert remove_orphans(NOW + dt.timedelta(hours=25)) == 3
    assert remove_orphans(NOW + dt.timedelta(hours=25)) == 0
    assert rendition(kept)
    assert original(kept) == files.GOOD["jpeg"]


def test_files_are_listed_with_their_owner_only_and_an_id_alone_opens_nothing(folder):
    one, two, other = store(files.PDF), store(files.GOOD["png"]), store(files.PDF, owner="matter:8")
    assert list(selectors.attachments_of(OWNER)) == [one, two]
    assert selectors.attachment_of(OWNER, one.public_id) == one
    with pytest.raises(NotFound):
        selectors.attachment_of(OWNER, other.public_id)
    with pytest.raises(NotFound):
        selectors.attachment_of(OWNER, one.public_id, tenant=31)


@pytest.mark.django_db(transaction=True)
def test_erasing_takes_the_bytes_after_the_commit(folder):
    store(files.GOOD["jpeg"])
    stays = store(files.PDF, owner="matter:8")
    with pytest.raises(RuntimeError), transaction.atomic():  # noqa: PT012
        services.erase_attachments(owner=OWNER, by=SYSTEM, now=NOW)
        raise RuntimeError
    assert len(on_disk(folder)) == 4
    assert services.erase_attachments(owner=OWNER, by=SYSTEM, now=NOW) == 1
    assert {path.stem for path in on_disk(folder)} == {str(stays.public_id)}
    assert list(Attachment.objects.all()) == [stays]
    assert services.erase_attachments(owner=OWNER, by=SYSTEM, now=NOW) == 0


def test_taking_and_opening_the_original_are_recorded_with_ids_only(folder):
    kept = store(files.PDF, name="王小明.pdf")
    original(kept)
    rows = list(Entry.objects.order_by("seq").values_list("tenant", "action", "object", "kind"))
    assert rows == [
        (13, "attachment.stored", OWNER, "change"),
        (13, "attachment.original_opened", OWNER, "read"),
    ]
    assert "王小明" not in "".join(Entry.objects.values_list("data", flat=True))


@pytest.mark.django_db(transaction=True)
def test_the_original_cannot_be_opened_where_the_record_could_be_taken_back(folder):
    kept = store(files.PDF)
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        services.open_original(attachment=kept, by=WORKER, reason="court", now=NOW)
