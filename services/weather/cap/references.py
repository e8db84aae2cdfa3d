"""The earlier messages that a message is about, sent as `sender,identifier,sent` triples."""

import re
from datetime import datetime
from typing import Final

from services.weather.cap.deviations import Notes
from services.weather.cap.model import CapReference
from services.weather.cap.times import read_time

_PATH: Final = "alert/references"
REFERENCES_MAX: Final = 500
# Some issuers' senders contain blanks, so a triple is known by the time it ends with.
_TRIPLE: Final = re.compile(
    r"([^,\s][^,]{0,120}),\s?([^,\s][^,]{0,120}),\s?(\d{4}-\d\d-\d\dT[\d:.]{5,20}(?:Z|[-+,]\d\d:?\d\d)?)"
)


def read_references(text: str | None, notes: Notes) -> tuple[CapReference, ...]:
    """The references in `text`; one that is no triple keeps what it says as its identifier."""
    if text is None:
        return ()
    # Quotes round a sender with blanks are the standard's; they are no part of a name.
    text = text.replace('"', " ")
    words = text.split()[:REFERENCES_MAX]
    if all(word.count(",") == 2 for word in words):
        triples = [word.split(",") for word in words]
        found = [_reference(triple, notes) for triple in triples]
    else:
        triples = [list(triple) for triple in _TRIPLE.findall(text)[:REFERENCES_MAX]]
        found = [_reference(triple, notes) for triple in triples]
        left = _TRIPLE.sub(" ", text).split()[: REFERENCES_MAX - len(found)]
        for word in left:
            notes.add("reference-malformed", _PATH, word)
            if word.strip(","):
                found.append(CapReference("", word, None))
    return _once(found, notes)


def _reference(triple: list[str], notes: Notes) -> CapReference:
    sender, identifier, sent = map(str.strip, triple)
    read = read_time(sent)
    if read is None or not sender or not identifier:
        notes.add("reference-malformed", _PATH, f"{sender},{identifier},{sent}")
    elif read[1] is not None:
        notes.add(read[1], _PATH, sent)
    return CapReference(sender, identifier, read[0] if read else None)


def _once(found: list[CapReference], notes: Notes) -> tuple[CapReference, ...]:
    once: dict[CapReference, None] = {}
    for reference in found:
        if reference in once:
            notes.add("reference-repeated", _PATH, reference.identifier)
        once[reference] = None
    return tuple(once)


def note_references(
    references: tuple[CapReference, ...], sender: str, identifier: str, sent: datetime, notes: Notes
) -> None:
    """Note what would keep a reference from leading to the message it means."""
    for reference in references:
        if reference.identifier == identifier and reference.sender in {sender, ""}:
            notes.add("reference-to-itself", _PATH, reference.identifier)
        elif reference.sent == sent:
            notes.add("reference-sent-equals-own", _PATH, reference.identifier)
        elif reference.sent is not None and reference.sent > sent:
            notes.add("reference-after-sent", _PATH, reference.sent.isoformat())
        if reference.sender and reference.sender != sender:
            notes.add("reference-sender-differs", _PATH, reference.sender)
