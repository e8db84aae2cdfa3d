"""The keys that personal details are sealed with: one for each person, and for each care request.

All of them are in memory of every process, never in a snapshot, a log line or an error. A person's
key, and those that go with it, are destroyed once the log says that they are erased; every process
learns of it from the log, and makes no key for them again.
"""

import asyncio
import secrets
from collections import deque
from typing import Any, ClassVar

import nats.errors
import structlog
from nats.aio.client import Client

from events.envelope import Event
from events.sealed import Sealed, Topic
from events.volunteer import PersonErased
from services.ending import end
from services.key_bucket import BATCH_MAX, KeyBucket, KeyEntry, provision_bucket
from services.log import LogUnavailable, Reader
from services.sealing import KEY_BYTES, NONCE_BYTES, CannotOpen, open_box, seal

_log = structlog.get_logger()


class Erased(Exception):
    """The person is erased: there is no key for them and never will be."""

    def __init__(self, person: str) -> None:
        super().__init__(f"make a key for {person}: they are erased")
        self.person = person


class NoKey(Exception):
    """Nobody has made a key for an owner yet, or it was destroyed."""


class Keyring:
    """A fold too: of who is erased. Only that is kept in a snapshot."""

    kinds: ClassVar[frozenset[str]] = frozenset({"volunteer"})

    def __init__(self, nc: Client, reader: Reader, replicas: int = 1) -> None:
        self._nc = nc
        self._reader = reader
        self._replicas = replicas
        self._bucket = KeyBucket(nc)
        self._keys: dict[str, bytes] = {}
        self._with: dict[str, set[str]] = {}
        """Person to the other owners whose keys go with theirs."""
        self.erased: set[str] = set()
        """Who the log says is erased."""
        self._queue: deque[KeyEntry] = deque()
        self._under_way: dict[str, asyncio.Future[bytes]] = {}
        self._maker: asyncio.Task[None] | None = None

    def __len__(self) -> int:
        return len(self._keys)

    def apply(self, event: Event) -> None:
        """Forget the keys of whoever is erased."""
        if isinstance(event.data, PersonErased):
            self.erased.add(event.key)
            for owner in (event.key, *self._with.pop(event.key, ())):
                self._keys.pop(owner, None)

    def keep(self) -> set[str]:
        """Return who is erased."""
        return self.erased

    def take_up(self, state: set[str]) -> None:
        """Go on from who was erased."""
        self.erased = state

    async def start(self) -> None:
        """Load every key. Raises WeakBucket, and what the connection raises."""
        await provision_bucket(self._nc, self._replicas)
        await self._bucket.watch(self._hold)

    async def stop(self) -> None:
        """Make no more keys."""
        await end(self._maker)
        await self._bucket.close()

    def find(self, owner: str) -> bytes | None:
        """Return an owner's key if this process has it."""
        return self._keys.get(owner)

    def of(self, person: str) -> list[tuple[str, bytes]]:
        """Return the owners and keys that are destroyed with a person, as far as they are here."""
        owners = (person, *sorted(self._with.get(person, ())))
        return [(owner, key) for owner in owners if (key := self.find(owner)) is not None]

    async def fetch(self, owner: str) -> bytes | None:
        """Return an owner's key, one that another process made a moment ago too.

        Raises LogUnavailable.
        """
        if (key := self.find(owner)) is None:
            entry = await self._bucket.read(owner)
            if entry is not None:
                self._hold(entry)
        return key or self.find(owner)

    async def make(self, owner: str, of: str | None = None) -> bytes:
        """Return an owner's key; make it if there is none. `of` is whom it is destroyed with.

        Many at once share their way to the disk. Raises Erased, LogUnavailable, LogFull.
        """
        if key := self.find(owner):
            return key
        entry = KeyEntry(owner, of or owner, secrets.token_bytes(KEY_BYTES))
        if entry.of in self.erased:
            raise Erased(entry.of)
        made = self._under_way.get(owner)
        if made is None:
            made = self._under_way[owner] = asyncio.get_running_loop().create_future()
            self._queue.append(entry)
            if self._maker is None or self._maker.done():
                self._maker = asyncio.create_task(self._make_all())
        return await asyncio.shield(made)

    def seal(self, owner: str, topic: Topic, details: dict[str, Any]) -> Sealed:
        """Return details sealed with an owner's key. Raises NoKey, TooMuch."""
        if (key := self.find(owner)) is None:
            raise NoKey(f"seal for {owner}: there is no key")
        return seal(key, owner, topic, details, secrets.token_bytes(NONCE_BYTES))

    def open(self, sealed: Sealed) -> dict[str, Any] | None:
        """Return what a box holds, None where its key is gone. Raises CannotOpen."""
        key = self.find(sealed.owner)
        return None if key is None else open_box(key, sealed)

    async def destroy(self, person: str) -> int:
        """Write over a person's key and all that go with it; return how many there were.

        Only for whom the log says that they are erased: no other process would hear of it. Raises
        LogUnavailable.
        """
        return await self._bucket.wipe(person)

    def _hold(self, entry: KeyEntry) -> None:
        if entry.of in self.erased:
            return
        self._keys[entry.owner] = entry.key
        if entry.of != entry.owner:
            self._with.setdefault(entry.of, set()).add(entry.owner)

    async def _make_all(self) -> None:
        while self._queue:
            batch = [self._queue.popleft() for _ in range(min(BATCH_MAX, len(self._queue)))]
            try:
                await self._make_batch(batch)
            except Exception as error:  # noqa: BLE001 - whoever waits must hear of it, whatever it is
                self._answer(batch, error)
            except asyncio.CancelledError:
                self._answer([*batch, *self._queue], asyncio.CancelledError())
                raise

    async def _make_batch(self, batch: list[KeyEntry]) -> None:
        made = await self._bucket.create(batch)
        try:
            # Who was erased while their key was on its way: its destruction may have passed it by.
            await self._reader.catch_up()
        except (nats.errors.Error, TimeoutError) as error:
            raise LogUnavailable(f"make {len(batch)} keys: {type(error).__name__}") from error
        for entry in batch:
            if entry.of in self.erased:
                await self._bucket.wipe(entry.of)
            self._hold(entry._replace(key=made[entry.owner]))
        self._answer(batch)

    def _answer(self, batch: list[KeyEntry], error: BaseException | None = None) -> None:
        for entry in batch:
            waiting = self._under_way.pop(entry.owner, None)
            if waiting is None or waiting.done():
                continue
            key = self.find(entry.owner)
            if key is not None:
                waiting.set_result(key)
            elif isinstance(error, asyncio.CancelledError):
                waiting.cancel()
            else:
                waiting.set_exception(error or Erased(entry.of))
                waiting.exception()  # nobody may be waiting any more


__all__ = ["CannotOpen", "Erased", "Keyring", "NoKey"]
