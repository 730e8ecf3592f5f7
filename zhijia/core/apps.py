from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "zhijia.core"
    verbose_name = _("The house itself")

    def ready(self) -> None:
        """Hear of saved rows, for the journal of submissions."""
        from zhijia.core.journal.collecting import listen

        listen()
