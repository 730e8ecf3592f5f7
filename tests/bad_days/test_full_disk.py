"""The disk is full: a clear refusal, the words kept, nothing half-written; with room again all is well."""

import io
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.urls import reverse
from PIL import Image

from tests.bad_days.house import Page, filed, rows
from tests.browser.server import Server, copy_of_prepared, running
from zhijia.appeals.models import Appeal, ReceiptLookup
from zhijia.appeals.tests.factories import World, opened
from zhijia.attachments.tests.files import PDF
from zhijia.audit.models import Entry
from zhijia.core.models import IdempotencyRecord

pytestmark = pytest.mark.sqlite_only
TEXT = "硬盘满了也不能丢的话" * 400
MEGABYTE = 1024 * 1024
NEW = reverse("appeals:new")


def told(key: str, **more: str) -> dict[str, str]:
    return {
        "idempotency_key": key,
        "text": TEXT,
        "place": "130500",
        "confidentiality": "anonymous",
        **more,
    }


def counts() -> list[int]:
    return [model.objects.count() for model in (Appeal, ReceiptLookup, IdempotencyRecord, Entry)]


@pytest.mark.django_db(transaction=True)
def test_a_database_that_cannot_grow_refuses_with_507_and_takes_it_when_it_can(client, world: World) -> None:
    before = counts()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")
        pages = cursor.execute("PRAGMA page_count").fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count = {pages}")
        refused = client.post(NEW, told("a-full-database-000001", place="130502"))
        assert refused.status_code == 507
        assert TEXT in refused.content.decode()
        assert "12351" in refused.content.decode()
        assert counts() == before
        cursor.execute("PRAGMA max_page_count = 1073741823")
    assert client.post(NEW, told("a-full-database-000001", place="130502")).status_code == 302
    assert opened(Appeal.objects.get()).text == TEXT


@pytest.fixture(scope="module")
def disks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Path]]:
    """A file system of 96 MB for the data, and one of 256 KB for attachments; needs the right to mount."""
    made: list[Path] = []
    try:
        for name, size in (("data", 96 * MEGABYTE), ("attachments", 256 * 1024)):
            folder = tmp_path_factory.mktemp("disk") / name
            folder.mkdir()
            command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
            if os.geteuid() or not shutil.which("mount") or subprocess.run(command, check=False).returncode:
                pytest.skip("mounting a small disk needs root; the database that cannot grow shows the same")
            made.append(folder)
        yield made[0], made[1]
    finally:
        for folder in made:
            subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.fixture(scope="module")
def small_house(prepared: Path, disks: tuple[Path, Path]) -> Iterator[Server]:
    """A real installation on these disks."""
    data, attachments = disks
    copy_of_prepared(prepared.parent, data)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ZHIJIA_ATTACHMENTS", str(attachments))
        with running(data) as server:
            yield server


def fill(disk: Path) -> Path:
    """Write until nothing more fits; return the file that took the room."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (MEGABYTE, 4096, 1):
            try:
                while file.write(bytes(size)) == size:
                    pass
            except OSError:
                continue
    return filler


def test_a_full_disk_refuses_and_the_same_form_goes_through_with_room_again(small_house: Server) -> None:
    page, data = Page(small_house), small_house.data
    page.get(NEW)
    deeds = rows(data, "SELECT count(*) FROM audit_entry")
    filler = fill(data)
    refused = page.post(NEW, told("a-disk-that-is-full-001"))
    filler.unlink()
    assert refused.status == 507
    assert TEXT in refused.body
    assert "12351" in refused.body
    assert filed(data, TEXT) == 0
    assert rows(data, "SELECT count(*) FROM audit_entry") == deeds
    assert rows(data, "PRAGMA integrity_check") == [("ok",)]
    sent = page.post(NEW, told("a-disk-that-is-full-001"))
    assert (sent.status, sent.headers["Location"]) == (302, reverse("appeals:sent"))
    assert filed(data, TEXT) == 1
    assert "intact" in small_house.zhijia("audit", "verify")


def picture_of_a_megabyte() -> bytes:
    """Return a sound picture that no compression makes smaller."""
    kept = io.BytesIO()
    Image.frombytes("RGB", (640, 600), os.urandom(640 * 600 * 3)).save(kept, "PNG")
    return kept.getvalue()


def test_a_file_that_no_longer_fits_takes_nothing_with_it(
    small_house: Server, disks: tuple[Path, Path]
) -> None:
    page, data = Page(small_house), small_house.data
    page.get(NEW)
    large = picture_of_a_megabyte()
    text = "附件放不下也不能丢的话"
    form = told("no-room-for-the-file-01", text=text)
    refused = page.send_files(NEW, form, files=("工资条.png", large))
    assert refused.status == 507
    assert text in refused.body
    assert filed(data, text) == 0
    assert [path for path in disks[1].rglob("*") if path.is_file()] == []
    assert list((data / "tmp").iterdir()) == []
    sent = page.send_files(NEW, form, files=("工资条.pdf", PDF))
    assert sent.status == 302
    assert filed(data, text) == 1
    assert len(list(disks[1].rglob("*.original"))) == 1
