"""The release gate: what may become public without exposing anybody. Pure; no database.

The tree is cut into parts that do not overlap, each with at least ``threshold`` people. A part
that is too small is merged into the body above, never left blank. Sums and differences of such
parts are again whole parts, so no subtraction of published figures leads to a small group. When
what remains at the top is too small, the smallest part directly below is given up to it.
"""

from collections.abc import Mapping
from dataclasses import dataclass


def nearest(path: str, heads: Mapping[str, int]) -> str:
    """Return the closest of ``heads`` strictly above ``path``, or ""."""
    above = [head for head in heads if head != path and path.startswith(head)]
    return max(above, key=len, default="")


def parts(own: Mapping[str, int], threshold: int) -> dict[str, int]:
    """Return the published parts: path of the heading body → people in it.

    ``own`` says for each unit of the tree how many people belong to it and to no unit below it.
    A part is all below its heading body that is below no other heading body.
    """
    heads = dict(own)
    for path in sorted(own, key=lambda p: (-p.count("/"), p)):
        above = nearest(path, heads)
        if above and heads[path] < threshold:
            heads[above] += heads.pop(path)
    for root in [path for path in heads if not nearest(path, heads)]:
        _fill_up(heads, root, threshold)
    return heads


def _fill_up(heads: dict[str, int], root: str, threshold: int) -> None:
    """Give the root more until it is large enough; drop it when it is empty or nothing is left."""
    while 0 < heads[root] < threshold:
        below = [path for path in heads if nearest(path, heads) == root]
        if not below:
            break
        given_up = min(below, key=lambda p: (heads[p], p))
        heads[root] += heads.pop(given_up)
    if heads[root] < threshold:
        del heads[root]


def holes(head: str, heads: Mapping[str, int]) -> tuple[str, ...]:
    """Return the subtrees that belong to other parts and so are cut out of the part of ``head``."""
    below = {path: 0 for path in heads if path != head and path.startswith(head)}
    return tuple(path for path in below if not nearest(path, below))


def rounded(number: float, base: float) -> float:
    """Return ``number`` rounded to the next multiple of ``base``, halves upwards."""
    steps = int(number / base + 0.5) if number >= 0 else -int(-number / base + 0.5)
    return steps * base


@dataclass(frozen=True)
class Shown:
    """A figure as it may be printed."""

    number: float
    bound: str = ""
    """``least`` or ``most`` where an exact share would say something about every single person."""


def shown(value: float, unit: str, base: int) -> Shown:
    """Return a figure rounded for release: counts and per cent to ``base``, days and hours to a half."""
    if unit == "percent":
        near = rounded(value, base)
        if near >= 100:
            return Shown(100 - base, "least")
        return Shown(base, "most") if near <= 0 else Shown(near)
    return Shown(rounded(value, base if unit == "count" else 0.5))
