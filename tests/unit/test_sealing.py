"""What is sealed opens with the right key, for the right owner and topic, and in no other way."""

from base64 import b64decode, b64encode
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.sealed import Sealed, Topic
from services.sealing import (
    DETAILS_BYTES_MAX,
    NONCE_BYTES,
    CannotOpen,
    TooMuch,
    open_box,
    seal,
)

KEY = bytes(range(32))
NONCE = bytes(range(NONCE_BYTES))
TOPICS: tuple[Topic, ...] = get_args(Topic)
KEYS = st.binary(min_size=32, max_size=32)
NONCES = st.binary(min_size=NONCE_BYTES, max_size=NONCE_BYTES)
OWNERS = st.from_regex(r"[A-Za-z0-9_-]{1,64}", fullmatch=True)
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=100)
DETAILS = st.dictionaries(
    WORDS, WORDS | st.none() | st.floats(allow_nan=False, allow_infinity=False), max_size=4
)


@given(key=KEYS, owner=OWNERS, topic=st.sampled_from(TOPICS), details=DETAILS, nonce=NONCES)
def test_what_was_sealed_opens(
    key: bytes, owner: str, topic: Topic, details: dict[str, Any], nonce: bytes
) -> None:
    sealed = seal(key, owner, topic, details, nonce)
    assert (sealed.owner, sealed.topic) == (owner, topic)
    assert open_box(key, Sealed.model_validate_json(sealed.model_dump_json())) == details


@given(one=KEYS, other=KEYS, nonce=NONCES)
def test_another_key_opens_nothing(one: bytes, other: bytes, nonce: bytes) -> None:
    if one == other:
        return
    with pytest.raises(CannotOpen):
        open_box(other, seal(one, "p1", "contact", {"phone": "1"}, nonce))


@given(one=OWNERS, other=OWNERS)
def test_a_box_opens_for_no_other_owner(one: str, other: str) -> None:
    sealed = seal(KEY, one, "check-in", {"answer": "fine"}, NONCE)
    moved = sealed.model_copy(update={"owner": other})
    if one == other:
        assert open_box(KEY, moved) == {"answer": "fine"}
        return
    with pytest.raises(CannotOpen):
        open_box(KEY, moved)


@pytest.mark.parametrize("topic", TOPICS)
@pytest.mark.parametrize("other", TOPICS)
def test_a_box_opens_for_no_other_topic(topic: Topic, other: Topic) -> None:
    moved = seal(KEY, "p1", topic, {"x": 1}, NONCE).model_copy(update={"topic": other})
    if topic == other:
        assert open_box(KEY, moved) == {"x": 1}
        return
    with pytest.raises(CannotOpen):
        open_box(KEY, moved)


def test_every_flipped_bit_is_found() -> None:
    sealed = seal(KEY, "p1", "contact", {"phone": "13800000000"}, NONCE)
    raw = b64decode(sealed.box)
    for bit in range(len(raw) * 8):
        flipped = bytearray(raw)
        flipped[bit // 8] ^= 1 << bit % 8
        box = b64encode(bytes(flipped)).decode()
        with pytest.raises(CannotOpen):
            open_box(KEY, sealed.model_copy(update={"box": box}))


@given(st.binary(max_size=60))
def test_rubbish_does_not_open(rubbish: bytes) -> None:
    for box in (b64encode(rubbish).decode(), rubbish.decode("latin-1")):
        with pytest.raises(CannotOpen):
            open_box(KEY, Sealed.model_construct(owner="p1", topic="contact", box=box))


def test_the_length_of_a_box_tells_nobody_what_was_said() -> None:
    """Everyone who may read events sees how long a box is: "talk" must look as "fine" does."""
    said = [
        {"answer": answer, "temperature_c": temperature, "text": text}
        for answer in ("fine", "not-fine", "talk")
        for temperature in (None, 36.5, 38.45, 40)
        for text in ("", "累", "今天有点累，想早点休息", "x" * 100)
    ]
    assert len({len(seal(KEY, "p1", "check-in", each, NONCE).box) for each in said}) == 1


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=2000))
def test_whatever_a_person_may_say_of_themselves_fits(text: str) -> None:
    details = {"answer": "not-fine", "temperature_c": 38.25, "text": text}
    assert open_box(KEY, seal(KEY, "p1", "check-in", details, NONCE)) == details


def test_the_worst_that_may_be_said_fits_and_more_is_refused_without_repeating_it() -> None:
    worst = {"answer": "not-fine", "temperature_c": 38.25, "text": "\x01" * 2000}
    assert open_box(KEY, seal(KEY, "p1", "check-in", worst, NONCE)) == worst
    with pytest.raises(TooMuch) as refused:
        seal(KEY, "p1", "check-in", {"text": "secret" * DETAILS_BYTES_MAX}, NONCE)
    assert "secret" not in str(refused.value)


def test_what_could_not_be_opened_is_in_no_error() -> None:
    """Sealed by somebody with the key, and no JSON: the parser's complaint quotes it."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    raw = NONCE + AESGCM(KEY).encrypt(NONCE, b'{"phone": secret', b"muster/contact/p1")
    sealed = Sealed(owner="p1", topic="contact", box=b64encode(raw).decode())
    with pytest.raises(CannotOpen) as refused:
        open_box(KEY, sealed)
    assert "secret" not in str(refused.value)
    assert refused.value.__cause__ is None
