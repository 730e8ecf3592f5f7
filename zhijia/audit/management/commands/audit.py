"""``zhijia audit``: prove the audit, let others prove it, sign it, be and have witnesses."""

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from tqdm import tqdm

from zhijia.audit import keys, selectors, services
from zhijia.audit.errors import SigningKeyMissing
from zhijia.audit.export import write_export
from zhijia.audit.verification import (
    Checkpoint,
    check_apps,
    check_key_changes,
    signed_heads,
    tenants_to_check,
    verify_tenant,
)
from zhijia.audit.verify_audit import BadStatement, Broken, CannotCheck, Walker
from zhijia.core import clock
from zhijia.core.errors import DomainError

CANNOT_RUN = (DatabaseError, OSError, CannotCheck, SigningKeyMissing)


class Command(BaseCommand):
    """Check, export, sign or witness the audit chains."""

    help = "prove that the audit was not altered, export it, sign it, and be or keep witnesses"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the parts."""
        parts = parser.add_subparsers(dest="part", required=True, parser_class=argparse.ArgumentParser)
        self._add_verify(parts)
        export = parts.add_parser("export", help="write chains, heads, keys and the check into a new folder")
        export.add_argument("folder", type=Path)
        export.add_argument("--tenant", type=int, help="only this tenant's chain")
        parts.add_parser("sign", help="sign the heads now and show them to the witnesses")
        parts.add_parser("keys", help="show the public keys, for the notice board and for other servers")
        parts.add_parser("change-key", help="make the next signing key and announce it with the old one")
        parts.add_parser("witnesses", help="show how far each witness of ZHIJIA_WITNESSES was told")
        self._add_witness(parts)

    def _add_verify(self, parts: Any) -> None:
        verify = parts.add_parser(
            "verify", help="exit 0: intact; 1: broken, names the first bad row; 2: cannot run"
        )
        verify.add_argument("--tenant", type=int, help="only this tenant's chain")
        verify.add_argument(
            "--expect", action="append", default=[], metavar="TENANT:SEQ:HASH", type=Checkpoint.parse,
            help="a head noted down earlier that the chain must still pass through; may be repeated",
        )  # fmt: skip
        verify.add_argument(
            "--witness", action="append", default=[], metavar="FILE", type=Path,
            help="heads that somebody else kept; may be repeated",
        )  # fmt: skip
        verify.add_argument("--trust", default="", metavar="PUBLIC", help="the public key as it was printed")

    def _add_witness(self, parts: Any) -> None:
        witness = parts.add_parser("witness", help="be the witness of another union's server")
        deeds = witness.add_subparsers(dest="deed", required=True, parser_class=argparse.ArgumentParser)
        add = deeds.add_parser("add", help="keep the heads of the server that has this public key")
        add.add_argument("name")
        add.add_argument("public", help="64 digits, as its people told you: zhijia audit keys shows it there")
        deeds.add_parser("list", help="show the servers whose heads we keep")
        export = deeds.add_parser("export", help="write what a server has shown us, for its auditors")
        export.add_argument("name")
        export.add_argument("file", type=Path)

    def handle(self, *, part: str, **options: Any) -> None:
        """Run the part; what cannot be read or reached exits with 2."""
        deed = f"witness_{options['deed']}" if part == "witness" else part.replace("-", "_")
        call: Callable[..., None] = getattr(self, deed)
        try:
            call(**options)
        except CANNOT_RUN as error:
            raise CommandError(f"cannot do this: {error}", returncode=2) from error
        except DomainError as refused:
            raise CommandError(str(refused), returncode=2) from refused

    # Proving ----------------------------------------------------------------------------------

    def verify(self, *, tenant: int | None, **options: Any) -> None:
        """Walk the chains against heads and witnesses; print rows, head and time."""
        began = time.perf_counter()
        try:
            rows = self._verify(tenant, **options)
        except (Broken, BadStatement) as broken:
            self.stdout.write(f"BROKEN  {broken}")
            sys.exit(1)
        seconds = time.perf_counter() - began
        self.stdout.write(f"intact: {rows} rows in {seconds:.2f} s ({rows / max(seconds, 1e-9):,.0f} rows/s)")

    def _verify(
        self, tenant: int | None, expect: list[Checkpoint], witness: list[Path], trust: str, **_: Any
    ) -> int:
        heads, rows = signed_heads(expect=expect, witnesses=witness, trust=trust), 0
        chosen = sorted({*tenants_to_check(), *heads.marks}) if tenant is None else [tenant]
        with tqdm(unit=" rows", disable=not sys.stderr.isatty()) as bar:
            for each in chosen:
                walker = verify_tenant(each, marks=heads.marks, progress=bar.update)
                check_apps(each, clock.now())
                self._report(walker, len(heads.marks.get(each, {})))
                rows += walker.seq
        check_key_changes(heads)
        return rows

    def _report(self, walker: Walker, signed: int) -> None:
        self.stdout.write(f"intact  {walker.tenant}:{walker.seq}:{walker.hash}  {signed} signed heads")

    def export(self, *, folder: Path, tenant: int | None, **options: Any) -> None:
        """Write the folder; it appears whole or not at all."""
        rows = write_export(folder, tenants_to_check() if tenant is None else [tenant])
        self.stdout.write(
            f"{rows} rows written; check them anywhere: python {folder}/verify_audit.py {folder}"
        )

    # Signing ----------------------------------------------------------------------------------

    def sign(self, **options: Any) -> None:
        """Sign the heads and tell the witnesses now, without waiting for the hour."""
        now = clock.now()
        signed = services.sign_heads(now=now)
        self.stdout.write(f"{signed} heads signed, {services.tell_witnesses(now=now)} confirmed by witnesses")

    def keys(self, **options: Any) -> None:
        """Show the public keys; the first one is made when there is none."""
        signer = keys.current()
        self.stdout.write(f"installation {signer.installation}")
        for key in selectors.signing_keys():
            marked = "  signs now" if key.number == signer.number else ""
            self.stdout.write(f"key {key.number}  {key.key_id}  {key.public}{marked}")

    def change_key(self, **options: Any) -> None:
        """Change the signing key."""
        key = services.change_key(now=clock.now())
        self.stdout.write(f"key {key.number}  {key.key_id}  {key.public}  signs from now on")
        self.stdout.write(f"Back up {keys.path_of(key.number)} and print the new key for the notice board.")

    def witnesses(self, **options: Any) -> None:
        """Show the witnesses."""
        for one in selectors.witnesses():
            held = f"{one.head_at:%Y-%m-%d %H:%M}Z" if one.head_at else "nothing yet"
            trouble = f"  failed {one.failures} times: {one.trouble}" if one.failures else ""
            self.stdout.write(f"{one.address}  holds {held}  {one.waiting} waiting{trouble}")
        if not settings.ZHIJIA_WITNESSES:
            self.stdout.write(
                "none: set ZHIJIA_WITNESSES, or nobody can prove that the audit was not written anew"
            )

    # Being a witness --------------------------------------------------------------------------

    def witness_add(self, *, name: str, public: str, **options: Any) -> None:
        """Add a peer."""
        services.add_peer(name=name, public=public, now=clock.now())
        self.stdout.write(f"{name}: its server may now send heads to /audit/witness of ours")

    def witness_list(self, **options: Any) -> None:
        """Show the peers."""
        for peer in selectors.peers():
            known = ", ".join(key.key_id for key in peer.keys.all())
            self.stdout.write(f"{peer.name}  keys {known}  {peer.heads.count()} heads")

    def witness_export(self, *, name: str, file: Path, **options: Any) -> None:
        """Write what a peer has shown us."""
        lines = selectors.peer_statements(name)
        file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        self.stdout.write(f"{len(lines)} statements written; use them with verify_audit.py --witness {file}")
