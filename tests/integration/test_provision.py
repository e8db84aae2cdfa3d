"""The log on a real nats-server: made as needed, accepted when equal or stronger, else refused."""

import json
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from nats.aio.client import Client

from services.embedded import EmbeddedServer
from services.embedded.files import find_binary, write_private
from services.provision import EVENTS, SYNC_NOT_VERIFIED, Provisioned, Refused, WeakerLog, provision
from services.provision.rules import Needs, new_config
from tests.integration.servers import connect, running, until

pytestmark = [pytest.mark.nats, pytest.mark.timeout(15)]

MIB = 1 << 20
NEEDS = Needs(max_bytes=64 * MIB, max_msg_bytes=MIB)


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[EmbeddedServer]:
    async with running(tmp_path / "data", max_file_bytes=512 * MIB) as server:
        yield server


@pytest.fixture
async def nc(server: EmbeddedServer) -> AsyncIterator[Client]:
    client = await connect(server.endpoint.url)
    yield client
    await client.close()


async def provide(nc: Client, **options: Any) -> Provisioned:
    sizes = {"max_bytes": NEEDS.max_bytes, "max_msg_bytes": NEEDS.max_msg_bytes}
    return await provision(nc, **{**sizes, **options})


async def make(nc: Client, **settings: Any) -> None:
    """Make a stream as the log needs it, but for some settings; None leaves one out."""
    config = {**new_config(EVENTS, NEEDS), **settings}
    await api(
        nc,
        f"STREAM.CREATE.{EVENTS}",
        {key: value for key, value in config.items() if value is not None},
    )


async def api(nc: Client, subject: str, body: dict[str, Any]) -> dict[str, Any]:
    message = await nc.request(f"$JS.API.{subject}", json.dumps(body).encode())
    answer: dict[str, Any] = json.loads(message.data)
    assert "error" not in answer, answer["error"]
    return answer


async def config_of(nc: Client) -> dict[str, Any]:
    config: dict[str, Any] = (await api(nc, f"STREAM.INFO.{EVENTS}", {}))["config"]
    return config


async def test_a_missing_log_is_created_as_it_must_be(server: EmbeddedServer, nc: Client) -> None:
    made = await provide(nc, monitor_urls=[server.endpoint.monitor_url], require_sync_check=True)
    assert made.created
    assert (made.stream, made.last_seq, made.warnings) == ("EV", 0, ())
    config = await config_of(nc)
    assert config["subjects"] == ["ev.>"]
    assert config["storage"] == "file"
    assert config["discard"] == "new"
    assert config["deny_delete"] is config["deny_purge"] is config["allow_atomic"] is True
    assert config["max_bytes"] == NEEDS.max_bytes
    assert config["duplicate_window"] == 120 * 10**9


async def test_provisioning_twice_changes_nothing(server: EmbeddedServer, nc: Client) -> None:
    first = await provide(nc)
    await nc.jetstream().publish("ev.hq.incident.x.reported", b"{}")
    second = await provide(nc)
    assert not second.created
    assert second.config == first.config
    assert second.last_seq == 1


async def test_the_home_of_some_sites_holds_only_their_events(nc: Client) -> None:
    made = await provide(nc, subjects=["ev.yanqing.>", "ev.hq.>"])
    assert set(made.config["subjects"]) == {"ev.yanqing.>", "ev.hq.>"}
    again = await provide(nc, subjects=["ev.hq.>", "ev.yanqing.>"])
    assert not again.created
    with pytest.raises(WeakerLog, match="subjects"):
        await provide(nc)


