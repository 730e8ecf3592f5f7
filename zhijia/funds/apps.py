from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FundsConfig(AppConfig):
    name = "zhijia.funds"
    verbose_name = _("Money of union bodies")

    def ready(self) -> None:
        from zhijia.funds import permissions  # noqa: F401  (registers the named permissions)
