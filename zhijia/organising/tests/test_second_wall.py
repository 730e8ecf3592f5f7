"""PostgreSQL hides a founding from whoever is tied to the employer, even from a query without a filter."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from zhijia.organising.models import Process
from zhijia.organising.selectors import processes
from zhijia.organising.tests.factories import NOW, TODAY, World
from zhijia.unions import row_security as wall
from zhijia.unions.tests.factories import AffiliationFactory

pytestmark = [pytest.mark.django_db, pytest.mark.postgres_only]
ROLE = "zhijia_test_organising"


@pytest.fixture
def tied() -> World:
    """Return a world whose county chair has a relative at the employer; a founding there was sent."""
    world = World()
    AffiliationFactory(user=world.county_chair, employer=world.employer, by=world.county_chair)
    world.do("apply_founding", world.founding(), world.worker)
    return world


@pytest.fixture
def plain(tied: World) -> Iterator[None]:
    """Act as a role like the one a house has: no superuser, bound by the policies."""
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


def count(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT count(*) FROM "{table}"')
        return int(cursor.fetchone()[0])


def as_person(user: Any) -> Any:
    return wall.seen_by(wall.RequestViewer(lambda: user, lambda: TODAY))


def test_a_query_without_a_filter_finds_no_founding_at_the_readers_employer(tied, plain) -> None:
    with as_person(tied.dispatcher):
        assert (count("organising_process"), count("organising_step")) == (1, 2)
    with as_person(tied.county_chair):
        assert (count("organising_process"), count("organising_step")) == (0, 0)


def test_an_officer_sees_what_he_began_himself_where_he_works(tied, plain) -> None:
    with wall.as_system():
        tied.founding(by=tied.county_chair, now=NOW)
    with as_person(tied.county_chair):
        assert [row.applicant_id for row in processes(tied.county_chair, TODAY)] == [tied.county_chair.pk]
        assert Process.objects.count() == 1
