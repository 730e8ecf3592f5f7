"""The first doors of every menu."""

from django.utils.translation import gettext_lazy as _

from zhijia.core.manifest import Manifest, MenuEntry

MANIFEST = Manifest(
    app="portal",
    order=1,
    urls="zhijia.portal.urls",
    menu=(
        MenuEntry(_("Home"), "portal:home", "public", icon="home", order=1),
        MenuEntry(_("My matters"), "portal:home", "worker", icon="home", order=1),
        MenuEntry(_("Desk"), "portal:desk", "officer", icon="home", order=1),
        MenuEntry(_("Search"), "portal:search", "worker", icon="search", order=90),
        MenuEntry(_("Search"), "portal:search", "officer", icon="search", order=90),
    ),
)
