"""What promises and proofs contribute to the house."""

from django.utils.translation import gettext_lazy as _

from zhijia.assurance.http import is_operator_today
from zhijia.core.manifest import Manifest, MenuEntry

MANIFEST = Manifest(
    app="assurance",
    order=950,
    urls="zhijia.assurance.urls",
    menu=(
        MenuEntry(
            _("What we promise"),
            "assurance:promises",
            "public",
            icon="lock",
            order=85,
            hint=_("Who can see what you write, and how that is proved"),
        ),
        MenuEntry(
            _("Promises and proofs"),
            "assurance:board",
            "officer",
            icon="lock",
            order=95,
            visible=is_operator_today,
        ),
    ),
)
