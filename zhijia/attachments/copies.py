"""Cleaned copies of documents: made anew from the points and texts that the sandbox gave out.

Nothing of the file that was handed in is in them: no program, no link, no author, no hidden part.
"""

import io
import re
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

from zhijia.attachments.pictures import jpeg_of
from zhijia.attachments.sandbox.runner import Frame, Points, SandboxRefused, run
from zhijia.attachments.word_copies import NOT_IN_XML, word_copy
from zhijia.core.spreadsheet import cell, new_book

_DOT = 72 / 130
"""Size of one point of a drawn page, in points of 1/72 inch."""
MOST_BYTES = 200 * 1024 * 1024
"""Of a copy: 500 pages of photographed paper stay below it."""


def cleaned(file: BinaryIO, kind: str) -> bytes:
    """Return the copy of a PDF, Word or Excel document; raise ``SandboxRefused``, ``NoSandbox``."""
    frames = run(kind, file)
    if kind == "pdf":
        return _pdf(frames)
    return word_copy(frames) if kind == "docx" else _xlsx(frames)


def page_count(file: BinaryIO) -> int:
    """Return how many pages a PDF has; raise ``SandboxRefused`` when it cannot be opened or drawn."""
    return int(next((f["pages"] for f in run("look", file) if isinstance(f, dict)), 0))


def _jpegs(frames: Iterable[Frame]) -> Iterator[tuple[Points, bytes]]:
    weight = 0
    for frame in frames:
        if isinstance(frame, Points):
            content = jpeg_of(frame.width, frame.height, frame.rgb)
            weight += len(content)
            if weight > MOST_BYTES:
                raise SandboxRefused("too-large")
            yield frame, content


# PDF of pictures ------------------------------------------------------------------------------


def _pdf(frames: Iterable[Frame]) -> bytes:
    import pypdfium2  # three megabytes that only the background needs

    document = pypdfium2.PdfDocument.new()
    for points, content in _jpegs(frames):
        width, height = points.width * _DOT, points.height * _DOT
        picture = pypdfium2.PdfImage.new(document)
        picture.load_jpeg(io.BytesIO(content), inline=True)
        picture.set_matrix(pypdfium2.PdfMatrix().scale(width, height))
        page = document.new_page(width, height)
        page.insert_obj(picture)
        page.gen_content()
        page.close()
    out = io.BytesIO()
    document.save(out)
    document.close()
    return out.getvalue()


# Excel: values only ---------------------------------------------------------------------------


def _xlsx(frames: Iterable[Frame]) -> bytes:
    book, sheet = new_book(), None
    for frame in frames:
        if isinstance(frame, dict) and "sheet" in frame:
            sheet = book.create_sheet(_sheet_name(str(frame["sheet"]), book.sheetnames))
        elif isinstance(frame, dict) and "row" in frame and sheet is not None:
            sheet.append([cell(sheet, _value(value)) for value in frame["row"]])
    if sheet is None:
        raise SandboxRefused("damaged")
    book.properties.creator, book.properties.lastModifiedBy = "", ""
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _sheet_name(told: str, taken: list[str]) -> str:
    name = re.sub(r"[\[\]:*?/\\']", "_", NOT_IN_XML.sub("", told))[:31] or "1"
    return name if name not in taken else f"{name[:24]} {len(taken) + 1}"


def _value(value: Any) -> Any:
    if isinstance(value, dict):
        return str(value.get("d", "")).replace("T", " ").removesuffix(" 00:00:00")
    return value if isinstance(value, int | float) else NOT_IN_XML.sub("", str(value))[:32_000]
