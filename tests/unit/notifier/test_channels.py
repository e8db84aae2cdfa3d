import asyncio
import logging
import socket
import time
from typing import Any

import pytest

from events.fact import Text
from services.notifier.channels import (
    AppriseChannel,
    Channel,
    HttpChannel,
    Letter,
    MaybeSent,
    SendFailed,
    _apprise,
)
from tests.receiver import Taken, receiver

LETTER = Letter(
    Text(zh="点名", en="roll call"),
    Text(zh="你还好吗？", en="are you all right?"),
    "http://127.0.0.1:1/m/c/sms",
    "m1/sms",
)


@pytest.fixture(scope="module", autouse=True)
def loaded() -> None:
    """Load apprise's services, so that no test's time is taken by it."""
    _apprise()


def refusing() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


async def said(channel: Channel, address: str) -> Exception | None:
    try:
        await channel.send(address, LETTER)
    except (SendFailed, MaybeSent) as error:
        return error
    finally:
        await channel.close()
    return None


async def slow(_: Taken) -> int | None:
    await asyncio.sleep(3)
    return 200


async def broken(_: Taken) -> int | None:
    return 500


async def hanging_up(_: Taken) -> int | None:
    return None


async def test_http_carries_both_languages_the_link_and_a_key() -> None:
    async with receiver() as server:
        assert await said(HttpChannel(1, 2.0), server.at("hook?x=1")) is None
    (taken,) = server.taken
    assert taken.path == "/hook?x=1"
    assert taken.key == "m1/sms"
    assert taken.body == {
        "title": {"zh": "点名", "en": "roll call"},
        "body": {"zh": "你还好吗？", "en": "are you all right?"},
        "link": LETTER.link,
    }


async def test_http_that_is_refused_was_surely_not_sent() -> None:
    error = await said(HttpChannel(1, 2.0), f"http://127.0.0.1:{refusing()}/secret-13800138000")
    assert isinstance(error, SendFailed)
    assert error.surely_not_sent
    assert error.reason == "no connection"


async def test_a_host_that_is_not_found_was_surely_not_told() -> None:
    def not_found(*_: object) -> object:
        raise socket.gaierror("name or service not known")

    error = await said(HttpChannel(1, 2.0, not_found), "http://secret.invalid/x")
    assert isinstance(error, SendFailed)
    assert error.surely_not_sent
    assert "secret" not in error.reason


async def test_a_name_server_that_is_stuck_is_given_up() -> None:
    def stuck(*_: object) -> object:
        time.sleep(1)
        return []

    began = time.monotonic()
    error = await said(HttpChannel(1, 0.2, stuck), "http://secret.invalid/x")
    assert isinstance(error, SendFailed)
    assert error.surely_not_sent
    assert time.monotonic() - began < 0.8


@pytest.mark.parametrize("behave", [slow, hanging_up])
async def test_http_without_an_answer_may_have_been_sent(behave: Any) -> None:
    async with receiver(behave) as server:
        error = await said(HttpChannel(1, 0.3), server.at())
    assert isinstance(error, MaybeSent)
    assert len(server.taken) == 1


async def test_http_that_says_no_failed_and_is_not_tried_again() -> None:
    async with receiver(broken) as server:
        error = await said(HttpChannel(1, 2.0), server.at())
    assert isinstance(error, SendFailed)
    assert (error.reason, error.surely_not_sent) == ("answered HTTP 500", False)


async def test_apprise_sends_once_without_its_own_pause_or_tries() -> None:
    async with receiver(broken) as server:
        address = f"json://127.0.0.1:{server.port}/hook?retry=5&wait=0.1"
        error = await said(AppriseChannel(1, 3.0), address)
    assert isinstance(error, SendFailed)
    assert not error.surely_not_sent
    assert len(server.taken) == 1


async def test_apprise_keeps_no_pause_of_its_own_between_sends() -> None:
    async with receiver() as server:
        channel = AppriseChannel(1, 3.0)
        began = time.monotonic()
        for _ in range(3):
            await channel.send(f"ntfy://127.0.0.1:{server.port}/topic", LETTER)
        await channel.close()
    assert len(server.taken) == 3
    assert time.monotonic() - began < 4  # its usual pause is 5.5 s


async def test_apprise_says_both_languages_and_the_link() -> None:
    async with receiver() as server:
        assert await said(AppriseChannel(1, 3.0), f"json://127.0.0.1:{server.port}/") is None
    (taken,) = server.taken
    assert taken.body["title"] == "点名 / roll call"
    assert taken.body["message"].split("\n") == [
        "你还好吗？", "are you all right?", "http://127.0.0.1:1/m/c/sms"
    ]  # fmt: skip


async def test_apprise_that_gets_no_answer_is_given_up_in_time() -> None:
    async with receiver(slow) as server:
        began = time.monotonic()
        error = await said(AppriseChannel(1, 0.6), f"json://127.0.0.1:{server.port}/")
        assert isinstance(error, SendFailed | MaybeSent)
        assert time.monotonic() - began < 1.5
    assert len(server.taken) == 1


async def test_apprise_with_all_threads_stuck_surely_did_not_send() -> None:
    async with receiver(slow) as server:
        channel = AppriseChannel(1, 1.0)
        address = f"json://127.0.0.1:{server.port}/"
        first = asyncio.create_task(channel.send(address, LETTER))
        await asyncio.sleep(0.1)
        channel._timeout_s = 0.1
        with pytest.raises(SendFailed, match="stuck") as stuck:
            await channel.send(address, LETTER)
        assert stuck.value.surely_not_sent
        with pytest.raises((SendFailed, MaybeSent)):
            await first
        await channel.close()
    assert len(server.taken) == 1


@pytest.mark.parametrize("address", ["nosuch://secret-13800138000", "json://"])
async def test_an_address_that_cannot_be_one_is_refused(address: str) -> None:
    error = await said(AppriseChannel(1, 1.0), address)
    assert isinstance(error, SendFailed)
    assert not error.surely_not_sent


@pytest.mark.parametrize("make", [HttpChannel, AppriseChannel])
async def test_no_log_line_names_an_address(make: Any, caplog: pytest.LogCaptureFixture) -> None:
    scheme = "http" if make is HttpChannel else "json"
    with caplog.at_level(logging.WARNING):
        await said(make(1, 0.5), f"{scheme}://127.0.0.1:{refusing()}/secret-13800138000")
    assert "secret" not in caplog.text
    assert "127.0.0.1" not in caplog.text
