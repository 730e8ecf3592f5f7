"""How the audit names a thing and its tenant."""

from typing import Any


def reference_of(obj: Any) -> str:
    """Return ``type:id`` of a model instance (``appeals.appeal:12``), or the string as it is.

    A model may choose its own name with an attribute ``audit_reference``.
    """
    if isinstance(obj, str):
        if ":" not in obj:
            raise ValueError(f"audit: {obj!r} is not of the form type:id")
        return obj
    own = getattr(obj, "audit_reference", None)
    return own if own else f"{obj._meta.label_lower}:{obj.pk}"


def tenant_of(obj: Any, tenant: int | None) -> int:
    """Return the tenant whose chain keeps what concerns ``obj``: as told, its own, or the nation's (0)."""
    if tenant is not None:
        return tenant
    return getattr(obj, "tenant", None) or 0
