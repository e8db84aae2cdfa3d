"""What is known of people's channels, and which messages wait. A message that is over is not kept:
there are tens of thousands of people, and every one is sent several a day.

What is known of a channel is everyone's to see, so a message about a request for care adds nothing
to it: that a helper's channel was used just now would tell which of their people asked.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from sys import intern
from typing import Literal, NamedTuple, TypeAlias, get_args

from events.alert import AlertRaised
from events.care import CareAsked
from events.envelope import Event
from events.fact import Ref
from events.message import (
    PAGE,
    MessageConfirmed,
    MessageDelivered,
    MessageFailed,
    MessageRequested,
    MessageUnknown,
)
from projections.fold import Binding, on

PROOF_HOLDS = timedelta(hours=24)
"""How long a channel counts as proven once the person has answered by it."""
CHANNELS_WANTED = 2
"""A person with fewer proven channels cannot be relied on to be reached."""

Outcome: TypeAlias = Literal["unknown", "failed", "delivered"]

_ORDER: tuple[Outcome, ...] = get_args(Outcome)
"""What is known better comes later, where the moment is the same."""


class Channel(NamedTuple):
    """The newest of each, by (moment, event id), which are its rank."""

    proved_at: datetime | None = None
    proof: str = ""
    outcome: Outcome | None = None
    outcome_at: datetime | None = None
    outcome_id: str = ""


class Open(NamedTuple):
    """A message with the channels it has not gone out by."""

    site: str
    asked_at: datetime
    channels: tuple[str, ...]


@dataclass(slots=True)
class Messages:
    """By person and channel what came of it last; by id the messages that wait."""

    channels: dict[str, dict[str, Channel]] = field(default_factory=dict)
    open: dict[str, Open] = field(default_factory=dict)
    quiet: dict[str, bool] = field(default_factory=dict)
    """By `kind/id` what is about a request for care. A dict for the snapshot."""

    def folds(self) -> Iterator[Binding]:
        yield on(CareAsked, self._care)
        yield on(AlertRaised, self._raised)
        yield on(MessageRequested, self._requested)
        yield on(MessageDelivered, self._delivered)
        yield on(MessageFailed, self._failed)
        yield on(MessageUnknown, self._unknown)
        yield on(MessageConfirmed, self._confirmed)

    def of(self, person: str, channel: str) -> Channel:
        """Return what is known of a person's channel."""
        return self.channels.get(person, {}).get(channel) or Channel()

    def proven(self, person: str, channels: tuple[str, ...], at: datetime) -> tuple[str, ...]:
        """Return which of these channels reach a person, as was proven within 24 h before `at`."""
        known = self.channels.get(person, {})
        since = at - PROOF_HOLDS
        return tuple(
            name
            for name in channels
            if (row := known.get(name)) and row.proved_at is not None and row.proved_at >= since
        )

    def oldest(self) -> datetime | None:
        """Return when the message that waits longest was asked for."""
        return min((row.asked_at for row in self.open.values()), default=None)

    def _care(self, event: Event, _: CareAsked) -> None:
        self.quiet[f"care/{event.key}"] = True

    def _raised(self, event: Event, fact: AlertRaised) -> None:
        self._follow(event, fact.about)

    def _follow(self, event: Event, about: Ref) -> None:
        if f"{about.kind}/{about.id}" in self.quiet:
            self.quiet[f"{event.kind}/{event.key}"] = True

    def _is_quiet(self, event: Event) -> bool:
        return f"message/{event.key}" in self.quiet

    def _requested(self, event: Event, fact: MessageRequested) -> None:
        self._follow(event, fact.about)
        waits = tuple(intern(name) for name in fact.channels if name != PAGE)
        if PAGE in fact.channels:
            self._came(event, fact.person, PAGE, "delivered")
        if waits:
            self.open.setdefault(event.key, Open(event.site, event.occurred_at, waits))

    def _delivered(self, event: Event, fact: MessageDelivered) -> None:
        self._settled(event, fact.person, fact.channel, "delivered")

    def _failed(self, event: Event, fact: MessageFailed) -> None:
        self._settled(event, fact.person, fact.channel, "failed")

    def _unknown(self, event: Event, fact: MessageUnknown) -> None:
        self._settled(event, fact.person, fact.channel, "unknown")

    def _settled(self, event: Event, person: str, channel: str, outcome: Outcome) -> None:
        self._came(event, person, channel, outcome)
        row = self.open.get(event.key)
        if row is None:
            return
        left = tuple(name for name in row.channels if name != channel)
        if left:
            self.open[event.key] = row._replace(channels=left)
        else:
            del self.open[event.key]

    def _came(self, event: Event, person: str, channel: str, outcome: Outcome) -> None:
        if self._is_quiet(event):
            return
        row = self.of(person, channel)
        at = event.occurred_at
        if (
            row.outcome is None
            or row.outcome_at is None
            or (at, _ORDER.index(outcome), event.id)
            > (row.outcome_at, _ORDER.index(row.outcome), row.outcome_id)
        ):
            changed = row._replace(outcome=outcome, outcome_at=at, outcome_id=event.id)
            self._keep(person, channel, changed)

    def _confirmed(self, event: Event, fact: MessageConfirmed) -> None:
        if self._is_quiet(event):
            return
        row = self.of(fact.person, fact.channel)
        at = event.occurred_at
        if row.proved_at is None or (at, event.id) > (row.proved_at, row.proof):
            changed = row._replace(proved_at=at, proof=event.id)
            self._keep(fact.person, fact.channel, changed)

    def _keep(self, person: str, channel: str, row: Channel) -> None:
        self.channels.setdefault(intern(person), {})[intern(channel)] = row
