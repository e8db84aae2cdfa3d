"""Files that are no rosters, or odd ones: made here, byte by byte."""

import struct
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

HEADER = "编号,姓名,岗位,站点"
LINE = "v1,王五,医疗,hq"
TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/'
    'content-types"></Types>'
)
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"


def packed(parts: dict[str, str | bytes]) -> bytes:
    """Return a zip archive of these parts."""
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def relations(*of: tuple[str, str, str]) -> str:
    """Return a list of relations as (id, kind, target)."""
    each = "".join(
        f'<Relationship Id="{id}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for id, kind, target in of
    )
    return f'<Relationships xmlns="{RELATIONS}">{each}</Relationships>'


def workbook(
    sheet: str,
    *,
    namespace: str = MAIN,
    prefix: str = "",
    name: str = "S",
    more: dict[str, str] | None = None,
) -> bytes:
    """Return a workbook of one sheet, whose XML is given from `sheetData` on."""
    colon = f"{prefix}:" if prefix else ""
    declared = f'xmlns:{prefix}="{namespace}"' if prefix else f'xmlns="{namespace}"'
    parts = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": relations(("r1", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": (
            f'<{colon}workbook {declared} xmlns:r="{OFFICE}"><{colon}sheets>'
            f'<{colon}sheet name="{name}" sheetId="1" r:id="r1"/></{colon}sheets></{colon}workbook>'
        ),
        "xl/_rels/workbook.xml.rels": relations(
            ("r1", "worksheet", "/xl/worksheets/sheet1.xml"),
            ("r2", "sharedStrings", "sharedStrings.xml"),
            ("r3", "styles", "styles.xml"),
        ),
        "xl/worksheets/sheet1.xml": f"<{colon}worksheet {declared}>{sheet}</{colon}worksheet>",
        **(more or {}),
    }
    return packed(dict(parts))


def cell(text: str) -> str:
    return f'<c t="inlineStr"><is><t>{text}</t></is></c>'


def row(*texts: str, attributes: str = "") -> str:
    return f"<row {attributes}>{''.join(map(cell, texts))}</row>"


PLAIN = f"<sheetData>{row(*HEADER.split(','))}{row(*LINE.split(','))}</sheetData>"


def compound(inside: str) -> bytes:
    """Return what an old workbook, or a protected one, begins with and names inside."""
    begin = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
    return begin + inside.encode("utf-16-le") + bytes(512)


def bomb(megabytes: int) -> bytes:
    """Return a workbook whose sheet unpacks to so much."""
    return workbook("<sheetData>" + " " * (megabytes << 20) + "</sheetData>")


def lying(content: bytes, size: int) -> bytes:
    """Return an archive in which every part says that it unpacks to `size` bytes."""
    changed = bytearray(content)
    for mark, at in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        place = changed.find(mark)
        while place >= 0:
            struct.pack_into("<I", changed, place + at, size)
            place = changed.find(mark, place + 4)
    return bytes(changed)
