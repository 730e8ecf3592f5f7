"""``zhijia serve`` stays closed on each unsafe setting of PostgreSQL: of server, database or role."""

from collections.abc import Iterator

import pytest

from tests.setup.postgresql_cluster import Cluster, NoServer, cluster
from tests.setup.test_boot_gate import House, make_house, opens

pytestmark = pytest.mark.postgres_only


@pytest.fixture(scope="module")
def server() -> Iterator[Cluster]:
    try:
        with cluster() as running:
            yield running
    except NoServer as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="module")
def house(server: Cluster, tmp_path_factory: pytest.TempPathFactory) -> House:
    return make_house(tmp_path_factory.mktemp("boot-gate-pg"), DATABASE_URL=server.url())


def test_a_safe_server_opens(house: House) -> None:
    assert "refused" not in opens(house)


OF_THE_ROLE = {
    "synchronous_commit": ("off", ("(synchronous_commit = off)", "acknowledged", "ALTER ROLE")),
    "default_transaction_read_only": ("on", ("takes no writes", "the primary")),
}


@pytest.mark.parametrize("name", OF_THE_ROLE)
def test_an_unsafe_setting_of_our_role_is_refused(server: Cluster, house: House, name: str) -> None:
    value, words = OF_THE_ROLE[name]
    server.sql(f"ALTER ROLE zhijia SET {name} = {value}")
    try:
        house.refused(*words)
        house.refused(*words, ZHIJIA_DEVELOPMENT="1")
    finally:
        server.sql(f"ALTER ROLE zhijia RESET {name}")


def test_an_unsafe_setting_of_our_database_is_refused(server: Cluster, house: House) -> None:
    server.sql("ALTER DATABASE zhijia SET synchronous_commit = off")
    try:
        house.refused("(synchronous_commit = off)", "ALTER DATABASE")
    finally:
        server.sql("ALTER DATABASE zhijia RESET synchronous_commit")


OF_THE_SERVER = {
    "fsync": ("off", "Set fsync = on"),
    "full_page_writes": ("off", "Set full_page_writes = on"),
    "data_sync_retry": ("on", "Set data_sync_retry = off"),
    "zero_damaged_pages": ("on", "Set zero_damaged_pages = off"),
    "ignore_checksum_failure": ("on", "Set ignore_checksum_failure = off"),
}


@pytest.mark.parametrize("name", OF_THE_SERVER)
def test_an_unsafe_setting_of_the_server_is_refused(server: Cluster, house: House, name: str) -> None:
    value, cure = OF_THE_SERVER[name]
    server.start(**{name: value})
    try:
        house.refused(f"({name} = {value})", cure)
    finally:
        server.start()


def test_a_standby_that_nobody_waits_for_is_refused(server: Cluster, house: House) -> None:
    server.start(synchronous_commit="local")
    try:
        opens(house)  # without a standby, local is as safe as on
        server.start(synchronous_commit="local", synchronous_standby_names="other")
        house.refused("does not wait for it", "(synchronous_commit = local)")
    finally:
        server.start()


@pytest.mark.parametrize("power", ["SUPERUSER", "BYPASSRLS"])
def test_a_role_that_looks_past_the_second_wall_is_refused(server: Cluster, house: House, power: str) -> None:
    server.sql(f"ALTER ROLE zhijia {power}")
    try:
        house.refused("second wall", "ordinary role")
    finally:
        server.sql(f"ALTER ROLE zhijia NO{power}")


@pytest.mark.parametrize("seconds", ["-90", "90"])
def test_a_clock_that_differs_from_the_database_is_refused(house: House, seconds: str) -> None:
    house.refused("The clock of the database is", "timedatectl set-ntp true", UNSAFE_CLOCK=seconds)


def test_a_clock_that_differs_by_half_a_minute_is_not(house: House) -> None:
    opens(house, UNSAFE_CLOCK="-30")


def test_a_restore_that_was_broken_off_is_refused(server: Cluster, house: House) -> None:
    server.sql("CREATE SCHEMA zhijia_restoring", database="zhijia")
    try:
        house.refused("has not ended", "zhijia restore again")
    finally:
        server.sql("DROP SCHEMA zhijia_restoring", database="zhijia")
