"""Files under the key of their matter: the installation alone cannot open them once the checks are done."""

import datetime as dt

import pytest

from zhijia.attachments import selectors, services, storage
from zhijia.attachments.errors import FileLocked
from zhijia.attachments.http import download_response
from zhijia.attachments.keys import key_of
from zhijia.attachments.models import Attachment
from zhijia.attachments.tests import files
from zhijia.core.actors import SYSTEM
from zhijia.core.boxes import new_pair
from zhijia.core.sealing import SealBroken

NOW = dt.datetime(2026, 3, 2, 1, 30, tzinfo=dt.UTC)
MATTER, OTHER = new_pair(), new_pair()
pytestmark = pytest.mark.django_db


def store(content: bytes, name: str, seal_to: bytes | None = MATTER.public) -> Attachment:
    file = files.upload(content, name)
    return services.store_upload(
        upload=file, tenant=13, owner="matter:7", by=SYSTEM, now=NOW, seal_to=seal_to
    )


@pytest.mark.parametrize("kind", ["jpeg", "ogg"])
def test_a_file_sealed_to_its_matter_opens_with_the_matters_key_only(folder, kind):
    kept = Attachment.objects.get(pk=store(files.GOOD[kind], f"x.{kind}").pk)
    assert len(b"".join(selectors.open_rendition(kept, key=MATTER.private))) == kept.rendition_size
    assert selectors.is_unaltered(kept, key=MATTER.private)
    assert b"".join(
        services.open_original(attachment=kept, by=SYSTEM, reason="court", now=NOW, key=MATTER.private)
    ) == files.GOOD[kind]  # fmt: skip
    for refused in (selectors.open_rendition, selectors.is_unaltered, download_response):
        with pytest.raises(FileLocked):
            refused(kept)
        with pytest.raises(SealBroken):
            refused(kept, key=OTHER.private)


def test_the_installations_key_is_no_key_to_it(folder):
    kept = store(files.GOOD["jpeg"], "x.jpg")
    for part in ("original", "rendition"):
        path = storage.path_of(13, kept.public_id, part)
        with pytest.raises(SealBroken):
            list(storage.read_sealed(path, place=selectors.place_of(kept, part), key=None))


def test_a_document_is_copied_without_the_matters_key_and_then_the_working_copy_is_gone(
    folder, django_capture_on_commit_callbacks
):
    kept = store(files.PDF, "a.pdf")
    work = storage.path_of(13, kept.public_id, "work")
    assert work.exists()
    with django_capture_on_commit_callbacks(execute=True):
        assert services.make_copy(attachment_id=kept.pk, now=NOW)
    kept.refresh_from_db()
    assert not work.exists()
    assert key_of(kept, "work") is None
    assert b"".join(selectors.open_rendition(kept, key=MATTER.private))[:5] == b"%PDF-"
    with pytest.raises(FileLocked):
        selectors.open_rendition(kept)


def test_a_file_moved_to_another_row_with_its_key_does_not_open(folder):
    one, other = store(files.GOOD["jpeg"], "a.jpg"), store(files.GOOD["png"], "b.png")
    one.original_key, one.rendition_key = other.original_key, other.rendition_key
    with pytest.raises(SealBroken):
        selectors.open_rendition(one, key=MATTER.private)


def test_each_file_has_keys_of_its_own_and_erasing_takes_them(folder):
    kept = [store(files.GOOD["jpeg"], "a.jpg", seal_to) for seal_to in (None, None, MATTER.public)]
    keys = [
        key_of(one, part, MATTER.private if one.sealed_to else None)
        for one in kept for part in ("original", "rendition")
    ]  # fmt: skip
    assert len(set(keys)) == 6
    assert {len(key) for key in keys} == {32}
    services.erase_attachments(owner="matter:7", by=SYSTEM, now=NOW)
    assert not Attachment.objects.exists()


def test_a_file_from_before_there_were_keys_of_its_own_still_opens(folder):
    from zhijia.core.sealing import seal

    kept = store(files.GOOD["ogg"], "a.ogg", None)
    content, path = files.GOOD["ogg"], storage.path_of(13, kept.public_id, "original")
    sealed = seal(content, purpose="attachments", place=f"{selectors.place_of(kept, 'original')}|0|last")
    path.write_bytes(len(sealed).to_bytes(4, "big") + sealed)
    kept.original_key = b""
    assert b"".join(selectors.open_rendition(kept)) == content


def test_after_a_restore_the_matters_key_lets_the_checks_go_on(folder):
    kept, waits = store(files.PDF, "a.pdf"), store(files.PDF, "b.pdf", None)
    for one in (kept, waits):
        storage.path_of(13, one.public_id, "work").unlink()
    assert services.work_off(now=NOW) == 1  # the other needs nobody's key
    waits.refresh_from_db()
    assert waits.can_be_opened
    assert services.resume_work(attachment=kept, key=MATTER.private, now=NOW)
    assert not services.resume_work(attachment=kept, key=MATTER.private, now=NOW)
    assert services.work_off(now=NOW) == 1
    kept.refresh_from_db()
    assert b"".join(selectors.open_rendition(kept, key=MATTER.private))[:5] == b"%PDF-"


def test_after_a_rotation_rekey_leaves_nothing_of_files_under_old_keys(folder, settings, tmp_path):
    from zhijia.attachments.rekeying import REKEYS
    from zhijia.core import key_ring
    from zhijia.core.rekeying import kept_columns
    from zhijia.core.sealing import seal

    settings.ZHIJIA_KEY_FILE = str(tmp_path / "keys" / "master.key")
    key_ring.forget()
    mine = [store(files.GOOD["jpeg"], "a.jpg", None), store(files.PDF, "b.pdf", None)]
    sealed = store(files.GOOD["jpeg"], "c.jpg")
    old = store(files.GOOD["ogg"], "d.ogg", None)
    path = storage.path_of(13, old.public_id, "original")
    chunk = seal(
        files.GOOD["ogg"], purpose="attachments", place=f"{selectors.place_of(old, 'original')}|0|last"
    )
    path.write_bytes(len(chunk).to_bytes(4, "big") + chunk)
    Attachment.objects.filter(pk=old.pk).update(original_key=b"")
    key_ring.rotate()
    assert sum(len(list(part.numbers())) for part in REKEYS) == 5  # two, one, a working copy, an old file
    names = [column for column in kept_columns() if column.name.startswith("attachments.")]
    assert [failed for part in (*REKEYS, *names) for failed in part.seal_anew() if failed] == []
    assert [number for part in REKEYS for number in part.numbers()] == []
    key_ring.destroy(1)
    for one in [*mine, old]:
        assert selectors.is_unaltered(Attachment.objects.get(pk=one.pk))
    assert selectors.is_unaltered(Attachment.objects.get(pk=sealed.pk), key=MATTER.private)
    key_ring.forget()
