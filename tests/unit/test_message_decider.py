from functools import partial
from typing import Any

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st

from events.fact import Fact, Ref, Text
from events.message import (
    MessageBegun,
    MessageConfirmed,
    MessageDelivered,
    MessageFailed,
    MessageRequested,
    MessageUnknown,
)
from services.notifier.commands import (
    BeginChannel,
    ConfirmChannel,
    EndChannel,
    MessageCommand,
    RequestMessage,
)
from services.notifier.decider import MESSAGE, Message
from tests.given import Given, answer, lived, state_after
from tests.moments import at

given = partial(Given, MESSAGE)
STORM = Ref(kind="alert", id="a1")
TEXT = Text(zh="请回复", en="please answer")
CHANNELS = ("sms", "wecom", "page")


def who(minutes: float = 0) -> dict[str, Any]:
    return {"site": "yanqing", "id": "m1", "at": at(minutes), "by": "service:notifier"}


def request(person: str = "ana", channels: tuple[str, ...] = CHANNELS) -> RequestMessage:
    return RequestMessage(
        **who(), person=person, purpose="alert", about=STORM, text=TEXT, channels=channels, code="c"
    )


def begin(channel: str = "sms") -> BeginChannel:
    return BeginChannel(**who(), channel=channel)


def end(outcome: Any = "delivered", channel: str = "sms", reason: str = "-") -> EndChannel:
    return EndChannel(**who(), channel=channel, outcome=outcome, reason=reason)


def confirm(channel: str = "sms") -> ConfirmChannel:
    return ConfirmChannel(**who(), channel=channel)


def requested(channels: tuple[str, ...] = CHANNELS) -> MessageRequested:
    return MessageRequested(
        person="ana", purpose="alert", about=STORM, channels=channels, text=TEXT, code="c"
    )


SMS: dict[str, Any] = {"person": "ana", "channel": "sms"}
begun = MessageBegun(**SMS)
delivered = MessageDelivered(**SMS)
unknown = MessageUnknown(**SMS)


def test_a_message_is_asked_for_once() -> None:
    given([]).when(request()).then(requested())
    given([requested()]).when(request()).then()
    given([requested()]).when(request(channels=("sms",))).then()


def test_a_channel_named_twice_is_one() -> None:
    given([]).when(request(channels=("sms", "page", "sms"))).then(requested(("sms", "page")))


def test_somebody_without_a_channel_is_on_record() -> None:
    given([]).when(request(channels=())).then(requested(()))


def test_an_id_is_not_taken_for_two_people() -> None:
    given([requested()]).when(request("bo")).rejected("message-exists", naming=["m1", "bo"])


def test_a_channel_is_begun_once_and_never_again() -> None:
    given([requested()]).when(begin()).then(begun)
    for after in ([], [delivered], [MessageFailed(**SMS, reason="no")], [unknown]):
        given([requested(), begun, *after]).when(begin()).then()


def test_the_page_needs_no_sending() -> None:
    given([requested()]).when(begin("page")).then()
    given([requested()]).when(confirm("page")).then(MessageConfirmed(person="ana", channel="page"))


@pytest.mark.parametrize("outcome", ["delivered", "unknown"])
def test_what_was_not_begun_was_not_sent(outcome: str) -> None:
    given([requested()]).when(end(outcome)).rejected("not-begun", naming=["sms"])


def test_what_is_no_longer_needed_is_given_up_unsent() -> None:
    given([requested()]).when(end("failed", reason="no longer needed")).then(
        MessageFailed(**SMS, reason="no longer needed")
    )


def test_an_outcome_stays_but_what_was_unknown_may_become_known() -> None:
    given([requested(), begun]).when(end()).then(delivered)
    given([requested(), begun, delivered]).when(end("unknown")).then()
    given([requested(), begun, delivered]).when(end("failed", reason="late")).then()
    given([requested(), begun, unknown]).when(end("unknown")).then()
    given([requested(), begun, unknown]).when(end()).then(delivered)


