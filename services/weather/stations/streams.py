"""The streams that nats-server's MQTT listener keeps its own things in, made as Muster needs them.

A publisher of QoS 1 is told PUBACK once its message is stored and fsynced in `$MQTT_msgs`, and it
stays there as long as a consumer wants it: so Muster reads it from there. A stream of our own
beside it would be written after that, or, on a full disk, not at all, and the publisher would not
know.
nats-server makes these streams without limits when the first client connects; without limits, who
may publish could fill the disk that the log is on.
"""

from typing import Any, Final

import structlog
from nats.aio.client import Client

from services.provision import api, ensure_consumer

_log = structlog.get_logger()

MESSAGES: Final = "$MQTT_msgs"
SUBJECTS: Final = "$MQTT.msgs."
CONSUMER: Final = "observations"
MESSAGES_BYTES_MAX: Final = 64 << 20
"""A few hundred thousand observations that wait while Muster is away. Beyond it nats-server closes
the connection without a PUBACK, and the station sends again."""
_OTHERS: Final = ("$MQTT_rmsgs", "$MQTT_sess", "$MQTT_out", "$MQTT_qos2in")
"""Retained messages, sessions, and both ways of QoS 2."""
_OTHERS_BYTES_MAX: Final = 16 << 20
STREAMS_BYTES_MAX: Final = MESSAGES_BYTES_MAX + len(_OTHERS) * _OTHERS_BYTES_MAX

_ACK_WAIT_S = 30.0
_ACK_PENDING_MAX = 2048


async def provision(nc: Client, replicas: int) -> None:
    """Have the stream and the consumer that keeps its messages. Raises what the API raises."""
    wanted = {"max_bytes": MESSAGES_BYTES_MAX, "discard": "new"}
    found = await api.find(nc, f"STREAM.INFO.{MESSAGES}", api.STREAM_NOT_FOUND)
    if found is None:
        new = {
            "name": MESSAGES,
            "subjects": [f"{SUBJECTS}>"],
            "storage": "file",
            "retention": "interest",
            "num_replicas": replicas,
            **wanted,
        }
        await api.request(nc, f"STREAM.CREATE.{MESSAGES}", new)
        _log.info("a stream for MQTT was made", stream=MESSAGES, **wanted)
    else:
        await _bound(nc, found["config"], wanted)
    await ensure_consumer(
        nc,
        MESSAGES,
        CONSUMER,
        [f"{SUBJECTS}obs.>"],
        ack_wait_s=_ACK_WAIT_S,
        max_deliver=-1,
        max_ack_pending=_ACK_PENDING_MAX,
    )


async def bound_others(nc: Client) -> None:
    """Give the streams that nats-server has made by now a limit, where they have none."""
    for name in _OTHERS:
        found = await api.find(nc, f"STREAM.INFO.{name}", api.STREAM_NOT_FOUND)
        if found is not None:
            await _bound(nc, found["config"], {"max_bytes": _OTHERS_BYTES_MAX})


async def _bound(nc: Client, config: dict[str, Any], wanted: dict[str, Any]) -> None:
    if all(config.get(name) == value for name, value in wanted.items()):
        return
    await api.request(nc, f"STREAM.UPDATE.{config['name']}", {**config, **wanted})
    _log.info("a stream of MQTT was bounded", stream=config["name"], **wanted)
