"""The parts of an .xlsx file beside its sheets (ECMA-376): the list of sheets, texts, formats.

They are read as a stream, and never past the sizes that are sensible for a roster.
"""

import lzma
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from posixpath import join, normpath
from typing import NamedTuple
from xml.parsers.expat import ExpatError, ParserCreate
from zipfile import BadZipFile, ZipFile, ZipInfo

from services.roster.sheets import TEXT_MAX, Unreadable
from services.roster.xlsx_formats import Format, format_of

PART_BYTES_MAX = 256 << 20
"""Of one part when it is unpacked. 100,000 rows of 30 cells have about half of it."""
PACKED_TIMES_MAX = 400
"""How many times its packed size a large part may have: rosters have 10 to 30."""
_SMALL = 8 << 20
_PIECE = 1 << 16
_STRINGS_MAX = 4_000_000
PIECES_MAX = 64
"""A text comes in pieces; so many of them hold more than is kept of it."""
_OTHER_PARTS = ("word/", "ppt/", "visio/")
"""Where the main part of other documents lies."""
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")

_FAILURES = (
    ExpatError, BadZipFile, KeyError, EOFError, OSError, RuntimeError, ValueError,
    lzma.LZMAError, zlib.error,
)  # fmt: skip
"""What a damaged archive, or a damaged document in it, comes to."""

Start = Callable[[str, dict[str, str]], None]
End = Callable[[str], None]


class SheetEntry(NamedTuple):
    """A sheet in the workbook's list."""

    name: str
    path: str
    hidden: bool


@dataclass(slots=True)
class Book:
    """What the sheets refer to."""

    sheets: list[SheetEntry]
    strings: list[str]
    formats: list[Format]
    from_1904: bool


def read_book(archive: ZipFile) -> Book:
    """Read everything but the sheets. Raises Unreadable."""
    home, relations = _find_workbook(archive)
    pages = {rid: path for rid, kind, path in relations if kind == "worksheet"}
    sheets, from_1904 = _workbook(archive, home, pages)
    paths = {kind: path for _, kind, path in relations}
    return Book(
        sheets,
        _strings(archive, paths.get("sharedStrings")),
        _formats(archive, paths.get("styles")),
        from_1904,
    )


def stream(archive: ZipFile, path: str, start: Start, end: End, text: Callable[[str], None]) -> int:
    """Parse a part to its end. Raises Unreadable."""
    return sum(1 for _ in pieces(archive, path, start, end, text))


def pieces(
    archive: ZipFile, path: str, start: Start, end: End, text: Callable[[str], None]
) -> Iterator[None]:
    """Parse a part piece by piece; the caller takes what each has brought. Raises Unreadable.

    Names come without their prefix. A document type is refused: no spreadsheet has one.
    """
    names: dict[str, str] = {}

    def plain(name: str) -> str:
        if (short := names.get(name)) is None:
            short = names[name] = name.rpartition(":")[2]
        return short

    def refuse(*_: object) -> None:
        raise Unreadable("damaged", why="DOCTYPE")

    parser = ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = lambda name, attributes: start(plain(name), attributes)
    parser.EndElementHandler = lambda name: end(plain(name))
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = refuse
    try:
        found = part_of(archive, path)
        _check_size(found)
        with archive.open(found) as part:
            while piece := part.read(_PIECE):
                parser.Parse(piece)
                yield
            parser.Parse(b"", True)  # noqa: FBT003 - expat takes no keyword: this is the end
            yield
    except _FAILURES as error:
        raise Unreadable("damaged", why=f"{path}: {type(error).__name__}") from error


def part_of(archive: ZipFile, path: str) -> ZipInfo:
    """Return a part by its name, in which case does not count (ECMA-376 part 2, 6.3.5).

    Some write it with backslashes. Raises KeyError where there is none.
    """
    found = archive.NameToInfo.get(path)
    if found is None:
        name = path.lower()
        return next(
            (
                each
                for each in archive.infolist()
                if each.filename.lower().replace("\\", "/") == name
            ),
            None,
        ) or archive.getinfo(path)
    return found


def _check_size(part: ZipInfo) -> None:
    if part.file_size > PART_BYTES_MAX or (
        part.file_size > _SMALL and part.file_size > PACKED_TIMES_MAX * max(1, part.compress_size)
    ):
        raise Unreadable("too-large-unpacked", mb=part.file_size >> 20, most=PART_BYTES_MAX >> 20)


