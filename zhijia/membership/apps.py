from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MembershipConfig(AppConfig):
    name = "zhijia.membership"
    verbose_name = _("Membership")

    def ready(self) -> None:
        from zhijia.membership import permissions  # noqa: F401  (registers the named permissions)
