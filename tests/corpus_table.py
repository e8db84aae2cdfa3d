"""Judges every document of the collection, and prints a table: issuer, files, taken, refused, why.

It is run by `make corpus`, on the documents that the tests use, through the code that
`muster weather try` runs.
"""

import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from services.cli.terminal import console, table
from services.weather.trial import judge
from tests.unit.corpus import WHY_MISSING, Row, folder, rows

KINDS = (
    "cap-alert",
    "wrapped:",
    "xml-unparseable",
    "atom-feed",
    "rss-feed",
    "nws-alerts-geojson",
    "meteoalarm-json",
    "weather-json",
    "cn-warning-json",
)
_SENDER = re.compile(r"sender=([^;]*);")
_HOST = re.compile(r"(?:https?://)?(?:www\.)?([^/\s]+)")


@dataclass
class Line:
    """What became of one issuer's documents."""

    files: int = 0
    taken: int = 0
    warnings: int = 0
    entries: int = 0
    odd: int = 0
    """Documents that were taken with something to say of them."""
    why: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)

    def add(self, judged: dict[str, Any]) -> None:
        """Count one document."""
        self.files += 1
        for refused in judged.get("refused", ()):
            self.left_out[reason(refused)] += 1
        if not judged["taken"]:
            self.why[reason(judged["reason"])] += 1
            return
        self.taken += 1
        self.warnings += len(
            judged.get("warnings") or [judged["warning"]] * bool(judged["warning"])
        )
        self.entries += len(judged.get("entries", ()))
        self.odd += bool(judged["deviations"])


def reason(refused: dict[str, str]) -> str:
    """The code of a refusal with the element it is about."""
    return " ".join(part for part in (refused["code"], refused["element"]) if part)


def files(row: Row) -> Iterator[Path]:
    """The documents of a line of the manifest, which may stand for a folder of them."""
    if row.file.is_dir():
        yield from sorted(path for path in row.file.rglob("*") if path.is_file())
    else:
        yield row.file


def issuer(row: Row, judged: dict[str, Any]) -> str:
    """Who sent a document: the sender's host or name, else where the document is from."""
    named = _SENDER.search(row.note)
    sender = named[1].strip() if named else ""
    if judged["warning"] and not sender:
        sender = judged["warning"]["sender"]
    found = _HOST.match(sender.rpartition("@")[2].casefold())
    if found and len(found[1]) > 2:
        return found[1]
    return f"{row.kind} ({Path(row.path).parts[-2]})"


def judged_rows() -> Iterator[tuple[Row, Path, dict[str, Any]]]:
    """Every document of the collection that is, or says it is, of warnings."""
    for row in rows(*KINDS):
        for path in files(row):
            yield row, path, judge(path.read_bytes(), name=path.name)


def main() -> int:
    """Print the table; end with 2 where there is no collection."""
    if folder() is None:
        print(WHY_MISSING, file=sys.stderr)
        return 2
    lines: dict[str, Line] = {}
    total = Line()
    for row, _, judged in judged_rows():
        for line in (lines.setdefault(issuer(row, judged), Line()), total):
            line.add(judged)
    cells = [_cells(name, line) for name, line in sorted(lines.items())]
    columns = ["issuer", "files", "taken", "refused", "warnings", "entries", "odd", "why"]
    console().print(table("", columns, [*cells, _cells("all", total)]))
    return 0


def _cells(name: str, line: Line) -> list[str]:
    why = [f"{what} ×{count}" for what, count in line.why.most_common()]
    inside = [f"inside: {what} ×{count}" for what, count in line.left_out.most_common(3)]
    counts = (
        line.files,
        line.taken,
        line.files - line.taken,
        line.warnings,
        line.entries,
        line.odd,
    )
    return [name, *map(str, counts), "; ".join([*why, *inside])]


if __name__ == "__main__":
    sys.exit(main())
