"""What every test shares: the clock, closed sockets, and which database."""

import contextlib
import datetime as dt
import importlib.util
import os
import shutil
import sys
import tempfile
import unittest.mock
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

os.environ["ZHIJIA_TESTING"] = "1"
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # the browser driver runs an event loop
for _name in (
    "ZHIJIA_DEBUG",
    "ZHIJIA_TLS",
    "ZHIJIA_KEY_FILE",
    "ZHIJIA_ATTACHMENTS",
    "ZHIJIA_HOSTS",
    "ZHIJIA_WITNESSES",
):
    os.environ.pop(_name, None)

# Set before Django reads the settings. They must not be named in pyproject.toml: pytest-django would
# read them before this file, and test on whatever database the shell had in mind.
_DATA = Path(tempfile.mkdtemp(prefix="zhijia-test-"))
(_DATA / "static").mkdir()  # the static server wants to see its folder
os.environ["ZHIJIA_DATA"] = str(_DATA)
os.environ["DATABASE_URL"] = os.environ.get("ZHIJIA_TEST_DATABASE") or f"sqlite:///{_DATA / 'test.sqlite3'}"
os.environ["DJANGO_SETTINGS_MODULE"] = "zhijia.config.settings"
ON_POSTGRESQL = os.environ["DATABASE_URL"].startswith("postgres")
sys.path.insert(0, str(Path(__file__).parent))  # tests/ and tools/ are importable

import django  # noqa: E402

django.setup()  # before the conftest of an app imports its models

import zhijia.config.urls  # noqa: E402, F401  (built from all manifests, before a test replaces them)

NOW = dt.datetime(2026, 3, 2, 1, 30, tzinfo=dt.UTC)
"""Monday, 2 March 2026, 09:30 in China: an ordinary working day."""


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):  # once, not in each parallel worker
        from tools.messages import compile_all

        compile_all()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes() -> None:
    """Let each parallel worker come to its own folder.

    With the name of the settings in its environment pytest-django would read them before this file, with
    the folder of the process that starts the workers: other keys than those a test hands to a child.
    """
    os.environ.pop("DJANGO_SETTINGS_MODULE", None)


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    shutil.rmtree(_DATA, ignore_errors=True)


def pytest_report_header() -> str:
    return f"database: {'PostgreSQL' if ON_POSTGRESQL else 'SQLite'}"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    spark = importlib.util.find_spec("pyspark") is not None
    wrong = "sqlite_only" if ON_POSTGRESQL else "postgres_only"
    for item in items:
        if item.get_closest_marker(wrong):
            item.add_marker(pytest.mark.skip(reason=f"marked {wrong}"))
        if item.get_closest_marker("spark") and not spark:
            item.add_marker(pytest.mark.skip(reason="Spark is not installed here: make test-spark"))


@pytest.fixture(scope="session", autouse=True)
def _quick_emptying() -> Iterator[None]:
    """Empty only tables with rows after a test that commits: PostgreSQL truncates all in a second or two."""
    from django.db import connection
    from django.test import TransactionTestCase

    def delete_rows(*_told: Any, **_more: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute(DELETE_ROWS)

    replaced = unittest.mock.patch.object(TransactionTestCase, "_fixture_teardown", delete_rows)
    with replaced if ON_POSTGRESQL and _is_superuser() else contextlib.nullcontext():
        yield


def _is_superuser() -> bool:
    """Say whether the tests may switch off triggers and foreign keys."""
    import psycopg

    with psycopg.connect(os.environ["DATABASE_URL"].rsplit("/", 1)[0] + "/postgres") as connection:
        row = connection.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()
    return bool(row and row[0])


DELETE_ROWS = """
SET session_replication_role = replica;  -- neither triggers nor foreign keys: all goes
DO $$
DECLARE one regclass; has_rows boolean;
BEGIN
  FOR one IN SELECT oid::regclass FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
      AND relname NOT IN ('django_migrations', 'django_content_type', 'auth_permission')
  LOOP
    EXECUTE format('SELECT EXISTS (SELECT FROM %s)', one) INTO has_rows;
    IF has_rows THEN EXECUTE format('DELETE FROM %s', one); END IF;
  END LOOP;
END $$;
SET session_replication_role = DEFAULT;
"""


@pytest.fixture(scope="session", autouse=True)
def _quick_passwords() -> Iterator[None]:
    """Hash passwords fast: the real hasher takes a tenth of a second each time."""
    from django.test import override_settings

    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture
def now() -> dt.datetime:
    """Return the fixed instant that tests call now."""
    return NOW


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    """Forget what a process keeps for some seconds: the next test is another world."""
    from django.core.cache import caches

    yield
    caches["process"].clear()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    """Bring back the categories after a test that emptied the tables instead of rolling back."""
    result = yield
    if nextitem is not None and _is_transactional(item):  # after the last one the database is gone
        from pytest_django.plugin import blocking_manager_key

        from zhijia.appeals.categories import load_categories
        from zhijia.appeals.models import Category

        with item.config.stash[blocking_manager_key].unblock():
            load_categories(Category)
    return result


def _is_transactional(item: pytest.Item) -> bool:
    mark = item.get_closest_marker("django_db")
    asked = {"transactional_db", "live_server"} & set(getattr(item, "fixturenames", ()))
    return bool(asked or (mark and mark.kwargs.get("transaction")))
