from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RecoveryConfig(AppConfig):
    name = "zhijia.recovery"
    verbose_name = _("Lost telephones")

    def ready(self) -> None:
        from zhijia.recovery import permissions  # noqa: F401  (registers the named permissions)
