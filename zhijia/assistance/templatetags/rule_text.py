"""Texts of rule files on a page: they are kept in Simplified Chinese and English."""

from functools import cache
from typing import Any

from django import template
from django.utils.translation import get_language

register = template.Library()


@cache
def _converter() -> Any:
    from opencc import OpenCC

    return OpenCC("s2twp")


@register.filter
def script(text: str) -> str:
    """Write a text in Traditional characters where the reader chose them, as the catalogues are."""
    return _converter().convert(text) if (get_language() or "").lower() == "zh-hant" else text
