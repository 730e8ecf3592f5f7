import datetime as dt

from django.utils.translation import gettext_lazy as _

from zhijia.attachments.boot_checks import sandbox_missing
from zhijia.attachments.folder import referenced
from zhijia.attachments.gauges import GAUGES
from zhijia.attachments.rekeying import REKEYS
from zhijia.attachments.tasks import remove_orphans, work_off
from zhijia.core.manifest import FileFolder, Manifest, Timer, personal_fields
from zhijia.core.rights import Ground, keepings

MANIFEST = Manifest(
    app="attachments",
    order=30,
    urls="zhijia.attachments.urls",
    rekeys=REKEYS,
    gauges=GAUGES,
    boot_checks=(sandbox_missing,),
    timers=(
        Timer("attachments.remove_orphans", remove_orphans, dt.timedelta(hours=1)),
        Timer("attachments.work_off", work_off, dt.timedelta(minutes=1)),
    ),
    file_folders=(FileFolder("ZHIJIA_ATTACHMENTS", referenced),),
    # Files go with the matter they belong to.
    keeping=keepings(
        "appeal.retention.web",
        _("the day you handed the matter in"),
        "appeals.erase_expired",
        Ground.DUTY,
        "attachments.Attachment",
    ),
    audit_labels=(
        ("attachment.stored", _("added a file")),
        ("attachment.erased", _("erased a file")),
        ("attachment.original_opened", _("opened the original of a file")),
        ("attachment.checked", _("checked a file for programs")),
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
        *personal_fields(
            "attachments.Attachment",
            "C1",
            _("What the check for harmful programs found, and the locked keys of the files"),
            "delete",
            "verdict",
            "sealed_to",
            "original_key",
            "rendition_key",
            "work_key",
            thing=_("What the check of these files found, and their locked keys"),
        ),
    ),
)
