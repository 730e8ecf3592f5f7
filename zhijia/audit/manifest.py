from django.utils.translation import gettext_lazy as _

from zhijia.core.manifest import Manifest, personal_fields

LINKS = _("Ties the entries together, so that none can be changed unseen")

MANIFEST = Manifest(
    app="audit",
    order=10,
    personal_data=(
        *personal_fields(
            "audit.Entry", "C1", _("Evidence of who did what; numbers and codes, no names"), "keep",
            "actor", "action", "object", "data", "purpose", thing=_("What was done with your records"),
        ),
        *personal_fields("audit.Entry", "C0", LINKS, "keep", "hash", "previous"),
        *personal_fields("audit.Head", "C0", LINKS, "keep", "hash"),
    ),
)  # fmt: skip
