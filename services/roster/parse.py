"""From the bytes of a file to people and problems. Pure, and it raises nothing, whatever comes."""

from collections.abc import Iterator, Mapping
from itertools import chain, islice

from services.roster.entries import Entry, Parsed, Words
from services.roster.files import open_file
from services.roster.headers import (
    CHECKED_ONLY,
    FIELDS,
    HEADER_ROWS,
    REQUIRED,
    Field,
    Header,
    find_header,
    words_of,
)
from services.roster.problems import Problems, Spot
from services.roster.rows import RowReader
from services.roster.sheets import ROWS_MAX, Formula, Merge, Row, Table, Unreadable, letters
from services.roster.texts import named
from services.roster.tidy import key

NAME_MAX = 100


def parse(
    content: bytes, name: str, words: Words, mapping: Mapping[Field, str] | None = None
) -> Parsed:
    """Read every table of a file that has the header of a roster.

    `name` is what the file is called, `mapping` says by their names which columns are for which
    fields. Rows with an error are among the entries as far as they could be read.
    """
    reading = _Reading(words, dict(mapping or {}))
    short = name[:NAME_MAX] or "-"
    try:
        reading.read(open_file(content, short), short)
    except Unreadable as why:
        reading.problems.unreadable(why, short)
    return Parsed(reading.entries, reading.problems)


class _Reading:
    """What has been read so far."""

    def __init__(self, words: Words, mapping: dict[Field, str]) -> None:
        self.entries: list[Entry] = []
        self.problems = Problems()
        self._words = words
        self._mapping = mapping
        self._rows = 0

    def read(self, tables: list[Table], name: str) -> None:
        """Read the tables. Raises Unreadable."""
        if not self._maps_fields_there_are(name):
            return
        found = 0
        skipped: list[Spot] = []
        for table in tables:
            if table.hidden:
                self.problems.note("sheet-hidden", Spot(table.name))
            elif self._read_table(table):
                found += 1
            else:
                skipped.append(Spot(table.name))
        if not found:
            spot = skipped[0] if skipped else Spot(name)
            self.problems.error("no-header", spot, rows=HEADER_ROWS)
            return
        for spot in skipped:
            self.problems.note("sheet-skipped", spot)
        if not self.entries and not self.problems.errors:
            self.problems.error("no-rows", Spot(name))

    def _maps_fields_there_are(self, name: str) -> bool:
        unknown = [field for field in self._mapping if not _is_field(field)]
        for field in unknown:
            known = ", ".join((*FIELDS, "helper:<lane>", "address:<channel>"))
            self.problems.error("unknown-field", Spot(name), field=field[:64], known=known)
        return not unknown

    def _read_table(self, table: Table) -> bool:
        """Read a table; return False where it has no header."""
        first = list(islice(table.rows, HEADER_ROWS))
        header = find_header([(row.number, row.values) for row in first], self._mapping)
        if header is None:
            return False
        rest = (row for row in chain(first, table.rows) if row.number > header.row)
        if not self._judge_header(table, header, first):
            for _ in self._counted(rest):
                pass
            return True
        reader = RowReader(table, header, self._words, self.problems)
        last = header.row
        for row in self._counted(rest):
            if row.hidden:
                self.problems.note("row-hidden", Spot(table.name, row.number))
            entry = reader.read(row)
            if entry is not None:
                self.entries.append(entry)
                last = row.number
        reader.finish(self._judge_merges(table, header, last))
        for column in sorted(table.hidden_columns & header.names.keys()):
            self.problems.note("column-hidden", _at(table, header, column))
        return True

    def _counted(self, rows: Iterator[Row]) -> Iterator[Row]:
        for row in rows:
            self._rows += 1
            if self._rows > ROWS_MAX:
                raise Unreadable("too-many-rows", most=ROWS_MAX)
            yield row

    def _judge_header(self, table: Table, header: Header, first: list[Row]) -> bool:
        """Add what is wrong with the columns; return whether the rows can be read."""
        before = self.problems.errors
        fields, spot = header.fields, Spot(table.name, header.row)
        values = next(row.values for row in first if row.number == header.row)
        for column, value in values.items():
            if isinstance(value, Formula):
                self.problems.error("formula-in-header", spot._replace(column=column))
        for field, column, other in header.doubled:
            self.problems.error(
                "duplicate-column",
                _at(table, header, other, field),
                other=letters(column),
                **named(field),
            )
        names = {key(name) for name in header.names.values()}
        for field, name in self._mapping.items():
            if key(name) not in names:
                self.problems.error("mapped-column-missing", spot, field=field, name=name[:64])
        missing = [field for field in REQUIRED if field not in fields]
        if "site" not in fields and "venue" not in fields:
            missing.append("site")
        for field in missing:
            if field not in self._mapping:
                zh, en = words_of(field)
                self.problems.error("missing-column", spot, field=field, zh=zh, en=en)
        self._tell_of_columns(table, header)
        return self.problems.errors == before

    def _tell_of_columns(self, table: Table, header: Header) -> None:
        read = {column: field for field, column in header.fields.items()}
        doubled = {column for _, _, column in header.doubled}
        for column in header.names:
            field = read.get(column, "")
            spot = _at(table, header, column, field)
            if field in CHECKED_ONLY:
                self.problems.note("column-checked-only", spot)
            elif field == "venue":
                self.problems.note("venue-not-kept", spot)
            elif not field and column not in doubled:
                self.problems.note("column-ignored", spot)

    def _judge_merges(self, table: Table, header: Header, last: int) -> list[Merge]:
        """Add the merged cells, and return those that lie in what was read."""
        inside = []
        read = sorted(header.fields.values())
        for merge in table.merges:
            columns = [column for column in read if merge.left <= column <= merge.right]
            if merge.bottom <= header.row or merge.top > last or not columns:
                where = Spot(table.name, merge.top, merge.left)
                self.problems.note("merged-outside", where, merge=merge)
                continue
            inside.append(merge)
            spot = _at(table, header, columns[0], _field_at(header, columns[0]))
            row = max(merge.top, header.row)
            self.problems.error("merged-cells", spot._replace(row=row), merge=merge)
        return inside


def _at(table: Table, header: Header, column: int, field: Field = "") -> Spot:
    return Spot(table.name, header.row, column, header.names.get(column, ""), field)


def _field_at(header: Header, column: int) -> Field:
    return next((field for field, at in header.fields.items() if at == column), "")


def _is_field(field: str) -> bool:
    from services.roster.headers import field_of

    return field in FIELDS or (":" in field and field_of(field) == field)
