"""The 146 of the winter games as somebody's spreadsheet, and faults to plant in it."""

import csv
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache
from io import BytesIO, StringIO
from typing import Any, Literal, NamedTuple

from openpyxl import Workbook

from projections.terms import ROLE
from services.roster.entries import Words, words
from services.roster.sheets import letters
from services.roster.vocabulary import Place
from services.scenario.day import Day
from services.scenario.people import people
from services.scenario.plan import load_plan
from tests.unit.roster.odd import STRICT, workbook

HEADERS = (
    "学号", "姓名（必填）", "拼音", "岗位", "赛区", "场馆", "手机", "邮箱", "语种", "领队",
    "心理老师", "到岗日期", "备注",
)  # fmt: skip
FIRST = 3
"""The row of the first person: there is a title, and then the header."""
TITLE = "2022 冬季运动会志愿者名册"
ID, NAME, LATIN, ROLE_AT, SITE, VENUE, PHONE, MAIL, LANGUAGES, LEAD, HELPER, STARTS = range(12)

Format = Literal["xlsx", "strict", "utf-8", "utf-8-sig", "gb18030", "utf-16", "semicolon", "tab"]
BOOKS: tuple[Format, ...] = ("xlsx", "strict")
TEXTS: tuple[Format, ...] = ("utf-8", "utf-8-sig", "gb18030", "utf-16", "semicolon", "tab")


@cache
def plan_words() -> Words:
    """Return the names of the winter games' sites and venues."""
    plan = load_plan("winter-games")
    return words(
        {site.id: site.name for site in plan.sites},
        {venue.id: Place(venue.name, venue.site) for venue in plan.venues},
        {},
    )


@dataclass
class Book:
    """A spreadsheet: its rows of values, from the first person's on, and what is odd about it."""

    rows: list[list[Any]]
    name: str = "名册"
    merged: list[str] = field(default_factory=list)
    hidden: list[int] = field(default_factory=list)
    formats: dict[tuple[int, int], str] = field(default_factory=dict)

    def at(self, row: int) -> list[Any]:
        """Return a row by its number in the spreadsheet."""
        return self.rows[row - FIRST]

    def table(self) -> list[list[Any]]:
        return [[TITLE], list(HEADERS), *self.rows]

    def save(self, format: Format) -> bytes:
        if format == "strict":
            return self._strict()
        return self._xlsx() if format == "xlsx" else self._text(format)

    def _strict(self) -> bytes:
        """Return it as strict OOXML with its texts in the cells, as other programs write it."""
        lines = "".join(
            f'<row r="{row}">{"".join(self._cell(row, at, v) for at, v in enumerate(values))}</row>'
            for row, values in enumerate(self.table(), 1)
        )
        merged = "".join(f'<mergeCell ref="{ref}"/>' for ref in self.merged)
        day = '<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>'
        return workbook(
            f"<sheetData>{lines}</sheetData><mergeCells>{merged}</mergeCells>",
            namespace=STRICT,
            name=self.name,
            more={"xl/styles.xml": day},
        )

    def _cell(self, row: int, column: int, value: Any) -> str:
        at = f'r="{letters(column)}{row}"'
        if value is None:
            return f"<c {at}/>"
        if not isinstance(value, str):
            return f'<c {at} s="{int((row, column) in self.formats)}"><v>{value}</v></c>'
        if value.startswith("="):
            return f'<c {at} t="str"><f>{value[1:]}</f><v>v023</v></c>'
        if value.startswith("#"):
            return f'<c {at} t="e"><v>{value}</v></c>'
        return f'<c {at} t="inlineStr"><is><t xml:space="preserve">{value}</t></is></c>'

    def _xlsx(self) -> bytes:
        book = Workbook()
        page: Any = book.active
        page.title = self.name
        for row in self.table():
            page.append(row)
        for ref in self.merged:
            page.merge_cells(ref)
        for number in self.hidden:
            page.row_dimensions[number].hidden = True
        for (number, column), code in self.formats.items():
            page.cell(number, column + 1).number_format = code
        file = BytesIO()
        book.save(file)
        return file.getvalue()

    def _text(self, format: Format) -> bytes:
        delimiter = {"semicolon": ";", "tab": "\t"}.get(format, ",")
        text = StringIO(newline="")
        csv.writer(text, delimiter=delimiter).writerows(self.table())
        encoding = format if format not in ("semicolon", "tab") else "utf-8"
        return text.getvalue().encode(encoding)


@cache
def _people() -> tuple[tuple[Any, ...], ...]:
    plan = load_plan("winter-games")
    sites = {site.id: site.name.zh for site in plan.sites}
    venues = {venue.id: venue.name.zh for venue in plan.venues}
    everyone = people(Day(11, datetime(2022, 2, 12, 21, tzinfo=UTC)), plan)
    leads = {person.venue: person.id for person in everyone.all if person.role == "team-leader"}
    rows: list[tuple[Any, ...]] = []
    for number, person in enumerate(everyone.all):
        lead = leads.get(person.venue)
        rows.append(
            (
                person.id,
                person.name,
                person.latin,
                ROLE[person.role].zh,
                sites[person.site],
                venues.get(person.venue or ""),
                str(13800000000 + number * 7),
                f"{person.id}@example.org",
                "中文、英语" if number % 3 else "中文",
                lead if lead != person.id else None,
                "v003" if person.id != "v003" else None,
                date(2022, 1, 20 + number % 10).isoformat(),
                None,
            )
        )
    return tuple(rows)


