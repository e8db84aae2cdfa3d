import pickle

from events.envelope import Event
from events.fact import Ref, Text
from events.message import (
    MessageBegun,
    MessageDelivered,
    MessageFailed,
    MessageRequested,
    MessageUnknown,
)
from services.foldable import restore_state, state_of
from services.notifier.outbox import Outbox
from tests.unit.projections.build import at, said

SMS = {"person": "p1", "channel": "sms"}
CHAT = {"person": "p1", "channel": "chat"}


def asked(id: str, *channels: str) -> Event:
    fact = MessageRequested(
        person="p1",
        purpose="care",
        about=Ref(kind="care", id="c"),
        channels=channels,
        text=Text(zh="词", en="word"),
    )
    return said(fact, id)


def outbox(*events: Event) -> Outbox:
    folded = Outbox()
    for event in events:
        folded.apply(event)
    return folded


def test_what_has_not_gone_out_is_in_it_and_nothing_else() -> None:
    log = [asked("m1", "sms", "chat", "page"), asked("m2", "page"), asked("m3")]
    folded = outbox(*log)
    assert folded.ids() == ["m1"]
    row = folded.find("m1")
    assert row is not None
    assert (row.unbegun, row.begun, row.fact.person) == (frozenset({"sms", "chat"}), {}, "p1")
    assert folded.begun() == []


def test_a_channel_that_is_begun_is_watched_until_it_ends() -> None:
    log = [asked("m1", "sms", "chat"), said(MessageBegun(**SMS), "m1", 3, late=1)]
    row = outbox(*log).find("m1")
    assert row is not None
    assert (row.unbegun, row.begun) == (frozenset({"chat"}), {"sms": at(4)})
    assert outbox(*log).begun() == ["m1"]
    log.append(said(MessageUnknown(**SMS), "m1", 5))
    assert outbox(*log).begun() == []
    log.append(said(MessageFailed(**CHAT, reason="no"), "m1", 6))
    assert outbox(*log).find("m1") is None
    assert len(outbox(*log, said(MessageDelivered(**SMS), "m1", 7))) == 0


def test_a_snapshot_of_it_goes_on_where_it_was() -> None:
    log = [asked("m1", "sms", "chat"), said(MessageBegun(**SMS), "m1", 3), asked("m2", "sms")]
    kept = pickle.loads(pickle.dumps(state_of(outbox(*log))))
    resumed = Outbox()
    restore_state(resumed, kept)
    assert resumed.ids() == ["m1", "m2"]
    assert resumed.begun() == ["m1"]
    resumed.apply(said(MessageDelivered(**SMS), "m1", 4))
    assert resumed.begun() == []
