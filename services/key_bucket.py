"""The bucket of keys on the server: made once, never overwritten, and destroyed so that their bytes
are gone.

A key lies at `$KV.KEYS.<person>.<owner>`: the owner's own, or one that goes with a person's; what
all processes share lies at `$KV.KEYS.<name>`. On nats-server 2.15.1 a deletion by sequence writes
over the bytes on the disk; purging, or putting another value in its place, leaves the old ones
where they were. So values are only ever created and deleted, and the stream refuses everything
else.

Where several servers hold the bucket, each also has what was written in its replication log, until
that is cut at its next snapshot: measured with three servers, 2 to 3 minutes later.
"""

import asyncio
import contextlib
from base64 import b64decode
from collections.abc import Callable, Mapping, Sequence
from itertools import count
from typing import Any, NamedTuple
from uuid import uuid4

import nats.errors
import orjson
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy

from services.log import LogFull, LogUnavailable
from services.provision import Refused, api
from services.sealing import KEY_BYTES

STREAM = "KV_KEYS"
SUBJECTS = "$KV.KEYS.>"
BUCKET_BYTES_MAX = 128 << 20
"""About 600,000 keys of some 200 bytes each."""
BATCH_MAX = 500
_MISSING = 10037
_TAKEN = {10071, 10164}
_FULL = {10077, 10047, 10023}
"""10077 also says that a subject has its one message: who it belongs to tells which."""
_TIMEOUT_S = 5.0
_TRIES = 3
_PAUSE_S = 0.2
_LOOK_S = 2.0
_ONE_SUBJECT_TIMES_MAX = 1000


class KeyEntry(NamedTuple):
    """A key with whose it is. `of` is the person it is destroyed with, often the owner."""

    owner: str
    of: str
    key: bytes

    @property
    def subject(self) -> str:
        return f"$KV.KEYS.{self.of}.{self.owner}"


class WeakBucket(Exception):
    """The bucket of keys is configured so that keys may be lost, or not be destroyed."""


_NEEDED: Mapping[str, Any] = {
    "subjects": [SUBJECTS],
    "storage": "file",
    "retention": "limits",
    "discard": "new",
    "discard_new_per_subject": True,
    "max_msgs_per_subject": 1,
    "deny_delete": False,
    "deny_purge": True,
    "allow_rollup_hdrs": False,
    "allow_atomic": True,
    "max_age": 0,
    "compression": "none",
    "persist_mode": "default",
}
"""As JetStream's JSON has it. A compressed block is written anew, not over the old bytes."""
_LEFT_OUT: Mapping[str, Any] = {"compression": "none", "persist_mode": "default"}
"""What it means where JetStream leaves a setting out, if that is not zero, false or nothing."""


async def provision_bucket(nc: Client, replicas: int) -> None:
    """Create the bucket when it is missing. Raises WeakBucket for one that is not as it must be."""
    info = await api.find(nc, f"STREAM.INFO.{STREAM}", api.STREAM_NOT_FOUND)
    if info is None:
        config = {
            "name": STREAM,
            **{name: value for name, value in _NEEDED.items() if name not in _LEFT_OUT},
            "max_bytes": BUCKET_BYTES_MAX,
            "num_replicas": replicas,
        }
        info = await api.request(nc, f"STREAM.CREATE.{STREAM}", config)
    found = info["config"]
    wrong = [
        f"{name} is {found.get(name)!r}, not {value!r}"
        for name, value in _NEEDED.items()
        if (found.get(name) or _LEFT_OUT.get(name)) != (value or None)
    ]
    if found.get("num_replicas", 1) < replicas:
        wrong.append(f"num_replicas is below {replicas}")
    if wrong:
        raise WeakBucket(
            f"use stream {STREAM}: {', '.join(wrong)} / 密钥桶 {STREAM} 的配置不符合要求"
        )


