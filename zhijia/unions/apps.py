from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class UnionsConfig(AppConfig):
    name = "zhijia.unions"
    verbose_name = _("Union bodies")

    def ready(self) -> None:
        from zhijia.unions import permissions  # noqa: F401  (registers the named permissions)
