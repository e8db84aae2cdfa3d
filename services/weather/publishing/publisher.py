"""Publishes what is ready: writes it as CAP, signs it, keeps the document, and says so in the log.

A draft goes out as one message, whenever this process or the machine stops: everything that makes
the message comes from the log, its name from the bulletin and the draft, so doing it again makes
the same one.
"""

import asyncio
from datetime import datetime, timedelta, timezone, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

import structlog

from events.envelope import Event
from events.ids import derive
from projections.bulletins import Bulletin, Draft, Message
from services.ask import Ask, Outcome
from services.decider import Rejected
from services.key_bucket import KeyBucket
from services.log import LogUnavailable
from services.node import Node
from services.reactor import Reactor
from services.weather.commands import (
    ApproveBulletin,
    DraftBulletin,
    PublishBulletin,
    ShowBulletin,
    ShowCertificate,
)
from services.weather.publishing.message import (
    MEDIA_TYPE,
    Letterhead,
    document_of,
    identifier_of,
)
from services.weather.publishing.signing import (
    SHARED_AS,
    Signer,
    pair_of,
    signer_by,
    signer_set,
)

SOURCE: Final = "service:weather"
BEIJING: Final = timezone(timedelta(hours=8))
"""The zone of a message where no phase of the operation runs: that of all venues of China."""
_WAITED_S: Final = 5.0
"""For so long whoever makes a draft ready waits for it to go out; it goes out without them, too."""
_SECOND: Final = timedelta(seconds=1)
_MINUTE: Final = timedelta(minutes=1)

_log = structlog.get_logger()


