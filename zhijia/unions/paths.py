"""A place in the tree, written as the ids from the root down: ``1/7/23/``.

A subtree is a range of such texts, so it is one index scan on every database, and no query
is recursive. Compared byte by byte: "/" comes just before "0".
"""

from collections.abc import Iterable
from typing import Any

from django.db import models


class PathField(models.CharField):
    """A path column, compared byte by byte on every database."""

    def db_parameters(self, connection: Any) -> dict[str, Any]:
        found = super().db_parameters(connection)
        if connection.vendor == "postgresql":
            found["collation"] = "C"
        return found


@PathField.register_lookup
class Under(models.Lookup):
    """``path__under="1/7/"``: that body and everything below it."""

    lookup_name = "under"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        left, left_params = self.process_lhs(compiler, connection)
        return f"({left} >= %s AND {left} < %s)", (*left_params, self.rhs, *left_params, past(self.rhs))

    def get_prep_lookup(self) -> str:
        if not str(self.rhs).endswith("/"):
            raise ValueError("a path ends with a slash")
        return str(self.rhs)


def past(path: str) -> str:
    """Return the first text after every path that begins with ``path``."""
    return path[:-1] + "0"


def ids_of(path: str) -> tuple[int, ...]:
    """Return the ids in a path, root first."""
    return tuple(int(part) for part in path.split("/") if part)


def parent_of(path: str) -> str:
    """Return the path of the body above, or "" for a root."""
    head, _, _ = path[:-1].rpartition("/")
    return head and head + "/"


def is_under(path: str, above: str) -> bool:
    """Say whether ``path`` is ``above`` or stands below it; an empty line holds nobody."""
    return bool(above) and path.startswith(above)


def outermost(paths: Iterable[str]) -> tuple[str, ...]:
    """Return the paths that no other one of them contains, in order: the fewest ranges."""
    kept: list[str] = []
    for path in sorted(set(paths)):
        if path and not (kept and path.startswith(kept[-1])):
            kept.append(path)
    return tuple(kept)
