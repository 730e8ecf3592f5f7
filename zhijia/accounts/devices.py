"""Devices that signed in before, known by a signed cookie; nothing about them is stored here."""

import secrets
from typing import Any

from django.conf import settings
from django.core import signing

COOKIE = "__Host-device" if settings.BEHIND_TLS else "device"
SALT = "zhijia.accounts.device"
YEAR = 365 * 24 * 3600
KEPT = 5
"""Numbers remembered per device: a family's telephone, a station's terminal."""


def _read(request: Any) -> dict[str, Any]:
    try:
        found = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=YEAR)
    except signing.BadSignature:
        return {}
    return found if isinstance(found, dict) else {}


def known_device(request: Any, phone_index: str) -> str:
    """Return the device's random name if this number signed in on it before, else ""."""
    found = _read(request)
    return str(found.get("n", "")) if phone_index in found.get("p", ()) else ""


def remember_device(request: Any, response: Any, phone_index: str) -> None:
    """Let the device be known for this number from now on."""
    found = _read(request)
    name = str(found.get("n") or secrets.token_urlsafe(12))
    numbers = [phone_index, *(p for p in found.get("p", ()) if p != phone_index)][:KEPT]
    response.set_cookie(
        COOKIE,
        signing.dumps({"n": name, "p": numbers}, salt=SALT),
        max_age=YEAR,
        secure=settings.BEHIND_TLS,
        httponly=True,
        samesite="Lax",
    )
