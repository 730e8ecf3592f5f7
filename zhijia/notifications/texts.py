"""What messages say: in the house in plain words, outside nothing but that there is one."""

from functools import cache
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from zhijia.core.manifest import MessageKind, contributions

OUTSIDE = _("You have a new message in the Workers' Home. Please sign in to read it.")
"""The one text that leaves the house, the same for news and for cases."""


@cache
def kinds() -> dict[str, MessageKind]:
    """Return every kind of message that the apps announce in their manifests."""
    return {kind.key: kind for kind in contributions("messages")}


def outside_text(language: str) -> str:
    """Return the neutral text in a reader's language."""
    with override(language or settings.LANGUAGE_CODE):
        return str(OUTSIDE)


def title_and_body(kind: str, data: dict[str, Any]) -> tuple[str, str]:
    """Return the in-app title and text in the active language; a kind that is gone stays readable."""
    found = kinds().get(kind)
    if found is None:
        return str(_("Message")), ""
    try:
        return str(found.title) % data, str(found.body) % data
    except (KeyError, TypeError, ValueError):
        return str(found.title), str(found.body)
