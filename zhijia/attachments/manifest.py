import datetime as dt

from django.utils.translation import gettext_lazy as _

from zhijia.attachments.tasks import remove_orphans
from zhijia.core.manifest import Manifest, PersonalField, Timer

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
        PersonalField(
            "attachments.Attachment", "name", "C2", "Shown to those who may see the record.", "delete"
        ),
        PersonalField("attachments.Attachment", "added_by", "C1", "Who handed the file in; an id.", "delete"),
    ),
)
