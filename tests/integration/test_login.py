"""A connection to nats-server with a user or a password that is not its."""

import pytest

from services.connection import LoginRefused, Repeats, close, connect
from services.embedded import EmbeddedServer


async def test_a_wrong_password_is_told_at_once_and_not_tried_for_ever(
    nats_server: EmbeddedServer,
) -> None:
    right = nats_server.endpoint.url
    user, _, place = right.removeprefix("nats://").rpartition("@")
    wrong = f"nats://{user.partition(':')[0]}:wrong@{place}"
    with pytest.raises(LoginRefused, match=f"connect to nats at {place}: it refuses"):
        await connect(wrong, "test", wait=10)
    nc = await connect(right, "test", wait=10)
    assert nc.is_connected
    await close(nc)


def test_an_error_that_goes_on_is_said_every_half_minute_with_how_often_it_came() -> None:
    repeats = Repeats()
    said = [(at_s, repeats.unsaid("refused", at_s / 10)) for at_s in range(610)]
    assert [each for each in said if each[1] is not None] == [(0, 0), (300, 299), (600, 299)]
    assert repeats.unsaid("gone", 0) == 0
