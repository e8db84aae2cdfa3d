"""Reads the sheets of an .xlsx file, one row at a time.

A formula is told from what it shows, merged cells and hidden rows are known: libraries that read
row by row leave out the one or the other.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from io import BytesIO
from zipfile import BadZipFile, ZipFile

from services.roster.sheets import (
    COLUMNS_MAX,
    TEXT_MAX,
    Day,
    Fault,
    Formula,
    Merge,
    Number,
    Row,
    Table,
    Unreadable,
    Value,
)
from services.roster.xlsx_book import (
    PART_BYTES_MAX,
    PIECES_MAX,
    Book,
    SheetEntry,
    part_of,
    pieces,
    read_book,
    unescaped,
)
from services.roster.xlsx_formats import Format

_PARTS_MAX = 5000
_SHEETS_MAX = 200
_MERGES_MAX = 100_000
_PLAIN = Format()
_LAST_SERIAL = 2_958_465
"""The 31st of December 9999."""


def read_xlsx(content: bytes) -> list[Table]:
    """Return the sheets of a workbook. Raises Unreadable, also while rows are being read."""
    try:
        archive = ZipFile(BytesIO(content))
    except (
        BadZipFile,
        ValueError,
        OSError,
        NotImplementedError,  # zipfile: a format version that it does not know
    ) as error:
        raise Unreadable("damaged", why=type(error).__name__) from error
    parts = archive.infolist()
    if len(parts) > _PARTS_MAX:
        raise Unreadable("damaged", why=f"{len(parts)} parts")
    if any(part.flag_bits & 1 for part in parts):
        raise Unreadable("password")
    if "content.xml" in archive.NameToInfo and "mimetype" in archive.NameToInfo:
        raise Unreadable("open-document")
    book = read_book(archive)
    sizes = [_size(archive, sheet.path) for sheet in book.sheets]
    if len(book.sheets) > _SHEETS_MAX or sum(sizes) > PART_BYTES_MAX:
        raise Unreadable("too-large-unpacked", mb=sum(sizes) >> 20, most=PART_BYTES_MAX >> 20)
    return [_table(archive, book, entry) for entry in book.sheets]


def _size(archive: ZipFile, path: str) -> int:
    try:
        return part_of(archive, path).file_size
    except KeyError:
        return 0  # told of when it is to be read


def _table(archive: ZipFile, book: Book, entry: SheetEntry) -> Table:
    table = Table(entry.name, iter(()), hidden=entry.hidden)
    table.rows = _rows(archive, book, entry, table)
    return table


def _rows(archive: ZipFile, book: Book, entry: SheetEntry, table: Table) -> Iterator[Row]:
    reader = _Sheet(book, table)
    for _ in pieces(archive, entry.path, reader.start, reader.end, reader.text):
        yield from reader.ready
        reader.ready.clear()


class _Sheet:
    """What has been read of a sheet so far: it is told of every element."""

    def __init__(self, book: Book, table: Table) -> None:
        self.ready: list[Row] = []
        self._book = book
        self._table = table
        self._row = 0
        self._hidden = False
        self._values: dict[int, Value] = {}
        self._column = -1
        self._type = "n"
        self._format = _PLAIN
        self._is_formula = False
        self._reads = False
        self._reading = 0
        self._parts: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        match name:
            case "c":
                self._begin_cell(attributes)
            case "v" | "t":
                self._reads = not self._reading
            case "f":
                self._is_formula = True
            case "row":
                self._row = _whole(attributes.get("r")) or self._row + 1
                self._hidden = _true(attributes.get("hidden"))
                self._values = {}
                self._column = -1
            case "rPh":
                self._reading += 1
            case "mergeCell":
                self._merge(attributes.get("ref", ""))
            case "col" if _true(attributes.get("hidden")):
                first, last = _whole(attributes.get("min")), _whole(attributes.get("max"))
                self._table.hidden_columns.update(range(first - 1, min(last, COLUMNS_MAX)))
            case _:
                pass

    def end(self, name: str) -> None:
        """An element ends."""
        match name:
            case "v" | "t":
                self._reads = False
            case "c":
                value = self._value()
                if value is not None:
                    if self._column >= COLUMNS_MAX:
                        raise Unreadable("too-many-columns", most=COLUMNS_MAX)
                    self._values[self._column] = value
            case "row" if self._values:
                self.ready.append(Row(self._row, self._values, self._hidden))
                self._values = {}
            case "rPh":
                self._reading -= 1
            case _:
                pass

    def text(self, piece: str) -> None:
        """Text of an element."""
        if self._reads and len(self._parts) < PIECES_MAX:
            self._parts.append(piece[: TEXT_MAX + 1])

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        self._column = _column(attributes.get("r", ""), self._column + 1)
        self._type = attributes.get("t", "n")
        style = _whole(attributes.get("s"))
        formats = self._book.formats
        self._format = formats[style] if style < len(formats) else _PLAIN
        self._is_formula = False
        self._parts = []

    def _value(self) -> Value | None:
        text = "".join(self._parts)
        if self._is_formula:
            return Formula(text[:TEXT_MAX])
        if not text:
            return None
        match self._type:
            case "s":
                return self._shared(text) or None
            case "inlineStr" | "str":
                return unescaped(text)
            case "b":
                return text.strip() == "1"
            case "e":
                return Fault(text[:32])
            case "d":
                return _iso_day(text)
            case _:
                return self._number(text)

    def _shared(self, text: str) -> str:
        """Return a text that many cells share. An empty one would empty what is known."""
        at = _whole(text.strip())
        if at >= len(self._book.strings):
            raise Unreadable("damaged", why=f"sharedStrings {at}")
        return self._book.strings[at]

    def _number(self, text: str) -> Value:
        try:
            value = float(text)
        except ValueError:
            return text
        if value in (float("inf"), float("-inf")) or value != value:  # noqa: PLR0124 - not a number
            return text
        if self._format.is_date:
            return Day(value, day_of(value, from_1904=self._book.from_1904))
        return Number(value, *self._format[1:])

    def _merge(self, ref: str) -> None:
        first, _, last = ref.partition(":")
        (left, top), (right, bottom) = _split(first), _split(last or first)
        if len(self._table.merges) < _MERGES_MAX and 0 <= left <= right and 0 < top <= bottom:
            self._table.merges.append(Merge(top, left, bottom, right))


def day_of(serial: float, *, from_1904: bool = False) -> datetime | None:
    """Return the day that a spreadsheet counts as `serial`, None where there is none.

    Serials before 61 are wrong by a day or stand for the 29th of February 1900, which was none;
    they come from cells that hold 0 or an age.
    """
    start = datetime(1904, 1, 1) if from_1904 else datetime(1899, 12, 30)  # noqa: DTZ001 - a day
    first = 0 if from_1904 else 61
    if not first <= serial < _LAST_SERIAL:
        return None
    return start + timedelta(days=serial)


def _iso_day(text: str) -> Value:
    try:
        day = datetime.fromisoformat(text.strip())
    except ValueError:
        return text
    return Day(0.0, day.replace(tzinfo=None))


def _split(ref: str) -> tuple[int, int]:
    """Return the column, from 0, and the row of a reference such as B12."""
    name = ref.replace("$", "")
    row = name.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return _column(name, -1), _whole(row)


def _column(ref: str, otherwise: int) -> int:
    number = 0
    for letter in ref[:4]:
        if not "A" <= letter <= "Z":
            break
        number = number * 26 + ord(letter) - 64
    return number - 1 if number else otherwise


def _whole(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0


def _true(text: str | None) -> bool:
    return text in ("1", "true")
