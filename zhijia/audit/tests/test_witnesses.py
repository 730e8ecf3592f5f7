"""Showing heads: to a file, a mailbox, a server; each at its own pace."""

import datetime as dt
import http.server
import json
import ssl
import threading
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.core import mail

from zhijia.audit import selectors, witnesses
from zhijia.audit.errors import WitnessFailed
from zhijia.audit.models import SignedHead, WitnessState
from zhijia.audit.services import change_key, record, sign_heads, tell_witnesses
from zhijia.core.actors import SYSTEM

NOW = dt.datetime(2026, 3, 2, 1, 30, tzinfo=dt.UTC)
HOUR, MINUTE = dt.timedelta(hours=1), dt.timedelta(minutes=1)


def sign(hours: int = 0, tenant: int = 13) -> str:
    """Add a row, sign, and return the newest statement."""
    record("thing.done", obj="thing:1", by=SYSTEM, now=NOW, tenant=tenant)
    sign_heads(now=NOW + hours * HOUR)
    return str(SignedHead.objects.order_by("-pk")[0].statement)


@pytest.fixture
def file(tmp_path: Path, settings) -> Path:
    """A witness's file, the only witness there is."""
    path = tmp_path / "heads.jws"
    path.touch()
    settings.ZHIJIA_WITNESSES = [f"file://{path}"]
    return path


# How far each one was told ------------------------------------------------------------------


@pytest.mark.django_db
def test_each_head_is_shown_once_and_in_order(file):
    first = sign()
    assert tell_witnesses(now=NOW) == 1
    assert tell_witnesses(now=NOW + MINUTE) == 0
    second = sign(hours=1)
    tell_witnesses(now=NOW + HOUR)
    assert file.read_text().splitlines() == [first, second]
    assert SignedHead.objects.count() == 2


@pytest.mark.django_db
def test_a_new_witness_begins_with_the_newest_round(file):
    sign()
    newest = [sign(hours=1), sign(hours=1, tenant=31)]
    assert tell_witnesses(now=NOW) == 2
    assert file.read_text().splitlines() == newest


