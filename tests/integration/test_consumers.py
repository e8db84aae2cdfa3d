"""Durable consumers on a real nats-server: created, left alone, brought back when they drifted."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from nats.aio.client import Client
from nats.js.api import AckPolicy, ConsumerConfig, ConsumerInfo

from services.provision import EVENTS, ConsumerDrift, Refused, ensure_consumer, provision
from tests.integration.servers import connect, running

pytestmark = [pytest.mark.nats, pytest.mark.timeout(15)]

FILTERS = ["ev.*.incident.*.reported"]
SETTINGS: dict[str, Any] = {"ack_wait_s": 30.0, "max_deliver": 5, "max_ack_pending": 100}


@pytest.fixture
async def nc(tmp_path: Path) -> AsyncIterator[Client]:
    async with running(tmp_path) as server:
        client = await connect(server.endpoint.url)
        await provision(client)
        yield client
        await client.close()


async def ensure(nc: Client, filters: list[str] = FILTERS, **settings: Any) -> str:
    return await ensure_consumer(nc, EVENTS, "playbooks", filters, **{**SETTINGS, **settings})


async def found(nc: Client) -> ConsumerInfo:
    info: ConsumerInfo = await nc.jetstream().consumer_info(EVENTS, "playbooks")
    return info


async def config_of(nc: Client) -> ConsumerConfig:
    config = (await found(nc)).config
    assert config is not None
    return config


async def test_a_missing_consumer_is_created_as_asked(nc: Client) -> None:
    assert await ensure(nc) == "created"
    config = await config_of(nc)
    assert config.durable_name == "playbooks"
    assert config.filter_subject == FILTERS[0]
    assert config.ack_policy == "explicit"
    assert config.deliver_policy == "all"
    assert (config.ack_wait, config.max_deliver, config.max_ack_pending) == (30.0, 5, 100)


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"filters": ["ev.*.incident.*.reported", "ev.*.alert.*.raised"]},
        {"filters": []},
        {"backoff": [0.5, 2.0, 10.0]},
        {"deliver_policy": "new"},
        {"max_deliver": -1},
    ],
)
async def test_ensuring_twice_changes_nothing(nc: Client, settings: dict[str, Any]) -> None:
    assert await ensure(nc, **settings) == "created"
    created = (await found(nc)).created
    assert await ensure(nc, **settings) == "unchanged"
    assert (await found(nc)).created == created


@pytest.mark.parametrize(
    ("drifted", "attribute", "wanted"),
    [
        ({"ack_wait_s": 1.0}, "ack_wait", 30.0),
        ({"max_deliver": 1}, "max_deliver", 5),
        ({"max_ack_pending": 1}, "max_ack_pending", 100),
        ({"backoff": [1.0, 2.0]}, "ack_wait", 30.0),
        ({"backoff": [1.0, 2.0]}, "backoff", None),
        ({"filters": ["ev.*.alert.*.raised"]}, "filter_subject", FILTERS[0]),
        ({"filters": [*FILTERS, "ev.*.alert.*.raised"]}, "filter_subjects", None),
        ({"filters": []}, "filter_subject", FILTERS[0]),
    ],
)
async def test_a_drifted_consumer_is_brought_back_in_place(
    nc: Client, drifted: dict[str, Any], attribute: str, wanted: object
) -> None:
    await ensure(nc, **drifted)
    created = (await found(nc)).created
    assert await ensure(nc) == "updated"
    assert getattr(await config_of(nc), attribute) == wanted
    assert (await found(nc)).created == created
    assert await ensure(nc) == "unchanged"


async def test_a_consumer_brought_back_goes_on_where_it_was(nc: Client) -> None:
    js = nc.jetstream()
    await ensure(nc, ack_wait_s=1.0)
    for number in range(3):
        await js.publish(f"ev.hq.incident.i{number}.reported", b"{}")
    subscription = await js.pull_subscribe_bind("playbooks", EVENTS)
    for message in await subscription.fetch(2, timeout=2):
        await message.ack_sync()
    assert await ensure(nc) == "updated"
    (last,) = await subscription.fetch(5, timeout=0.5)
    assert last.subject == "ev.hq.incident.i2.reported"


async def test_what_was_not_asked_for_is_kept_and_what_loses_events_is_not(nc: Client) -> None:
    await nc.jetstream().add_consumer(
        EVENTS,
        ConsumerConfig(
            name="playbooks",
            durable_name="playbooks",
            description="kept",
            ack_policy=AckPolicy.EXPLICIT,
            filter_subject=FILTERS[0],
            headers_only=True,
            inactive_threshold=60.0,
        ),
    )
    assert await ensure(nc) == "updated"
    config = await config_of(nc)
    assert config.description == "kept"
    assert not config.headers_only
    assert not config.inactive_threshold


@pytest.mark.parametrize(
    ("other", "field"),
    [
        ({"deliver_policy": "new"}, "deliver_policy"),
        ({"ack_policy": "none"}, "ack_policy"),
        ({"replay_policy": "original"}, "replay_policy"),
        ({"mem_storage": True}, "mem_storage"),
        ({"deliver_subject": "push.here"}, "deliver_subject"),
    ],
)
async def test_what_cannot_be_changed_is_refused_by_name(
    nc: Client, other: dict[str, Any], field: str
) -> None:
    config = {"name": "playbooks", "durable_name": "playbooks", "ack_policy": "explicit", **other}
    await nc.jetstream().add_consumer(EVENTS, ConsumerConfig(**config))
    with pytest.raises(ConsumerDrift, match=f"use consumer playbooks of stream EV: .*{field} is"):
        await ensure(nc)
    assert getattr(await config_of(nc), field) == other[field]


async def test_a_missing_stream_is_said(nc: Client) -> None:
    with pytest.raises(Refused, match="stream not found"):
        await ensure_consumer(nc, "NONE", "playbooks", FILTERS, **SETTINGS)
