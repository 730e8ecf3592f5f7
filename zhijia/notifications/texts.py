"""What messages say: in the house in plain words, outside nothing but that there is one."""

from functools import cache
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhijia.core.manifest import MessageKind, contributions

OUTSIDE = "您有一条新消息，请登录查看。You have a new message. Please sign in."
"""The one text that leaves the house: the same for news and for cases, for every reader and language,
so that neither words nor length tell anything. Never translated, nothing is ever filled in.
"""
SUBJECT = "新消息 New message"
"""The one subject of every mail."""


@cache
def kinds() -> dict[str, MessageKind]:
    """Return every kind of message that the apps announce in their manifests."""
    return {kind.key: kind for kind in contributions("messages")}


def title_and_body(kind: str, data: dict[str, Any]) -> tuple[str, str]:
    """Return the in-app title and text in the active language; a kind that is gone stays readable."""
    found = kinds().get(kind)
    if found is None:
        return str(_("Message")), ""
    try:
        return str(found.title) % data, str(found.body) % data
    except (KeyError, TypeError, ValueError):
        return str(found.title), str(found.body)
