"""Files made for the tests; nothing here comes from a person."""

import datetime as dt
import io
import struct
import wave
import zipfile
import zlib

import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

GPS = {1: "N", 2: (37.0, 4.0, 30.5), 3: "E", 4: (114.0, 30.0, 1.25)}
CAMERA = "SecretCam 9000"
OUTSIDE = "https://tracker.example/x"
ZIP_OOXML = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
)


def upload(
    content: bytes, name: str = "evidence.jpg", content_type: str = "image/jpeg"
) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type)


def photo(kind: str = "JPEG", size: tuple[int, int] = (60, 40), orientation: int = 6) -> bytes:
    """A photo lying on its side, that tells where, with what and by whom it was taken."""
    picture = Image.new("RGB", size, (200, 30, 30))
    picture.paste((20, 20, 220), (0, 0, size[0] // 2, size[1]))
    exif = Image.Exif()
    exif[0x0112], exif[0x010F], exif[0x013B] = orientation, CAMERA, "Wang Xiaoming"
    exif.get_ifd(0x8825).update(GPS)
    out = io.BytesIO()
    extra = {"comment": b"taken at gate 3"} if kind == "JPEG" else {}
    picture.save(out, kind, exif=exif, **extra)
    return out.getvalue()


def moving_picture() -> bytes:
    frames = [Image.new("P", (30, 20), n) for n in range(3)]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], comment=b"by Wang")
    return out.getvalue()


def pixel_bomb(width: int = 50_000, height: int = 50_000) -> bytes:
    """A PNG of a few bytes that says it has 2.5 thousand million points."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    data = chunk(b"IDAT", zlib.compress(bytes(1000)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + data + chunk(b"IEND", b"")


def document(
    kind: str = "docx", extra: dict[str, bytes] | None = None, compression: int = zipfile.ZIP_DEFLATED
) -> bytes:
    main = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}[kind]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        archive.writestr("[Content_Types].xml", ZIP_OOXML)
        archive.writestr(main, "<document>工资条</document>")
        for name, content in (extra or {}).items():
            archive.writestr(name, content)
    return out.getvalue()


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("a.txt", "x")
    return out.getvalue()


def pdf(
    *pages: bytes, extra: bytes = b"", catalog: bytes = b"", info: bytes = b"", box: bytes = b"0 0 200 100"
) -> bytes:
    """A PDF of pages, each with what is drawn on it; made by hand, so that it can be made wrong by hand."""
    objects = [b"<</Type/Catalog/Pages 2 0 R " + catalog + b">>", b""]
    kids = []
    for content in pages or (b"BT /F 20 Tf 20 50 Td (Wages) Tj ET",):
        objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(content), content))
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[%s]/Contents %d 0 R/Resources<</Font<</F<<"
            b"/Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>%s>>" % (box, len(objects), extra)
        )
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<</Type/Pages/Kids[" + b" ".join(kids) + b"]/Count %d>>" % len(kids)
    objects.append(b"<<" + (info or b"/Producer(house)") + b">>")
    return with_table(objects, b"/Info %d 0 R" % len(objects))


def with_table(objects: list[bytes], trailer: bytes = b"") -> bytes:
    """Put numbered objects into a PDF with its table of places."""
    out, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj" % number + content + b"endobj\n"
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    end = b"trailer<</Root 1 0 R/Size %d%s>>\n" % (len(objects) + 1, trailer)
    return out + head + table + end + b"startxref\n%d\n%%%%EOF\n" % len(out)


PDF = pdf(info=b"/Author(Wang Xiaoming)/Producer(SecretCam 9000)")

LOCKED_PDF = with_table(
    [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[]/Count 0>>"],
    b"/Encrypt<</Filter/Standard/V 1/R 2/P -4/O<" + b"ab" * 32 + b">/U<" + b"cd" * 32 + b">>>/ID[<00><00>]",
)
"""Locked with a password that nobody knows."""


def workbook() -> bytes:
    """A workbook with a formula, a day and an author."""
    book = openpyxl.Workbook()
    book.properties.creator = "Wang Xiaoming"
    sheet = book.active
    sheet.title = "工资"
    for row in (["月份", "应发", "实发"], [dt.datetime(2026, 1, 31), 5200, 3100.5], ["合计", "=1+1", "=A1"]):
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def letter(text: str = "拖欠工资", author: str = "Wang Xiaoming", media: bytes = b"") -> bytes:
    """A Word document with a table, a picture, a comment, a link to outside, and an author everywhere."""
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    drawing = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    body = (
        f'<w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>'
        f'<w:p><w:ins w:author="{author}"><w:r><w:t>third of March</w:t></w:r></w:ins></w:p>'
        "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>一月</w:t></w:r></w:p></w:tc>"
        "<w:tc><w:p><w:r><w:t>3100</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
        '<w:p><w:r><w:instrText> DDEAUTO cmd "/c calc" </w:instrText></w:r>'
        '<w:hyperlink r:id="r2"><w:r><w:t>see there</w:t></w:r></w:hyperlink></w:p>'
        '<w:p><w:r><w:drawing><a:blip r:embed="r1"/></w:drawing></w:r></w:p>'
    )
    related = (
        f'<Relationship Id="r1" Type="{office}/image" Target="media/image1.jpeg"/>'
        f'<Relationship Id="r2" Type="{office}/hyperlink" Target="{OUTSIDE}" TargetMode="External"/>'
    )
    asked = f'<w:comment w:author="{author}"><w:p><w:r><w:t>first asked</w:t></w:r></w:p></w:comment>'
    spaces = f'{space} {drawing} xmlns:r="{office}"'
    parts = {
        "word/document.xml": f"<w:document {spaces}><w:body>{body}</w:body></w:document>",
        "word/_rels/document.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
        f'relationships">{related}</Relationships>',
        "word/comments.xml": f"<w:comments {space}>{asked}</w:comments>",
        "docProps/core.xml": f"<coreProperties><creator>{author}</creator></coreProperties>",
        "word/embeddings/oleObject1.bin": b"MZ harmful",
        "word/media/image1.jpeg": media or photo(),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", ZIP_OOXML)
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def sound() -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(16_000))
    return out.getvalue()


def box(kind: bytes, *content: bytes) -> bytes:
    body = b"".join(content)
    return struct.pack(">I", len(body) + 8) + kind + body


PLACE_MARK = b"+37.0751+114.5003/"


def film(brand: bytes = b"isom") -> bytes:
    """The boxes of a phone's film: the place stands in ``udta`` and in ``meta``."""
    told = box(b"udta", box(b"\xa9xyz", PLACE_MARK), box(b"auth", b"Wang Xiaoming"))
    track = box(b"trak", box(b"tkhd", bytes(20)), box(b"meta", PLACE_MARK))
    return b"".join((
        box(b"ftyp", brand, bytes(4), b"isommp42"),
        box(b"moov", box(b"mvhd", bytes(100)), track, told),
        box(b"uuid", bytes(16), PLACE_MARK),
        box(b"mdat", b"the picture" * 100),
    ))  # fmt: skip


