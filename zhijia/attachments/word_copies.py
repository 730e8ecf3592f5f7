"""Writing a plain Word document (ECMA-376) from the texts, tables and pictures of another."""

import io
import re
import zipfile
from collections.abc import Iterable
from typing import Any
from xml.sax.saxutils import escape

from django.utils.translation import gettext as _

from zhijia.attachments.pictures import jpeg_of
from zhijia.attachments.sandbox.runner import Frame, Points, SandboxRefused

NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_TEXT_WIDTH = 16 * 360_000
"""Width of a page's text (16 cm) in English metric units."""
_DOT = 9525
"""Width of a point on the screen in these units."""
_MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_CONTENT_TYPES = (
    f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Default Extension="jpg" ContentType="image/jpeg"/>'
    '<Override PartName="/word/document.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
_FIRST = (
    f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
    f'Type="{_RELATIONS}/officeDocument" Target="word/document.xml"/></Relationships>'
)


def word_copy(frames: Iterable[Frame]) -> bytes:
    """Return a Word document made of frames alone; raise ``SandboxRefused`` when there are none."""
    out, body, pictures = io.BytesIO(), [], 0
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for frame in frames:
            if isinstance(frame, Points):
                pictures += 1
                archive.writestr(f"word/media/{pictures}.jpg", jpeg_of(frame.width, frame.height, frame.rgb))
                body.append(_drawing(frame, pictures))
            else:
                body.append(_block(frame))
        if not body:
            raise SandboxRefused("damaged")
        archive.writestr("[Content_Types].xml", _CONTENT_TYPES)
        archive.writestr("_rels/.rels", _FIRST)
        archive.writestr("word/document.xml", _document(body))
        archive.writestr("word/_rels/document.xml.rels", _picture_relations(pictures))
    return out.getvalue()


def _document(body: list[str]) -> str:
    page = '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/></w:sectPr>'
    return (
        f'{_HEAD}<w:document xmlns:w="{_MAIN}" xmlns:r="{_RELATIONS}" xmlns:a="{_DRAWING}/main" '
        f'xmlns:wp="{_DRAWING}/wordprocessingDrawing" xmlns:pic="{_DRAWING}/picture">'
        f"<w:body>{''.join(body)}{page}</w:body></w:document>"
    )


def _picture_relations(count: int) -> str:
    lines = "".join(
        f'<Relationship Id="p{n}" Type="{_RELATIONS}/image" Target="media/{n}.jpg"/>'
        for n in range(1, count + 1)
    )
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{lines}</Relationships>'


def _block(frame: dict[str, Any]) -> str:
    if "table" in frame:
        return _table(frame["table"])
    if "beside" in frame:
        return _paragraph(_beside(str(frame["beside"])), "heading")
    if "missing" in frame:
        return _paragraph(_("[A picture that cannot be shown here]"))
    return _paragraph(str(frame.get("p", "")), str(frame.get("style", "")))


def _beside(name: str) -> str:
    return {
        "header": _("Head of the page"), "footer": _("Foot of the page"), "comments": _("Comments"),
        "footnotes": _("Notes"), "endnotes": _("Notes"),
    }.get(name, "")  # fmt: skip


def _paragraph(text: str, style: str = "") -> str:
    bold = "<w:rPr><w:b/></w:rPr>" if style == "heading" else ""
    return f"<w:p><w:r>{bold}{_runs(f'• {text}' if style == 'item' else text)}</w:r></w:p>"


def _runs(text: str) -> str:
    lines = escape(NOT_IN_XML.sub("", text)).split("\n")
    return "<w:br/>".join(
        "<w:tab/>".join(f'<w:t xml:space="preserve">{piece}</w:t>' for piece in line.split("\t"))
        for line in lines
    )


def _table(rows: list[list[str]]) -> str:
    sides = "".join(
        f'<w:{side} w:val="single" w:sz="4"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    width = max((len(row) for row in rows), default=0)
    if not width:
        return ""
    cells = [
        "".join(f"<w:tc>{_paragraph(str(text))}</w:tc>" for text in [*row, *[""] * (width - len(row))])
        for row in rows
    ]
    lines = "".join(f"<w:tr>{line}</w:tr>" for line in cells)
    grid = "<w:gridCol/>" * width
    borders = f"<w:tblPr><w:tblBorders>{sides}</w:tblBorders></w:tblPr>"
    return f"<w:tbl>{borders}<w:tblGrid>{grid}</w:tblGrid>{lines}</w:tbl><w:p/>"


def _drawing(points: Points, number: int) -> str:
    width = min(_TEXT_WIDTH, points.width * _DOT)
    size = f'cx="{width}" cy="{width * points.height // points.width}"'
    name = f'id="{number}" name="{number}"'
    shape = (
        f'<a:xfrm><a:off x="0" y="0"/><a:ext {size}/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
    )
    return (
        f"<w:p><w:r><w:drawing><wp:inline><wp:extent {size}/><wp:docPr {name}/>"
        f'<a:graphic><a:graphicData uri="{_DRAWING}/picture"><pic:pic>'
        f"<pic:nvPicPr><pic:cNvPr {name}/><pic:cNvPicPr/></pic:nvPicPr>"
        f'<pic:blipFill><a:blip r:embed="p{number}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
        f"<pic:spPr>{shape}</pic:spPr></pic:pic></a:graphicData></a:graphic>"
        "</wp:inline></w:drawing></w:r></w:p>"
    )
