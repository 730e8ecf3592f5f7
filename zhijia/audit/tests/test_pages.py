"""The page of seals."""

import datetime as dt

import pytest
import segno
from django.test import Client

from zhijia.audit.models import SignedHead, SigningKey
from zhijia.audit.services import record, sign_heads, tell_witnesses
from zhijia.core.actors import SYSTEM

NOW = dt.datetime(2026, 3, 2, 1, 30, tzinfo=dt.UTC)
pytestmark = pytest.mark.django_db


def sign(*tenants: int) -> None:
    for tenant in tenants:
        record("thing.done", obj="thing:1", by=SYSTEM, now=NOW, tenant=tenant)
    sign_heads(now=NOW)


def test_without_a_head_the_page_says_so():
    page = Client().get("/audit/heads", headers={"accept-language": "en"}).content.decode()
    assert "No seal yet" in page


def test_the_newest_head_hangs_there_as_a_code_that_holds_the_statement():
    sign(13)
    page = Client().get("/audit/heads", headers={"accept-language": "en"}).content.decode()
    head = SignedHead.objects.get()
    drawn = segno.make(head.statement, error="m").svg_inline(scale=4, border=2, svgclass="qr", lineclass=None)
    assert drawn in page
    assert " ".join(head.hash[n : n + 8] for n in range(0, 64, 8)) in page
    assert "Nobody outside this server holds a seal yet" in page
    assert "All areas" not in page


def test_each_area_can_be_chosen_and_no_other():
    sign(13, 31)
    head = SignedHead.objects.get(tenant=31)
    page = Client().get("/audit/heads?tenant=31").content.decode()
    assert " ".join(head.hash[n : n + 8] for n in range(0, 64, 8)) in page
    assert Client().get("/audit/heads?tenant=44").status_code == 404


def test_the_page_says_since_when_an_outsider_vouches(tmp_path, settings):
    (tmp_path / "heads.jws").touch()
    settings.ZHIJIA_WITNESSES = [f"file://{tmp_path}/heads.jws"]
    sign(13)
    tell_witnesses(now=NOW)
    page = Client().get("/audit/heads", headers={"accept-language": "en"}).content.decode()
    assert '<time datetime="2026-03-02T09:30' in page
    assert "Nobody outside this server" not in page
    assert str(tmp_path) not in page


def test_other_servers_fetch_the_same_as_json():
    sign(13, 31)
    answer = Client().get("/audit/heads.json")
    key = SigningKey.objects.get()
    assert answer.json() == {
        "keys": [{"number": 1, "id": key.key_id, "public": key.public, "announcement": ""}],
        "heads": list(SignedHead.objects.order_by("pk").values_list("statement", flat=True)),
    }
