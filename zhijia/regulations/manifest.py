from django.utils.translation import gettext_lazy as _

from zhijia.core.manifest import Manifest, MenuEntry

MANIFEST = Manifest(
    app="regulations",
    order=20,
    urls="zhijia.regulations.urls",
    prefix="rules/",
    menu=(
        MenuEntry(
            label=_("Deadlines and rules"), url_name="regulations:rules", audience="public", icon="book",
            order=80,
            hint=_("Every period and threshold, with the article it comes from"),
        ),
    ),
    audit_labels=(("calendar.imported", _("imported a calendar")),),
)  # fmt: skip
