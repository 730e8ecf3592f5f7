from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegulationsConfig(AppConfig):
    name = "zhijia.regulations"
    verbose_name = _("Rules and calendars")

    def ready(self) -> None:
        """Have the rule files and calendars checked at start."""
        from zhijia.regulations import checks  # noqa: F401
