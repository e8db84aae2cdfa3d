"""Geocodes from a CSV: a line for each code, with the venue or the district it stands for."""

import csv
import re
from collections.abc import Iterator, Mapping
from io import StringIO
from pathlib import Path
from typing import Final

from services.weather.adcode import six_digits
from services.weather.match.table import Meaning
from services.weather.match.table_refused import Entry, TableRefused

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "name": ("名称", "编码名称"),
    "value": ("编码", "代码", "值"),
    "venue": ("场馆", "场馆编号"),
    "adcode": ("行政区划代码", "区划代码"),
}
"""What may stand in the first line, in any order and case; other columns are not read."""
_KNOWN: Final = {word: column for column, words in COLUMNS.items() for word in (column, *words)}
_DELIMITERS: Final = ",;\t"
_VENUE: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")


def csv_entries(file: Path, body: bytes) -> Iterator[Entry]:
    """Yield what each line says; `file` is named in a refusal. Raises TableRefused."""
    text = _text(file, body)
    first = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter)
    try:
        columns = _columns(file, next(reader, []))
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield _entry(file, reader.line_num, _row(columns, cells))
    except csv.Error as error:
        raise TableRefused(
            file,
            reader.line_num,
            "",
            zh=f"不是可读的 CSV：{error}",
            en=f"it is no readable csv: {error}",
        ) from error


def _text(file: Path, body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        return body.decode("gb18030")
    except UnicodeDecodeError as error:
        raise TableRefused(
            file,
            body[: error.start].count(b"\n") + 1,
            "",
            zh="既不是 UTF-8，也不是 GB 18030 编码",
            en="it is neither in UTF-8 nor in GB 18030",
        ) from error


def _columns(file: Path, cells: list[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for number, cell in enumerate(cells):
        column = _KNOWN.get(cell.strip().lower())
        if column in found:
            raise TableRefused(
                file, 1, column, zh="这一列出现了两次", en="this column is there twice"
            )
        if column:
            found[column] = number
    for column in ("name", "value"):
        if column not in found:
            raise TableRefused(
                file,
                1,
                column,
                zh=f"第一行缺少这一列（写作 {'、'.join((column, *COLUMNS[column]))}）",
                en="the first line lacks this column",
            )
    if "venue" not in found and "adcode" not in found:
        raise TableRefused(
            file,
            1,
            "venue",
            zh="第一行缺少 venue（场馆）或 adcode（行政区划代码）一列",
            en="the first line has neither a column venue nor a column adcode",
        )
    return found


def _row(columns: Mapping[str, int], cells: list[str]) -> dict[str, str]:
    return {
        column: cells[number].strip() if number < len(cells) else ""
        for column, number in columns.items()
    }


def _entry(file: Path, line: int, row: Mapping[str, str]) -> Entry:
    for column in ("name", "value"):
        if not row[column]:
            raise TableRefused(file, line, column, zh="缺少内容", en="it is empty")
    venue, adcode = row.get("venue", ""), row.get("adcode", "")
    if not venue and not adcode:
        raise TableRefused(
            file,
            line,
            "venue",
            zh="场馆和行政区划代码都没有填写",
            en="neither a venue nor an adcode is given",
        )
    if venue and not _VENUE.fullmatch(venue):
        raise TableRefused(
            file,
            line,
            "venue",
            zh=f"场馆编号只能有 1 至 64 个字母、数字、- 和 _，现为 {venue[:80]!r}",
            en=f"the id of a venue has 1 to 64 letters, digits, - and _, not {venue[:80]!r}",
        )
    code = six_digits(adcode) if adcode else None
    if adcode and code is None:
        raise TableRefused(
            file,
            line,
            "adcode",
            zh=f"应为 2、4、6 位或更长的区划代码，现为 {adcode[:80]!r}",
            en=f"it must be the 2, 4, 6 or more digits of a district, not {adcode[:80]!r}",
        )
    meaning = Meaning(venues=(venue,) if venue else (), adcodes=(code,) if code else ())
    return row["name"], row["value"], meaning