def book() -> Book:
    """Return the roster without a fault."""
    return Book([list(row) for row in _people()])


class Named(NamedTuple):
    """How a fault must be named."""

    row: int
    column: str
    code: str
    level: Literal["error", "note"] = "error"


class Fault(NamedTuple):
    """A fault: how it is planted, and how it must be named."""

    id: str
    plant: Callable[[Book], None]
    named: Named
    only_xlsx: bool = False


def put(row: int, column: int, value: Any) -> Callable[[Book], None]:
    def plant(book: Book) -> None:
        book.at(row)[column] = value

    return plant


def swap(row: int, one: int, other: int) -> Callable[[Book], None]:
    def plant(book: Book) -> None:
        cells = book.at(row)
        cells[one], cells[other] = cells[other], cells[one]

    return plant


def copy(row: int, column: int, frm: int) -> Callable[[Book], None]:
    def plant(book: Book) -> None:
        book.at(row)[column] = book.at(frm)[column]

    return plant


def _same_person(book: Book) -> None:
    for column in (NAME, PHONE):
        book.at(21)[column] = book.at(20)[column]


def _serial(book: Book) -> None:
    book.at(26)[STARTS] = 0
    book.formats[26, STARTS] = "yyyy-mm-dd"


def _merge(book: Book) -> None:
    book.merged.append("E60:E62")


def _float_phone(book: Book) -> None:
    book.at(70)[PHONE] = 1.38e10
    book.formats[70, PHONE] = "0.00E+00"


def _trailing(book: Book) -> None:
    book.at(27)[NAME] += " "


def _spaced(book: Book) -> None:
    book.at(33)[ROLE_AT] = f"\u00a0{book.at(33)[ROLE_AT]}\u3000"


def _wide_phone(book: Book) -> None:
    book.at(28)[PHONE] = wide(book.at(28)[PHONE])


def _wide_id(book: Book) -> None:
    book.at(29)[ID] = wide(book.at(29)[ID])


def wide(text: str) -> str:
    """Return a text in full width, as an input method writes it."""
    return "".join(chr(ord(each) + 0xFEE0) if "!" <= each <= "~" else each for each in text)


FAULTS = (
    Fault("an id that stands twice", copy(41, ID, 40), Named(41, "A", "duplicate-id")),
    Fault("a person that stands twice", _same_person, Named(21, "B", "duplicate-person")),
    Fault("name and phone swapped", swap(12, NAME, PHONE), Named(12, "B", "swapped")),
    Fault("id and name swapped", swap(13, ID, NAME), Named(13, "A", "swapped")),
    Fault("31 February", put(14, STARTS, "2022-02-31"), Named(14, "L", "impossible-date")),
    Fault("a month 13", put(15, STARTS, "2022年13月1日"), Named(15, "L", "impossible-date")),
    Fault("a date of 1900", _serial, Named(26, "L", "date-out-of-range"), only_xlsx=True),
    Fault("a venue nobody knows", put(16, VENUE, "国家蹦床馆"), Named(16, "F", "unknown-venue")),
    Fault("a site nobody knows", put(17, SITE, "崇礼赛区"), Named(17, "E", "unknown-site")),
    Fault("a role nobody knows", put(18, ROLE_AT, "宇航员"), Named(18, "D", "unknown-role")),
    Fault("a lead nobody knows", put(19, LEAD, "诸葛亮"), Named(19, "J", "unknown-lead")),
    Fault("a helper nobody knows", put(22, HELPER, "v999"), Named(22, "K", "unknown-helper")),
    Fault("a formula", put(23, ID, "=A22+1"), Named(23, "A", "formula")),
    Fault("merged cells", _merge, Named(60, "E", "merged-cells"), only_xlsx=True),
    Fault("no name", put(24, NAME, None), Named(24, "B", "empty")),
    Fault("an id with a point", put(25, ID, "v.023"), Named(25, "A", "bad-id")),
    Fault("a name without end", put(30, NAME, "长" * 200), Named(30, "B", "too-long")),
    Fault("a phone one digit short", put(31, PHONE, "1380000012"), Named(31, "G", "bad-phone")),
    Fault("a trailing space", _trailing, Named(27, "B", "spaces", "note")),
    Fault("digits in full width", _wide_phone, Named(28, "G", "full-width", "note")),
    Fault("an id in full width", _wide_id, Named(29, "A", "full-width", "note")),
    Fault("other kinds of space", _spaced, Named(33, "D", "spaces", "note")),
    Fault("a venue of another zone", put(32, SITE, "总指挥部"), Named(32, "F", "venue-elsewhere")),
    Fault(
        "a language nobody knows",
        put(34, LANGUAGES, "克林贡语"),
        Named(34, "I", "unknown-language"),
    ),
    Fault("no mail address", put(35, MAIL, "v033 example.org"), Named(35, "H", "bad-mail")),
    Fault("an error of the spreadsheet", put(36, ROLE_AT, "#N/A"), Named(36, "D", "fault")),
    Fault("a phone that was rounded", put(37, PHONE, "1.38E+10"), Named(37, "G", "number-rounded")),
    Fault("latin and name swapped", swap(38, NAME, LATIN), Named(38, "B", "swapped")),
    Fault("role and site swapped", swap(39, ROLE_AT, SITE), Named(39, "D", "swapped")),
)
