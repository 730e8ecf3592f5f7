"""``zhijia import-appeals FILE``: an older hotline's export becomes closed history."""

import argparse
import sys
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from tqdm import tqdm

from zhijia.appeals.services.importing import HistoryRow, ImportReport, import_history
from zhijia.appeals.suggestions import is_work_matter, suggest_categories
from zhijia.core import clock
from zhijia.core.actors import SYSTEM
from zhijia.core.tabular import Table, Unreadable, propose_mapping, read_instant, read_table
from zhijia.unions.enums import BodyKind, Level
from zhijia.unions.models import UnionBody
from zhijia.unions.selectors import territorial_body

ALIASES = {
    "reference": ("message_id", "留言编号", "工单编号", "编号", "id"),
    "sender": ("留言用户", "来电人", "反映人", "姓名", "用户"),
    "subject": ("留言主题", "主题", "标题", "title"),
    "received_at": ("sent_at", "留言时间", "来电时间", "受理时间", "登记时间"),
    "text": ("body", "留言详情", "诉求内容", "内容", "详情", "message"),
    "reply": ("答复意见", "答复内容", "回复", "办理结果", "答复"),
    "replied_at": ("答复时间", "回复时间", "办结时间"),
}
NEEDED = ("received_at", "text")
SHOWN = 20


class Command(BaseCommand):
    help = "Bring an older hotline's export (CSV in UTF-8 or GB18030, XLSX) in as closed history; repeatable."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--map", action="append", default=[], metavar="FIELD=COLUMN",
                            help=f"correct the proposed mapping; fields: {', '.join(ALIASES)}")  # fmt: skip
        parser.add_argument(
            "--source", default="", help="name of the older hotline (default: the file's name)"
        )
        parser.add_argument(
            "--place",
            default="",
            help="GB/T 2260 code of the place whose body gets the history (default: the province)",
        )
        parser.add_argument("--dry-run", action="store_true", help="check everything, write nothing")
        parser.add_argument("--yes", action="store_true", help="do not ask before writing")

    def handle(self, *, file: Path, **options: Any) -> None:
        try:
            table = read_table(file)
            mapping = _mapping(table, options["map"])
        except Unreadable as error:
            self.stderr.write(str(error))
            sys.exit(2)
        body = territorial_body(options["place"] or _only_province())
        source = options["source"] or file.stem
        self._show(table, mapping, body.name, source)
        if not (options["dry_run"] or options["yes"] or self._agreed()):
            self.stderr.write("Nothing was written.")
            sys.exit(2)
        bad: list[tuple[int, str]] = []
        with tqdm(total=len(table.rows), unit=" rows", disable=None) as bar:
            rows = _rows(table, mapping, bad, bar)
            steps = import_history(
                rows=rows, body=body, source=source, by=SYSTEM, now=clock.now(), dry_run=options["dry_run"]
            )
            report = next(iter(deque(steps, maxlen=1)), ImportReport())
        self._tell(report, bad + report.refused, options["dry_run"])

    def _show(self, table: Table, mapping: dict[str, int], body: str, source: str) -> None:
        self.stdout.write(f"{len(table.rows)} rows, {table.encoding}; source “{source}”; goes to {body}")
        for name in ALIASES:
            column = (
                f"column {mapping[name] + 1} “{table.header[mapping[name]]}”" if name in mapping else "(none)"
            )
            self.stdout.write(f"  {name:<12} <- {column}")

    def _agreed(self) -> bool:
        if not sys.stdin.isatty():
            return True
        return input("Write? [y/N] ").strip().lower() in ("y", "yes", "是")

    def _tell(self, report: ImportReport, refused: list[tuple[int, str]], dry_run: bool) -> None:
        for line, reason in sorted(refused)[:SHOWN]:
            self.stderr.write(f"  line {line}: {reason}")
        if len(refused) > SHOWN:
            self.stderr.write(f"  … and {len(refused) - SHOWN} more")
        verb = "would be written" if dry_run else "written"
        self.stdout.write(f"{report.written} {verb}, {report.known} known before, {len(refused)} refused")
        if refused:
            sys.exit(1 if report.written or report.known else 2)


def _only_province() -> str:
    """Return the place of the installation's province; "" (the nation) when it has several or none."""
    places = UnionBody.objects.active().filter(level=Level.PROVINCE, kind=BodyKind.FEDERATION)
    found = list(places.values_list("place", flat=True)[:2])
    return found[0] if len(found) == 1 else ""


def _mapping(table: Table, corrections: list[str]) -> dict[str, int]:
    found = propose_mapping(table.header, ALIASES)
    for correction in corrections:
        name, _sign, column = correction.partition("=")
        if name not in ALIASES or column not in table.header:
            raise Unreadable(f"--map {correction}: use FIELD=COLUMN with a field of {', '.join(ALIASES)} "
                             f"and one of the columns {', '.join(table.header)}.")  # fmt: skip
        found[name] = table.header.index(column)
    missing = [name for name in NEEDED if name not in found]
    if missing:
        raise Unreadable(f"No column found for {', '.join(missing)}; columns are {', '.join(table.header)}. "
                         f"Name it with --map {missing[0]}=COLUMN.")  # fmt: skip
    return found


def _rows(
    table: Table, mapping: dict[str, int], bad: list[tuple[int, str]], bar: Any
) -> Iterator[HistoryRow]:
    for line, cells in table.rows:
        bar.update()
        told = {name: cells[i] if i < len(cells) else "" for name, i in mapping.items()}
        try:
            yield _row(line, told)
        except ValueError as error:
            bad.append((line, str(error)))


def _row(line: int, told: dict[str, Any]) -> HistoryRow:
    text = str(told["text"]).strip()
    if not text:
        raise ValueError("the message is empty")
    received = read_instant(told["received_at"])
    reply = str(told.get("reply", "")).strip()
    replied = read_instant(told["replied_at"]) if str(told.get("replied_at", "")).strip() else None
    if replied and replied < received:
        raise ValueError(f"the reply ({replied:%Y-%m-%d}) is older than the message ({received:%Y-%m-%d})")
    if reply and replied is None:
        raise ValueError("there is a reply without its time")
    subject = str(told.get("subject", "")).strip()
    guesses = suggest_categories(f"{subject}\n{text}", 1) if is_work_matter(f"{subject}\n{text}") else []
    return HistoryRow(
        line=line,
        reference=_number(told.get("reference", "")),
        text=text,
        subject=subject,
        sender=str(told.get("sender", "")).strip(),
        received_at=received,
        reply=reply,
        replied_at=replied,
        category=guesses[0].code if guesses else "",
    )


def _number(cell: Any) -> str:
    """Return a reference as text; a workbook may have turned it into a float."""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell).strip()
