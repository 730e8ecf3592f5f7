"""The program inside the sandbox: ``python -I inside.py TASK FENCE < file > frames``.

Reads one file from standard input and writes frames: a letter, a length of four bytes, the content.
``J`` is a JSON value (text of the document), ``P`` a picture (width and height of four bytes each,
then RGB points). The last frame is ``{"end": true}``, or ``{"refused": code}``. It knows nothing of
the house: standard library, pypdfium2, Pillow and python-calamine only.
"""

import ctypes
import io
import json
import math
import posixpath
import resource
import struct
import sys
import zipfile
from collections.abc import Callable, Iterator
from typing import Any
from xml.etree import ElementTree

MEMORY = 1536 * 1024 * 1024
SECONDS = {"look": 10, "pdf": 120, "docx": 60, "xlsx": 60}
"""Processor seconds of each task."""
MOST_PAGES = 500
DOTS_PER_POINT = 130 / 72
MOST_DOTS = 4_000_000
"""Points of one page or picture that comes out."""
MOST_SOURCE_DOTS = 40_000_000
MOST_CELLS = 500_000
MOST_PICTURES = 200
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
EMBED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}embed"
TARGET_MODE = "TargetMode"
BREAKS = {f"{WORD}tab": "\t", f"{WORD}br": "\n", f"{WORD}cr": "\n", f"{WORD}noBreakHyphen": "-"}
PR_SET_DUMPABLE, PR_SET_NO_NEW_PRIVS = 4, 38


class Refused(Exception):
    """The file cannot be drawn; the text is a code for the house."""


def lock_up(task: str, fence: str) -> None:
    """Give up what is not needed; without a fence of the kernel also every way to open anything."""
    libc = ctypes.CDLL(None)
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    limits = {"AS": MEMORY, "CPU": SECONDS[task], "FSIZE": 0, "CORE": 0, "NPROC": 0}
    # No new descriptor means no file, no socket, no pipe: the only fence that needs nobody's leave.
    limits["NOFILE"] = 64 if fence == "walled" else 0
    for name, value in limits.items():
        resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (value, value))


def send(kind: bytes, content: bytes) -> None:
    """Write one frame."""
    sys.stdout.buffer.write(kind + struct.pack(">I", len(content)) + content)


def tell(value: Any) -> None:
    """Write a JSON frame."""
    send(b"J", json.dumps(value, ensure_ascii=False).encode())


def show(picture: Any) -> None:
    """Write a Pillow picture as bare points."""
    plain = picture.convert("RGB")
    send(b"P", struct.pack(">II", *plain.size) + plain.tobytes())


# PDF ------------------------------------------------------------------------------------------


def open_pdf(content: bytes) -> Any:
    """Return the document; refuse one that is locked, broken, empty or endless."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(content)
        pages = len(document)
    except pypdfium2.PdfiumError as error:
        raise Refused("locked" if "assword" in str(error) else "damaged") from None
    if not pages:
        raise Refused("damaged")
    if pages > MOST_PAGES:
        raise Refused("too-many-pages")
    return document


def look(content: bytes) -> None:
    """Say how many pages a PDF has; draw the first, very small, to see that it can be drawn."""
    document = open_pdf(content)
    bitmap_of(document, 0, 0.1)
    tell({"pages": len(document)})


def pdf(content: bytes) -> None:
    """Write each page as a picture."""
    document = open_pdf(content)
    if document.get_formtype():
        document.init_forms()
    for number in range(len(document)):
        show(bitmap_of(document, number, DOTS_PER_POINT).to_pil())


def bitmap_of(document: Any, number: int, scale: float) -> Any:
    """Return one drawn page, never of more than ``MOST_DOTS`` points."""
    import pypdfium2

    try:
        page = document[number]
        width, height = page.get_size()
        if not (0 < width < 1e6 and 0 < height < 1e6):
            raise Refused("damaged")
        fitting = min(scale, math.sqrt(MOST_DOTS / (width * height)), 8_000 / max(width, height))
        return page.render(scale=fitting)
    except (pypdfium2.PdfiumError, ValueError):
        raise Refused("damaged") from None


# Word -----------------------------------------------------------------------------------------


def docx(content: bytes) -> None:
    """Write text, tables and pictures of a Word document in their order; then notes and comments."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        Document(archive).write()


