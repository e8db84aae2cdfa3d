"""What an event shows: no box, nothing that leads to one, and no name of who is erased."""

import pytest

from events.envelope import Event, decode, encode
from events.fact import Fact
from events.message import MessageRequested
from events.presence import PresenceReported
from events.volunteer import VolunteerRegistered
from services.auth import Grant
from services.gateway.veil import may_see, veiled
from tests.samples import SAMPLES
from tests.unit.projections.build import said

BOX = "bm9uY2Vub25jZWNpcGhlcnRleHQ="


def shown(fact: Fact, *erased: str) -> str:
    return encode(veiled(_event(fact), set(erased))).decode()


def _event(fact: Fact) -> Event:
    event = said(fact, "p-017", site="yanqing")
    return event._replace(causation_id="the-senders-id", digest="0123456789abcdef")


@pytest.mark.parametrize("fact", SAMPLES, ids=lambda fact: fact.wire_type())
def test_no_event_shows_a_box(fact: Fact) -> None:
    text = shown(fact)
    assert BOX not in text
    assert veiled(_event(fact), set()).subject == _event(fact).subject


def test_the_samples_have_boxes_to_hide() -> None:
    boxed = [fact for fact in SAMPLES if BOX in encode(_event(fact)).decode()]
    assert len(boxed) >= 6


def test_what_has_no_box_is_shown_as_it_is() -> None:
    for fact in SAMPLES:
        event = _event(fact)
        is_off_duty = isinstance(fact, PresenceReported) and fact.whereabouts == "off-duty"
        has_code = isinstance(fact, MessageRequested)
        if BOX not in encode(event).decode() and not is_off_duty and not has_code:
            assert veiled(event, set()) == event


def test_a_message_does_not_show_what_proves_that_it_came() -> None:
    fact = next(fact for fact in SAMPLES if isinstance(fact, MessageRequested))
    assert fact.code is not None
    assert f'"{fact.code}"' in encode(_event(fact)).decode()
    assert f'"{fact.code}"' not in shown(fact)
    assert veiled(_event(fact), set()).data == fact.model_copy(update={"code": None})


def test_who_is_off_duty_for_their_health_looks_as_everyone_who_is_off_duty() -> None:
    with_detail = next(fact for fact in SAMPLES if isinstance(fact, PresenceReported))
    assert with_detail.detail is not None
    without = with_detail.model_copy(update={"detail": None})
    one, other = (
        _event(fact)._replace(id="e", causation_id=cause, digest=digest)
        for fact, cause, digest in ((with_detail, "a", "d1"), (without, "b", "d2"))
    )
    assert encode(veiled(one, set())) == encode(veiled(other, set()))
    decode(encode(veiled(one, set())))


@pytest.mark.parametrize(
    "fact", [fact for fact in SAMPLES if fact.NOUN == "checkin"], ids=lambda f: f.TYPE
)
def test_a_check_in_does_not_show_by_what_it_could_be_guessed(fact: Fact) -> None:
    text = shown(fact)
    assert "the-senders-id" not in text
    assert "0123456789abcdef" not in text


def test_the_name_of_who_is_erased_is_their_id() -> None:
    fact = next(fact for fact in SAMPLES if isinstance(fact, VolunteerRegistered))
    text = shown(fact, "p-017")
    for word in (fact.name, fact.latin, *fact.channels, *fact.languages):
        assert f'"{word}"' not in text
    assert fact.name in shown(fact, "p-018")


def test_only_who_audits_sees_who_read_what() -> None:
    read = _event(next(fact for fact in SAMPLES if fact.NOUN == "details"))
    every = {"reporter": False, "responder": False, "commander": False, "monitor": False}
    for role, sees in {**every, "admin": True}.items():
        grant = Grant("t", role, "x", None, frozenset({"mental-health"}))  # type: ignore[arg-type]  # names of roles and lanes
        assert may_see(read, grant) is sees
        assert may_see(_event(SAMPLES[0]), grant)