WEAKER: dict[str, dict[str, Any]] = {
    "storage": {"storage": "memory"},
    "retention": {"retention": "interest"},
    "discard": {"discard": "old"},
    "deny_delete": {"deny_delete": False},
    "deny_purge": {"deny_purge": False},
    "allow_rollup_hdrs": {"allow_rollup_hdrs": True, "deny_purge": False},
    "allow_atomic": {"allow_atomic": False},
    "allow_direct": {"allow_direct": False},
    "max_age": {"max_age": 3600 * 10**9},
    "max_msgs": {"max_msgs": 1000},
    "max_msgs_per_subject": {"max_msgs_per_subject": 10},
    "discard_new_per_subject": {"max_msgs_per_subject": 10, "discard_new_per_subject": True},
    "persist_mode": {"persist_mode": "async", "allow_atomic": False},
    "no_ack": {"no_ack": True, "allow_atomic": False},
    "allow_msg_ttl": {"allow_msg_ttl": True},
    "subject_delete_marker_ttl": {
        "subject_delete_marker_ttl": 10**9,
        "allow_msg_ttl": True,
        "allow_rollup_hdrs": True,
        "deny_purge": False,
    },
    # The server turns rollups on by itself, and would have turned off deny_purge.
    "allow_msg_schedules": {
        "allow_msg_schedules": True,
        "allow_rollup_hdrs": True,
        "discard": "old",
        "deny_purge": False,
    },
    "allow_msg_counter": {"allow_msg_counter": True, "discard": "old"},
    "allow_batched": {"allow_batched": True},
    "consumer_limits": {"consumer_limits": {"inactive_threshold": 10**9}},
    "first_seq": {"first_seq": 100},
    "subjects": {"subjects": ["ev.yanqing.>"]},
    "max_bytes": {"max_bytes": -1},
    "max_msg_size": {"max_msg_size": -1},
    "duplicate_window": {"duplicate_window": 10**9},
    "mirror": {
        "mirror": {"name": "OTHER"},
        "subjects": None,
        "duplicate_window": None,
        "allow_atomic": None,
    },
    "sources": {"sources": [{"name": "OTHER"}]},
    "republish": {"republish": {"src": "ev.>", "dest": "copy.>"}},
    "subject_transform": {"subject_transform": {"src": "ev.a.>", "dest": "ev.b.>"}},
}


@pytest.mark.parametrize("field", WEAKER)
async def test_a_weaker_log_is_refused_and_left_as_it_is(nc: Client, field: str) -> None:
    await make(nc, **WEAKER[field])
    before = await config_of(nc)
    with pytest.raises(WeakerLog) as refused:
        await provide(nc)
    fields = {weakness.field for weakness in refused.value.weaknesses}
    assert field in fields
    assert fields <= {field, *WEAKER[field]}
    assert f"  {field}: found " in str(refused.value)
    assert await config_of(nc) == before


async def test_a_sealed_log_is_refused(nc: Client) -> None:
    await make(nc, deny_purge=False, deny_delete=False)
    await api(nc, f"STREAM.UPDATE.{EVENTS}", {**await config_of(nc), "sealed": True})
    with pytest.raises(WeakerLog, match="sealed: found True"):
        await provide(nc)


async def test_too_few_copies_are_refused(nc: Client) -> None:
    await make(nc)
    with pytest.raises(WeakerLog, match="num_replicas: found 1, required at least 3"):
        await provide(nc, replicas=3)


async def test_every_weakness_is_listed_in_english_and_chinese(nc: Client) -> None:
    await make(nc, discard="old", deny_purge=False)
    with pytest.raises(WeakerLog) as refused:
        await provide(nc)
    assert [weakness.field for weakness in refused.value.weaknesses] == ["discard", "deny_purge"]
    assert "events are never deleted / 事件不可清空" in str(refused.value)
    assert "流 EV 的配置弱于日志的要求" in str(refused.value)


@pytest.mark.parametrize(
    "settings",
    [
        {"max_bytes": 128 * MIB},
        {"max_msg_size": 2 * MIB},
        {"duplicate_window": 600 * 10**9},
        {"compression": "s2"},
        {"description": "a log", "metadata": {"owner": "ops"}},
        {"max_consumers": 50},
        {"first_seq": 1},
    ],
)
async def test_an_equal_or_stronger_log_is_accepted_as_it_is(
    nc: Client, settings: dict[str, Any]
) -> None:
    await make(nc, **settings)
    before = await config_of(nc)
    accepted = await provide(nc)
    assert not accepted.created
    assert accepted.grown == ()
    assert not [warning for warning in accepted.warnings if SYNC_NOT_VERIFIED not in warning]
    assert await config_of(nc) == before


