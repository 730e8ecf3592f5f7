"""Codes of the sandbox in words."""

from django.utils.translation import gettext as _


def reason_of(code: str) -> str:
    """Return why a document cannot be opened safely, to end the sentence "… : reason."."""
    return {
        "locked": _("it is locked with a password"),
        "too-many-pages": _("it has more than 500 pages"),
        "too-many-pictures": _("it holds more than 200 pictures"),
        "too-many-cells": _("it holds more than 500,000 cells"),
    }.get(code, _("opening it takes more than our computer gives to one file"))
