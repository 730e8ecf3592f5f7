"""A role of PostgreSQL like the one a house has: no superuser, bound by the policies of the second wall."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

ROLE = "zhijia_test_plain"


@contextmanager
def plain_role() -> Iterator[None]:
    """Act as the role for the length of a block; made where it is missing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE])
        if cursor.fetchone() is None:
            cursor.execute(f"CREATE ROLE {ROLE}")
        cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {ROLE}")
        cursor.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {ROLE}")
        cursor.execute(f"SET ROLE {ROLE}")
    yield
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
