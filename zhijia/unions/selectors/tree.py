"""The tree of bodies: above, below, by either line; by name; as the public sees it."""

from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Length, Replace

from zhijia.core.errors import NotFound
from zhijia.unions import paths
from zhijia.unions.models import UnionBody
from zhijia.unions.selectors.scope import FEDERATIONS, NATION


def parent_of(body: UnionBody) -> UnionBody | None:
    """Return the body above by the line of leadership, or None for the root."""
    return UnionBody.objects.filter(pk=body.parent_id).first() if body.parent_id else None


def ancestors(body: UnionBody) -> tuple[UnionBody, ...]:
    """Return all bodies above, nearest first; one query."""
    ids = paths.ids_of(body.path)[:-1]
    found = UnionBody.objects.in_bulk(ids)
    return tuple(found[i] for i in reversed(ids) if i in found)


def children(body: UnionBody) -> QuerySet[UnionBody]:
    """Return the active bodies directly below, by the line of leadership."""
    rows = UnionBody.objects.active().filter(path__under=body.path, depth=body.depth + 1)
    if NATION < body.tenant < FEDERATIONS:
        rows = rows.filter(tenant=body.tenant)
    return rows.order_by("level", "kind", "place", "id")


def line_children(body: UnionBody) -> QuerySet[UnionBody]:
    """Return the active bodies directly below by the industrial line that stand elsewhere in the tree."""
    if not body.line_path:
        return UnionBody.objects.none()
    below = UnionBody.objects.active().filter(line_path__under=body.line_path).exclude(path__under=body.path)
    deep = body.line_path.count("/") + 1
    return below.annotate(line_depth=_slashes("line_path")).filter(line_depth=deep).order_by("place", "id")


def _slashes(column: str) -> Any:
    return Length(column) - Length(Replace(F(column), Value("/"), Value("")))


def roots() -> QuerySet[UnionBody]:
    """Return the bodies that have none above: the national federation."""
    return UnionBody.objects.active().filter(depth=0).order_by("id")


def body_page(body_id: int) -> UnionBody:
    """Return one body for its public page; raise ``NotFound``."""
    found = UnionBody.objects.select_related("employer").filter(pk=body_id).first()
    if found is None:
        raise NotFound
    return found


def search_bodies(text: str, limit: int = 20) -> list[UnionBody]:
    """Return active bodies whose name holds the typed text, highest first."""
    wanted = text.strip()
    if not wanted:
        return []
    rows = UnionBody.objects.active().filter(Q(name__icontains=wanted) | Q(short_name__icontains=wanted))
    return list(rows.order_by("level", "id")[:limit])


@dataclass(frozen=True)
class DirectoryPage:
    """A body as the public sees it: who, where, and which bodies stand around it."""

    body: UnionBody
    above: tuple[UnionBody, ...]
    """Nearest last, for the way back."""
    below: QuerySet[UnionBody]
    by_line: QuerySet[UnionBody]
    line_above: UnionBody | None


def directory_page(body_id: int) -> DirectoryPage:
    """Return the public page of a body; raise ``NotFound``."""
    body = body_page(body_id)
    line = UnionBody.objects.filter(pk=body.line_parent_id).first() if body.line_parent_id else None
    if line is not None and line.pk == body.parent_id:
        line = None
    return DirectoryPage(body, ancestors(body)[::-1], children(body), line_children(body), line)
