from django.apps import AppConfig


class RegulationsConfig(AppConfig):
    name = "zhijia.regulations"

    def ready(self) -> None:
        """Have the rule files and calendars checked at start."""
        from zhijia.regulations import checks  # noqa: F401
