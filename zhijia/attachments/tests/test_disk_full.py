"""A disk that is really full: a clear refusal, nothing half-written, and what was there stays whole."""

import datetime as dt
import os
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from zhijia.attachments import selectors, services
from zhijia.attachments.models import Attachment
from zhijia.attachments.tests import files
from zhijia.audit.models import Entry
from zhijia.core.actors import SYSTEM
from zhijia.core.errors import StorageFull

NOW = dt.datetime(2026, 3, 2, 1, 30, tzinfo=dt.UTC)
ROOM = 256 * 1024


def run(*command: str) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 256 KB; needs the right to mount."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if os.geteuid() or not run("mount", "-t", "tmpfs", "-o", f"size={ROOM}", "tmpfs", str(disk)):
        pytest.skip("mounting a small disk needs root; the limit on file size below shows the same")
    yield disk
    assert run("umount", str(disk))


def store(content: bytes) -> Attachment:
    file = files.upload(content, "letter.pdf")
    return services.store_upload(upload=file, tenant=13, owner="matter:1", by=SYSTEM, now=NOW)


@pytest.mark.django_db
def test_a_file_that_does_not_fit_is_refused_whole(small_disk, settings):
    settings.ZHIJIA_ATTACHMENTS = str(small_disk)
    kept = store(files.PDF)
    before = sorted(path for path in small_disk.rglob("*") if path.is_file())
    with pytest.raises(StorageFull):
        store(files.pdf(b" " * ROOM))
    assert sorted(path for path in small_disk.rglob("*") if path.is_file()) == before
    assert list(Attachment.objects.all()) == [kept]
    assert Entry.objects.count() == 1
    assert selectors.is_unaltered(kept)
    assert selectors.is_unaltered(store(files.PDF))


@pytest.mark.django_db
def test_a_picture_whose_copy_does_not_fit_leaves_no_original_either(small_disk, settings):
    settings.ZHIJIA_ATTACHMENTS = str(small_disk)
    from io import BytesIO

    from PIL import Image

    noise = Image.frombytes("RGB", (400, 400), os.urandom(480_000))
    out = BytesIO()
    noise.save(out, "JPEG", quality=30)
    source = out.getvalue()
    assert len(source) < ROOM
    filler = small_disk / "filler"
    filler.write_bytes(bytes(ROOM - len(source) - 40_000))
    with pytest.raises(StorageFull):
        services.store_upload(upload=files.upload(source), tenant=13, owner="matter:1", by=SYSTEM, now=NOW)
    assert [path for path in small_disk.rglob("*") if path.is_file()] == [filler]
    assert not Attachment.objects.exists()


def test_a_limit_on_file_size_is_a_full_disk_too(tmp_path):
    script = textwrap.dedent(
        """
        import io, pathlib, resource, signal, sys
        import django
        django.setup()
        from zhijia.attachments import storage
        from zhijia.core.errors import StorageFull
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        folder = pathlib.Path(sys.argv[1])
        storage.write_sealed(folder / "kept", io.BytesIO(b"small"), place="x", key=bytes(32))
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
        try:
            large = io.BytesIO(bytes(3_000_000))
            storage.write_sealed(folder / "deep" / "large", large, place="x", key=bytes(32))
        except StorageFull:
            left = sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())
            print("refused", left, b"".join(storage.read_sealed(folder / "kept", place="x", key=bytes(32))))
        """
    )
    folder = tmp_path / "files"
    folder.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", script, str(folder)], capture_output=True, text=True, check=False,
        cwd=Path(__file__).parents[3],
    )  # fmt: skip
    assert done.stdout == "refused ['kept'] b'small'\n", done.stderr
