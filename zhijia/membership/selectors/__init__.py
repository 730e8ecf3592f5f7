"""Reads of membership."""

from zhijia.membership.selectors.following import Following, following
from zhijia.membership.selectors.own import OwnPage, own_application, own_page, worker_of
from zhijia.membership.selectors.payers import RollPayer, names_of_references, pays_to, roll_payers
from zhijia.membership.selectors.person import person_behind
from zhijia.membership.selectors.roll import (
    EntryPage,
    RollLine,
    entry_page,
    may_keep_some_roll,
    own_bodies,
    roll_lines,
    roll_rows,
)
from zhijia.membership.selectors.work import (
    ApplicationPage,
    application_page,
    applications_for,
    corrections_for,
    doors_for,
    transfers_for,
)

__all__ = [
    "ApplicationPage", "EntryPage", "Following", "OwnPage", "RollLine", "RollPayer", "application_page",
    "applications_for", "corrections_for", "doors_for", "entry_page", "following", "may_keep_some_roll",
    "names_of_references", "own_application", "own_bodies", "own_page", "pays_to", "person_behind",
    "roll_lines", "roll_payers", "roll_rows", "transfers_for", "worker_of",
]  # fmt: skip
