"""The stream of documents as they were sent: one message for each, under the name of its bytes."""

from collections.abc import Mapping
from typing import Any

import structlog
from nats.aio.client import Client

from services.provision import api
from services.provision.rules import Needs, Weakness, growth, new_config, weaknesses
from services.provision.stream import WeakerLog

log = structlog.get_logger(__name__)

DOCUMENTS = "DOCS"
SUBJECTS = "doc.*"
MESSAGE_BYTES_MAX = 8 << 20
"""What the stream takes in one message, headers included: as much as the log."""

_ONE_EACH: Mapping[str, Any] = {"max_msgs_per_subject": 1, "discard_new_per_subject": True}
"""A document's name is the digest of its bytes, so there is never a second one to keep."""
_OF_EVENTS = frozenset({*_ONE_EACH, "allow_atomic"})
"""Settings that the log needs otherwise, or that documents need not have."""


async def provision_documents(nc: Client, *, max_bytes: int, replicas: int = 1) -> bool:
    """Create the stream of documents when it is missing; tell whether it was.

    An existing stream is never changed, but for a size limit below `max_bytes`, which is raised.
    Raises WeakerLog for one that may lose or replace a document, and Refused when JetStream refuses
    to create it.
    """
    needs = Needs(max_bytes, MESSAGE_BYTES_MAX, replicas, (SUBJECTS,))
    info = await api.find(nc, f"STREAM.INFO.{DOCUMENTS}", api.STREAM_NOT_FOUND)
    created = info is None
    if info is None:
        config = {**new_config(DOCUMENTS, needs), **_ONE_EACH}
        info = await api.request(nc, f"STREAM.CREATE.{DOCUMENTS}", config)
        log.info("documents_created", stream=DOCUMENTS, replicas=replicas)
    grown = growth(info["config"], needs)
    _refuse([one for one in document_weaknesses(info["config"], needs) if one.field not in grown])
    if grown:
        update = {**info["config"], **grown}
        info = await api.request(nc, f"STREAM.UPDATE.{DOCUMENTS}", update)
        log.warning("documents_limits_raised", stream=DOCUMENTS, after=grown)
        _refuse(document_weaknesses(info["config"], needs))
    return created


def document_weaknesses(config: Mapping[str, Any], needs: Needs) -> list[Weakness]:
    """Compare a stream's configuration, as JetStream's JSON has it, with what documents need."""
    found = [one for one in weaknesses(config, needs) if one.field not in _OF_EVENTS]
    return found + [
        Weakness(
            name,
            config.get(name),
            str(value).lower(),
            "a document lies there once and is never replaced / 每份文件只存一次，且不会被替换",
        )
        for name, value in _ONE_EACH.items()
        if config.get(name) != value
    ]


def _refuse(found: list[Weakness]) -> None:
    if found:
        raise WeakerLog(DOCUMENTS, found)
