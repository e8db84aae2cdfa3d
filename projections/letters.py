"""Where the newest messages of each person lie in the log, and which message a link belongs to.

Like the timelines it keeps sequences, not words: whoever shows messages reads them from the log.
Those about a request for care are kept apart, so that they push none out that others see.
"""

from array import array
from datetime import datetime, timedelta
from typing import Any, ClassVar, NamedTuple, TypeAlias

from events.envelope import Event
from events.message import (
    PAGE,
    MessageBegun,
    MessageConfirmed,
    MessageDelivered,
    MessageFact,
    MessageFailed,
    MessageRequested,
    MessageUnknown,
)
from projections.discreet import Discreet
from projections.moment import iso
from projections.not_sent import explain

LINKS_KEPT_H = 24
"""Hours after which a link opens nothing any more: a proof that late proves nothing."""
EVENTS_KEPT = 60
"""Newest events kept of a person's messages, about fifteen messages; of those about care as many
again."""

Seqs: TypeAlias = "array[int]"

_Outcome: TypeAlias = (
    MessageBegun | MessageConfirmed | MessageDelivered | MessageFailed | MessageUnknown
)
_OUTCOMES = (MessageBegun, MessageConfirmed, MessageDelivered, MessageFailed, MessageUnknown)


class Sent(NamedTuple):
    """The message that a link belongs to."""

    site: str
    id: str
    person: str


class Letters:
    """A fold. Events without a sequence have no place to be read from."""

    kinds: ClassVar[frozenset[str]] = Discreet.kinds

    def __init__(self) -> None:
        self._of: dict[str, Seqs] = {}
        self._care: dict[str, Seqs] = {}
        self._discreet = Discreet()
        self._links: dict[int, dict[str, Sent]] = {}

    def apply(self, event: Event) -> None:
        """Fold one event."""
        self._discreet.apply(event)
        fact = event.data
        if not isinstance(fact, MessageFact):
            return
        of = self._of if self._discreet.shows(event, ()) else self._care
        seqs = of.setdefault(fact.person, array("Q"))
        seqs.append(event.seq)
        del seqs[:-EVENTS_KEPT]
        if isinstance(fact, MessageRequested) and fact.code is not None:
            self._link(event, fact.code, fact.person)

    def sequences(self, person: str) -> list[int]:
        """Return where the newest events of a person's messages lie; [] if there are none."""
        return sorted((*self._of.get(person, ()), *self._care.get(person, ())))

    def find(self, code: str) -> Sent | None:
        """Return the message of a link, None for a code that belongs to none of the last day."""
        return next((links[code] for links in self._links.values() if code in links), None)

    def _link(self, event: Event, code: str, person: str) -> None:
        hour = _hour(event.recorded_at)
        sent = Sent(event.site, event.key, person)
        self._links.setdefault(hour, {}).setdefault(code, sent)
        newest = max(self._links)
        for old in [each for each in self._links if each < newest - LINKS_KEPT_H]:
            del self._links[old]


def show_messages(events: list[Event]) -> list[dict[str, Any]]:
    """Return messages, the newest first, with how each went out. The code of a link is not shown:
    it is proof that a channel reaches the person.
    """
    messages: dict[str, dict[str, Any]] = {}
    for event in events:
        fact = event.data
        if isinstance(fact, MessageRequested):
            messages.setdefault(event.key, _show(event, fact))
        elif isinstance(fact, _OUTCOMES) and event.key in messages:
            _move(messages[event.key]["channels"].setdefault(fact.channel, {}), event, fact)
    shown = list(messages.values())
    for message in shown:
        message["channels"] = [
            {"channel": name, **how} for name, how in message["channels"].items()
        ]
    return shown[::-1]


def _show(event: Event, fact: MessageRequested) -> dict[str, Any]:
    at = iso(event.occurred_at)
    delivered = {"stage": "delivered", "at": at}
    return {
        "id": event.key,
        "site": event.site,
        "at": at,
        "purpose": fact.purpose,
        "about": fact.about.model_dump(),
        "text": fact.text.model_dump(),
        "drill": event.drill,
        "channels": {
            name: {
                **(delivered if name == PAGE else {"stage": "waiting", "at": at}),
                "confirmed_at": None,
            }
            for name in fact.channels
        },
    }


def _move(how: dict[str, Any], event: Event, fact: _Outcome) -> None:
    at = iso(event.occurred_at)
    match fact:
        case MessageConfirmed():
            how["confirmed_at"] = how.get("confirmed_at") or at
        case MessageBegun():
            how.update(stage="begun", at=at)
        case MessageDelivered():
            how.update(stage="delivered", at=at)
        case MessageUnknown():
            how.update(stage="unknown", at=at)
        case MessageFailed(reason=reason):
            how.update(stage="failed", at=at, reason=explain(reason).model_dump())


def _hour(moment: datetime) -> int:
    return int(moment.timestamp() // timedelta(hours=1).total_seconds())
