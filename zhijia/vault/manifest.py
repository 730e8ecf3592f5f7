from django.utils.translation import gettext_lazy as _

from zhijia.core.manifest import Manifest, PersonalField

MANIFEST = Manifest(
    app="vault",
    order=30,
    audit_labels=(
        ("vault.sealed", _("sealed personal data")),
        ("vault.updated", _("changed sealed personal data")),
        ("vault.opened", _("opened sealed personal data")),
        ("vault.erased", _("erased sealed personal data")),
    ),
    personal_data=(
        PersonalField("vault.SealedPart", "content", "C3", "As the app that owns the record says.", "clear"),
        PersonalField(
            "vault.Disclosure", "reason", "C3", "Tells the worker why his data was opened.", "keep"
        ),
        PersonalField("vault.Disclosure", "opened_by", "C1", "Tells the worker who opened his data.", "keep"),
    ),
)
