"""Brings the list of categories from the data file into the table; safe to repeat."""

from importlib.resources import files
from typing import Any

import yaml

FIELDS = (
    "name_zh", "name_en", "hint_zh", "hint_en", "against_employer", "default_kind", "default_urgency",
    "official", "order",
)  # fmt: skip


def load_categories(model: Any) -> int:
    """Create or refresh every category of the file in ``model``; return how many there are.

    A category that left the file is kept, because appeals may use it, but is no longer offered.
    """
    rows = yaml.safe_load((files("zhijia.appeals") / "data" / "categories.yaml").read_text("utf-8"))
    known: dict[str | None, Any] = {}
    for row in sorted(rows, key=lambda r: bool(r.get("parent"))):
        fields = {name: row[name] for name in FIELDS if name in row}
        parent = known.get(row.get("parent"))
        known[row["code"]], _fresh = model.objects.update_or_create(
            code=row["code"], defaults=fields | {"parent": parent, "is_active": True}
        )
    model.objects.exclude(code__in=known).update(is_active=False)
    return len(known)
