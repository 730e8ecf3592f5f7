import pytest

from zhijia.unions.enums import Role
from zhijia.unions.tests.factories import PostFactory, UnionBodyFactory


@pytest.fixture(autouse=True)
def _own_ledger(settings, tmp_path):
    """Give each test a ledger of its own: it outlives the database."""
    settings.DATA = tmp_path
    settings.ZHIJIA_JOURNAL_SECOND = ""


@pytest.fixture
def body(db):
    return UnionBodyFactory(tenant=13)


def officer(body, role=Role.CUSTODIAN):
    user = PostFactory(body=body, role=role).user
    user.refresh_from_db()
    return user
