"""Template tags of the page components."""

import datetime as dt
from dataclasses import dataclass
from functools import cache
from typing import Any

from django import template
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from zhijia.core.clock import local_date
from zhijia.core.identifiers import mask_mobile as _mask_mobile
from zhijia.core.identifiers import show_mobile as _show_mobile
from zhijia.core.identifiers import show_receipt as _show_receipt

register = template.Library()
SOON = 2
"""Days before the due date from which it is shown in amber."""


@dataclass(frozen=True)
class Due:
    """How a due date is shown."""

    text: str
    tone: str


def _day(moment: dt.date | dt.datetime) -> dt.date:
    return local_date(moment) if isinstance(moment, dt.datetime) else moment


@register.simple_tag
def due_view(due: Any, now: Any) -> Due:
    """Return the words and the tone for a due date seen from ``now``; days are China dates."""
    if not due or not now:
        return Due("", "grey")
    if isinstance(due, dt.datetime) and isinstance(now, dt.datetime) and due < now:
        days = min((_day(due) - _day(now)).days, 0)
        if days == 0:
            return Due(_("overdue since today"), "red")
    else:
        days = (_day(due) - _day(now)).days
    if days < 0:
        return Due(
            ngettext("overdue by %(days)s day", "overdue by %(days)s days", -days) % {"days": -days}, "red"
        )
    if days == 0:
        return Due(_("due today"), "amber")
    text = ngettext("%(days)s day left", "%(days)s days left", days) % {"days": days}
    return Due(text, "amber" if days <= SOON else "green")


@register.filter
def china_date(moment: Any) -> dt.date | str:
    """Return the China date of an instant; a date stays what it is."""
    return _day(moment) if moment else ""


@register.filter
def machine_time(moment: Any) -> str:
    """Return a moment for ``<time datetime>``."""
    if isinstance(moment, dt.datetime):
        return timezone.localtime(moment).isoformat(timespec="minutes")
    return moment.isoformat() if moment else ""


@register.filter
def receipt(number: str) -> str:
    """Show a receipt in groups of four digits."""
    return _show_receipt(str(number))


@register.filter
def masked_mobile(number: str) -> str:
    """Show a mobile number with its middle hidden."""
    return _mask_mobile(str(number))


@register.filter
def mobile(number: str) -> str:
    """Show a mobile number in full, without the code of the country."""
    return _show_mobile(str(number))


def _query(request: Any, changes: dict[str, Any]) -> str:
    query = request.GET.copy()
    for name, value in changes.items():
        query.pop(name, None)
        if value not in (None, ""):
            query[name] = value
    return f"?{query.urlencode()}"


@register.simple_tag(takes_context=True)
def with_query(context: Any, **changes: Any) -> str:
    """Return the present query string with some values changed; None or "" removes one."""
    return _query(context["request"], changes)


@register.simple_tag(takes_context=True)
def with_cursor(context: Any, name: str, cursor: str) -> str:
    """Return the present query string with the cursor called ``name`` set."""
    return _query(context["request"], {name: cursor})


class RepeatedBlock(template.Node):
    """Draws a block a second time: one ``title`` serves the window and the heading."""

    def __init__(self, name: str) -> None:
        self.name = name

    def render(self, context: Any) -> str:
        """Return the block as the outermost template defines it."""
        blocks = context.render_context.get(BLOCK_CONTEXT_KEY)
        block = blocks.get_block(self.name) if blocks else None
        return block.render(context).strip() if block else ""


@register.tag
def repeat_block(parser: Any, token: Any) -> RepeatedBlock:
    """``{% repeat_block title %}`` draws ``{% block title %}`` again."""
    return RepeatedBlock(token.split_contents()[1])


@cache
def _sprite() -> str:
    return static("core/icons.svg")


@register.simple_tag(takes_context=True)
def icon(context: Any, name: str) -> str:
    """Return a decorative icon; the quick form of ``<c-icon>`` for lists such as menus."""
    if context["page"].reading.light:
        return ""
    return format_html(
        '<svg class="icon" width="24" height="24" aria-hidden="true" focusable="false">'
        '<use href="{}#{}"/></svg>',
        _sprite(),
        name,
    )
