"""How amounts are shown."""

from django import template

from zhijia.funds.money import show

register = template.Library()


@register.filter
def yuan(fen: int | None) -> str:
    """Show fen as yuan, ``1,234.50``."""
    return show(fen or 0)
