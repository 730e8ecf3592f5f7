"""Where a matter goes: the body that takes it up, past everybody tied to the employer."""

from collections.abc import Iterable

from zhijia.core.identifiers import normalise
from zhijia.unions.conflict import without_ties
from zhijia.unions.enums import BodyKind, Level
from zhijia.unions.errors import NoBodyFound
from zhijia.unions.models import Employer, UnionBody
from zhijia.unions.selectors.tree import ancestors


def place_chain(place: str) -> tuple[str, ...]:
    """Return a GB/T 2260 code and those it lies in: county, city, province, nation ("")."""
    code = normalise(place).ljust(6, "0")[:6] if place else ""
    if not code.isdigit():
        return ("",)
    wider = (code, code[:4] + "00", code[:2] + "0000")
    return (*dict.fromkeys(c for c in wider if c != "000000"), "")


def territorial_body(
    place: str, min_level: int = Level.COUNTY, *, employer_id: int | None = None
) -> UnionBody:
    """Return the federation of a place that takes up appeals: the lowest, but not below ``min_level``.

    Walks county → city → province → nation, past every body tied to ``employer_id``; raise
    ``NoBodyFound`` when none is left.
    """
    chain = place_chain(place)
    rows = UnionBody.objects.active().filter(
        kind=BodyKind.FEDERATION, level__lte=min_level, accepts_appeals=True, employer=None, place__in=chain
    )
    near = sorted(rows, key=lambda b: (chain.index(b.place), -b.level, b.id))
    return next(iter(without_ties(near, employer_id)), None) or _last_resort(employer_id)


def _last_resort(employer_id: int | None = None) -> UnionBody:
    """Return the federation for a matter without a place, or with one that nobody serves.

    A house of one province gives it to the province; else it goes to the highest federation, even
    one that usually does not take up appeals.
    """
    found = list(UnionBody.objects.active().filter(employer=None).order_by("level", "id")[:200])
    rows = without_ties(found, employer_id)
    if not rows:
        raise NoBodyFound
    taking = [b for b in rows if b.kind == BodyKind.FEDERATION and b.accepts_appeals]
    top = [b for b in taking if b.level == taking[0].level]
    return top[0] if len(top) == 1 else rows[0]


def responsible_body(*, employer: Employer | None, place: str) -> UnionBody:
    """Return the body that takes up a matter; the worker need not know it.

    The nearest body above the enterprise that takes up appeals and does not stand under any
    employer, whatever the matter is about: the enterprise's own people never sort it. An employer
    without a union, or one nobody knows: the federation of the place.
    """
    own = _own_body(employer)
    employer_id = employer.pk if employer else None
    if own is None:
        return territorial_body(place or (employer.place if employer else ""), employer_id=employer_id)
    line = (own, *ancestors(own))
    shut_out = _bound_ids(line)
    for body in line:
        if body.is_active and body.accepts_appeals and not body.chain_ids & shut_out:
            return body
    return territorial_body(place or own.place, employer_id=employer_id)


def _own_body(employer: Employer | None) -> UnionBody | None:
    """Return the highest active body of an employer (of the entry it was merged into, if any)."""
    if employer is None:
        return None
    known = employer.merged_into_id or employer.pk
    rows = UnionBody.objects.active().filter(employer=known)
    return rows.order_by("depth", "id").first()


def _bound_ids(line: Iterable[UnionBody]) -> frozenset[int]:
    """Return the ids of bodies on these lines that belong to an employer, whichever."""
    ids = {i for body in line for i in body.chain_ids}
    bound = UnionBody.objects.filter(pk__in=ids).exclude(employer=None)
    return frozenset(bound.values_list("id", flat=True))
