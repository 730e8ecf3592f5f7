"""``zhijia serve``: a full installation in one process tree."""

import gc
import os
import socket
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections

from zhijia.core import clock
from zhijia.core.boot_gate import gate
from zhijia.core.serving import background, prepare, web
from zhijia.core.serving.supervisor import Child, Supervisor


class Command(BaseCommand):
    help = "Serve the web pages and the API, and run background work and timers; Ctrl-C stops it all."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default=os.environ.get("ZHIJIA_BIND", "127.0.0.1"))
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))
        parser.add_argument("--workers", type=int, default=int(os.environ.get("ZHIJIA_WORKERS", "2")))
        parser.add_argument("--threads", type=int, default=int(os.environ.get("ZHIJIA_THREADS", "4")))
        parser.add_argument("--prepare", action="store_true", help="first migrate and gather static files")
        parser.add_argument("--demo", action="store_true", help="load the demo province into an empty house")
        parser.add_argument("--web-only", action="store_true", help="no background work in this process tree")

    def handle(self, **options: Any) -> None:
        host, port = options["host"], options["port"]
        self._make_ready(options)
        self._claim(host, port)
        web.load_ahead()
        connections.close_all()
        gc.collect()
        gc.freeze()
        self._greet(host, port)
        Supervisor(self._children(options)).run()
        self.stdout.write("zhijia: stopped")

    def _make_ready(self, options: dict[str, Any]) -> None:
        try:
            if options["prepare"]:
                # Nothing is written before the database is known to be a safe one.
                gate.pass_gate(options["host"], clock.now(), say=self.stderr.write, migrated=False)
                prepare.prepare(demo=options["demo"], say=self.stdout.write)
            gate.pass_gate(options["host"], clock.now(), say=self.stderr.write)
        except prepare.NotPrepared:
            raise CommandError("not started: the step above failed", returncode=2) from None
        except gate.Refused as refused:
            raise CommandError(str(refused), returncode=2) from None

    def _claim(self, host: str, port: int) -> None:
        """Refuse plainly when the port is taken, before anything is forked."""
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as error:
                raise CommandError(
                    f"cannot listen on {host}:{port} ({error.strerror}); choose another with PORT=…",
                    returncode=2,
                ) from None

    def _children(self, options: dict[str, Any]) -> list[Child]:
        shown = f"[{options['host']}]" if ":" in options["host"] else options["host"]
        server = web.WebServer(
            bind=f"{shown}:{options['port']}", workers=options["workers"], threads=options["threads"]
        )
        children = [Child("web", server.run)]
        if not options["web_only"]:
            children.append(Child("background", background.run))
        return children

    def _greet(self, host: str, port: int) -> None:
        self.stdout.write(f"\nZhijia 职家   http://{host}:{port}/   (Ctrl-C stops it)\n")
        rows = prepare.demo_sign_ins()
        if rows:
            self.stdout.write("Demo sign-ins (invented people; never use them outside a demo):")
        for row in rows:
            self.stdout.write("  " + "  ".join(row))
        self.stdout.flush()