class Document:
    """Walks through one Word document."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        self.pictures = 0
        self.related: dict[str, str] = {}

    def write(self) -> None:
        """Write the body, then what stands beside it."""
        self.part("word/document.xml")
        for name in sorted(self.archive.namelist()):
            stem = posixpath.basename(name).removesuffix(".xml").rstrip("0123456789")
            if posixpath.dirname(name) == "word" and stem in (
                "header", "footer", "footnotes", "endnotes", "comments",
            ):  # fmt: skip
                self.part(name, stem)

    def part(self, name: str, beside: str = "") -> None:
        """Write one part; a part beside the body begins with its own frame."""
        root = parse(self.archive.read(name))
        self.related = self.relations(name)
        frames = list(self.blocks(root))
        if beside and any(frame.get("p") or "table" in frame for frame in frames if isinstance(frame, dict)):
            tell({"beside": beside})
        elif beside:
            return
        for frame in frames:
            tell(frame) if isinstance(frame, dict) else self.picture(frame)

    def relations(self, name: str) -> dict[str, str]:
        """Return which parts the ids of a part stand for; nothing outside the document."""
        folder, file = posixpath.split(name)
        try:
            root = parse(self.archive.read(f"{folder}/_rels/{file}.rels"))
        except KeyError:
            return {}
        return {
            line.get("Id", ""): posixpath.normpath(posixpath.join("/", folder, line.get("Target", "")))[1:]
            for line in root
            if line.get(TARGET_MODE) != "External"
        }

    def blocks(self, element: ElementTree.Element) -> Iterator[dict[str, Any] | str]:
        """Yield frames of the paragraphs and tables below an element; a bare text names a picture."""
        for child in element:
            if child.tag == f"{WORD}p":
                pictures: list[str] = []
                text = "".join(self.text(child, pictures))
                yield {"p": text, "style": style_of(child)}
                yield from pictures
            elif child.tag == f"{WORD}tbl":
                pictures = []
                yield {"table": [self.row(row, pictures) for row in child.iter(f"{WORD}tr")]}
                yield from pictures
            elif not child.tag.endswith("}Fallback"):
                yield from self.blocks(child)

    def row(self, row: ElementTree.Element, pictures: list[str]) -> list[str]:
        """Return the texts of a table row's cells."""
        return [
            "\n".join("".join(self.text(p, pictures)) for p in cell.iter(f"{WORD}p"))
            for cell in row.findall(f"{WORD}tc")
        ]

    def text(self, element: ElementTree.Element, pictures: list[str]) -> Iterator[str]:
        """Yield the pieces of text that a reader sees; note the pictures met on the way."""
        for child in element:
            if child.tag == f"{WORD}t":
                yield child.text or ""
            elif child.tag in BREAKS:
                yield BREAKS[child.tag]
            elif child.get(EMBED):
                pictures.append(self.related.get(child.get(EMBED, ""), ""))
            if not child.tag.endswith("}Fallback"):
                yield from self.text(child, pictures)
            if child.tag == f"{WORD}p":  # a paragraph of a text box
                yield "\n"

    def picture(self, name: str) -> None:
        """Write a picture of the document, or that there is one that cannot be shown."""
        self.pictures += 1
        if self.pictures > MOST_PICTURES:
            raise Refused("too-many-pictures")
        try:
            show(small_picture(self.archive.read(name)))
        except (KeyError, OSError, ValueError, SyntaxError, TypeError, IndexError, EOFError):
            tell({"missing": "picture"})


def style_of(paragraph: ElementTree.Element) -> str:
    """Return ``heading``, ``item`` or nothing."""
    found = paragraph.find(f"{WORD}pPr/{WORD}pStyle")
    name = (found.get(f"{WORD}val") or "").lower() if found is not None else ""
    if name.startswith(("heading", "title")) or name in ("1", "2", "3"):
        return "heading"
    return "item" if paragraph.find(f"{WORD}pPr/{WORD}numPr") is not None else ""


def small_picture(content: bytes) -> Any:
    """Return a picture of a document, upright, without anything but its points."""
    from PIL import Image, ImageOps

    with Image.open(io.BytesIO(content), formats=["JPEG", "PNG", "GIF", "BMP", "TIFF"]) as picture:
        if picture.width * picture.height > MOST_SOURCE_DOTS:
            raise ValueError("too many points")
        upright = ImageOps.exif_transpose(picture)
        upright.thumbnail((2000, 2000))
        return upright


def parse(content: bytes) -> ElementTree.Element:
    """Return the root of a part; what defines its own names is no document of an office program."""
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise Refused("damaged")
    return ElementTree.fromstring(content)  # noqa: S314  (this is what the sandbox is for)


# Excel ----------------------------------------------------------------------------------------


def xlsx(content: bytes) -> None:
    """Write the values of each sheet, as they were last worked out."""
    from python_calamine import CalamineWorkbook

    book, cells = CalamineWorkbook.from_filelike(io.BytesIO(content)), 0
    for name in book.sheet_names:
        tell({"sheet": name})
        for row in book.get_sheet_by_name(name).iter_rows():
            cells += len(row)
            if cells > MOST_CELLS:
                raise Refused("too-many-cells")
            tell({"row": [cell(value) for value in row]})


def cell(value: Any) -> Any:
    """Return a value for JSON: text, number, or a moment as ``{"d": ISO}``."""
    if isinstance(value, str | int | float | bool):
        return value
    return {"d": value.isoformat()} if hasattr(value, "isoformat") else str(value)


# ----------------------------------------------------------------------------------------------

TASKS: dict[str, Callable[[bytes], None]] = {"look": look, "pdf": pdf, "docx": docx, "xlsx": xlsx}


def prepare(task: str) -> None:
    """Load what the task needs while files can still be opened."""
    "x".encode("cp437")  # names in archives
    if task == "xlsx":
        import datetime  # noqa: F401

        import python_calamine  # noqa: F401
    if task in ("look", "pdf"):
        import pypdfium2

        pypdfium2.PdfDocument.new().close()
    if task in ("pdf", "docx"):
        from PIL import Image, ImageOps  # noqa: F401

        Image.init()


def main() -> int:
    """Do the task; what fails in any way is damaged."""
    task, fence = sys.argv[1:3]
    content = sys.stdin.buffer.read()
    prepare(task)
    lock_up(task, fence)
    try:
        TASKS[task](content)
        tell({"end": True})
    except Refused as refused:
        tell({"refused": str(refused)})
    except MemoryError:
        tell({"refused": "too-large"})
    except Exception:  # noqa: BLE001  (whatever the parser met: the house hears one word)
        tell({"refused": "damaged"})
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
