import datetime as dt

from django.utils.translation import gettext_lazy as _

from zhijia.attachments.tasks import remove_orphans
from zhijia.core.manifest import Manifest, Timer, personal_fields

MANIFEST = Manifest(
    app="attachments",
    order=30,
    timers=(Timer("attachments.remove_orphans", remove_orphans, dt.timedelta(hours=1)),),
    audit_labels=(
        ("attachment.stored", _("added a file")),
        ("attachment.erased", _("erased a file")),
        ("attachment.original_opened", _("opened the original of a file")),
    ),
    personal_data=(
        *personal_fields(
            "attachments.Attachment",
            "C2",
            _("Evidence for your matter; shown only to those who may see the matter"),
            "delete",
            "name",
            "owner",
            "added_by",
            thing=_("Files that you hand in: name, matter, who handed them in"),
        ),
        *personal_fields(
            "attachments.Attachment",
            "C1",
            _("To open the file, and to prove that it is unaltered"),
            "delete",
            "kind",
            "rendition_kind",
            "sha256",
            thing=_("Type and digest of these files"),
        ),
    ),
)
