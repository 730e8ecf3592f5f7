"""What assistance contributes to the house."""

from django.utils.translation import gettext_lazy as _

from zhijia.assistance.decisions import SIGNED
from zhijia.core.manifest import Manifest, MenuEntry

MANIFEST = Manifest(
    app="assistance",
    order=110,
    urls="zhijia.assistance.urls",
    prefix="assistance/",
    menu=(
        MenuEntry(
            _("Am I entitled to help?"), "assistance:self_test", "public", icon="shield", order=60,
            hint=_("A short test by the rules of your place; nothing is kept"),
        ),
        MenuEntry(
            _("Rules of assistance"), "assistance:rules", "public", icon="book", order=82,
            hint=_("Who counts as a household in difficulty, with articles and changes"),
        ),
    ),
    audit_labels=((SIGNED, _("decision worked out and signed")),),
)  # fmt: skip
