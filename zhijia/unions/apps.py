from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class UnionsConfig(AppConfig):
    name = "zhijia.unions"
    verbose_name = _("Union bodies")

    def ready(self) -> None:
        from django.db.backends.signals import connection_created

        from zhijia.unions import permissions  # noqa: F401  (registers the named permissions)
        from zhijia.unions.row_security import watch

        connection_created.connect(watch)
