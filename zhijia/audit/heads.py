"""Where each chain ends: what a restore must find again."""

from typing import Any

from zhijia.audit.models import Head


def heads(using: str) -> dict[str, Any]:
    """Return the heads of all chains of a database, as ``zhijia audit verify --expect`` takes them."""
    found = Head.objects.using(using).order_by("tenant").values_list("tenant", "seq", "hash")
    return {"heads": [f"{tenant}:{seq}:{digest}" for tenant, seq, digest in found if seq]}