class KeyBucket:
    """One process's way to the bucket. What goes wrong on it is LogUnavailable or LogFull."""

    def __init__(self, nc: Client) -> None:
        self._nc = nc
        self._prefix = uuid4().hex
        self._numbers = count(1)
        self._subscription: JetStreamContext.PushSubscription | None = None

    async def watch(self, on_entry: Callable[[KeyEntry], None]) -> None:
        """Hand over every key there is, and from then on every new one; return after the first."""
        whole = asyncio.Event()

        async def take(message: Msg) -> None:
            entry = _entry(message.subject, message.data)
            if entry is not None:
                on_entry(entry)
            if message.metadata.num_pending == 0:
                whole.set()

        js = self._nc.jetstream()
        state = (await js.stream_info(STREAM)).state
        self._subscription = await js.subscribe(
            SUBJECTS,
            stream=STREAM,
            ordered_consumer=True,
            idle_heartbeat=1.0,
            config=ConsumerConfig(deliver_policy=DeliverPolicy.ALL, ack_policy=AckPolicy.NONE),
            cb=take,
            pending_msgs_limit=1_000_000,
            pending_bytes_limit=1 << 28,
        )
        while state.messages and not whole.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(whole.wait(), _LOOK_S)
            # The last of them may have been destroyed while the others were on their way.
            if (await self._subscription.consumer_info()).num_pending == 0:
                break

    async def close(self) -> None:
        """Watch no more."""
        if self._subscription and not self._nc.is_closed:
            with contextlib.suppress(nats.errors.Error):
                await self._subscription.unsubscribe()
        self._subscription = None

    async def create(self, entries: Sequence[KeyEntry]) -> dict[str, bytes]:
        """Store keys, one for each owner; return those that hold: whoever came first has won."""
        for _ in range(_TRIES):
            try:
                if len(entries) > 1 and await self._create_all(entries):
                    return {entry.owner: entry.key for entry in entries}
                made = await asyncio.gather(*(self._create_one(entry) for entry in entries))
            except (nats.errors.Error, TimeoutError, OSError):
                # It may have been stored all the same: then it is found to have won.
                await asyncio.sleep(_PAUSE_S)
                continue
            return dict(zip((entry.owner for entry in entries), made, strict=True))
        raise LogUnavailable(f"make {len(entries)} keys: the bucket of keys does not answer")

    async def read(self, owner: str) -> KeyEntry | None:
        """Return the key of an owner as the bucket's leader has it."""
        found = await self._last(f"$KV.KEYS.*.{owner}")
        return _entry(*found[1:]) if found else None

    async def secret(self, name: str) -> bytes | None:
        """Return what all processes share under a name that is no person's. Raises
        LogUnavailable.
        """
        found = await self._last(_of_all(name))
        return found[2] if found else None

    async def share(self, name: str, secret: bytes) -> bytes:
        """Share something with all processes, for ever; return what holds: whoever came first has
        won. Raises LogUnavailable, LogFull.
        """
        for _ in range(_TRIES):
            with contextlib.suppress(nats.errors.Error, TimeoutError, OSError):
                error = (await self._publish(_of_all(name), secret, dict(_NONE_YET))).get("error")
                if error is None:
                    return secret
                if (held := await self.secret(name)) is not None:
                    return held
                if int(error.get("err_code", 0)) in _FULL:
                    raise LogFull(f"share {name}: the bucket of keys is full")
            await asyncio.sleep(_PAUSE_S)
        raise LogUnavailable(f"share {name}: the bucket of keys does not answer")

    async def wipe(self, person: str) -> int:
        """Write over a person's key and every one that goes with it; return how many they were.

        Returns only when the bucket says that there is none left.
        """
        wiped = 0
        for _ in range(_ONE_SUBJECT_TIMES_MAX):
            found = await self._last(f"$KV.KEYS.{person}.>")
            if found is None:
                return wiped
            wiped += await self._delete(found[0])
        raise LogUnavailable(f"destroy the keys of {person}: they are still there")

    async def _delete(self, seq: int) -> bool:
        """Write over one message; tell whether it was there. Whether it is gone, a look tells."""
        try:
            await self._ask(f"STREAM.MSG.DELETE.{STREAM}", {"seq": seq, "no_erase": False})
        except Refused:
            # Somebody else was faster, most likely. Several error codes say so.
            return False
        return True

    async def _create_all(self, entries: Sequence[KeyEntry]) -> bool:
        """Store many with one fsync, or none and return False where one of them is there."""
        batch = f"{self._prefix}{next(self._numbers)}"
        last = len(entries)
        for number, entry in enumerate(entries, 1):
            headers = {
                **_NONE_YET,
                "Nats-Batch-Id": batch,
                "Nats-Batch-Sequence": str(number),
            }
            if number < last:
                await self._nc.publish(entry.subject, entry.key, headers=headers)
                continue
            headers["Nats-Batch-Commit"] = "1"
            answer = await self._publish(entry.subject, entry.key, headers)
            return "error" not in answer
        return False

    async def _create_one(self, entry: KeyEntry) -> bytes:
        error = (await self._publish(entry.subject, entry.key, dict(_NONE_YET))).get("error")
        if error is None:
            return entry.key
        code = int(error.get("err_code", 0))
        there = await self.read(entry.owner) if code in _TAKEN | _FULL else None
        if there is not None:
            return there.key
        if code in _FULL:
            raise LogFull("make a key: the bucket of keys is full")
        raise LogUnavailable(f"make a key: the bucket of keys says {code}")

    async def _publish(self, subject: str, key: bytes, headers: dict[str, str]) -> dict[str, Any]:
        reply = await self._nc.request(subject, key, timeout=_TIMEOUT_S, headers=headers)
        answer: dict[str, Any] = orjson.loads(reply.data)
        return answer

    async def _last(self, subject: str) -> tuple[int, str, bytes] | None:
        body = {"last_by_subj": subject}
        try:
            found = (await self._ask(f"STREAM.MSG.GET.{STREAM}", body))["message"]
        except Refused as error:
            if error.err_code == _MISSING:
                return None
            raise LogUnavailable(f"look for a key: {error}") from error
        return int(found["seq"]), found["subject"], b64decode(found.get("data", ""))

    async def _ask(self, subject: str, body: dict[str, Any]) -> dict[str, Any]:
        try:
            return await api.request(self._nc, subject, body)
        except (nats.errors.Error, TimeoutError, OSError) as error:
            raise LogUnavailable(f"ask for keys: {type(error).__name__}") from error


def _of_all(name: str) -> str:
    """Return where something lies that is no person's: no erasure reaches it."""
    return f"$KV.KEYS.{name}"


_NONE_YET = {"Nats-Expected-Last-Subject-Sequence": "0"}


def _entry(subject: str, key: bytes) -> KeyEntry | None:
    """Return what lies at a subject, None where it is no key of ours."""
    tokens = subject.split(".")
    return (
        KeyEntry(tokens[3], tokens[2], key) if len(tokens) == 4 and len(key) == KEY_BYTES else None
    )
