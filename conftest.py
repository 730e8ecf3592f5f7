"""What every test shares: the clock, closed sockets, and which database."""

import datetime as dt
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

os.environ["ZHIJIA_TESTING"] = "1"
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # the browser driver runs an event loop
for _name in ("ZHIJIA_DEBUG", "ZHIJIA_TLS", "ZHIJIA_KEY_FILE", "ZHIJIA_ATTACHMENTS", "ZHIJIA_HOSTS"):
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


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    shutil.rmtree(_DATA, ignore_errors=True)


def pytest_report_header() -> str:
    return f"database: {'PostgreSQL' if ON_POSTGRESQL else 'SQLite'}"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    wrong = "sqlite_only" if ON_POSTGRESQL else "postgres_only"
    for item in items:
        if item.get_closest_marker(wrong):
            item.add_marker(pytest.mark.skip(reason=f"marked {wrong}"))


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
