"""Workbooks with several sheets: one is read, the others are named with their rows."""

import io
from collections import deque

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from openpyxl import Workbook

from zhijia.accounts.services import create_token
from zhijia.accounts.tests.factories import sign_in
from zhijia.core.actors import SYSTEM
from zhijia.membership.models import RosterImport, Worker
from zhijia.membership.roster.mapping import Layout
from zhijia.membership.services import importing
from zhijia.membership.tests.roster_files import HEADER, check, person, upload, write
from zhijia.unions.enums import Role
from zhijia.unions.tests.factories import NOW, PostFactory

pytestmark = pytest.mark.django_db
NOTE = ["填写说明：每人一行"]
WORKSHOPS = {
    "说明": [NOTE],
    "模板": [HEADER],
    "一车间": [["一车间会员名册"], HEADER, person(1), person(2), []],
    "二车间": [HEADER, person(3), person(4), person(5)],
    "去年": [HEADER, person(6)],
    "空": [],
}


def book(sheets=WORKSHOPS, hidden=("去年",)) -> io.BytesIO:
    made = Workbook()
    made.remove(made.active)
    for name, lines in sheets.items():
        sheet = made.create_sheet(name)
        for line in lines:
            sheet.append(line)
        if name in hidden:
            sheet.sheet_state = "hidden"
    out = io.BytesIO()
    made.save(out)
    out.seek(0)
    return out


@pytest.fixture
def officer(tree):
    return PostFactory(body=tree.county, role=Role.ORGANISER).user


@pytest.fixture
def browser(officer, time_machine):
    time_machine.move_to(NOW, tick=False)
    return sign_in(Client(), officer)


def test_the_sheet_with_people_is_read_and_every_other_with_rows_is_named(tree, now) -> None:
    layout = Layout.of(upload(tree.county, book(), now).layout)
    assert [(tab.name, tab.rows) for tab in layout.tabs() if tab.is_read] == [("一车间", 2)]
    assert [(tab.name, tab.rows, tab.is_hidden) for tab in layout.left_out()] == [
        ("说明", 1, False), ("二车间", 3, False), ("去年", 1, True),
    ]  # fmt: skip


def test_the_counts_stay_when_another_sheet_is_chosen_and_its_rows_alone_are_written(tree, now) -> None:
    roster = upload(tree.county, book(), now)
    roster = importing.choose_sheet(roster_id=roster.pk, sheet=3, by=SYSTEM, now=now)
    layout = Layout.of(roster.layout)
    assert [(tab.name, tab.rows) for tab in layout.left_out()] == [("说明", 1), ("一车间", 2), ("去年", 1)]
    importing.set_columns(
        roster_id=roster.pk, columns=layout.columns, joined_on=layout.joined_day, by=SYSTEM, now=now
    )
    roster = write(check(roster, now), now)
    assert (roster.rows_found, roster.rows_written, Worker.objects.count()) == (3, 3, 3)
    assert Layout.of(roster.layout).left_out() == layout.left_out()


def test_a_file_with_one_sheet_says_nothing_of_sheets(tree, now) -> None:
    layout = Layout.of(upload(tree.county, book({"会员": [HEADER, person(1)]}), now).layout)
    assert (layout.tabs(), layout.left_out()) == ([], [])


def test_pages_show_the_sheets_with_their_rows_and_which_are_left_out(browser, tree) -> None:
    file = SimpleUploadedFile("名册.xlsx", book().getvalue())
    where = browser.post("/membership/rosters/new/", {"body": tree.county.pk, "file": file})["Location"]
    text = browser.get(where).content.decode()
    for part in ("“一车间”：2 行", "说明 – 1 行", "二车间 – 3 行", "去年 – 隐藏，1 行", "模板 – 0 行"):
        assert part in text
    roster = RosterImport.objects.get()
    browser.post(f"/membership/rosters/{roster.pk}/sheet/", {"sheet": "3"})
    text = browser.get(where).content.decode()
    assert "“二车间”：3 行" in text
    told = {f"column_{name}": place for name, place in Layout.of(roster.layout).columns.items()}
    browser.post(where, {**told, "joined_on": "2026-01-01"})
    deque(importing.check_roster(roster_id=roster.pk, now=NOW), maxlen=0)
    text = browser.get(f"/membership/rosters/{roster.pk}/").content.decode()
    assert "<li>一车间 – 2 行</li>" in text, "also beside the figures"
    assert "<li>二车间" not in text


def test_programs_see_the_sheets_and_choose_one(officer, tree, time_machine) -> None:
    time_machine.move_to(NOW, tick=False)
    _token, secret = create_token(
        user=officer, name="t", scopes=["membership:work"], days=30, by=officer, now=NOW
    )
    client = Client(headers={"Authorization": f"Bearer {secret}"})
    file = SimpleUploadedFile("名册.xlsx", book().getvalue())
    at = "/api/v1/membership/rosters"
    told = client.post(at, {"body_id": tree.county.pk, "file": file}).json()
    assert (told["sheet"], told["sheet_rows"]) == (2, [1, 0, 2, 3, 1, 0])
    chosen = client.post(f"{at}/{told['id']}/sheet", {"sheet": 3}, content_type="application/json")
    assert (chosen.status_code, chosen.json()["sheet"], chosen.json()["header"]) == (200, 3, 1)
    refused = client.post(f"{at}/{told['id']}/sheet", {"sheet": 6}, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (422, "sheet-missing")
    assert RosterImport.objects.get().layout["sheet"] == 3


def test_the_command_names_what_it_leaves_out_and_takes_a_sheet(tree, tmp_path) -> None:
    path = tmp_path / "名册.xlsx"
    path.write_bytes(book().getvalue())

    def run(*more) -> tuple[str, str]:
        out, err = io.StringIO(), io.StringIO()
        call_command("import-roster", str(path), "--body", str(tree.county.pk), *more, stdout=out, stderr=err)
        return out.getvalue(), err.getvalue()

    out, err = run("--dry-run")
    assert "2 would be written" in out
    assert "left out: sheet '二车间' (3 rows)" in err
    assert "left out: sheet '去年' (1 rows, hidden)" in err
    assert "一车间" not in err
    assert "3 written" in run("--sheet", "二车间")[0]
    with pytest.raises(SystemExit, match="2"):
        run("--sheet", "三车间")
    assert Worker.objects.count() == 3