def test_only_what_was_sent_can_be_confirmed() -> None:
    given([requested()]).when(confirm()).rejected("not-begun", naming=["sms"])
    given([requested(), begun]).when(confirm()).then(MessageConfirmed(**SMS))
    given([requested(), begun, MessageConfirmed(**SMS)]).when(confirm()).then()


@pytest.mark.parametrize("command", [begin(), end(), confirm()])
def test_nothing_comes_of_what_nobody_asked_for(command: MessageCommand) -> None:
    given([]).when(command).rejected("unknown-message", naming=["m1"])
    given([requested(("page",))]).when(command).rejected("unknown-channel", naming=["sms"])


NAMES = st.sampled_from((*CHANNELS, "mail"))
TRIES: st.SearchStrategy[MessageCommand] = st.one_of(
    st.builds(request, st.sampled_from(["ana", "bo"])),
    st.builds(begin, NAMES),
    st.builds(end, st.sampled_from(["delivered", "failed", "unknown"]), NAMES),
    st.builds(confirm, NAMES),
)


def begun_by(facts: list[Fact]) -> list[str]:
    return [fact.channel for fact in facts if isinstance(fact, MessageBegun)]


@given_any(st.lists(TRIES, max_size=40))
def test_each_channel_is_begun_once_and_ends_once(tries: list[MessageCommand]) -> None:
    facts = lived(MESSAGE, [request(), *tries])
    assert len(begun_by(facts)) == len(set(begun_by(facts)))
    for channel in CHANNELS:
        own = [fact for fact in facts if getattr(fact, "channel", None) == channel]
        settled = [f for f in own if isinstance(f, MessageDelivered | MessageFailed)]
        assert len(settled) <= 1
        assert sum(isinstance(fact, MessageConfirmed) for fact in own) <= 1


class Log:
    """A log that takes an append only from whoever has seen all of it."""

    def __init__(self) -> None:
        self.facts: list[Fact] = []

    def append(self, facts: list[Fact], expected: int) -> bool:
        if expected != len(self.facts):
            return False
        self.facts += facts
        return True


class Notifier:
    """A process: it has folded the log up to somewhere, and sends what it has itself begun."""

    def __init__(self, log: Log) -> None:
        self.log = log
        self.read = 0
        self.sends: list[str] = []
        self.begun: str | None = None

    def catch_up(self, share: float) -> None:
        self.read += round(share * (len(self.log.facts) - self.read))

    def decide(self, command: MessageCommand) -> bool:
        state: Message = state_after(MESSAGE, self.log.facts[: self.read])
        facts = answer(MESSAGE, state, command)
        if isinstance(facts, str) or not facts:
            return False
        return self.log.append(list(facts), self.read)

    def step(self, channel: str) -> None:
        """Do the next thing there is to do: send what was begun, else begin."""
        if self.begun is not None:
            self.sends.append(self.begun)
            self.begun = None
        elif self.decide(begin(channel)):
            self.begun = channel

    def killed(self) -> None:
        """Go, and come back with an empty memory: what was begun is not sent any more."""
        self.begun, self.read = None, 0


STEPS = st.lists(
    st.tuples(
        st.integers(0, 1),
        st.sampled_from(["step", "step", "step", "end", "unknown", "killed", "asked"]),
        st.sampled_from(CHANNELS),
        st.sampled_from([0.0, 0.5, 1.0, 1.0, 1.0]),
    ),
    max_size=60,
)


@given_any(STEPS)
def test_two_notifiers_killed_anywhere_never_send_twice(
    steps: list[tuple[int, str, str, float]],
) -> None:
    log = Log()
    log.append([requested()], 0)
    both = [Notifier(log), Notifier(log)]
    for number, what, channel, share in steps:
        one = both[number]
        one.catch_up(share)
        match what:
            case "step":
                one.step(channel)
            case "killed":
                one.killed()
            case "asked":
                one.decide(request())
            case _:
                one.decide(end("delivered" if what == "end" else "unknown", channel))
    sent = both[0].sends + both[1].sends
    assert len(sent) == len(set(sent))
    assert len(begun_by(log.facts)) == len(set(begun_by(log.facts)))
    assert set(sent) <= set(begun_by(log.facts))
    assert sum(isinstance(fact, MessageRequested) for fact in log.facts) == 1
