"""Days of a row: read, and compared with what else the row says."""

import datetime as dt
from typing import Any

from zhijia.membership.roster import cells
from zhijia.membership.roster.codes import Memory
from zhijia.membership.roster.draft import Draft
from zhijia.membership.roster.identity import age_on

FOUNDED = dt.date(1925, 5, 1)
WORKING_AGE = 16


class Days:
    """Reads days as of today. ``joined_on`` holds for rows that name no day of joining."""

    def __init__(self, today: dt.date, joined_on: str, *, since_1904: bool) -> None:
        self.today, self.joined_on = today, joined_on or today.isoformat()
        self.joined_day = dt.date.fromisoformat(self.joined_on)
        self.known: Memory[cells.Reading] = Memory(lambda cell: cells.date(cell, since_1904=since_1904))

    def read(self, name: str, draft: Draft) -> tuple[Any, str]:
        """Return a day, or None, and the code of what is wrong; that is not noted yet."""
        day, code, _seen = self.known[draft.told[name]]
        return day, code

    def note(self, name: str, draft: Draft) -> None:
        """Note what is wrong with a day."""
        _day, code, seen = self.known[draft.told[name]]
        if code:
            draft.find(code, name, seen)

    def join(self, draft: Draft) -> None:
        """Read the day of joining; nobody joined before the federation was, in the future, or as a child."""
        day, draft.joined_on = self.joined_day, self.joined_on
        if "joined_on" in draft.told:
            self.note("joined_on", draft)
            found, _code = self.read("joined_on", draft)
            if found is not None:
                day, draft.joined_on = found, found.isoformat()
                if code := self.implausible(found):
                    draft.find(code, "joined_on", draft.joined_on)
        if len(draft.born_on) == 10 and day.year - int(draft.born_on[:4]) <= WORKING_AGE:
            young = any(problem.code == "too-young" for problem in draft.problems)
            if age_on(dt.date.fromisoformat(draft.born_on), day) < WORKING_AGE and not young:
                draft.find("joined-young", "joined_on", day.isoformat())

    def implausible(self, day: dt.date) -> str:
        """Return the code of what cannot be right about a day of joining, or ""."""
        if day > self.today:
            return "joined-later"
        return "joined-early" if day < FOUNDED else ""
