"""The stream of events: created as the log needs it, or refused."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from nats.aio.client import Client

from services.provision import api, sync
from services.provision.rules import (
    EVENTS,
    Needs,
    Weakness,
    growth,
    new_config,
    old_server,
    unknown,
    weaknesses,
)

log = structlog.get_logger(__name__)

MAX_BYTES = 8 << 30
MAX_MSG_BYTES = 1 << 20
SYNC_NOT_VERIFIED = "sync not verified"


class WeakerLog(Exception):
    """The log is configured so that it may lose events; every setting at fault is listed."""

    def __init__(self, stream: str, found: Sequence[Weakness]) -> None:
        self.weaknesses = tuple(found)
        lines = "\n".join(f"  {weakness}" for weakness in found)
        super().__init__(
            f"use stream {stream}: configured weaker than the log needs"
            f" / 流 {stream} 的配置弱于日志的要求\n{lines}"
        )


@dataclass(frozen=True)
class Provisioned:
    """A stream that is as the log needs it.

    `config` is JetStream's own JSON. `grown` names the limits that were raised on the way.
    `warnings` tell what could not be judged; each begins with its name.
    """

    stream: str
    created: bool
    config: Mapping[str, Any]
    last_seq: int
    grown: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


async def provision(  # noqa: PLR0913 - measures of one stream, given by name
    nc: Client,
    *,
    stream: str = EVENTS,
    subjects: Sequence[str] | None = None,
    replicas: int = 1,
    max_bytes: int = MAX_BYTES,
    max_msg_bytes: int = MAX_MSG_BYTES,
    monitor_urls: Sequence[str] = (),
    require_sync_check: bool = False,
) -> Provisioned:
    """Create the stream of events when it is missing; raise WeakerLog when it is too weak.

    `subjects` are all events unless a server is home to some sites only. An existing stream is
    never changed, but for a size limit that is smaller than asked for, which is raised.
    `monitor_urls` are the monitoring endpoints of the servers that hold the stream: they tell
    whether every write is fsynced. What they do not tell is a warning, or with
    `require_sync_check` a WeakerLog. Raises Refused when JetStream refuses to create the stream.
    """
    named = Needs(max_bytes, max_msg_bytes, replicas)
    needs = named if subjects is None else Needs(max_bytes, max_msg_bytes, replicas, subjects)
    syncs = await sync.read(monitor_urls)
    _refuse(
        stream,
        [*old_server(str(nc.connected_server_version)), *(found.weakness for found in syncs)],
    )
    info = await api.find(nc, f"STREAM.INFO.{stream}", api.STREAM_NOT_FOUND)
    created = info is None
    if info is None:
        info = await _create(nc, stream, needs)
    grown = growth(info["config"], needs)
    _refuse(stream, [w for w in weaknesses(info["config"], needs) if w.field not in grown])
    unverified = _unverified(info, {found.server for found in syncs})
    if require_sync_check:
        _refuse(stream, [unverified])
    if grown:
        info = await _grow(nc, stream, info["config"], grown)
        _refuse(stream, weaknesses(info["config"], needs))
    warnings = [f"unknown setting: {name}" for name in unknown(info["config"])]
    if unverified is not None:
        warnings.append(f"{SYNC_NOT_VERIFIED}: {unverified}")
    for warning in warnings:
        log.warning("log_not_judged", stream=stream, warning=warning)
    return Provisioned(
        stream=stream,
        created=created,
        config=info["config"],
        last_seq=info["state"]["last_seq"],
        grown=tuple(grown),
        warnings=tuple(warnings),
    )


async def _create(nc: Client, stream: str, needs: Needs) -> dict[str, Any]:
    await api.request(nc, f"STREAM.CREATE.{stream}", new_config(stream, needs))
    log.info("log_created", stream=stream, subjects=list(needs.subjects), replicas=needs.replicas)
    # Asked again, for only this answer names the servers that hold it.
    return await api.request(nc, f"STREAM.INFO.{stream}")


async def _grow(
    nc: Client, stream: str, config: Mapping[str, Any], grown: Mapping[str, int]
) -> dict[str, Any]:
    before = {name: config[name] for name in grown}
    info = await api.request(nc, f"STREAM.UPDATE.{stream}", {**config, **grown})
    log.warning("log_limits_raised", stream=stream, before=before, after=dict(grown))
    return info


def _refuse(stream: str, found: Sequence[Weakness | None]) -> None:
    present = [weakness for weakness in found if weakness is not None]
    if present:
        raise WeakerLog(stream, present)


def _unverified(info: Mapping[str, Any], verified: set[str]) -> Weakness | None:
    names = sync.holders(info)
    unseen = sorted(names - verified)
    if names and not unseen:
        return None
    return Weakness(
        f"sync_interval of {', '.join(unseen) or 'the servers that hold it'}",
        "unknown",
        "always",
        "name the monitoring endpoint of each server that holds the stream"
        " / 请给出每台保存该流的服务器的监控地址",
    )
