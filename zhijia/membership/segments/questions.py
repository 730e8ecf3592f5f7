"""What a group asks, as it can be understood today: its conditions, and the unions that they name."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from zhijia.membership.models import Segment
from zhijia.membership.segments.errors import BodyUnknown
from zhijia.membership.segments.fields import Shape
from zhijia.membership.segments.grammar import Condition, Unknown, read
from zhijia.unions.models import UnionBody
from zhijia.unions.selectors import scope_of


@dataclass(frozen=True)
class Question:
    """The body whose members are asked for, and the conditions that each must meet."""

    body: UnionBody
    conditions: tuple[Condition, ...] = ()
    unknown: tuple[Unknown, ...] = ()
    """Stored conditions that are no longer known; with any of them nobody is chosen."""
    bodies: dict[int, UnionBody] = field(default_factory=dict)
    """The unions that conditions name."""

    @property
    def is_known(self) -> bool:
        """Say whether every condition is understood."""
        return not self.unknown


def question(body: UnionBody, conditions: Iterable[Condition]) -> Question:
    """Return the question of conditions that were checked; raise ``BodyUnknown`` for a union not below."""
    asked = tuple(conditions)
    bodies = UnionBody.objects.in_bulk(_body_ids(asked))
    inside = scope_of([body])
    for number in _body_ids(asked):
        if number not in bodies or not inside.covers(bodies[number]):
            raise BodyUnknown(typed=str(number))
    return Question(body, asked, (), bodies)


def questions_of(segments: Iterable[Segment]) -> list[Question]:
    """Return what each saved group asks, in their order; one query for all."""
    kept = [(segment.body, read(segment.conditions)) for segment in segments]
    named = {number for _body, parts in kept for number in _body_ids(parts)}
    bodies = UnionBody.objects.in_bulk(named) if named else {}
    return [_understood(body, parts, bodies) for body, parts in kept]


def _understood(
    body: UnionBody, parts: tuple[Condition | Unknown, ...], bodies: dict[int, UnionBody]
) -> Question:
    known: list[Condition] = []
    unknown: list[Unknown] = []
    for part in parts:
        if isinstance(part, Unknown):
            unknown.append(part)
        elif set(_body_ids([part])) <= bodies.keys():
            known.append(part)
        else:
            unknown.append(Unknown(part.stored()))
    return Question(body, tuple(known), tuple(unknown), bodies)


def _body_ids(parts: Iterable[Any]) -> list[int]:
    return [
        int(value) for part in parts
        if isinstance(part, Condition) and part.spec.shape == Shape.BODIES for value in part.values
    ]  # fmt: skip
