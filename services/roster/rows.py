"""Reads the rows of one table, each into an entry."""

import re

from services.roster.dated import check_days
from services.roster.entries import Entry, Words
from services.roster.fields import READERS, Cell, read_address, read_people
from services.roster.headers import CHECKED_ONLY, REQUIRED, Field, Header
from services.roster.lanes import lane_of
from services.roster.problems import Problems, Spot
from services.roster.sheets import Merge, Row, Table, Value
from services.roster.swapped import Swaps
from services.roster.texts import named, text_of
from services.roster.tidy import key
from services.roster.vocabulary import ROLES

_TOTALS = re.compile(
    r"合计|总计|共计|小计|汇总|备注|说明|注:|total|sum|note:|remark|"
    r"(?:(?:填|制|编)表|审[核批定]|复核|负责|领导|单位|部门|联系|签[字名收]|盖章|日期|时间)[^:]{0,8}:|"
    r"(?:prepared|approved|checked|signed) by\b|(?:signature|date)\s*:",
    re.IGNORECASE,
)
"""How a row begins that is below the people: totals, remarks, and who signs."""

Texts = dict[Field, str | None]
"""By the fields that there is a column for: empty for nothing, None for what cannot be had."""


class RowReader:
    """Of one table. Empty cells are told of at the end: in merged ones they are no fault."""

    def __init__(self, table: Table, header: Header, words: Words, problems: Problems) -> None:
        self._table = table
        self._header = header
        self._words = words
        self._problems = problems
        self._swaps = Swaps(words)
        self._empty: list[Spot] = []
        self._unnamed: set[int] = set()
        self._names = {column: key(name) for column, name in header.names.items()}

    def read(self, row: Row) -> Entry | None:
        """Return the person of a row, None where it is about nobody."""
        header = self._header
        given = {
            field: row.values[column]
            for field, column in header.fields.items()
            if column in row.values
        }
        entry = Entry(self._table.name, row.number, header)
        if not given or self._is_no_person(row, given):
            return None
        self._unnamed.update(row.values.keys() - header.names.keys())
        texts = {field: self._text(entry, field, given.get(field)) for field in header.fields}
        if not any(texts.values()) and None not in texts.values():
            return None
        away = self._swaps.look(entry, texts)
        for field, text in texts.items():
            if field in CHECKED_ONLY or field in away or text is None:
                continue
            if text:
                self._take(entry, field, text)
            else:
                self._leave_empty(entry, field)
        check_days(entry, given, self._problems, is_text=self._table.is_text)
        self._place(entry, texts, away)
        return entry

    def finish(self, merges: list[Merge]) -> None:
        """Add what is known only now."""
        for spot in self._empty:
            if not any(
                merge.top <= spot.row <= merge.bottom and merge.left <= spot.column <= merge.right
                for merge in merges
            ):
                self._problems.error("empty", spot, **named(spot.field))
        self._swaps.tell(self._header, self._problems)
        for column in sorted(self._unnamed):
            spot = Spot(self._table.name, self._header.row, column)
            self._problems.note("column-unnamed", spot)

    def _is_no_person(self, row: Row, given: dict[Field, Value]) -> bool:
        """Tell whether a row is the header again, or totals and remarks."""
        same = sum(
            isinstance(value, str) and key(value) == self._names.get(column)
            for column, value in row.values.items()
        )
        spot = Spot(self._table.name, row.number)
        if same > 1 and same * 2 > len(row.values):
            self._problems.note("header-repeated", spot)
            return True
        first = row.values[min(row.values)]
        said = isinstance(first, str) and _TOTALS.match(first.strip().replace("：", ":"))
        role = given.get("role")
        is_somebody = isinstance(role, str) and ROLES.find(role) is not None
        if said and len(given) <= 3 and not is_somebody:
            self._problems.note("row-ignored", spot)
            return True
        return False

    def _text(self, entry: Entry, field: Field, value: Value | None) -> str | None:
        if value is None or field in CHECKED_ONLY:
            return ""
        return text_of(value, entry.spot(field), self._problems, is_text=self._table.is_text)

    def _leave_empty(self, entry: Entry, field: Field) -> None:
        if field in REQUIRED:
            self._empty.append(entry.spot(field))
        elif field.startswith("helper:"):
            lane = lane_of(field.partition(":")[2])
            if lane is not None:
                entry.helpers[lane] = ()
        elif field.startswith("address:") or field == "mail":
            entry.addresses[field.removeprefix("address:")] = ""
        elif field in ("lead", "phone", "latin"):
            setattr(entry, field, "")
        elif field not in ("site", "venue"):
            setattr(entry, field, ())

    def _take(self, entry: Entry, field: Field, text: str) -> None:
        cell = Cell(text, entry.spot(field), self._words, self._problems)
        kind, _, of = field.partition(":")
        lane = lane_of(of) if kind == "helper" else None
        if lane is not None:
            entry.helpers[lane] = read_people(text)
        elif kind == "address":
            entry.addresses[of] = read_address(cell) or ""
        elif field == "mail":
            entry.addresses["mail"] = str(READERS["mail"](cell) or "")
        else:
            setattr(entry, field, READERS[field](cell))

    def _place(self, entry: Entry, texts: Texts, away: frozenset[Field]) -> None:
        """Find the home site: as it is said, or by the venue, which must lie in it."""
        if {"site", "venue"} & away:
            return
        if not texts.get("site") and not texts.get("venue"):
            if None not in (texts.get("site", ""), texts.get("venue", "")):
                field = "site" if "site" in texts else "venue"
                self._empty.append(entry.spot(field))
            return
        if entry.venue is None:
            return
        lies_in = self._words.site_of[entry.venue]
        if not texts.get("site") and texts.get("site", "") is not None:
            entry.site = lies_in
        elif entry.site is not None and entry.site != lies_in:
            self._problems.error(
                "venue-elsewhere", entry.spot("venue"), site=lies_in, said=entry.site
            )
