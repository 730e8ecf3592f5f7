"""Rosters on pages, by the interface for programs and by the command: the same answers."""

import io
from collections import deque

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from openpyxl import load_workbook

from bench.rosters import HEADER, rows
from zhijia.accounts.services import create_token
from zhijia.accounts.tests.factories import sign_in
from zhijia.core.actors import SYSTEM
from zhijia.membership.models import Membership, Pair, RosterImport, Worker
from zhijia.membership.services import importing
from zhijia.membership.tests.roster_files import GOOD, text_file
from zhijia.membership.tests.roster_files import HEADER as SHORT
from zhijia.unions.enums import Role
from zhijia.unions.tests.factories import PostFactory

pytestmark = pytest.mark.django_db
BAD = ["王五", "110105194912310021", "13800000002", "2020-01-02"]


@pytest.fixture
def officer(tree):
    return PostFactory(body=tree.county, role=Role.ORGANISER).user


@pytest.fixture
def browser(officer):
    return sign_in(Client(), officer)


def content(*lines):
    return text_file(SHORT, *lines).getvalue()


def run_check(pk, now):
    deque(importing.check_roster(roster_id=pk, now=now), maxlen=0)


def test_an_officer_imports_on_pages(browser, tree, time_machine, now):
    time_machine.move_to(now, tick=False)
    file = SimpleUploadedFile("名册.csv", content(GOOD, BAD))
    answer = browser.post("/membership/rosters/new/", {"body": tree.county.pk, "file": file})
    roster = RosterImport.objects.get()
    assert answer["Location"] == f"/membership/rosters/{roster.pk}/columns/"
    page = browser.get(answer["Location"])
    assert page.status_code == 200
    told = {f"column_{name}": place for name, place in roster.layout["columns"].items()}
    answer = browser.post(answer["Location"], {**told, "joined_on": "2026-01-01"})
    assert answer["Location"] == f"/membership/rosters/{roster.pk}/"
    running = browser.get(answer["Location"])
    assert running["Refresh"] == "3"
    run_check(roster.pk, now)
    page = browser.get(answer["Location"])
    assert "B3" in page.content.decode()
    assert not page.has_header("Refresh")
    assert not Worker.objects.exists()
    assert browser.post(f"/membership/rosters/{roster.pk}/write/").status_code == 302
    deque(importing.write_roster(roster_id=roster.pk, now=now), maxlen=0)
    assert Membership.objects.get().body == tree.county
    book = browser.get(f"/membership/rosters/{roster.pk}/rows-to-mend.xlsx")
    assert load_workbook(io.BytesIO(book.content)).active["A2"].value == "王五"
    assert browser.get("/membership/rosters/").status_code == 200


def test_what_keeps_a_row_out_is_listed_before_what_is_only_noted(browser, tree, now):
    warned, bad = (
        [["赵六", "", f"1380000001{n}"] for n in range(3)],
        ["王五", "110105194912310021", "13800000009"],
    )
    lines = text_file(["姓名", "身份证号码", "手机号码"], *warned, bad)
    roster = importing.upload_roster(
        body_id=tree.county.pk, file=lines, file_name="a.csv", by=SYSTEM, now=now
    )
    importing.begin_check(roster_id=roster.pk, by=SYSTEM, now=now, in_background=False)
    run_check(roster.pk, now)
    page = browser.get(f"/membership/rosters/{roster.pk}/")
    assert [(one.row, one.is_warning) for one in page.context["problems"].items][:2] == [
        (5, False),
        (2, True),
    ]


def test_a_column_chosen_twice_is_refused_on_the_page(browser, tree):
    file = SimpleUploadedFile("名册.csv", content(GOOD))
    where = browser.post("/membership/rosters/new/", {"body": tree.county.pk, "file": file})["Location"]
    page = browser.post(where, {"column_name": 0, "column_phone": 0, "joined_on": "2026-01-01"})
    assert page.status_code == 422
    assert "column_phone" in page.context["form"].errors  # the later of the two, beside its field
    assert RosterImport.objects.get().state == "uploaded"


def test_a_file_that_is_no_table_is_refused_on_the_page(browser, tree):
    file = SimpleUploadedFile("名册.xlsx", b"PK\x03\x04 broken")
    page = browser.post("/membership/rosters/new/", {"body": tree.county.pk, "file": file})
    assert page.status_code == 422
    assert not RosterImport.objects.exists()


