"""This server as a witness: whose heads it keeps, and which it refuses."""

import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.management import CommandError, call_command
from django.test import Client

from zhijia.audit.keys import Signer, public_of
from zhijia.audit.models import Entry, PeerHead, PeerKey
from zhijia.audit.verify_audit import Heads, Trust, key_id, statements_in

pytestmark = pytest.mark.django_db


class Server:
    """Another union's server, which signs what it is told to."""

    def __init__(self) -> None:
        self.private = Ed25519PrivateKey.generate()
        self.installation = key_id(public_of(self.private))

    @property
    def public(self) -> str:
        return public_of(self.private).hex()

    def sign(self, **content) -> str:
        name = key_id(public_of(self.private))
        return Signer(1, name, self.private, self.installation).sign(content)

    def head(
        self, seq: int, digit: str = "a", tenant: int = 13, at: str = "2026-03-02T01:30:00.000000Z"
    ) -> str:
        return self.sign(about="head", tenant=tenant, seq=seq, hash=digit * 64, at=at)

    def new_key(self) -> str:
        new = Ed25519PrivateKey.generate()
        announcement = self.sign(about="key", public=public_of(new).hex(), at="2026-03-02T01:30:00.000000Z")
        self.private = new
        return announcement


@pytest.fixture
def server() -> Server:
    """A server whose public key its people have told us."""
    made = Server()
    call_command("audit", "witness", "add", "河南省总工会", made.public)
    return made


def show(*lines: object, **more) -> tuple[int, dict]:
    answer = Client(enforce_csrf_checks=True).post(
        "/audit/witness", json.dumps({"statements": lines, **more}), content_type="application/json"
    )
    return answer.status_code, answer.json()


def kept() -> list[tuple[int, int, str]]:
    return list(PeerHead.objects.order_by("pk").values_list("tenant", "seq", "hash"))


def test_heads_that_follow_one_another_are_kept_each_once(server):
    assert show(server.head(5), server.head(5, tenant=31)) == (200, {"kept": 2})
    assert show(server.head(5), server.head(9, "b")) == (200, {"kept": 1})
    assert kept() == [(13, 5, "a" * 64), (31, 5, "a" * 64), (13, 9, "b" * 64)]


def test_the_same_row_signed_again_later_is_kept_too(server):
    show(server.head(5))
    assert show(server.head(5, at="2026-03-03T01:30:00.000000Z")) == (200, {"kept": 1})


@pytest.mark.parametrize(("seq", "digit"), [(5, "b"), (4, "a"), (1, "c")])
def test_a_head_that_forks_from_an_earlier_one_is_refused(server, seq, digit):
    show(server.head(5))
    status, told = show(server.head(seq, digit))
    assert (status, told["code"]) == (409, "head-forks")
    assert kept() == [(13, 5, "a" * 64)]


def test_all_or_none_is_kept(server):
    show(server.head(5))
    assert show(server.head(6, "b"), server.head(5, "c"))[0] == 409
    assert kept() == [(13, 5, "a" * 64)]


def test_whom_nobody_registered_is_refused(server):
    status, told = show(Server().head(5))
    assert (status, told["code"]) == (403, "no-such-peer")
    assert kept() == []


def test_a_false_signature_is_refused(server):
    head = server.head(5)
    thief = Server()
    thief.installation = server.installation
    false = head.rpartition(".")[0] + "." + thief.head(5).rpartition(".")[2]
    assert show(false)[0] == 422
    assert kept() == []


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'{"statements":7}', b'{"statements":[7]}', b'{"statements":["x"]}']
)
def test_what_is_no_head_is_refused(server, body):
    answer = Client().post("/audit/witness", body, content_type="application/json")
    assert answer.status_code == 422
    assert kept() == []


def test_a_head_of_impossible_numbers_is_refused(server):
    for seq, tenant in ((0, 13), (-1, 13), (2**40, 13), (5, -1), (5, 2**40)):
        assert show(server.head(seq, tenant=tenant))[0] == 422
    assert show(server.sign(about="head", tenant=13, seq=5, hash="short", at=""))[0] == 422
    assert show(server.sign(about="receipt", tenant=13, seq=5, hash="a" * 64, at=""))[0] == 422
    assert kept() == []


def test_too_many_at_once_are_refused(server):
    assert show(*[server.head(5)] * 401)[0] == 422
    assert show(server.head(5), padding="x" * 600_000)[0] == 422


def test_a_new_key_that_the_old_one_announces_may_sign_and_the_old_one_no_more(server):
    old = server.private
    before = server.head(5)
    assert show(before, server.new_key(), server.head(6, "b")) == (200, {"kept": 2})
    server.private = old
    assert show(server.head(7, "c"))[0] == 409
    assert show(server.new_key())[0] == 409  # nor announce another one
    assert show(before) == (200, {"kept": 0})  # what was kept already may be sent again
    assert PeerKey.objects.count() == 2


def test_what_a_peer_has_shown_is_written_out_for_its_auditors(server, tmp_path):
    root = server.public
    show(server.head(5), server.new_key(), server.head(6, "b"))
    file = tmp_path / "held.jws"
    call_command("audit", "witness", "export", "河南省总工会", str(file))
    heads = Heads(Trust(root))
    assert [(head.tenant, head.seq) for head in heads.take(statements_in(file, strict=True))] == [
        (13, 5),
        (13, 6),
    ]
    with pytest.raises(CommandError):
        call_command("audit", "witness", "export", "nobody", str(file))


def test_adding_a_peer_is_written_down_and_done_once(server, capsys):
    assert list(Entry.objects.values_list("tenant", "action")) == [(0, "audit.peer_added")]
    for name, public in (("河南省总工会", Server().public), ("another", server.public), ("third", "xyz")):
        with pytest.raises(CommandError) as refused:
            call_command("audit", "witness", "add", name, public)
        assert refused.value.returncode == 2
    call_command("audit", "witness", "list")
    assert f"河南省总工会  keys {server.installation}  0 heads" in capsys.readouterr().out


def test_a_browser_cannot_use_the_door(server):
    assert Client().get("/audit/witness").status_code == 405