@pytest.mark.django_db
def test_a_witness_that_fails_is_left_alone_for_longer_and_longer_and_misses_nothing(file):
    told = [sign()]
    file.unlink()
    pauses, now = [], NOW
    for n in range(9):
        assert tell_witnesses(now=now) == 0
        state = WitnessState.objects.get()
        assert state.failures == n + 1
        pauses.append((state.next_at - now) // MINUTE)
        assert tell_witnesses(now=state.next_at - MINUTE / 2) == 0
        assert WitnessState.objects.get().failures == n + 1  # not even tried
        now = state.next_at
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert "No such file" in WitnessState.objects.get().trouble
    told.append(sign(hours=5))
    file.touch()
    assert tell_witnesses(now=now) == 2
    assert file.read_text().splitlines() == told
    state = WitnessState.objects.get()
    assert (state.failures, state.next_at, state.trouble) == (0, None, "")


@pytest.mark.django_db
def test_a_clock_that_was_set_back_keeps_nobody_waiting(file):
    sign()
    file.unlink()
    tell_witnesses(now=NOW + 10 * 365 * 24 * HOUR)
    file.touch()
    assert tell_witnesses(now=NOW) == 1


@pytest.mark.django_db
def test_one_that_fails_does_not_hold_up_the_others(file, settings, tmp_path):
    settings.ZHIJIA_WITNESSES = [f"file://{tmp_path}/absent/heads.jws", f"file://{file}"]
    sign()
    assert tell_witnesses(now=NOW) == 1
    lame, sound = selectors.witnesses()
    assert (lame.failures, lame.waiting, lame.head_at, lame.age(NOW)) == (1, 1, None, None)
    assert (sound.failures, sound.waiting, sound.head_at) == (0, 0, NOW)
    assert (sound.kind, sound.age(NOW + HOUR)) == ("file", HOUR)


@pytest.mark.django_db
def test_what_could_still_be_rewritten_unseen_is_counted(file):
    assert selectors.exposure() == selectors.Exposure(rows=0, since=None)
    sign()
    assert selectors.exposure() == selectors.Exposure(rows=1, since=None)
    tell_witnesses(now=NOW)
    assert selectors.exposure() == selectors.Exposure(rows=0, since=NOW)
    record("thing.done", obj="thing:1", by=SYSTEM, now=NOW, tenant=13)
    record("thing.done", obj="thing:1", by=SYSTEM, now=NOW, tenant=31)
    assert selectors.exposure() == selectors.Exposure(rows=2, since=NOW)
    assert selectors.exposure().age(NOW + MINUTE) == MINUTE


@pytest.mark.django_db
def test_a_new_key_is_announced_to_the_witness_before_its_first_head(file):
    first = sign()
    tell_witnesses(now=NOW)
    keys = [change_key(now=NOW), change_key(now=NOW)]  # the one between has signed nothing
    sign(hours=1)
    tell_witnesses(now=NOW + HOUR)
    heads = list(SignedHead.objects.order_by("pk").values_list("statement", flat=True))
    assert file.read_text().splitlines() == [first, *(key.announcement for key in keys), *heads[1:]]


# The ways -----------------------------------------------------------------------------------


def test_a_file_is_only_ever_added_to_and_a_torn_line_is_closed_first(tmp_path):
    path = tmp_path / "heads.jws"
    path.write_text("one\ntor")
    witnesses.show(f"file://{path}", ["torn", "three"])
    assert path.read_text() == "one\ntor\ntorn\nthree\n"


def test_a_file_is_on_the_disk_before_the_witness_counts_as_told(tmp_path, monkeypatch):
    path = tmp_path / "heads.jws"
    path.touch()

    def fail(handle: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(witnesses.os, "fsync", fail)
    with pytest.raises(WitnessFailed, match="Input/output error"):
        witnesses.show(f"file://{path}", ["one"])


def test_a_file_is_not_made_where_the_disk_is_missing(tmp_path):
    with pytest.raises(WitnessFailed, match="No such file"):
        witnesses.show(f"file://{tmp_path}/heads.jws", ["one"])
    assert list(tmp_path.iterdir()) == []


def test_a_mailbox_gets_the_lines_and_what_they_are_for(settings):
    witnesses.show("mailto:committee@example.org", ["eyJ.one", "eyJ.two"])
    (message,) = mail.outbox
    assert message.to == ["committee@example.org"]
    assert message.body.endswith("\n\neyJ.one\neyJ.two\n")


def test_without_a_mail_server_a_mailbox_was_not_told(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = ""
    with pytest.raises(WitnessFailed, match="ZHIJIA_SMTP_HOST"):
        witnesses.show("mailto:committee@example.org", ["one"])


class Other(http.server.BaseHTTPRequestHandler):
    """Another union's server."""

    got: list[object] = []
    status = 200
    headers_to_send: dict[str, str] = {}

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.got.append(json.loads(body))
        self.send_response(self.status)
        for name, value in self.headers_to_send.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def other(tmp_path, monkeypatch):
    """A server with TLS on this machine, whose certificate we trust; returns its address."""
    certificate, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    own = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    today = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(own.public_key())
        .serial_number(1).not_valid_before(today - dt.timedelta(days=1))
        .not_valid_after(today + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(own, hashes.SHA256())
    )  # fmt: skip
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key.write_bytes(own.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ))  # fmt: skip
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    monkeypatch.setattr(Other, "got", [])
    server = http.server.HTTPServer(("127.0.0.1", 0), Other)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"https://localhost:{server.server_port}/audit/witness"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_server_gets_the_lines(other):
    witnesses.show(other, ["one", "two"])
    assert Other.got == [{"statements": ["one", "two"]}]


def test_a_server_that_refuses_was_not_told(other, monkeypatch):
    monkeypatch.setattr(Other, "status", 409)
    with pytest.raises(WitnessFailed, match="409"):
        witnesses.show(other, ["one"])


def test_a_server_whose_certificate_nobody_vouches_for_is_told_nothing(other, monkeypatch):
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(WitnessFailed, match="CERTIFICATE_VERIFY_FAILED"):
        witnesses.show(other, ["one"])
    assert Other.got == []


def test_a_redirect_leads_nowhere(other, monkeypatch):
    monkeypatch.setattr(Other, "status", 302)
    monkeypatch.setattr(Other, "headers_to_send", {"Location": other})
    with pytest.raises(WitnessFailed, match="302"):
        witnesses.show(other, ["one"])
    assert len(Other.got) == 1


def test_a_server_that_is_not_there_was_not_told():
    with pytest.raises(WitnessFailed, match="refused"):
        witnesses.show("https://localhost:1/audit/witness", ["one"])
