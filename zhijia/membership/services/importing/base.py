"""What the steps of an import share: who may, and the opened file."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

from zhijia.core.actors import Actor, System
from zhijia.core.clock import local_date
from zhijia.core.errors import NotFound, WrongState
from zhijia.core.services import load_locked
from zhijia.membership.enums import ImportState
from zhijia.membership.models import RosterImport
from zhijia.membership.permissions import Ask
from zhijia.membership.roster import storing
from zhijia.membership.roster.errors import RosterUnreadable
from zhijia.membership.roster.sources import Source, Unreadable, open_source
from zhijia.unions.models import UnionBody

BEFORE_WRITING = (ImportState.UPLOADED, ImportState.CHECKING, ImportState.CHECKED)


def load_roster(*, roster_id: int, by: Actor, now: dt.datetime) -> RosterImport:
    """Return an import that the officer may work on, locked; raise ``NotFound``."""
    roster = load_locked(RosterImport.objects.select_related("body"), pk=roster_id)
    _require(roster.body, by, now)
    return roster


def _require(body: UnionBody, by: Actor, now: dt.datetime) -> None:
    """A roster names people: to whom it is not shown, it does not exist."""
    if isinstance(by, System):
        return
    from rules import permissions

    if not permissions.permissions["membership.import_roster"].test(by, Ask(local_date(now), body)):
        raise NotFound


def before_writing(roster_id: int, by: Actor, now: dt.datetime) -> RosterImport:
    """Return an import that nobody has begun to write, locked; raise ``NotFound``, ``WrongState``."""
    roster = load_roster(roster_id=roster_id, by=by, now=now)
    if roster.state not in BEFORE_WRITING:
        raise WrongState
    return roster


@contextmanager
def readable() -> Iterator[None]:
    """Turn what the reader finds wrong with the file into a refusal that says what to do."""
    try:
        yield
    except Unreadable as error:
        raise RosterUnreadable.because(error) from None
    except FileNotFoundError:
        raise RosterUnreadable.because(Unreadable("gone")) from None


def opened(roster: RosterImport) -> Source:
    """Return the uploaded file, opened."""
    return open_source(lambda: storing.chunks(roster))


def figures(roster: RosterImport) -> dict[str, int]:
    """Return what the audit is told about the rows."""
    return {name: getattr(roster, f"rows_{name}") for name in ("found", "good", "known", "bad")}
