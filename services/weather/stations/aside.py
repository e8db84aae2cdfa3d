"""What a station sent and could not be taken, kept where a person sees it. Pure.

A station that is set up wrongly sends the same mistake every minute: of one topic, one kind of
mistake is set aside once an hour.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from events.envelope import Event
from events.ids import derive
from events.report import ReportSetAside
from services.weather.stations.address import Address

_BODY_MAX: Final = 2000
_HARMLESS: Final = frozenset({"extra-forbidden"})
"""A station says more than we have a use for, such as the state of its battery."""


def set_aside(
    answers: Sequence[dict[str, Any]],
    address: Address,
    site: str,
    body: bytes,
    arrived: datetime,
    now: datetime,
) -> list[Event]:
    """Return the events of what was refused and of what was left out, each kind of mistake once.

    `site` is where they are written.
    """
    found: dict[str, Event] = {}
    for answer in answers:
        for problem in _problems(answer):
            hour = arrived.strftime("%Y%m%d%H")
            id = derive("mqtt-aside", address.topic, problem["code"], problem["field"], hour)
            reason = problem["reason"]
            fact = ReportSetAside(
                field=problem["field"] or "-",
                reason=f"{address.topic}：{reason['zh']} / {address.topic}: {reason['en']}"[:4000],
                body=body[:_BODY_MAX].decode("utf-8", "replace"),
            )
            found.setdefault(
                id, Event(id, site, "report", id, fact, now, now, "service:weather", id, id)
            )
    return list(found.values())


def _problems(answer: dict[str, Any]) -> list[dict[str, Any]]:
    if answer["status"] == "rejected":
        return [answer]
    notes: list[dict[str, Any]] = answer.get("notes", [])
    return [note for note in notes if note["code"] not in _HARMLESS]
