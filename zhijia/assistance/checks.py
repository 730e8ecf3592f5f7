"""Rule sets are checked before the platform starts."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, register

from zhijia.assistance.rule_books import library
from zhijia.assistance.rules.model import BadRuleSet


@register()
def check_rule_sets(app_configs: Sequence[Any] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Load every rule set; a mistake stops the start and names file and line."""
    try:
        library()
    except BadRuleSet as error:
        return [Error(str(error), hint="Correct the file, or take it away.", id="assistance.E001")]
    return []
