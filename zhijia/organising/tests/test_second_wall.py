"""PostgreSQL hides a founding from whoever is tied to the employer, even from a query without a filter."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from tests.plain_role import plain_role
from zhijia.organising.models import Process
from zhijia.organising.selectors import processes
from zhijia.organising.tests.factories import NOW, TODAY, World
from zhijia.unions import row_security as wall
from zhijia.unions.tests.factories import AffiliationFactory

pytestmark = [pytest.mark.django_db, pytest.mark.postgres_only]


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
    with plain_role():
        yield


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
