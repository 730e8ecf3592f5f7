"""Tells the app that keeps keys of officers when a password was typed or changed, and of tokens.

Keys open with the password, which is nowhere kept; so this is the one moment. Accounts stand
below that app, hence the two dotted paths in the settings; an empty one means that nobody asks.
"""

from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string


def password_was_right(request: Any, user: Any, password: str) -> None:
    """Call ``ZHIJIA_KEY_OPENER(request, user, password)``: somebody proved this account's password.

    The second factor may still be outstanding, so ``request.user`` may be nobody yet, and the same
    browser may go on as another person: what the opener keeps must name its account, and be used
    only while ``request.user`` is that account. A closed account opens nothing.
    """
    if settings.ZHIJIA_KEY_OPENER and user.is_active:
        import_string(settings.ZHIJIA_KEY_OPENER)(request, user, password)


def password_was_changed(request: Any, user: Any, old: str | None, new: str) -> None:
    """Call ``ZHIJIA_KEY_CHANGER(request, user, old, new)``, in the transaction of the change.

    ``old`` is None when the person came by a one-time code and did not know it: keys under the old
    password stay shut. An error of the changer leaves the old password in force.
    """
    if settings.ZHIJIA_KEY_CHANGER:
        import_string(settings.ZHIJIA_KEY_CHANGER)(request, user, old, new)


def token_was_made(user: Any, token: Any, secret: str) -> None:
    """Call ``ZHIJIA_TOKEN_SEALER(user, token, secret)``: the program may open what its owner can open now."""
    if settings.ZHIJIA_TOKEN_SEALER:
        import_string(settings.ZHIJIA_TOKEN_SEALER)(user, token, secret)


def token_was_used(user: Any, token: Any, secret: str) -> None:
    """Call ``ZHIJIA_TOKEN_OPENER(user, token, secret)`` before a program acts for ``user``."""
    if settings.ZHIJIA_TOKEN_OPENER:
        import_string(settings.ZHIJIA_TOKEN_OPENER)(user, token, secret)
