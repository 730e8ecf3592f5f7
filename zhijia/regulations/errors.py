"""What can go wrong with rules and calendars."""

from django.utils.translation import gettext_lazy as _

from zhijia.core.errors import BadInput


class UnknownRule(LookupError):
    """No rule of this key holds at this place on this date: a programming error or a missing row."""


class BadRuleFile(Exception):
    """A rule or calendar file does not load; the text begins with ``file:line``."""


class UnknownPlace(BadInput):
    """Not a code of GB/T 2260."""

    code = "unknown-place"
    text = _("%(place)s is not a place code.")
    next_step = _("Use the six digits of the administrative division, for example 130500.")
