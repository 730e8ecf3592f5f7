"""Who runs the house: officers who answer for the platform at the top of it."""

import datetime as dt
from typing import Any

from zhijia.unions.enums import Level, Role
from zhijia.unions.selectors import posts_of

ROLES = (Role.CHAIR, Role.STEWARD, Role.SUPERVISOR)


def is_operator(user: Any, on: dt.date) -> bool:
    """Say whether the person leads, looks after or supervises a body of the nation or a province."""
    return any(post.role in ROLES and post.body.level <= Level.PROVINCE for post in posts_of(user, on))
