"""METAR reports told apart in a text: one a line, or a WMO bulletin whose reports end with `=`."""

import re
from typing import Final

from services.weather.observing.metar import is_report

_CONTROL: Final = re.compile(r"[^\t\n\x20-\x7e\x80-\uffff]+")
_ENVELOPE: Final = re.compile(
    r"\d{3}\s*|[A-Z]{4}\d{0,2} [A-Z]{4} \d{6}(?: [A-Z]{3})?\s*|MTR[A-Z]{3}\s*|METAR\s*|SPECI\s*|#.*"
)
"""What a bulletin has around its reports: its number, its heading, the kind of its reports."""

_BEGIN: Final = re.compile(
    r"(?<![^\s=])(?:(?:METAR|SPECI)\s+)?(?:COR\s+)?[A-Z][A-Z0-9]{3}\s+\d{6}Z(?=\s|$)"
)


def reports(text: str) -> list[str]:
    """Return the reports of a text, and what stands where one should: nothing is passed over."""
    lines = [
        line for line in _CONTROL.sub("", text.replace("\r", "\n")).split("\n") if line.strip()
    ]
    ends_marked = any(line.rstrip().endswith("=") for line in lines)
    found: list[str] = []
    is_open = False
    for line in lines:
        begins = is_report(line)
        if is_open and not begins and (line[0].isspace() or ends_marked):
            found[-1] = f"{found[-1]} {line.strip()}"
        elif begins or not _ENVELOPE.fullmatch(line.strip()):
            found += _apart(line.strip())
        else:
            is_open = False
            continue
        is_open = not line.rstrip().endswith("=")
    return found


def _apart(line: str) -> list[str]:
    """Return the reports of one line; most hold one."""
    starts = [begin.start() for begin in _BEGIN.finditer(line)]
    ends = [*starts[1:], len(line)]
    if not starts or starts[0] > 0:
        starts, ends = [0, *starts], [*starts[:1], *ends] if starts else [len(line)]
    return [line[start:end].strip() for start, end in zip(starts, ends, strict=True)]
