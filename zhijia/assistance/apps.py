from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AssistanceConfig(AppConfig):
    name = "zhijia.assistance"
    verbose_name = _("Assistance")

    def ready(self) -> None:
        """Have the rule sets checked at start."""
        from zhijia.assistance import checks  # noqa: F401
