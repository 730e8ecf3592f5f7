"""Is this PostgreSQL, as our role meets it, one that keeps what it acknowledged?"""

from collections.abc import Iterator

from django.db import connection

from zhijia.core.boot_gate.findings import Finding, Weight

NAMES = (
    "synchronous_commit", "synchronous_standby_names", "fsync", "full_page_writes", "data_sync_retry",
    "zero_damaged_pages", "ignore_checksum_failure", "data_checksums", "transaction_read_only",
)  # fmt: skip
CONF = "in postgresql.conf, then restart PostgreSQL"
# setting -> (value that is safe, what happens otherwise, how to cure it)
SERVER_WIDE = {
    "fsync": (
        "on",
        "PostgreSQL does not wait for the disk at all: a power cut can destroy the whole database.",
        f"Set fsync = on {CONF}; then check the database, or restore it from a backup.",
    ),
    "full_page_writes": (
        "on",
        "PostgreSQL cannot mend a page that was half written when the power went.",
        f"Set full_page_writes = on {CONF}.",
    ),
    "data_sync_retry": (
        "off",
        "PostgreSQL goes on after the disk reported a failed write, and may acknowledge what was lost.",
        f"Set data_sync_retry = off {CONF}.",
    ),
    "zero_damaged_pages": (
        "off",
        "PostgreSQL would replace a damaged page by an empty one: cases would vanish without a word.",
        f"Set zero_damaged_pages = off {CONF}, and restore the damaged table from a backup.",
    ),
    "ignore_checksum_failure": (
        "off",
        "PostgreSQL would hand out damaged rows as if they were sound.",
        f"Set ignore_checksum_failure = off {CONF}, and restore the damaged table from a backup.",
    ),
    "transaction_read_only": (
        "off",
        "The database takes no writes: it is a standby, or default_transaction_read_only is on.",
        "Let DATABASE_URL name the primary, or set default_transaction_read_only = off.",
    ),
}


def postgresql_findings() -> Iterator[Finding]:
    """Yield what the settings in force for our role show to be unsafe."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(['current_setting(%s, true)'] * len(NAMES))}", NAMES)
        found = dict(zip(NAMES, cursor.fetchone(), strict=True))
    yield from _commit(found["synchronous_commit"], bool(found["synchronous_standby_names"]))
    for name, (safe, cause, cure) in SERVER_WIDE.items():
        if found[name] != safe:
            yield Finding(f"{cause} ({name} = {found[name]})", cure, Weight.ALWAYS)
    if found["data_checksums"] != "on":
        yield Finding(
            "PostgreSQL keeps no checksums: a failing disk is found late. (data_checksums = off)",
            "Stop PostgreSQL and run pg_checksums --enable, or make the next cluster with "
            "initdb --data-checksums.",
            Weight.WARNING,
        )
    yield from _role()


def _commit(value: str, has_standby: bool) -> Iterator[Finding]:
    cure = (
        "Set synchronous_commit = on in postgresql.conf and reload; also look for it in "
        "ALTER ROLE … SET and ALTER DATABASE … SET."
    )
    if value == "off":
        yield Finding(
            "PostgreSQL acknowledges before a write is on the disk: a crash would lose appeals that were "
            "already "
            "acknowledged. (synchronous_commit = off)",
            cure,
            Weight.ALWAYS,
        )
    elif value == "local" and has_standby:
        yield Finding(
            "A standby is configured, but PostgreSQL does not wait for it: when the first machine burns, "
            "appeals "
            "that were already acknowledged are lost. (synchronous_commit = local)",
            cure,
            Weight.ALWAYS,
        )


def _role() -> Iterator[Finding]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolname, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
        name, is_superuser, sees_all = cursor.fetchone()
    if is_superuser or sees_all:
        may = "is a superuser" if is_superuser else "may look past row-level security (BYPASSRLS)"
        yield Finding(
            f"The database role {name} {may}: the second wall between a complaint and the officers it "
            "concerns "
            "does not stand.",
            "Make an ordinary role that owns the database (createuser zhijia; ALTER DATABASE … OWNER TO "
            "zhijia) "
            "and name it in DATABASE_URL.",
        )
