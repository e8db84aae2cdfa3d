"""A bulletin's draft as the CAP 1.2 message it goes out as. Pure.

Chinese comes first, then English, and nothing but the words differs between the two.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Final, NamedTuple, cast

from events.bulletin import BulletinMove, Content
from events.fact import Text
from services.weather.cap import CapArea, CapInfo, CapMessage, CapReference
from services.weather.cap.model import MsgType, Severity
from services.weather.cap.signals import SIGNAL_COLOUR
from services.weather.cap_write import write_cap
from services.weather.publishing.content import closed

EVENT_CODE: Final = "muster:event"
"""The name of the event code: the English name of the event in small letters, with hyphens."""
MEDIA_TYPE: Final = "application/cap+xml"

_MSG_TYPES: Final[Mapping[BulletinMove, MsgType]] = {
    "issue": "Alert",
    "update": "Update",
    "cancel": "Cancel",
}
_NOTES: Final[Mapping[str, str]] = {
    "Exercise": "演练，不是真实预警 / Exercise, not a real warning",
    "System": "系统消息，不是预警 / System message, not a warning",
    "Test": "测试，不是真实预警 / Test, not a real warning",
    "Draft": "草稿，不是真实预警 / Draft, not a real warning",
}
"""What is no warning says so a second time, to readers that show no status."""
_NO_WORD: Final = re.compile(r"[^a-z0-9]+")


class Letterhead(NamedTuple):
    """What a message says of itself."""

    sender: str
    identifier: str
    sent: datetime
    zone: tzinfo
    """The one its times are written in; their offset is whole minutes."""
    references: Sequence[tuple[str, str, datetime]] = ()
    """(sender, identifier, sent) of the messages it follows. Their times keep their offsets: some
    readers compare them as texts.
    """


def identifier_of(bulletin: str, draft: int) -> str:
    """Return the name a draft goes out under: the same one however often that is tried."""
    return f"muster-{bulletin}-{draft}"


def document_of(content: Content, move: BulletinMove, head: Letterhead) -> bytes:
    """Return the message as XML that is not signed yet."""
    return write_cap(message_of(content, move, head))


def message_of(content: Content, move: BulletinMove, head: Letterhead) -> CapMessage:
    """Return the message that a draft goes out as."""
    return CapMessage(
        identifier=head.identifier,
        sender=head.sender,
        sent=_local(head.sent, head.zone),
        status=content.status,
        msg_type=_MSG_TYPES[move],
        note=_NOTES.get(content.status),
        references=tuple(
            CapReference(sender, identifier, sent) for sender, identifier, sent in head.references
        ),
        infos=tuple(
            _info(content, move, head.zone, code, language)
            for code, language in (("zh", "zh-CN"), ("en", "en-US"))
        ),
    )


def _info(content: Content, move: BulletinMove, zone: tzinfo, code: str, language: str) -> CapInfo:
    def said(text: Text) -> str:
        words: str = getattr(text, code)
        return words

    response = content.response or ("AllClear" if move == "cancel" else None)
    return CapInfo(
        language=language,
        categories=(content.category,),
        event=said(content.event),
        response_types=(response,) if response else (),
        urgency=content.urgency,
        severity=cast("Severity", content.severity.capitalize()),
        certainty=content.certainty,
        event_codes=event_codes(content.event.en),
        onset=None if content.onset is None else _local(content.onset, zone),
        expires=_local(content.expires, zone),
        headline=said(content.headline),
        description=said(content.description),
        instruction=said(content.instruction) or None,
        web=content.web or None,
        contact=content.contact or None,
        parameters=((SIGNAL_COLOUR, content.colour),) if content.colour else (),
        areas=(_area(content, said(content.area)),),
    )


def event_codes(event: str) -> tuple[tuple[str, str], ...]:
    """Return the code of an event by its English name; none where that has no Latin letter."""
    word = _NO_WORD.sub("-", event.lower()).strip("-")
    return ((EVENT_CODE, word),) if word else ()


def _area(content: Content, description: str) -> CapArea:
    """Return all areas of a draft as the one that is described: CAP takes an area as the sum of
    what it holds.
    """
    areas = content.areas
    return CapArea(
        description=description,
        polygons=tuple(dict.fromkeys(closed(ring) for area in areas for ring in area.polygons)),
        circles=tuple(dict.fromkeys(circle for area in areas for circle in area.circles)),
        geocodes=tuple(dict.fromkeys(pair for area in areas for pair in area.geocodes)),
    )


def _local(moment: datetime, zone: tzinfo) -> datetime:
    return moment.astimezone(zone).replace(microsecond=0)
