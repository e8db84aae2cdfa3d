"""What may be asked about a message, and about the test of people's channels."""

from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import Field

from events.checkin import Day
from events.fact import Id, Instant, Line, Ref, Text
from events.message import Purpose
from events.reach import People
from services.deadlines import MissDeadline
from services.decider import Command

TEST_TEXT = Text(
    zh="这是联系渠道测试。请点开链接并确认收到，这样紧急时我们能找到您。",
    en="This is a test of how you can be reached. Open the link and say that you got it, "
    "so that you can be found in an emergency.",
)
"""What a person is sent whose channels are tested."""


class RequestMessage(Command):
    """Tell a person something by all their channels. The id says what is told once.

    What need not be told any more is not sent: an alert that is acknowledged, a roll call that is
    closed. Somebody who is told of their own duty (purpose `roll-call` about a roll call,
    `check-in` about a day, `check-out`) is not told once they have done it. Who is told of others',
    a lead, is told with the purpose `alert`.
    """

    KIND: ClassVar[str] = "message"
    type: Literal["request-message"] = "request-message"
    person: Id
    purpose: Purpose
    about: Ref
    text: Text
    channels: Annotated[tuple[Id, ...], Field(max_length=10)] = ()
    """Filled in by the notifier from the roster."""
    code: Id | None = None
    """Made by the notifier where the sender has none."""


class BeginChannel(Command):
    KIND: ClassVar[str] = "message"
    type: Literal["begin-channel"] = "begin-channel"
    channel: Id


class EndChannel(Command):
    KIND: ClassVar[str] = "message"
    type: Literal["end-channel"] = "end-channel"
    channel: Id
    outcome: Literal["delivered", "failed", "unknown"]
    reason: Line = "-"


class ConfirmChannel(Command):
    KIND: ClassVar[str] = "message"
    type: Literal["confirm-channel"] = "confirm-channel"
    channel: Id


MessageCommand: TypeAlias = Annotated[
    RequestMessage | BeginChannel | EndChannel | ConfirmChannel, Field(discriminator="type")
]


class BeginTest(Command):
    """Test the channels of these people, once a day; `again` when the day's test is over."""

    KIND: ClassVar[str] = "reach"
    type: Literal["begin-test"] = "begin-test"
    day: Day
    people: People
    prove_by: Instant
    again: bool = False


class JudgeTest(Command):
    """The time to answer is over, and this is what the test came to.

    What MissDeadline becomes when the service has filled in who answered; it never travels.
    """

    KIND: ClassVar[str] = "reach"
    type: Literal["judge-test"] = "judge-test"
    unproven: People
    unreachable: People
    shifts: People


ReachCommand: TypeAlias = Annotated[
    BeginTest | JudgeTest | MissDeadline, Field(discriminator="type")
]
