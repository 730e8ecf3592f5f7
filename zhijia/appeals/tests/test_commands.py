"""``zhijia import-appeals`` and ``zhijia replay-appeals`` on generated files."""

import csv
import datetime as dt
import io
from pathlib import Path
from statistics import median, quantiles

import pytest
from django.core.management import call_command
from openpyxl import Workbook

from zhijia.appeals.models import Appeal, OwnMatter, Reply
from zhijia.appeals.tests.factories import make_world
from zhijia.audit.models import Entry
from zhijia.core.clock import CHINA
from zhijia.statistics.selectors import percentile_of
from zhijia.vault.models import SealedPart

HEADER = ["留言编号", "留言用户", "留言主题", "留言时间", "留言详情", "答复意见", "答复时间"]
START = dt.datetime(2019, 4, 24, 15, 40, 4, tzinfo=CHINA)


def rows(count=40):
    made = []
    for n in range(count):
        sent = START + dt.timedelta(hours=7 * n)
        replied = sent + dt.timedelta(hours=5 + n * n % 300)
        stamp = ["%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M:%S"][n % 2]
        made.append([str(9000 + n), f"U{n}", f"工资问题{n}", sent.strftime(stamp), f"第{n}个月没发工资",
                     f"已处理{n}", replied.strftime(stamp)])  # fmt: skip
    return made


def write_csv(path: Path, lines, encoding="utf-8", header=HEADER) -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows([header, *lines])
    return path


def run(*arguments):
    """Return exit status, output and errors of a command."""
    out, err, status = io.StringIO(), io.StringIO(), 0
    try:
        call_command(*arguments, stdout=out, stderr=err)
    except SystemExit as stop:
        status = int(stop.code or 0)
    return status, out.getvalue(), err.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_becomes_closed_history_and_again_changes_nothing(world, tmp_path, encoding):
    file = write_csv(tmp_path / "旧热线.csv", rows(), encoding)
    status, out, _err = run("import-appeals", str(file))
    assert status == 0
    assert "received_at  <- column 4 “留言时间”" in out
    assert out.endswith("40 written, 0 known before, 0 refused\n")
    assert Appeal.objects.filter(is_history=True, state="unconfirmed").count() == 40
    assert Reply.objects.count() == 40
    status, out, _err = run("import-appeals", str(file))
    assert (status, Appeal.objects.count()) == (0, 40)
    assert out.endswith("0 written, 40 known before, 0 refused\n")


def test_a_workbook_with_real_dates_and_numbers_reads_alike(world, tmp_path):
    book = Workbook()
    book.active.append(HEADER)
    for number, sender, subject, sent, text, reply, replied in rows(3):
        dates = [dt.datetime.fromisoformat(d.replace("/", "-")) for d in (sent, replied)]
        book.active.append([int(number), sender, subject, dates[0], text, reply, dates[1]])
    book.save(tmp_path / "旧热线.xlsx")
    run("import-appeals", str(write_csv(tmp_path / "旧热线.csv", rows(3))))
    status, out, _err = run("import-appeals", str(tmp_path / "旧热线.xlsx"))
    assert (status, Appeal.objects.count()) == (0, 3)
    assert "3 known before" in out
    assert Appeal.objects.get(source_reference="9000").received_at == START


def test_answer_times_on_the_page_equal_those_of_the_file(world, tmp_path):
    run("import-appeals", str(write_csv(tmp_path / "h.csv", rows())))
    hours = [(5 + n * n % 300) for n in range(40)]
    kept = [
        (a.replied_at - a.received_at).total_seconds() / 3600 for a in Appeal.objects.filter(is_history=True)
    ]
    assert sorted(kept) == sorted(hours)
    assert percentile_of(kept, 0.5) == pytest.approx(median(hours))
    assert percentile_of(kept, 0.9) == pytest.approx(quantiles(hours, n=10, method="inclusive")[8])


def test_each_bad_row_is_named_with_its_reason_and_the_rest_is_written(world, tmp_path):
    lines = rows(4)
    lines[1][3] = "昨天"
    lines[2][4] = "   "
    lines[3][6] = "2001-01-01"
    lines.append(list(lines[0]))
    status, out, err = run("import-appeals", str(write_csv(tmp_path / "h.csv", lines)))
    assert status == 1
    assert out.endswith("1 written, 0 known before, 4 refused\n")
    assert "line 3: “昨天” is not a date" in err
    assert "line 4: the message is empty" in err
    assert "line 5: the reply (2001-01-01) is older" in err
    assert "line 6: the number 9000 stands twice" in err


def test_a_dry_run_writes_nothing(world, tmp_path):
    status, out, _err = run("import-appeals", "--dry-run", str(write_csv(tmp_path / "h.csv", rows())))
    assert (status, Appeal.objects.count()) == (0, 0)
    assert out.endswith("40 would be written, 0 known before, 0 refused\n")


def test_unknown_columns_are_named_and_can_be_mapped(world, tmp_path):
    header = ["a", "b", "c", "when", "what", "d", "e"]
    file = write_csv(tmp_path / "h.csv", rows(2), header=header)
    status, _out, err = run("import-appeals", str(file))
    assert (status, Appeal.objects.count()) == (2, 0)
    assert "--map received_at=COLUMN" in err
    status, out, _err = run("import-appeals", str(file), "--map", "received_at=when", "--map", "text=what")
    assert status == 0
    assert "2 written" in out


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00\x01\x80\xff", b"PK\x03\x04 not a workbook"])
def test_a_file_that_is_no_table_is_refused_in_one_sentence(world, tmp_path, content):
    file = tmp_path / "h.csv"
    file.write_bytes(content)
    status, _out, err = run("import-appeals", str(file))
    assert status == 2
    assert str(file) in err
    assert "Traceback" not in err


def test_senders_are_sealed_and_the_audit_holds_no_text(world, tmp_path):
    run("import-appeals", str(write_csv(tmp_path / "h.csv", rows(2))))
    assert SealedPart.objects.filter(part="complainant").count() == 2
    assert not OwnMatter.objects.exists()
    assert "工资" not in str(list(Entry.objects.values_list("data", flat=True)))


@pytest.mark.django_db(transaction=True)
@pytest.mark.enable_socket
def test_messages_are_replayed_through_the_api_from_hand_in_to_rating(live_server, now, tmp_path):
    make_world(dt.datetime(2025, 6, 2, tzinfo=dt.UTC))
    file = tmp_path / "messages.csv"
    lines = [
        ["1", "欠薪", "老板拖欠工人工资三个月不发", "yes"],
        ["2", "路灯", "小区门口的路灯坏了没人修", "no"],
    ]
    lines += [[str(n), "欠薪", f"第{n}次反映：厂里拖欠工资不发", "yes"] for n in range(3, 12)]
    write_csv(file, lines, header=["message_id", "subject", "body", "about_work"])
    status, out, err = run("replay-appeals", str(file), "--url", live_server.url, "--places", "130502")
    assert (status, err) == (0, "")
    assert "sent 11, different receipts 11, failed 0" in out
    assert "routed to a work category: 10 of 11" in out
    assert "recall 100.0%, precision 100.0%" in out
    assert Appeal.objects.filter(state="confirmed").count() == 10
    assert Appeal.objects.filter(state="refused").count() == 1
    assert Appeal.objects.filter(round=2).count() == 1
