from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AppealsConfig(AppConfig):
    name = "zhijia.appeals"
    verbose_name = _("Appeals")

    def ready(self) -> None:
        """Tell the vault who may open what is sealed with an appeal."""
        from zhijia.appeals.permissions import KEEPER
        from zhijia.vault.permissions import register_keeper

        register_keeper("appeal", KEEPER)