async def test_a_size_limit_below_what_is_asked_for_is_raised(nc: Client) -> None:
    await make(nc, max_bytes=32 * MIB, max_msg_size=MIB // 2, description="kept")
    await nc.jetstream().publish("ev.hq.incident.x.reported", b"{}")
    grown = await provide(nc)
    assert set(grown.grown) == {"max_bytes", "max_msg_size"}
    assert grown.last_seq == 1
    config = await config_of(nc)
    assert (config["max_bytes"], config["max_msg_size"]) == (NEEDS.max_bytes, NEEDS.max_msg_bytes)
    assert config["description"] == "kept"
    assert (await provide(nc)).grown == ()


async def test_nothing_is_raised_on_a_log_that_is_refused(nc: Client) -> None:
    await make(nc, max_bytes=32 * MIB, deny_purge=False)
    with pytest.raises(WeakerLog) as refused:
        await provide(nc)
    assert [weakness.field for weakness in refused.value.weaknesses] == ["deny_purge"]
    assert (await config_of(nc))["max_bytes"] == 32 * MIB


async def test_more_room_than_the_server_has_is_refused_with_its_reason(nc: Client) -> None:
    with pytest.raises(Refused, match="insufficient storage") as refused:
        await provide(nc, max_bytes=1024 * MIB)
    assert refused.value.err_code == 10047


async def test_without_a_monitor_the_fsync_is_a_named_warning_or_a_refusal(nc: Client) -> None:
    made = await provide(nc)
    assert [warning.split(":")[0] for warning in made.warnings] == [SYNC_NOT_VERIFIED]
    with pytest.raises(WeakerLog, match=r"sync_interval of muster-.*: found 'unknown'"):
        await provide(nc, require_sync_check=True)


async def test_a_monitor_that_does_not_answer_verifies_nothing(nc: Client) -> None:
    made = await provide(nc, monitor_urls=["http://127.0.0.1:1"])
    assert [warning.split(":")[0] for warning in made.warnings] == [SYNC_NOT_VERIFIED]


async def test_another_servers_monitor_verifies_nothing(nc: Client, tmp_path: Path) -> None:
    async with running(tmp_path / "other") as other:
        made = await provide(nc, monitor_urls=[other.endpoint.monitor_url])
    assert [warning.split(":")[0] for warning in made.warnings] == [SYNC_NOT_VERIFIED]


@asynccontextmanager
async def lazy_server(folder: Path) -> AsyncIterator[tuple[str, str]]:
    """Run a nats-server with the default fsync; yield its URL and its monitoring endpoint."""
    config = {
        "listen": "127.0.0.1:-1",
        "http": "127.0.0.1:-1",
        "server_name": "lazy",
        "ports_file_dir": str(folder),
        "log_file": str(folder / "log"),
        "jetstream": {"store_dir": str(folder)},
    }
    write_private(folder / "lazy.conf", config)
    process = start(folder / "lazy.conf")
    path = folder / f"nats-server_{process.pid}.ports"
    try:
        await until(lambda: bool(ports(path)))
        yield ports(path)["nats"][0], ports(path)["monitoring"][0]
    finally:
        process.terminate()
        process.wait()


def start(config: Path) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([find_binary(), "-c", str(config)])


def ports(path: Path) -> dict[str, list[str]]:
    try:
        found: dict[str, list[str]] = json.loads(path.read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return {}
    return found


async def test_a_server_that_does_not_fsync_every_write_is_refused(tmp_path: Path) -> None:
    async with lazy_server(tmp_path) as (url, monitor):
        nc = await connect(url)
        with pytest.raises(WeakerLog) as refused:
            await provide(nc, monitor_urls=[monitor])
        assert "sync_interval of lazy: found '120s', required always" in str(refused.value)
        # Refused before anything was made there.
        assert await nc.jetstream().streams_info() == []
        await nc.close()
