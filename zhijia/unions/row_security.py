"""The second wall: PostgreSQL itself hides rows from the person for whom a request is answered.

The first wall is the filter of every query (``Appeal.objects.visible_to``). Should one query forget
it, the policies of the database (``appeals/migrations``, row-level security) still leave out what
must not exist for the reader. They ask three values of the session, which this module keeps true:

- ``zhijia.viewer``: ``system``, ``officer`` or ``person``; anything else sees nothing
- ``zhijia.conflicts``: ids of employers whose matters must not exist for the officer
- ``zhijia.own``: public ids of the person's own matters, by account or by receipt; no policy hides those

The values are sent before the first query that touches a protected table, and again only when they
would change: one statement for a request, none for one that reads nothing protected, none on
SQLite, which has no such policies. Commands and background work are ``system``; a web server's
thread sees nothing until the middleware says for whom it works. It guards against a forgotten
filter, not against somebody who can send statements of his own.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction

from zhijia.unions.conflict import conflicted_employer_ids

PROTECTED = re.compile(
    r'"(?:appeals_(?!category|bodypromise|savedreply|publishedanswer|receiptlookup|ownmatter)'
    r"|attachments_attachment|organising_(?!reminder)|vault_(?!keypair|keygrant))"
)
"""Statements that may touch a protected table name one of these."""
TELL = (
    "SELECT set_config('zhijia.viewer', %s, false), set_config('zhijia.conflicts', %s, false),"
    " set_config('zhijia.own', %s, false)"
)


@dataclass(frozen=True)
class Viewer:
    """For whom the database answers."""

    kind: str = ""
    conflicts: str = ""
    own: str = ""


SYSTEM, NOBODY = Viewer("system"), Viewer()
_viewer: ContextVar[Callable[[], Viewer]] = ContextVar("viewer", default=lambda: SYSTEM)


class RequestViewer:
    """Who asks in a web request; looked up when the first protected row is read."""

    def __init__(self, user_of: Callable[[], Any], today: Callable[[], dt.date]) -> None:
        """Take functions, so that a request which reads nothing protected asks nothing."""
        self.user_of, self.today = user_of, today
        self.own: set[str] = set()

    def __call__(self) -> Viewer:
        """Return the viewer as of now: an API token may have named another person meanwhile."""
        user, own = self.user_of(), ",".join(sorted(self.own))
        if not getattr(user, "is_officer", False):
            return Viewer("person", own=own)
        barred = ",".join(map(str, sorted(conflicted_employer_ids(user, self.today()))))
        return Viewer("officer", barred, own)


@contextmanager
def seen_by(viewer: Callable[[], Viewer]) -> Iterator[None]:
    """Let the database answer for this viewer inside the block."""
    token = _viewer.set(viewer)
    try:
        yield
    finally:
        _viewer.reset(token)


@contextmanager
def as_system() -> Iterator[None]:
    """Do the platform's own part of a person's request: what he hands in is written, counted, passed on.

    Works as a decorator too. Nothing read inside may be shown to the person.
    """
    with seen_by(lambda: SYSTEM):
        yield


def close_thread() -> None:
    """See nothing in this thread outside a request; a web server calls it, nothing else does."""
    _viewer.set(lambda: NOBODY)


def show_own(public_ids: Iterable[Any]) -> None:
    """Tell that these matters are the own ones of the person of this request."""
    viewer = _viewer.get()
    if isinstance(viewer, RequestViewer):
        viewer.own.update(map(str, public_ids))


# The connection -----------------------------------------------------------------------------------


@dataclass
class _Told:
    """What a connection was told. Inside a transaction it holds only until a roll-back undoes it."""

    lasting: Viewer | None = None
    passing: list[tuple[Viewer, Callable[[], None]]] = field(default_factory=list)

    def now(self, connection: Any) -> Viewer | None:
        """Return what the database holds; a roll-back also takes back the hook set with the value."""
        pending = {id(hook[1]) for hook in connection.run_on_commit}
        while self.passing and id(self.passing[-1][1]) not in pending:
            self.passing.pop()
        return self.passing[-1][0] if self.passing else self.lasting

    def remember(self, viewer: Viewer, connection: Any) -> None:
        """Note what was told just now."""
        if not connection.in_atomic_block:
            self.lasting, self.passing = viewer, []
            return

        def keep() -> None:
            self.lasting = viewer

        transaction.on_commit(keep, using=connection.alias)
        self.passing.append((viewer, keep))


def watch(connection: Any, **_signal: Any) -> None:
    """Make a fresh connection to PostgreSQL say for whom it works; called when one is opened."""
    if connection.vendor != "postgresql":
        return
    connection.zhijia_told = _Told()
    if _announce not in connection.execute_wrappers:
        connection.execute_wrappers.insert(0, _announce)


def _announce(execute: Any, sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
    if PROTECTED.search(str(sql)):
        tell(context["connection"])
    return execute(sql, params, many, context)


def tell(connection: Any) -> None:
    """Tell the database for whom it answers, unless it knows."""
    wanted, told = _viewer.get()(), connection.zhijia_told
    if told.now(connection) == wanted:
        return
    with connection.wrap_database_errors, connection.connection.cursor() as cursor:
        cursor.execute(TELL, (wanted.kind, wanted.conflicts, wanted.own))
    told.remember(wanted, connection)


# The boot gate ------------------------------------------------------------------------------------

ROLE = "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
BUILT = "SELECT to_regclass('django_migrations') IS NOT NULL"
MIGRATED = "SELECT count(*) > 0 FROM django_migrations WHERE app = 'appeals' AND name = '0010_second_wall'"
UNFORCED = """
    SELECT count(*), count(*) FILTER (WHERE NOT (c.relrowsecurity AND c.relforcerowsecurity))
    FROM pg_class c JOIN pg_policy p ON p.polrelid = c.oid AND p.polname = 'zhijia_read'
    WHERE c.relnamespace = current_schema()::regnamespace
"""


def rls_problem() -> str | None:
    """Return why the second wall does not bind this database's role, in English; None when it does.

    On SQLite there is no such wall and nothing to say. The cure stands in the go-to-production guide.
    """
    if connection.vendor != "postgresql":
        return None
    if _answer(ROLE)[0]:
        return "the database role is a superuser or has BYPASSRLS, so row-level security does not bind it"
    return policy_problem()


def policy_problem() -> str | None:
    """Return which policies are missing or switched off; None before the tables are there."""
    if connection.vendor != "postgresql" or not _answer(BUILT)[0] or not _answer(MIGRATED)[0]:
        return None
    policies, unforced = _answer(UNFORCED)
    if not policies:
        return "the policies of row-level security were dropped"
    if unforced:
        return f"row-level security is switched off on {unforced} of {policies} tables"
    return None


def _answer(question: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchone()