MP3 = b"ID3\x03\x00\x00\x00\x00\x00\x00" + b"\xff\xfb\x90\x00" * 200
OGG = b"OggS\x00\x02" + bytes(22) + b"\x01\x1eOpusHead" + bytes(200)
WEBM = b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01B\xf2\x81\x04B\xf3\x81\x08B\x82\x84webm" + bytes(200)
AMR = b"#!AMR\n" + bytes(200)

GOOD = {
    "jpeg": photo("JPEG"), "png": photo("PNG"), "webp": photo("WEBP"), "gif": moving_picture(), "pdf": PDF,
    "docx": letter(), "xlsx": workbook(), "mp3": MP3, "m4a": film(b"M4A "), "wav": sound(),
    "ogg": OGG, "webm": WEBM, "amr": AMR, "mp4": film(),
}  # fmt: skip

HOSTILE = {
    "exe": b"MZ\x90\x00" + bytes(500),
    "elf": b"\x7fELF\x02\x01\x01" + bytes(500),
    "html": b"  <!DOCTYPE html><script>alert(1)</script>",
    "html in capitals": b"\xef\xbb\xbf<HTML><BODY ONLOAD=alert(1)>",
    "svg": b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "script": b"#!/bin/sh\nrm -rf /\n",
    "php": b"<?php system($_GET['c']); ?>",
    "text": "不是照片".encode(),
    "zip": archive(),
    "docm": document(extra={"word/vbaProject.bin": b"macro"}),
    "doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500),
    "mov": box(b"ftyp", b"qt  ", bytes(4)) + bytes(100),
    "heic": box(b"ftyp", b"heic", bytes(4)) + bytes(100),
    "tiff": b"II*\x00" + bytes(200),
    "bmp": b"BM" + bytes(200),
    "unknown": bytes(range(128, 256)) * 4,
}
