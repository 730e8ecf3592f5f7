"""``zhijia audit``: prove the audit, or write it out for somebody else to prove."""

import argparse
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from tqdm import tqdm

from zhijia.audit.chain import Broken, Walker
from zhijia.audit.verification import Checkpoint, rows_of, tenants_to_check, verify_tenant


class Command(BaseCommand):
    """Check or export the audit chains."""

    help = "prove that the audit was not altered, or export it"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare ``verify`` and ``export``."""
        parts = parser.add_subparsers(dest="part", required=True, parser_class=argparse.ArgumentParser)
        verify = parts.add_parser(
            "verify", help="exit 0: intact; 1: broken, names the first bad row; 2: cannot run"
        )
        verify.add_argument("--tenant", type=int, help="only this tenant's chain")
        verify.add_argument(
            "--expect", action="append", default=[], metavar="TENANT:SEQ:HASH", type=Checkpoint.parse,
            help="a head noted down earlier that the chain must still pass through; may be repeated",
        )  # fmt: skip
        export = parts.add_parser("export", help="write the chains as one JSON object a line")
        export.add_argument("file", type=Path)
        export.add_argument("--tenant", type=int, help="only this tenant's chain")

    def handle(self, *, part: str, **options: Any) -> None:
        """Run the part; a database that cannot be read exits with 2."""
        try:
            self.verify(**options) if part == "verify" else self.export(**options)
        except (DatabaseError, OSError) as error:
            raise CommandError(f"cannot read the audit: {error}", returncode=2) from error

    def verify(self, *, tenant: int | None, expect: list[Checkpoint], **options: Any) -> None:
        """Walk the chains; print rows, head and time."""
        began, rows = time.perf_counter(), 0
        with tqdm(unit=" rows", disable=not sys.stderr.isatty()) as bar:
            for each in self._chosen(tenant, expect):
                try:
                    walker = verify_tenant(each, expect=tuple(expect), progress=bar.update)
                except Broken as broken:
                    self.stdout.write(f"BROKEN  {broken}")
                    sys.exit(1)
                rows += walker.seq
                self._report(walker)
        seconds = time.perf_counter() - began
        self.stdout.write(f"intact: {rows} rows in {seconds:.2f} s ({rows / max(seconds, 1e-9):,.0f} rows/s)")

    def export(self, *, file: Path, tenant: int | None, **options: Any) -> None:
        """Write the canonical lines, each with its hash; the file appears whole or not at all."""
        temporary, rows = file.with_name(f".{file.name}.part"), 0
        try:
            with temporary.open("w", encoding="utf-8") as out:
                for each in self._chosen(tenant, []):
                    for row, line in rows_of(each):
                        out.write(f'{line[:-1]},"hash":{json.dumps(row[9])}}}\n')
                        rows += 1
                out.flush()
                os.fsync(out.fileno())
            temporary.rename(file)
        finally:
            temporary.unlink(missing_ok=True)
        self.stdout.write(f"{rows} rows written to {file}; check them anywhere with: python chain.py {file}")

    def _chosen(self, tenant: int | None, expect: list[Checkpoint]) -> list[int]:
        if tenant is not None:
            return [tenant]
        return sorted({*tenants_to_check(), *(mark.tenant for mark in expect)})

    def _report(self, walker: Walker) -> None:
        self.stdout.write(f"intact  {walker.tenant}:{walker.seq}:{walker.hash}")
