"""A CAP message to CAP 1.2 XML: elements in the order of the schema, times with an offset.

The words are the caller's; nothing is left out or put right, except that a time loses its fraction.
A message that was read from somebody else is written without its signature and deviations.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final
from xml.sax.saxutils import escape

from services.weather.cap.model import CapArea, CapInfo, CapMessage, CapReference, CapResource, Pair

NAMESPACE: Final = "urn:oasis:names:tc:emergency:cap:1.2"
DEFAULT_MIME_TYPE: Final = "application/octet-stream"
_NOT_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_MINUTE: Final = timedelta(minutes=1)


def write_cap(message: CapMessage) -> bytes:
    """`message` as a UTF-8 document.

    Raises:
        ValueError: a text holds a character that XML cannot, a time has no offset or one of odd
            seconds, or an info has no category, which CAP 1.2 requires.
    """
    writer = _Writer()
    writer.open(f'alert xmlns="{NAMESPACE}"')
    writer.element("identifier", message.identifier)
    writer.element("sender", message.sender)
    writer.element("sent", write_time(message.sent))
    writer.element("status", message.status)
    writer.element("msgType", message.msg_type)
    writer.element("source", message.source)
    writer.element("scope", message.scope)
    writer.element("restriction", message.restriction)
    writer.element("addresses", message.addresses)
    writer.elements("code", message.codes)
    writer.element("note", message.note)
    writer.element("references", _spaced(map(_reference, message.references)))
    writer.element("incidents", _spaced(map(_quoted, message.incidents)))
    for info in message.infos:
        _write_info(writer, info)
    writer.close("alert")
    return writer.document()


def write_time(time: datetime) -> str:
    """`time` as CAP wants it: to the second, with its own offset.

    Raises:
        ValueError: it has no offset, or one that is not whole minutes.
    """
    offset = time.utcoffset()
    if offset is None or offset % _MINUTE:
        raise ValueError(f"write cap: {time} needs an offset of hours and minutes")
    return time.replace(microsecond=0).isoformat()


class _Writer:
    def __init__(self) -> None:
        self._lines: list[str] = ['<?xml version="1.0" encoding="UTF-8"?>']
        self._depth = 0

    def open(self, tag: str) -> None:
        self._line(f"<{tag}>")
        self._depth += 1

    def close(self, tag: str) -> None:
        self._depth -= 1
        self._line(f"</{tag}>")

    def element(self, name: str, text: str | None) -> None:
        """One element, or nothing for None."""
        if text is None:
            return
        if (wrong := _NOT_XML.search(text)) is not None:
            raise ValueError(f"write cap: {name} has {wrong[0]!r}, which XML cannot carry")
        self._line(f"<{name}>{escape(text, {chr(13): '&#13;'})}</{name}>")

    def elements(self, name: str, texts: Iterable[str]) -> None:
        for text in texts:
            self.element(name, text)

    def pairs(self, name: str, pairs: Sequence[Pair]) -> None:
        for key, value in pairs:
            self.open(name)
            self.element("valueName", key)
            self.element("value", value)
            self.close(name)

    def document(self) -> bytes:
        return ("\n".join(self._lines) + "\n").encode()

    def _line(self, text: str) -> None:
        self._lines.append("  " * self._depth + text)


def _write_info(writer: _Writer, info: CapInfo) -> None:
    if not info.categories:
        raise ValueError(f"write cap: info {info.event!r} has no category")
    writer.open("info")
    writer.element("language", info.language)
    writer.elements("category", info.categories)
    writer.element("event", info.event)
    writer.elements("responseType", info.response_types)
    writer.element("urgency", info.urgency)
    writer.element("severity", info.severity)
    writer.element("certainty", info.certainty)
    writer.element("audience", info.audience)
    writer.pairs("eventCode", info.event_codes)
    for name, time in (
        ("effective", info.effective),
        ("onset", info.onset),
        ("expires", info.expires),
    ):
        writer.element(name, None if time is None else write_time(time))
    for name, text in (
        ("senderName", info.sender_name),
        ("headline", info.headline),
        ("description", info.description),
        ("instruction", info.instruction),
        ("web", info.web),
        ("contact", info.contact),
    ):
        writer.element(name, text)
    writer.pairs("parameter", info.parameters)
    for resource in info.resources:
        _write_resource(writer, resource)
    for area in info.areas:
        _write_area(writer, area)
    writer.close("info")


def _write_resource(writer: _Writer, resource: CapResource) -> None:
    writer.open("resource")
    writer.element("resourceDesc", resource.description or "")
    writer.element("mimeType", resource.mime_type or DEFAULT_MIME_TYPE)
    writer.element("size", None if resource.size is None else str(resource.size))
    writer.element("uri", resource.uri)
    writer.close("resource")


def _write_area(writer: _Writer, area: CapArea) -> None:
    writer.open("area")
    writer.element("areaDesc", area.description)
    for ring in area.polygons:
        writer.element("polygon", " ".join(f"{_decimal(lat)},{_decimal(lon)}" for lat, lon in ring))
    for lat, lon, radius_km in area.circles:
        writer.element("circle", f"{_decimal(lat)},{_decimal(lon)} {_decimal(radius_km)}")
    writer.pairs("geocode", area.geocodes)
    writer.element("altitude", None if area.altitude is None else _decimal(area.altitude))
    writer.element("ceiling", None if area.ceiling is None else _decimal(area.ceiling))
    writer.close("area")


def _decimal(number: float) -> str:
    """The shortest decimal that reads as the same number, without an exponent."""
    return format(Decimal(repr(number)), "f")


def _reference(reference: CapReference) -> str:
    if reference.sent is None:
        raise ValueError(f"write cap: reference to {reference.identifier!r} has no time")
    return f"{reference.sender},{reference.identifier},{write_time(reference.sent)}"


def _quoted(name: str) -> str:
    return f'"{name}"' if any(character.isspace() for character in name) else name


def _spaced(words: Iterable[str]) -> str | None:
    return " ".join(words) or None
