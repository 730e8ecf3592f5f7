"""Reading the chain."""

import json
from typing import Any

from zhijia.audit.models import Entry, EntryQuerySet, Head
from zhijia.audit.references import reference_of
from zhijia.core.manifest import contributions


def tenants() -> list[int]:
    """Return every tenant that has a chain."""
    return list(Head.objects.order_by("tenant").values_list("tenant", flat=True))


def entries_about(obj: Any, *, tenant: int | None = None) -> EntryQuerySet:
    """Return the entries about a thing, oldest first.

    Without ``tenant`` a row's own tenant is searched, or, for a ``type:id`` string, every tenant.
    """
    tenant = tenant if tenant is not None else getattr(obj, "tenant", None)
    found = Entry.objects.filter(object=reference_of(obj)).order_by("tenant", "seq")
    return found.filter(tenant__in=tenants() if tenant is None else [tenant])


def data_of(entry: Entry) -> dict[str, Any]:
    """Return the ids and codes that an entry holds."""
    return dict(json.loads(entry.data))


def label_of(action: str) -> Any:
    """Return what an action is called, from the manifests; the action itself when none names it."""
    return dict(contributions("audit_labels")).get(action, action)
