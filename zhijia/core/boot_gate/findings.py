"""What a check of the boot gate found: the cause, the cure, and how much it weighs."""

from dataclasses import dataclass
from enum import IntEnum


class Weight(IntEnum):
    """How much a finding weighs."""

    WARNING = 1
    """Told; the house opens."""
    PRODUCTION = 2
    """Refused in production; told in development."""
    ALWAYS = 3
    """Refused everywhere: what people hand in could be lost, or could not be read again."""


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it must be, in words of the person who can mend it."""

    cause: str
    cure: str
    weight: Weight = Weight.PRODUCTION
