"""Durable pull consumers: created when missing, brought back when they drifted."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeAlias

import structlog
from nats.aio.client import Client

from services.provision import api
from services.provision.rules import NANOSECONDS

log = structlog.get_logger(__name__)

DeliverPolicy: TypeAlias = Literal["all", "new", "last", "last_per_subject"]
Outcome: TypeAlias = Literal["created", "updated", "unchanged"]

_FILTERS = ("filter_subject", "filter_subjects")
# JetStream refuses to change these on a consumer that exists.
_FIXED = {"deliver_policy", "ack_policy", "replay_policy", "deliver_subject", "mem_storage"}


class ConsumerDrift(Exception):
    """A durable consumer differs from what a service needs, and cannot be changed in place."""

    def __init__(self, stream: str, name: str, drift: Mapping[str, tuple[object, object]]) -> None:
        self.fields = tuple(drift)
        listed = ", ".join(f"{key} is {has!r} not {needs!r}" for key, (has, needs) in drift.items())
        super().__init__(
            f"use consumer {name} of stream {stream}: {listed}; delete it and start again"
            f" / 消费者 {name} 的设置不符且无法修改，请删除后重新启动"
        )


async def ensure_consumer(  # noqa: PLR0913 - settings of one consumer, given by name
    nc: Client,
    stream: str,
    name: str,
    filter_subjects: Sequence[str],
    *,
    ack_wait_s: float,
    max_deliver: int,
    max_ack_pending: int,
    backoff: Sequence[float] | None = None,
    deliver_policy: DeliverPolicy = "all",
) -> Outcome:
    """Make a durable pull consumer with explicit acks be exactly as a service needs it.

    FastStream binds a durable as it finds it, so a changed setting would never take effect.
    `ack_wait_s` and `backoff` are in seconds; with a backoff, its first step is the ack wait. A
    filter that is widened does not bring back events that were already passed over. Settings not
    named here are kept. Raises ConsumerDrift when a setting differs that JetStream cannot change,
    and Refused when JetStream refuses, as when the stream is missing.
    """
    wanted = _config(
        filter_subjects,
        steps_s=backoff or (),
        ack_wait_s=ack_wait_s,
        limits={"max_deliver": max_deliver, "max_ack_pending": max_ack_pending},
        deliver_policy=deliver_policy,
    )
    info = await api.find(nc, f"CONSUMER.INFO.{stream}.{name}", api.CONSUMER_NOT_FOUND)
    found: dict[str, Any] = info["config"] if info is not None else {"durable_name": name}
    drift = _drift(found, wanted)
    if info is not None:
        if not drift:
            return "unchanged"
        fixed = {key: drift[key] for key in drift if key in _FIXED}
        if fixed:
            raise ConsumerDrift(stream, name, fixed)
    config = {key: value for key, value in found.items() if key not in _FILTERS}
    config |= _sendable(wanted)
    body = {"stream_name": stream, "config": {"name": name, **config}}
    await api.request(nc, f"CONSUMER.CREATE.{stream}.{name}", body)
    outcome: Outcome = "created" if info is None else "updated"
    log.info("consumer_ensured", outcome=outcome, stream=stream, consumer=name, drift=sorted(drift))
    return outcome


def _config(
    filters: Sequence[str],
    *,
    steps_s: Sequence[float],
    ack_wait_s: float,
    limits: Mapping[str, int],
    deliver_policy: DeliverPolicy,
) -> dict[str, Any]:
    steps = [_nanoseconds(step) for step in steps_s]
    return {
        "filter_subjects": sorted(filters),
        "ack_policy": "explicit",
        "ack_wait": steps[0] if steps else _nanoseconds(ack_wait_s),
        "backoff": steps,
        "deliver_policy": deliver_policy,
        "deliver_subject": "",
        "replay_policy": "instant",
        "inactive_threshold": 0,
        "headers_only": False,
        "mem_storage": False,
        **limits,
    }


def _drift(found: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, tuple[object, object]]:
    # JetStream leaves out what is zero, false or empty.
    has = {**found, "filter_subjects": _filters(found)}
    return {
        key: (has.get(key), value)
        for key, value in wanted.items()
        if (has.get(key) or None) != (value or None)
    }


def _filters(config: Mapping[str, Any]) -> list[str]:
    single = config.get("filter_subject")
    return [single] if single else sorted(config.get("filter_subjects") or ())


def _sendable(wanted: Mapping[str, Any]) -> dict[str, Any]:
    filters = wanted["filter_subjects"]
    rest = {key: value for key, value in wanted.items() if key not in _FILTERS}
    # Servers answer for one filter in one field, and for several in the other.
    return rest | ({"filter_subject": filters[0]} if len(filters) == 1 else {_FILTERS[1]: filters})


def _nanoseconds(seconds: float) -> int:
    return round(seconds * NANOSECONDS)
