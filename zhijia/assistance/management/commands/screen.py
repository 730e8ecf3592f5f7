"""``zhijia screen``: a rule set over a whole population."""

import argparse
import datetime as dt
import os
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from tqdm import tqdm

from zhijia.assistance.rule_books import BadValue, library
from zhijia.assistance.rules.explaining import money
from zhijia.assistance.rules.library import NoRuleSet
from zhijia.assistance.screening.engines import ENGINES, NoEngine
from zhijia.assistance.screening.population import BadPopulation
from zhijia.assistance.screening.run import REASON_WORDS, Order, Summary, screen

NOTHING = 2


class Command(BaseCommand):
    """Read, check, decide, write; tell what was refused."""

    help = "decide a whole population of households by a rule set"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare what is screened by what, and where the results go."""
        add = parser.add_argument
        add("--rules", required=True, metavar="NAME[@VERSION]",
            help="rule set; without a version the one in force on the day")  # fmt: skip
        add("--on", required=True, type=dt.date.fromisoformat, metavar="YYYY-MM-DD",
            help="day whose rules and standards hold")  # fmt: skip
        add("--in", dest="folder", required=True, type=Path, metavar="DIR",
            help="folder with households and persons, .parquet or .csv (UTF-8)")  # fmt: skip
        add("--out", required=True, type=Path, metavar="FILE", help="results, .parquet or .csv")
        add("--refusals", type=Path, metavar="FILE", help="refused rows, .csv (default: beside the results)")
        add("--engine", choices=ENGINES, default="duckdb", help="what reckons (default: duckdb, embedded)")
        add("--postgres", metavar="ADDRESS", default="",
            help="server of that engine (default: the platform's own); temporary tables only")  # fmt: skip
        add("--dry-run", action="store_true", help="read, check and decide; write nothing")

    def handle(self, *, rules: str, on: dt.date, folder: Path, out: Path, **options: Any) -> None:
        """Screen; exit with 0, 1 (some refused or left open) or 2 (nothing done)."""
        try:
            summary = self._screened(rules, on, folder, out, options)
        except (BadPopulation, NoEngine, NoRuleSet, BadValue, OSError) as error:
            self.stderr.write(f"nothing was done: {error}")
            sys.exit(NOTHING)
        self._tell(summary, options["dry_run"])
        if summary.status:
            sys.exit(summary.status)

    def _screened(self, rules: str, on: dt.date, folder: Path, out: Path, options: dict[str, Any]) -> Summary:
        loaded = library().choose(rules, on)
        self.stdout.write(f"{loaded.rules.reference}: {loaded.rules.title.en}; standards of {on}")
        refusals = options["refusals"] or out.with_name(f"{out.stem}.refused.csv")
        address = options["postgres"] or os.environ.get("ZHIJIA_SCREEN_POSTGRES", "") or _own_database()
        if options["engine"] == "postgres" and not address:
            raise NoEngine("the platform's database is no PostgreSQL; name a server with --postgres")
        with tqdm(unit=" households", disable=None) as bar:
            return screen(Order(
                loaded, on, folder, out, refusals, options["engine"], address, options["dry_run"],
                bar.set_description, bar.update,
            ))  # fmt: skip

    def _tell(self, found: Summary, dry_run: bool) -> None:
        for table, row, column, reason in found.first:
            self.stderr.write(f"  {table} row {row} {column}: {REASON_WORDS[reason]}")
        for reason, count in found.reasons.most_common():
            self.stderr.write(f"{count:,} x {REASON_WORDS[reason]}")
        for name, count in found.missing.most_common():
            self.stderr.write(f"  missing {name}: {count:,} households")
        if found.examples:
            self.stderr.write(
                f"EXAMPLES, to be confirmed before anybody relies on them: {'; '.join(found.examples)}"
            )
        classes = ", ".join(f"{count:,} {name}" for name, count in sorted(found.classes.items()))
        amounts = ", ".join(f"{name} {money(total, 'en')}" for name, total in found.amounts.items())
        self.stdout.write(f"{found.classes.total():,} households: {classes or 'none'}; {amounts}")
        self.stdout.write(
            f"{found.refused_rows:,} rows refused, and with them {found.refused_households:,} households"
            + ("; nothing was written" if dry_run else "")
        )


def _own_database() -> str:
    """Return the platform's own database, if it is PostgreSQL, as an address without a password in a list."""
    own = settings.DATABASES["default"]
    if "postgresql" not in own["ENGINE"]:
        return ""
    from psycopg.conninfo import make_conninfo

    parts = {
        "dbname": own["NAME"],
        "user": own["USER"],
        "password": own["PASSWORD"],
        "host": own["HOST"],
        "port": own["PORT"],
    }
    return make_conninfo(**{name: value for name, value in parts.items() if value})
