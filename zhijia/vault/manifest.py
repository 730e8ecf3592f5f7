from django.utils.translation import gettext_lazy as _

from zhijia.core.manifest import Manifest, personal_fields

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
        *personal_fields(
            "vault.SealedPart",
            "C3",
            _("So that whoever works on your matter can reach you; each opening is written down"),
            "clear",
            "content",
            thing=_("Who you are and how to reach you"),
        ),
        *personal_fields(
            "vault.SealedPart",
            "C1",
            _("To find the sealed data that belong to a matter"),
            "keep",
            "owner",
            "part",
            thing=_("Which matter the sealed data belong to"),
        ),
        *personal_fields(
            "vault.Disclosure",
            "C3",
            _("So that you can see why your data were opened"),
            "keep",
            "reason",
            thing=_("The reason that an officer gave"),
        ),
        *personal_fields(
            "vault.Disclosure",
            "C1",
            _("So that you can see who opened your data"),
            "keep",
            "owner",
            "part",
            "opened_by",
            "office",
            thing=_("Which data were opened, by whom, for which union body"),
        ),
    ),
)