class Publisher:
    """Publishes drafts that nobody need agree to any more."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._signer: Signer | None = None
        self._locks: dict[str, asyncio.Lock] = {}
        self.reactor = Reactor(
            node,
            "publishing",
            (("bulletin", "drafted"), ("bulletin", "approved")),
            self._on_event,
            concerns=self._concerns,
        )

    async def prepare(self) -> None:
        """Find the key that is set, or else the one that all processes share; the first of them
        makes it. Raises KeyUnusable, OSError, LogUnavailable, LogFull.
        """
        named = await asyncio.to_thread(signer_set, self._node.settings)
        self._signer = named or await self._shared()

    async def _shared(self) -> Signer:
        bucket, settings = KeyBucket(self._node.nc), self._node.settings
        pair = await bucket.secret(SHARED_AS)
        if pair is None:
            made = await asyncio.to_thread(pair_of, settings.data, self._node.clock.now())
            # What cannot be signed with is not shared for ever.
            signer = await asyncio.to_thread(signer_by, made)
            pair = await bucket.share(SHARED_AS, made)
            if pair == made:
                _log.info("the key that is signed with is shared with all processes")
                return signer
        return await asyncio.to_thread(signer_by, pair)  # judging a long key takes a while

    @property
    def signer(self) -> Signer:
        """What is signed with. Raises LogUnavailable before `prepare`."""
        if self._signer is None:
            raise LogUnavailable("publish bulletin: the key is not read yet")
        return self._signer

    @property
    def sender(self) -> str:
        """The sender of every message: as set, or a name that no other certificate has."""
        return self._node.settings.cap_sender or f"muster-{self.signer.fingerprint[:12]}"

    async def publish(self, id: str) -> Message | None:
        """Publish what is ready of a bulletin; return its message, None where nothing is ready.

        Raises Rejected when it may not go out any more, LogUnavailable, LogFull, LogBroken.
        """
        async with self._locks.setdefault(id, asyncio.Lock()):
            row = self._node.bulletins.rows.get(id)
            draft = row.pending if row else None
            if row is None or draft is None or draft.ready_at is None:
                return None
            head = self.letterhead(id, row, draft, draft.ready_at)
            plain = document_of(draft.content, draft.move, head)
            signed = await asyncio.to_thread(self.signer.sign, plain)
            digest = await self._node.kept.keep(
                signed, media_type=MEDIA_TYPE, source=SOURCE, is_own=True
            )
            await self._say(id, row, draft, head, digest)
        return self._node.bulletins.message(head.identifier)

    def letterhead(self, id: str, row: Bulletin, draft: Draft, at: datetime) -> Letterhead:
        """Return what the message of a draft says of itself when it goes out at `at`. It is sent
        at least a second after the one before: CAP's times have no fraction.
        """
        sent = at.replace(microsecond=0)
        if row.last is not None:
            sent = max(sent, row.last.sent + _SECOND)
        references = tuple(
            (m.sender, m.identifier, m.sent.astimezone(self._zone(m.sent))) for m in row.messages
        )
        return Letterhead(
            self.sender, identifier_of(id, draft.number), sent, self._zone(sent), references
        )

    def _zone(self, at: datetime) -> tzinfo:
        for _, phase in self._node.picture.phases.running(at):
            zone = ZoneInfo(phase.timezone)
            if not (at.astimezone(zone).utcoffset() or timedelta()) % _MINUTE:
                return zone
        return BEIJING

    async def _say(
        self, id: str, row: Bulletin, draft: Draft, head: Letterhead, digest: str
    ) -> None:
        command = PublishBulletin(
            site=row.site,
            id=id,
            at=self._node.clock.now(),
            by=SOURCE,
            draft=draft.number,
            sender=head.sender,
            identifier=head.identifier,
            sent=head.sent,
            document=digest,
        )
        name = derive("bulletin", id, str(draft.number), "publish")
        outcome = await self._node.bus.send(Ask(command, name, name, drill=row.drill))
        await self._node.reader.reached(outcome.seq)
        _log.info("published", bulletin=id, identifier=head.identifier, document=digest)

    def _concerns(self, event: Event) -> bool:
        row = self._node.bulletins.rows.get(event.key)
        pending = row.pending if row else None
        return pending is not None and pending.ready_at is not None

    async def _on_event(self, event: Event, _: int) -> None:
        try:
            await self.publish(event.key)
        except Rejected as error:
            # It expired meanwhile, or another draft took its place: whoever looks at it sees that.
            _log.warning("not published", bulletin=event.key, code=error.code, reason=str(error))


class Desk:
    """Takes commands for bulletins, and publishes at once what they make ready."""

    def __init__(self, node: Node, publisher: Publisher) -> None:
        self._node = node
        self._publisher = publisher
        self._decide = node.kinds["bulletin"].handle

    async def handle(self, ask: Ask) -> Outcome:
        """Decide a command; the answer tells the message where one went out. Raises Rejected,
        LogUnavailable, LogFull, LogBroken.
        """
        command = ask.command
        if ask.drill and isinstance(command, DraftBulletin):
            ask = ask._replace(command=command.model_copy(update={"drill": True}))
        outcome = await self._decide(ask)
        if not isinstance(command, DraftBulletin | ApproveBulletin):
            return outcome
        await self._node.reader.reached(outcome.seq)
        try:
            async with asyncio.timeout(_WAITED_S):
                await self._publisher.publish(command.id)
        except Exception as error:  # noqa: BLE001 - the draft is in the log, and is tried again
            _log.warning("publishing is tried again", bulletin=command.id, error=str(error))
        message = self._message(command, outcome)
        if message is None:
            return outcome
        said = {"identifier": message.identifier, "document": message.document}
        return outcome._replace(detail={"published": said})

    def _message(
        self, command: DraftBulletin | ApproveBulletin, outcome: Outcome
    ) -> Message | None:
        """Return what went out of a command, also where it was given for the second time."""
        if isinstance(command, ApproveBulletin):
            number = command.draft
        else:
            row = self._node.bulletins.rows.get(command.id)
            draft = row.written_by(outcome.event_ids) if row else None
            number = draft.number if draft else command.after + 1
        return self._node.bulletins.message(identifier_of(command.id, number))

    async def show(self, ask: Ask) -> Outcome:
        """Show what a draft would be, or what is signed with. Raises Rejected, LogUnavailable."""
        if isinstance(ask.command, ShowCertificate):
            signer = self._publisher.signer
            detail = {"certificate": signer.certificate, "sender": self._publisher.sender}
            return Outcome((), 0, detail)
        if not isinstance(ask.command, ShowBulletin):
            raise TypeError(f"show: {type(ask.command).__name__} is not for what goes out")
        return Outcome((), 0, {"cap": self._preview(ask.command.id)})

    def _preview(self, id: str) -> str:
        row = self._node.bulletins.rows.get(id)
        if row is None or row.newest is None:
            raise Rejected(
                "not-found",
                zh=f"查看公告：没有公告 {id}",
                en=f"show bulletin: there is no bulletin {id}",
                field="id",
            )
        draft, now = row.newest, self._node.clock.now()
        earlier = tuple(message for message in row.messages if message.draft != draft.number)
        head = self._publisher.letterhead(
            id, row._replace(messages=earlier), draft, draft.ready_at or now
        )
        return document_of(draft.content, draft.move, head).decode()
