from django.utils.translation import gettext_lazy as _

from zhijia.assistance.decisions import SIGNED
from zhijia.core.manifest import Manifest

MANIFEST = Manifest(
    app="assistance", order=110, audit_labels=((SIGNED, _("decision worked out and signed")),)
)
