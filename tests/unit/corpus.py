"""Where the collection of real documents lies, and its manifest. It is not part of the checkout."""

import csv
import os
import re
from dataclasses import dataclass
from pathlib import Path

import pytest

_CHECKOUT = Path(__file__).resolve().parents[2]
WHY_MISSING = (
    "the collection of real documents is not there: set MUSTER_CORPUS to its folder, "
    "or put it at ../shared/corpus beside the checkout"
)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the manifest. `path` is relative to the collection, `note` lists its traps."""

    path: str
    expected: str
    kind: str
    valid: str
    note: str
    file: Path

    def has(self, trap: str) -> bool:
        """Whether the note lists `trap`, a pattern."""
        return re.search(trap, self.note) is not None


def folder() -> Path | None:
    """The collection, or None where it is not on this machine."""
    named = os.environ.get("MUSTER_CORPUS")
    place = Path(named) if named else _CHECKOUT.parent / "shared" / "corpus"
    return place if (place / "MANIFEST.tsv").is_file() else None


def rows(*kinds: str) -> list[Row]:
    """Manifest lines whose kind starts with one of `kinds` (all, if none is named)."""
    place = folder()
    if place is None:
        return []
    with (place / "MANIFEST.tsv").open(encoding="utf-8", newline="") as lines:
        return [
            Row(
                path=line["path"],
                expected=line["expected"],
                kind=line["kind"],
                valid=line["valid"],
                note=line["note"] or "",
                file=place / line["path"],
            )
            for line in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
            if line["kind"].startswith(kinds or ("",))
        ]


def read(path: str) -> bytes:
    """The file at `path` of the collection; the test is skipped where there is none."""
    place = folder()
    if place is None:
        pytest.skip(WHY_MISSING)
    return (place / path).read_bytes()


needs_corpus = pytest.mark.skipif(folder() is None, reason=WHY_MISSING)