_Relation = tuple[str, str, str]
"""Id, kind and path."""


def _find_workbook(archive: ZipFile) -> tuple[str, list[_Relation]]:
    roots = _relations(archive, "_rels/.rels", "") if _has(archive, "_rels/.rels") else []
    path = next((path for _, kind, path in roots if kind == "officeDocument"), "xl/workbook.xml")
    if path.endswith(".bin") or not _has(archive, path) or path.startswith(_OTHER_PARTS):
        raise Unreadable("archive" if _holds_tables(archive) else "not-xlsx")
    folder, _, name = path.rpartition("/")
    relations = join(folder, "_rels", f"{name}.rels")
    return path, _relations(archive, relations, folder) if _has(archive, relations) else []


def _holds_tables(archive: ZipFile) -> bool:
    return any(name.lower().endswith((".xlsx", ".xls", ".csv")) for name in archive.namelist())


def _has(archive: ZipFile, path: str) -> bool:
    try:
        part_of(archive, path)
    except KeyError:
        return False
    return True


def _relations(archive: ZipFile, path: str, folder: str) -> list[_Relation]:
    found: list[_Relation] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship":
            target = attributes.get("Target", "").replace("\\", "/")
            whole = target.lstrip("/") if target.startswith("/") else normpath(join(folder, target))
            kind = attributes.get("Type", "").rpartition("/")[2]
            found.append((attributes.get("Id", ""), kind, whole))

    stream(archive, path, start, _nothing, _nothing)
    return found


def _workbook(archive: ZipFile, path: str, paths: dict[str, str]) -> tuple[list[SheetEntry], bool]:
    sheets: list[SheetEntry] = []
    flags = {"from_1904": False}

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == "workbookPr":
            flags["from_1904"] = attributes.get("date1904") in ("1", "true")
        if name == "sheet":
            rid = next((value for key, value in attributes.items() if key.endswith(":id")), "")
            if target := paths.get(rid):
                hidden = attributes.get("state", "visible") != "visible"
                sheets.append(SheetEntry(attributes.get("name", ""), target, hidden))

    stream(archive, path, start, _nothing, _nothing)
    return sheets, flags["from_1904"]


def _strings(archive: ZipFile, path: str | None) -> list[str]:
    """Return the texts that cells refer to by number, without the readings above characters."""
    if path is None or not _has(archive, path):
        return []
    texts = _Texts()
    stream(archive, path, texts.start, texts.end, texts.text)
    return texts.found


class _Texts:
    """The texts read so far."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self._parts: list[str] = []
        self._depth = {"t": 0, "rPh": 0}

    def start(self, name: str, _: dict[str, str]) -> None:
        if name == "si":
            self._parts = []
        elif name in self._depth:
            self._depth[name] += 1

    def end(self, name: str) -> None:
        if name == "si":
            if len(self.found) >= _STRINGS_MAX:
                raise Unreadable("too-many-texts", most=_STRINGS_MAX)
            self.found.append(unescaped("".join(self._parts)))
        elif name in self._depth:
            self._depth[name] -= 1

    def text(self, piece: str) -> None:
        if self._depth["t"] and not self._depth["rPh"] and len(self._parts) < PIECES_MAX:
            self._parts.append(piece[: TEXT_MAX + 1])


def unescaped(text: str) -> str:
    """Return a text with `_x000D_` and the like as the characters they stand for."""
    if "_x" not in text:
        return text
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)


def _formats(archive: ZipFile, path: str | None) -> list[Format]:
    """Return, by the number that cells name, what their formats do to a number."""
    if path is None or not _has(archive, path):
        return []
    codes: dict[str, str] = {}
    used: list[str] = []
    inside = {"cellXfs": 0}

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == "numFmt":
            codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif name == "cellXfs":
            inside["cellXfs"] += 1
        elif name == "xf" and inside["cellXfs"]:
            used.append(attributes.get("numFmtId", "0"))

    def end(name: str) -> None:
        if name == "cellXfs":
            inside["cellXfs"] -= 1

    stream(archive, path, start, end, _nothing)
    return [format_of(id, codes.get(id)) for id in used]


def _nothing(*_: object) -> None:
    return
