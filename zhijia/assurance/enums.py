"""How a promise or a figure stands."""

from enum import StrEnum


class Standing(StrEnum):
    """Good only while the last proof is fresh."""

    HOLDS = "holds"
    BROKEN = "broken"
    STALE = "stale"
    UNCLEAR = "unclear"
    """Measured on files that stand in no commit: nobody can look up on what."""
    NEVER = "never"
