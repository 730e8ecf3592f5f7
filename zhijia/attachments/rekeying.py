"""What ``zhijia rekey`` renews: locked keys of files, and files from before they had keys of their own."""

from collections.abc import Iterator
from io import BytesIO

from django.db.models import Q

from zhijia.attachments.keys import new_key, place_of_key
from zhijia.attachments.models import Attachment
from zhijia.attachments.selectors import place_of, read_part
from zhijia.attachments.storage import PURPOSE, path_of, write_sealed
from zhijia.core.rekeying import Rekey, sealed_column
from zhijia.core.sealing import SealBroken

_OURS = Q(sealed_to=b"")
"""Files that lie under the key of their matter are none of the installation's."""


def _column(part: str, only: Q | None) -> Rekey:
    column = f"{part}_key"
    return sealed_column("attachments.Attachment", column, PURPOSE, lambda row: place_of_key(row, part), only)


def _old_files() -> Iterator[tuple[Attachment, str]]:
    for part, made in (("original", Q(original_key=b"")), ("rendition", Q(rendition_key=b""))):
        rows = Attachment.objects.filter(made).order_by("pk")
        for row in rows.exclude(rendition_kind="") if part == "rendition" else rows:
            yield row, part


def _numbers() -> Iterator[int]:
    return (1 for _ in _old_files())


def _give_keys() -> Iterator[str]:
    for row, part in list(_old_files()):
        try:
            content = BytesIO(b"".join(read_part(row, part)))
        except (SealBroken, OSError) as error:
            yield f"{row.audit_reference}: {error}"
            continue
        path = path_of(row.tenant, row.public_id, part)
        write_sealed(path, content, place=place_of(row, part), key=new_key(row, part))
        row.save(update_fields=[f"{part}_key"])
        yield ""


REKEYS = (
    _column("original", _OURS),
    _column("rendition", _OURS),
    _column("work", None),
    Rekey("files without a key of their own", PURPOSE, _numbers, _give_keys),
)
