"""Writes the roster as a spreadsheet that reads back as it was."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import BytesIO, StringIO
from typing import Literal, NamedTuple, TypeAlias, get_args

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils.exceptions import IllegalCharacterError
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from events.fact import Text
from events.lane import Lane
from projections.people import Volunteer
from projections.terms import LANE, ROLE
from services.roster.contacts import Contact, handle
from services.roster.fields import is_latin
from services.roster.headers import FIELDS, Field, words_of
from services.roster.sheets import letters
from services.roster.tidy import escaped
from services.roster.vocabulary import Vocabulary

Language: TypeAlias = Literal["zh", "en"]

_FIRST = ("id", "name", "latin", "role", "site", "leads", "languages", "lead", "lanes", "phases")
_LANES: tuple[Lane, ...] = get_args(Lane)
_SHEET = {"zh": "名册", "en": "roster"}
_WIDE = {"name": 14, "latin": 22, "role": 16, "phone": 16}


class Line(NamedTuple):
    """A person, and how they are reached where that is written out too."""

    id: str
    row: Volunteer
    contact: Contact | None = None


class Sheet(NamedTuple):
    """A roster as rows of texts, under the names of its columns."""

    name: str
    fields: tuple[Field, ...]
    headers: tuple[str, ...]
    rows: list[list[str]]


def sheet(
    lines: Sequence[Line], language: Language, sites: Vocabulary[str], names: Mapping[str, str]
) -> Sheet:
    """Return the roster as texts. `names` are the sites' names in the language, by id.

    There is a column for each lane that helps somebody, and for each channel somebody has.
    """
    fields = tuple(_fields(lines))
    at = 0 if language == "zh" else 1
    rows = [[_text(field, line, language, sites, names) for field in fields] for line in lines]
    return Sheet(_SHEET[language], fields, tuple(_header(field, at) for field in fields), rows)


def _fields(lines: Sequence[Line]) -> Iterator[Field]:
    yield from _FIRST
    helped = {helper.lane for line in lines for helper in line.row.helpers}
    yield from (f"helper:{lane}" for lane in _LANES if lane in helped)
    yield "channels"
    if any(line.contact is not None for line in lines):
        yield "phone"
        channels = {
            channel for line in lines if line.contact for channel, _ in line.contact.addresses
        }
        yield from (
            "mail" if channel == "mail" else f"address:{channel}" for channel in sorted(channels)
        )


def _header(field: Field, at: int) -> str:
    if field.startswith("address:"):
        return ("渠道地址:", "address:")[at] + field.partition(":")[2]
    return FIELDS[field][at] if field in FIELDS else words_of(field)[at]


def _text(
    field: Field,
    line: Line,
    language: Language,
    sites: Vocabulary[str],
    names: Mapping[str, str],
) -> str:
    row = line.row
    match field:
        case "id":
            return line.id
        case "name":
            return row.name
        case "latin":
            return row.latin if is_latin(row.latin) else ""
        case "role":
            return _in(ROLE[row.role], language)
        case "site":
            name = names.get(row.site, row.site)
            return name if sites.find(name) == row.site else row.site
        case "lead":
            return row.lead or ""
        case "lanes":
            return _list([_in(LANE[lane], language) for lane in row.lanes], language)
        case "leads" | "languages" | "phases" | "channels":
            return _list(getattr(row, field), language)
        case "phone":
            return (line.contact.phone if line.contact else None) or ""
        case _:
            return _of(field, line, language)


def _in(text: Text, language: Language) -> str:
    return text.zh if language == "zh" else text.en


def _of(field: Field, line: Line, language: Language) -> str:
    kind, _, of = field.partition(":")
    if kind == "helper":
        return _list([each.person for each in line.row.helpers if each.lane == of], language)
    channel = of or field
    known = dict(line.contact.addresses) if line.contact else {}
    return handle(channel, known.get(channel, ""))


def _list(parts: Iterable[str], language: Language) -> str:
    return ("、" if language == "zh" else ", ").join(parts)


def to_csv(made: Sheet) -> bytes:
    """Return a sheet as UTF-8 with a byte order mark, which spreadsheets need to see it is."""
    text = StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(made.headers)
    writer.writerows([escaped(value) for value in row] for row in made.rows)
    return b"\xef\xbb\xbf" + text.getvalue().encode("utf-8", "replace")


def to_xlsx(made: Sheet) -> bytes:
    """Return a sheet as a workbook in which every cell is text: none is taken for a formula."""
    book = Workbook(write_only=True)
    page = book.create_sheet(made.name)
    page.freeze_panes = "A2"
    for at, field in enumerate(made.fields):
        page.column_dimensions[letters(at)].width = _WIDE.get(field, 18)
    page.append([_cell(page, header, bold=True) for header in made.headers])
    for row in made.rows:
        page.append([_cell(page, value) if value else None for value in row])
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _cell(page: WriteOnlyWorksheet, value: str, *, bold: bool = False) -> Cell:
    try:
        cell = WriteOnlyCell(page, value=value)
    except IllegalCharacterError:
        cell = WriteOnlyCell(page, value="".join(c for c in value if c.isprintable()))
    cell.data_type = "s"
    if bold:
        cell.font = Font(bold=True)
    return cell
