"""A message to one person: asked for, tried by each channel once, and what came of it.

A channel is begun before it is tried, by an append that expects nobody has: so no restart and no
second process sends twice. What was cut off between the two is `unknown`, and is not tried again
by that channel; the other channels are. Each fact names the person, so that what is known of their
channels can be folded without the messages.
"""

from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import Field

from events.fact import Fact, Id, Line, Ref, Text

Purpose: TypeAlias = Literal[
    "alert", "roll-call", "check-in", "check-out", "channel-test", "need-help", "swap", "care"
]

PAGE = "page"
"""The channel that needs no address: the message is shown on the person's page once it is stored,
and is confirmed when the page, opened with the person's own token, has fetched it."""


class MessageRequested(Fact):
    """A person is to be told something by all of these channels."""

    NOUN: ClassVar[str] = "message"
    TYPE: ClassVar[str] = "requested"
    person: Id
    purpose: Purpose
    about: Ref
    channels: Annotated[tuple[Id, ...], Field(max_length=10)]
    """None when the person has none: then it is on record that they cannot be reached."""
    text: Text
    code: Id | None = None
    """What the person answers with to prove that it came: part of the link in the message."""


class MessageBegun(Fact):
    """It is being sent by a channel, now and never again."""

    NOUN: ClassVar[str] = "message"
    TYPE: ClassVar[str] = "begun"
    person: Id
    channel: Id


class MessageDelivered(Fact):
    """The channel took it."""

    NOUN: ClassVar[str] = "message"
    TYPE: ClassVar[str] = "delivered"
    person: Id
    channel: Id


class MessageFailed(Fact):
    """The channel did not take it. The reason names no address."""

    NOUN: ClassVar[str] = "message"
    TYPE: ClassVar[str] = "failed"
    person: Id
    channel: Id
    reason: Line


class MessageUnknown(Fact):
    """It was begun, and then the process ended: whether it was sent, nobody knows."""

    NOUN: ClassVar[str] = "message"
    TYPE: ClassVar[str] = "unknown"
    person: Id
    channel: Id


class MessageConfirmed(Fact):
    """The person answered by the channel: it reaches them."""

    NOUN: ClassVar[str] = "message"
    TYPE: ClassVar[str] = "confirmed"
    person: Id
    channel: Id


MessageFact = (
    MessageRequested
    | MessageBegun
    | MessageDelivered
    | MessageFailed
    | MessageUnknown
    | MessageConfirmed
)
FACTS: tuple[type[Fact], ...] = (
    MessageRequested,
    MessageBegun,
    MessageDelivered,
    MessageFailed,
    MessageUnknown,
    MessageConfirmed,
)
