"""What may happen to a message: asked for once, begun once by each channel, and what came of it.

Begun is begun by whoever appended it: the expected sequence lets one of several processes do that,
and only that one sends. `page` needs no sending: what is stored is on the person's page.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from sys import intern
from typing import Literal, NamedTuple, TypeAlias, assert_never

from events.fact import Fact
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
from services.decider import Decider, Rejected
from services.notifier.commands import (
    BeginChannel,
    ConfirmChannel,
    EndChannel,
    MessageCommand,
    RequestMessage,
)

Stage: TypeAlias = Literal["waiting", "begun", "delivered", "failed", "unknown"]


class Channel(NamedTuple):
    """How far a message is by one channel."""

    name: str
    stage: Stage = "waiting"
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Message:
    """A message as far as a decision needs it; with nobody in it, it is not asked for."""

    person: str | None = None
    channels: tuple[Channel, ...] = ()

    def find(self, name: str) -> Channel | None:
        """Return how far it is by a channel, None for one that it does not go by."""
        return next((channel for channel in self.channels if channel.name == name), None)


def decide(state: Message, command: MessageCommand) -> Sequence[Fact]:
    """Return what follows from a command, or raise Rejected."""
    if isinstance(command, RequestMessage):
        return _request(state, command)
    if state.person is None:
        raise _unknown_message(command)
    channel = state.find(command.channel)
    if channel is None:
        raise _unknown_channel(command)
    match command:
        case BeginChannel():
            if channel.stage != "waiting":
                return []
            return [MessageBegun(person=state.person, channel=channel.name)]
        case EndChannel():
            return _end(state.person, channel, command)
        case ConfirmChannel():
            return _confirm(state.person, channel, command)
        case unhandled:
            assert_never(unhandled)


def evolve(state: Message, fact: Fact) -> Message:
    """Return the message after one fact."""
    if not isinstance(fact, MessageFact):
        return state
    match fact:
        case MessageRequested(person=person, channels=names):
            return Message(intern(person), _asked(names))
        case MessageBegun(channel=name):
            return _moved(state, name, "begun")
        case MessageDelivered(channel=name):
            return _moved(state, name, "delivered")
        case MessageFailed(channel=name):
            return _moved(state, name, "failed")
        case MessageUnknown(channel=name):
            return _moved(state, name, "unknown")
        case MessageConfirmed(channel=name):
            known = state.find(name) or Channel(name)
            return _with(state, known._replace(confirmed=True))
        case unhandled:
            assert_never(unhandled)


def _moved(state: Message, name: str, stage: Stage) -> Message:
    known = state.find(name) or Channel(name)
    return _with(state, known._replace(stage=stage))


def _with(state: Message, changed: Channel) -> Message:
    return replace(state, channels=_replaced(state.channels, changed))


# There are few ways for messages to stand and many messages: those that stand alike share a value.
@lru_cache(maxsize=4096)
def _replaced(channels: tuple[Channel, ...], changed: Channel) -> tuple[Channel, ...]:
    by_name = {channel.name: channel for channel in channels}
    return tuple({**by_name, changed.name: changed}.values())


@lru_cache(maxsize=4096)
def _asked(names: tuple[str, ...]) -> tuple[Channel, ...]:
    return tuple(Channel(name, "delivered" if name == PAGE else "waiting") for name in names)


def _request(state: Message, command: RequestMessage) -> Sequence[Fact]:
    if state.person is None:
        return [
            MessageRequested(
                person=command.person,
                purpose=command.purpose,
                about=command.about,
                channels=tuple(dict.fromkeys(command.channels)),
                text=command.text,
                code=command.code,
            )
        ]
    if state.person != command.person:
        raise Rejected(
            "message-exists",
            zh=f"通知 {command.person}：编号 {command.id} 已用于给另一人的通知",
            en=f"tell {command.person}: the id {command.id} is taken by a message to another",
            field="id",
        )
    return []


def _end(person: str, channel: Channel, command: EndChannel) -> Sequence[Fact]:
    """A channel that was not begun can only be given up. What is unknown may become known."""
    if channel.stage == "waiting" and command.outcome != "failed":
        raise Rejected(
            "not-begun",
            zh=f"通知 {command.id}：{channel.name} 尚未开始发送，不能记为 {command.outcome}",
            en=f"end message {command.id} by {channel.name} as {command.outcome}: it is not begun",
            field="channel",
        )
    if channel.stage in ("delivered", "failed", command.outcome):
        return []
    match command.outcome:
        case "delivered":
            return [MessageDelivered(person=person, channel=channel.name)]
        case "failed":
            return [MessageFailed(person=person, channel=channel.name, reason=command.reason)]
        case "unknown":
            return [MessageUnknown(person=person, channel=channel.name)]
        case unhandled:
            assert_never(unhandled)


def _confirm(person: str, channel: Channel, command: ConfirmChannel) -> Sequence[Fact]:
    if channel.stage == "waiting":
        raise Rejected(
            "not-begun",
            zh=f"确认通知 {command.id}：尚未由 {channel.name} 发送",
            en=f"confirm message {command.id} by {channel.name}: it was not sent by it",
            field="channel",
        )
    return [] if channel.confirmed else [MessageConfirmed(person=person, channel=channel.name)]


def _unknown_message(command: MessageCommand) -> Rejected:
    return Rejected(
        "unknown-message",
        zh=f"通知 {command.id}：没有这条通知",
        en=f"message {command.id}: there is no such message",
        field="id",
    )


def _unknown_channel(command: BeginChannel | EndChannel | ConfirmChannel) -> Rejected:
    return Rejected(
        "unknown-channel",
        zh=f"通知 {command.id}：不经 {command.channel} 发送",
        en=f"message {command.id}: it does not go by {command.channel}",
        field="channel",
    )


def over(state: Message) -> bool:
    """Tell whether it is asked for and no channel has still to send it."""
    return state.person is not None and not any(
        channel.stage in ("waiting", "begun") for channel in state.channels
    )


MESSAGE: Decider[Message, MessageCommand] = Decider("message", Message(), decide, evolve, over)
