from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrganisingConfig(AppConfig):
    name = "zhijia.organising"
    verbose_name = _("Founding and elections of unions")

    def ready(self) -> None:
        from zhijia.organising import permissions  # noqa: F401  (registers the named permissions)