def test_a_pair_is_put_together_on_its_page(browser, tree, now):
    lines = text_file(
        ["姓名", "手机号码", "出生日期"],
        ["张三", "13800000001", "1980-01-01"],
        ["张三", "13800000002", "1980-01-01"],
    )
    roster = importing.upload_roster(
        body_id=tree.county.pk, file=lines, file_name="a.csv", by=SYSTEM, now=now
    )
    told = {"roster_id": roster.pk, "by": SYSTEM, "now": now, "in_background": False}
    importing.begin_check(**told)
    run_check(roster.pk, now)
    importing.begin_writing(**told)
    deque(importing.write_roster(roster_id=roster.pk, now=now), maxlen=0)
    from zhijia.membership.services.pairs import find_pairs_of_roster

    assert find_pairs_of_roster(roster_id=roster.pk, now=now) == 1
    pair = Pair.objects.get()
    assert "张三" in browser.get("/membership/duplicates/").content.decode()
    page = browser.get(f"/membership/duplicates/{pair.pk}/").content.decode()
    assert "138****0001" in page
    assert "13800000001" not in page
    chosen = Membership.objects.get(worker=pair.first)
    answer = browser.post(
        f"/membership/duplicates/{pair.pk}/", {"keep": pair.first_id, "membership": chosen.pk}
    )
    assert answer["Location"] == "/membership/duplicates/"
    assert Worker.objects.exclude(merged_into=None).get() == pair.second


def test_a_program_imports(officer, tree, now, time_machine):
    time_machine.move_to(now, tick=False)
    token = create_token(user=officer, name="t", scopes=["membership:work"], days=1, by=SYSTEM, now=now)[1]
    client = Client(headers={"Authorization": f"Bearer {token}"})
    file = SimpleUploadedFile("名册.csv", content(GOOD, BAD))
    made = client.post("/api/v1/membership/rosters", {"body_id": tree.county.pk, "file": file})
    assert made.status_code == 201, made.content
    told = made.json()
    at = f"/api/v1/membership/rosters/{told['id']}"
    answer = client.post(
        f"{at}/check",
        {"columns": told["columns"], "joined_on": "2026-01-01"},
        content_type="application/json",
    )
    assert answer.status_code == 202, answer.content
    run_check(told["id"], now)
    assert client.get(at).json()["rows_bad"] == 1
    (problem,) = client.get(f"{at}/problems").json()
    assert (problem["row"], problem["cell"], problem["code"]) == (3, "B3", "id-checksum")
    assert client.post(f"{at}/write").status_code == 202
    deque(importing.write_roster(roster_id=told["id"], now=now), maxlen=0)
    assert client.get(at).json()["rows_written"] == 1
    assert client.get(f"{at}/rows-to-mend").status_code == 200


def command(*arguments):
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("import-roster", *map(str, arguments), stdout=out, stderr=err)
    except SystemExit as end:
        return end.code, out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


def test_the_command_says_how_it_went(tree, tmp_path):
    path = tmp_path / "名册.csv"
    path.write_bytes(content(GOOD, BAD))
    status, out, err = command(path, "--body", tree.county.pk, "--dry-run", "--mend", tmp_path / "mend.xlsx")
    assert (status, Worker.objects.count()) == (1, 0)
    assert "1 would be written, 0 known before, 1 refused" in out
    assert "row 3 B3: refused" in err
    assert load_workbook(tmp_path / "mend.xlsx").active["A2"].value == "王五"
    assert command(path, "--body", tree.county.pk)[0] == 1
    assert Worker.objects.count() == 1
    path.write_bytes(text_file(HEADER, *rows(20)).getvalue())
    assert command(path, "--body", tree.county.pk)[:2][0] == 0
    status, out, _err = command(path, "--body", tree.county.pk)
    assert (status, Worker.objects.count()) == (0, 21)
    assert "20 known before" in out
    path.write_bytes(b"PK\x03\x04")
    assert command(path, "--body", tree.county.pk)[0] == 2
    assert command(tmp_path / "none.csv", "--body", tree.county.pk)[0] == 2
    assert command(path, "--body", 999_999)[0] == 2
