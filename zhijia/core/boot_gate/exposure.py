"""Who can reach the house, and does it show them more than it may?"""

import ipaddress
from collections.abc import Iterator

from django.conf import settings

from zhijia.core.boot_gate.findings import Finding, Weight
from zhijia.core.serving.prepare import demo_sign_ins

SECRET_LENGTH, SECRET_SIGNS = 50, 5
"""What Django itself asks of a secret key (security.W009)."""


def is_local(host: str) -> bool:
    """Say whether an address or a name leads to this machine only."""
    bare = host.strip("[]").rstrip(".")
    if bare == "localhost" or bare.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(bare).is_loopback
    except ValueError:
        return False


def outside_names(host: str | None) -> list[str]:
    """Return the addresses and names under which others can reach us; ``host`` is what we listen on."""
    bound = [host] if host else []
    return [name for name in (*bound, *settings.ALLOWED_HOSTS) if not is_local(name)]


def exposure_findings(host: str | None) -> Iterator[Finding]:
    """Yield what is open to others that should not be."""
    yield from _development(outside_names(host))
    yield from _secret()
    if "*" in settings.ALLOWED_HOSTS:
        yield Finding(
            "Any name is accepted as ours (ZHIJIA_HOSTS=*): links in messages can be made to lead elsewhere.",
            "Set ZHIJIA_HOSTS to the names under which people reach you, with commas.",
        )


def _development(outside: list[str]) -> Iterator[Finding]:
    if settings.DEVELOPMENT and (outside or settings.BEHIND_TLS):
        # A demo of invented people may be shown on a phone in the same room.
        weight = Weight.WARNING if demo_sign_ins() else Weight.ALWAYS
        yield Finding(
            "The house runs for development but others can reach it "
            f"({', '.join(outside) or 'ZHIJIA_TLS is set'}): everybody can read one-time codes at /outbox/.",
            "Unset ZHIJIA_DEVELOPMENT and ZHIJIA_DEBUG, or listen on 127.0.0.1 and leave ZHIJIA_HOSTS and "
            "ZHIJIA_TLS unset.",
            weight,
        )
    if settings.DEBUG and not settings.DEVELOPMENT:
        yield Finding(
            "Error pages show the program and what people typed (ZHIJIA_DEBUG is on).", "Unset ZHIJIA_DEBUG."
        )
    if outside and not settings.BEHIND_TLS:
        yield Finding(
            f"Others can reach the house ({', '.join(outside)}) without encryption: the employer's network "
            "reads along.",
            "Put a reverse proxy that speaks TLS before it and set ZHIJIA_TLS=1; listen on 127.0.0.1 "
            "(docs/how-to/go-to-production.md).",
        )


def _secret() -> Iterator[Finding]:
    key = settings.SECRET_KEY
    if len(key) < SECRET_LENGTH or len(set(key)) < SECRET_SIGNS or key.startswith("django-insecure-"):
        yield Finding(
            "The secret that signs sessions is short or well known: others could sign in as anybody.",
            "Unset ZHIJIA_SECRET_KEY, then a good one is made in keys/session.key; or set at least 50 random "
            "characters.",
        )
