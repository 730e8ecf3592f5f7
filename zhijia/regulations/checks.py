"""Rules and calendars are checked before the platform starts."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, register

from zhijia.regulations.calendar import calendar_for
from zhijia.regulations.errors import BadRuleFile
from zhijia.regulations.rule_files import book


@register()
def check_rule_files(app_configs: Sequence[Any] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Load every rule and calendar file; a mistake stops the start and names file and line."""
    try:
        book()
        calendar_for()
    except BadRuleFile as error:
        return [Error(str(error), hint="Correct the file, or take it away.", id="regulations.E001")]
    return []
