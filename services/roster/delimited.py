"""Reads text files with one row a line: comma, semicolon or tab, in the encodings people have."""

import csv
import re
from collections.abc import Iterator
from io import StringIO
from itertools import islice

from services.roster.headers import field_of
from services.roster.sheets import COLUMNS_MAX, TEXT_MAX, Row, Table, Unreadable

_DELIMITERS = ",;\t|"
_SAMPLE_LINES = 30
_SAMPLE_CHARACTERS = 100_000
_MARKUP = (
    "<!doctype html", "<html", "<table", "<?xml", "<meta", "<head", "<body", "<style",
    "mime-version:",
)  # fmt: skip
"""How the files begin that programs of the web call a workbook."""
_JSON = re.compile(r"[\[{]\s*[\[{\]}\"]")
_PAIR = re.compile(rb"[\x81-\xfe]([\x40-\x7e\x80-\xfe])")
_FEW = 8
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


def read_delimited(content: bytes, name: str) -> Table:
    """Return a text file as a table of the name. Raises Unreadable, also while it is read."""
    text = decode(content)
    begin = text[:200].lstrip("\ufeff \t\r\n").lower()
    if begin.startswith(_MARKUP):
        raise Unreadable("web-page")
    if _JSON.match(begin):
        raise Unreadable("json")
    delimiter, text = _told_delimiter(text)
    if delimiter is None:
        delimiter = _find_delimiter(text)
    return Table(name, _rows(text, delimiter), is_text=True)


def decode(content: bytes) -> str:
    """Return the text of a file in UTF-8, UTF-16 or GB 18030, which takes in GBK.

    Raises Unreadable.
    """
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return _decoded(content[len(mark) :], encoding)
    if b"\0" in content[:4000]:
        # UTF-16 without its mark: most of a table is ASCII, with a zero beside each character.
        even, odd = content[:4000:2].count(0), content[1:4000:2].count(0)
        if max(even, odd) * 8 < min(len(content), 4000) or min(even, odd) * 8 > max(even, odd):
            raise Unreadable("not-a-table")
        return _decoded(content, "utf-16-be" if even > odd else "utf-16-le")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        if _was_utf_8(content) or not _is_gb(content):
            raise _unknown(content, error.start) from None
        return _decoded(content, "gb18030")


def _was_utf_8(content: bytes) -> bool:
    """Tell whether all but a few characters are UTF-8: it was, and something has spoilt it."""
    text = content.decode("utf-8", "replace")
    spoilt = text.count("\ufffd")
    return sum(character >= "\u2e80" for character in text) > 4 * spoilt


def _is_gb(content: bytes) -> bool:
    """Tell whether pairs of bytes look like Chinese: those of common characters have two high ones.

    In what Windows writes in western Europe a letter with an accent comes before a plain one, and
    in Big5 two pairs of five end low; as GB 18030 either is read without a fault, to nonsense.
    """
    low = high = 0
    for second in _PAIR.findall(content):
        if second < b"\x80":
            low += 1
        else:
            high += 1
    return not low or (high >= low and low + high < _FEW) or low * 4 <= low + high


def _decoded(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise _unknown(content, error.start) from None


def _unknown(content: bytes, at: int) -> Unreadable:
    return Unreadable("unknown-encoding", line=content[:at].count(b"\n") + 1)


def _told_delimiter(text: str) -> tuple[str | None, str]:
    """Take off the line `sep=;` that spreadsheets write first, and read it."""
    first, newline, rest = text.partition("\n")
    told = first.strip().lower()
    if newline and told.startswith("sep=") and len(told) == 5:
        return told[4], "\n" + rest  # an empty line, so that rows keep their numbers
    return None, text


def _find_delimiter(text: str) -> str:
    """Return what parts a line into the most columns of a roster.

    Where none does, it is what parts most lines into the same number of columns.
    """
    sample = text[:_SAMPLE_CHARACTERS]

    def parted(delimiter: str) -> tuple[int, int, int]:
        rows = [row for row in _sample(sample, delimiter) if len(row) > 1]
        if not rows:
            return 0, 0, 0
        known = max(len({field_of(name[:TEXT_MAX]) for name in row} - {None}) for row in rows)
        widths = [len(row) for row in rows]
        most = max(set(widths), key=widths.count)
        return known, widths.count(most), most

    return max(_DELIMITERS, key=parted)


def _sample(text: str, delimiter: str) -> list[list[str]]:
    try:
        return list(
            islice(csv.reader(StringIO(text, newline=""), delimiter=delimiter), _SAMPLE_LINES)
        )
    except csv.Error:
        return []


def _rows(text: str, delimiter: str) -> Iterator[Row]:
    # An odd number of quotes: one may not be closed, and would swallow all rows after it.
    strict = text.count('"') % 2 == 1
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=strict)
    number = 0
    try:
        for number, values in enumerate(reader, 1):
            row = {at: value[: TEXT_MAX + 1] for at, value in enumerate(values) if value}
            if row and max(row) >= COLUMNS_MAX:
                raise Unreadable("too-many-columns", most=COLUMNS_MAX)
            if row:
                yield Row(number, dict(row))
    except csv.Error as error:
        raise Unreadable("bad-line", row=number + 1, why=str(error)) from error
