"""Small real servers that take what we send: SMTP and HTTP, on this machine only."""

import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any


@dataclass
class Sink:
    """What a server took."""

    port: int = 0
    taken: list[dict[str, Any]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    """Status codes to give, first to last; 200 (SMTP: 250) when used up."""


def _mail_handler(sink: Sink) -> type[socketserver.StreamRequestHandler]:
    class Handler(socketserver.StreamRequestHandler):
        def say(self, text: str) -> None:
            self.wfile.write(text.encode() + b"\r\n")

        def handle(self) -> None:
            mail: dict[str, Any] = {"to": []}
            self.say("220 sink")
            for raw in self.rfile:
                verb = raw.decode().strip().upper()
                if verb.startswith("RCPT TO"):
                    status = sink.answers.pop(0) if sink.answers else 250
                    mail["to"].append(raw.decode().split("<")[1].split(">")[0])
                    self.say(f"{status} recipient")
                elif verb == "DATA":
                    self.say("354 go on")
                    mail["text"] = self.body()
                    sink.taken.append(mail)
                    self.say("250 taken")
                elif verb == "QUIT":
                    self.say("221 bye")
                    return
                else:
                    self.say("250 ok")

        def body(self) -> str:
            lines = []
            for raw in self.rfile:
                if raw == b".\r\n":
                    break
                lines.append(raw.decode())
            return "".join(lines)

    return Handler


def _http_handler(sink: Sink) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            sink.taken.append({"body": body, "headers": dict(self.headers), "path": self.path})
            status = sink.answers.pop(0) if sink.answers else 200
            self.send_response(status)
            if status == 302:
                self.send_header("Location", f"http://127.0.0.1:{sink.port}/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_POST

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    return Handler


@contextmanager
def _serving(server: socketserver.TCPServer, sink: Sink) -> Iterator[Sink]:
    sink.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield sink
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def smtp_sink() -> Iterator[Sink]:
    """Run an SMTP server."""
    sink = Sink()
    with _serving(socketserver.TCPServer(("127.0.0.1", 0), _mail_handler(sink)), sink) as running:
        yield running


@contextmanager
def http_sink() -> Iterator[Sink]:
    """Run an HTTP server."""
    sink = Sink()
    with _serving(HTTPServer(("127.0.0.1", 0), _http_handler(sink)), sink) as running:
        yield running
