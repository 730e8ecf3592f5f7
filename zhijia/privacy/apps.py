from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PrivacyConfig(AppConfig):
    name = "zhijia.privacy"
    verbose_name = _("Rights over your own data")

    def ready(self) -> None:
        """Let the vault know what is frozen, and load the permissions."""
        from zhijia.privacy import permissions  # noqa: F401
        from zhijia.privacy.selectors.holds import is_frozen
        from zhijia.vault.permissions import register_freeze

        register_freeze(is_frozen)
