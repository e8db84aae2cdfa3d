"""What the documents around alerts say of them: EDXL-DE tells whether what it carries is meant.

Of an envelope and what is in it the strictest counts: an exercise that is run with real-looking
alerts inside must not become a warning.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final, cast, get_args

from services.weather.cap.deviations import Notes
from services.weather.cap.model import CapMessage, Status
from services.weather.cap.xml import Node

_STATUS: Final = "distributionStatus"
"""EDXL-DE 1.0, section 3.2.4: the text of the element; 2.0 has it in an element below."""
_MEANT: Final = "Actual"
_UNMEANT: Final = {status.casefold(): status for status in get_args(Status) if status != _MEANT} | {
    "drill": "Exercise",
    "simulation": "Exercise",
    "training": "Exercise",
}
_NOT_LETTERS: Final = re.compile(r"[^a-z]+")


def in_envelopes(root: Node, ends: Callable[[Node], bool]) -> Iterator[tuple[Node, str]]:
    """Every element in document order, with what the envelopes around it say: a status that is not
    meant, as CAP has it, or nothing. Nothing below an element that `ends` is looked at.
    """
    waiting = [(root, "")]
    while waiting:
        node, said = waiting.pop()
        yield node, said
        if not ends(node):
            said = said or _said_by(node)
            waiting.extend((child, said) for child in reversed(node.children))


def as_enveloped(message: CapMessage, said: str, notes: Notes) -> CapMessage:
    """`message` as its envelope has it, where that is stricter, with a note."""
    if not said or message.status != _MEANT:
        return message
    notes.add("envelope-not-actual", "alert/status", said)
    notes.add("status-not-actual", "alert/status", said)
    return replace(message, status=cast("Status", said))


def _said_by(envelope: Node) -> str:
    texts = (
        _NOT_LETTERS.sub("", below.text.casefold())
        for child in envelope.children
        if child.name == _STATUS
        for below in child.walk()
    )
    return next((_UNMEANT[text] for text in texts if text in _UNMEANT), "")
