"""A CAP message as the fact it becomes. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from events.fact import SEVERITIES, Severity
from events.weather import Affected, WarningArea, WarningMessage, WarningText
from services.weather.cap import (
    SEVERITY_OF_COLOUR,
    CapArea,
    CapInfo,
    CapMessage,
    Deviation,
    colour_of_message,
    ends_warning,
    hazard_of,
)
from services.weather.commands import Move
from services.weather.match import Hit, Matcher

_SEVERITY: Mapping[str, Severity] = {severity: severity for severity in SEVERITIES}


def move_of(message: CapMessage) -> Move | None:
    """Return what a message does to its warning; None for what is no warning (Ack, Error)."""
    if ends_warning(message):
        return "cancel"
    moves: dict[str, Move] = {"Alert": "issue", "Update": "update"}
    return moves.get(message.msg_type)


AHEAD_MAX: Final = timedelta(days=1)
"""How far a sender's clock may be ahead; a time without an offset may be 14 hours off."""


def in_time(message: CapMessage, now: datetime) -> CapMessage:
    """Return a message that was not sent in the future: no wrong clock silences for years all that
    is said after it.
    """
    if message.sent - now <= AHEAD_MAX:
        return message
    odd = Deviation("sent-ahead", "alert/sent", message.sent.isoformat())
    return replace(message, sent=now, deviations=(*message.deviations, odd))


def warning_message(message: CapMessage, matcher: Matcher) -> WarningMessage:
    """Return what the log keeps of a message, with the venues its areas take in."""
    infos = message.infos
    areas = message.areas()
    hits = matcher.affected(areas)
    hazards = (hazard_of(info) for info in infos)
    first = infos[0] if infos else None
    return WarningMessage(
        sender=message.sender,
        identifier=message.identifier,
        sent=message.sent,
        status=message.status,
        texts=tuple(_text(info) for info in infos),
        severity=_severity(message),
        urgency=first.urgency if first else "Unknown",
        certainty=first.certainty if first else "Unknown",
        colour=colour_of_message(message),
        hazard=next((hazard for hazard in hazards if hazard), "") or "",
        effective=_earliest(info.effective for info in infos),
        onset=_earliest(info.onset for info in infos),
        expires=_latest(info.expires for info in infos),
        areas=tuple(_area(area) for area in areas),
        references=tuple((ref.sender, ref.identifier) for ref in message.references),
        venues=tuple(hit.venue for hit in hits),
        affected=tuple(map(_affected, hits)),
        deviations=tuple(dict.fromkeys(deviation.code for deviation in message.deviations)),
        scope=message.scope,
        responses=tuple(dict.fromkeys(one for info in infos for one in info.response_types)),
        signature=message.signature,
        signer=message.signer,
    )


def _text(info: CapInfo) -> WarningText:
    return WarningText(
        language=info.language,
        event=info.event,
        headline=info.headline or "",
        description=info.description or "",
        instruction=info.instruction or "",
        sender_name=info.sender_name or "",
    )


def _affected(hit: Hit) -> Affected:
    return Affected(venue=hit.venue, cause=hit.cause, distance_m=hit.distance_m)


def _area(area: CapArea) -> WarningArea:
    return WarningArea(
        description=area.description,
        polygons=area.polygons,
        circles=area.circles,
        geocodes=area.geocodes,
    )


def _severity(message: CapMessage) -> Severity:
    """Return the worst severity of the parts; the colour's where the sender gives none."""
    sent: list[Severity] = [_lower(info.severity) for info in message.infos]
    worst: Severity = max(sent, key=SEVERITIES.index) if sent else "unknown"
    colour = colour_of_message(message)
    if worst == "unknown" and colour is not None and colour in SEVERITY_OF_COLOUR:
        return _lower(SEVERITY_OF_COLOUR[colour])
    return worst


def _lower(severity: str) -> Severity:
    return _SEVERITY.get(severity.lower(), "unknown")


def _earliest(moments: Iterable[datetime | None]) -> datetime | None:
    return min((moment for moment in moments if moment is not None), default=None)


def _latest(moments: Iterable[datetime | None]) -> datetime | None:
    """Return the last moment; none if any part holds until it is taken back."""
    known = list(moments)
    if not known or any(moment is None for moment in known):
        return None
    return max(moment for moment in known if moment is not None)
