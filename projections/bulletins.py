"""What Muster told the public: the bulletins with their drafts, and the messages that went out."""

from collections.abc import Callable, Collection, Iterator
from datetime import datetime
from typing import Any, ClassVar, Literal, NamedTuple, TypeAlias

from events.bulletin import (
    PEOPLE,
    BulletinApproved,
    BulletinDeclined,
    BulletinDrafted,
    BulletinMove,
    BulletinPublished,
    Content,
    people_of,
)
from events.envelope import Event
from events.fact import Ref

LISTED = 50
"""Messages that the public feed lists, besides those that are in force."""

Status: TypeAlias = Literal["waiting", "approved", "published", "cancelled", "declined", "expired"]


class Judgement(NamedTuple):
    """That somebody approved or declined a draft: whose hand, who that was, when, and why."""

    hand: str
    by: str
    at: datetime
    comment: str


class Draft(NamedTuple):
    """What somebody wrote to be told."""

    number: int
    move: BulletinMove
    content: Content
    hand: str
    by: str
    """Who the log says it was; `hand` is what two people are told apart by."""
    at: datetime
    needs_approval: bool
    id: str
    """Of the event by which it was written."""
    approvals: tuple[Judgement, ...] = ()
    """As they came."""
    declined: Judgement | None = None

    @property
    def lacks(self) -> int:
        """How many more people must agree before it may go out."""
        if not self.needs_approval:
            return 0
        return max(0, PEOPLE - len(people_of((self.hand, *(one.hand for one in self.approvals)))))

    @property
    def approved(self) -> Judgement | None:
        """The approval by which it became ready."""
        if not self.needs_approval:
            return None
        hands = [self.hand]
        for one in self.approvals:
            hands.append(one.hand)
            if len(people_of(hands)) >= PEOPLE:
                return one
        return None

    @property
    def ready_at(self) -> datetime | None:
        """The moment from which it may go out; None as long as it may not."""
        if not self.needs_approval:
            return self.at
        return self.approved.at if self.approved else None


class Message(NamedTuple):
    """A CAP message that went out. `seq` is where the log has it."""

    bulletin: str
    draft: int
    move: BulletinMove
    content: Content
    sender: str
    identifier: str
    sent: datetime
    references: tuple[tuple[str, str, datetime], ...]
    document: str
    recorded_at: datetime
    seq: int


class Bulletin(NamedTuple):
    """A bulletin: every draft, and every message of its chain, the oldest first."""

    site: str
    drafts: tuple[Draft, ...] = ()
    messages: tuple[Message, ...] = ()
    about: Ref | None = None
    drill: bool = False

    @property
    def newest(self) -> Draft | None:
        """The last draft that was written."""
        return self.drafts[-1] if self.drafts else None

    @property
    def last(self) -> Message | None:
        """What the public was told last."""
        return self.messages[-1] if self.messages else None

    @property
    def pending(self) -> Draft | None:
        """The draft that is not published and not declined, if there is one."""
        newest = self.newest
        if newest is None or newest.declined:
            return None
        is_out = any(message.draft == newest.number for message in self.messages)
        return None if is_out else newest

    def written_by(self, events: Collection[str]) -> Draft | None:
        """Return the draft that one of these events wrote, if any did."""
        return next((draft for draft in self.drafts if draft.id in events), None)

    def in_force(self, at: datetime) -> bool:
        """Tell whether what the public was told last holds at a moment."""
        last = self.last
        return last is not None and last.move != "cancel" and at < last.content.expires

    def status(self, at: datetime) -> Status:
        """Return how it stands. A draft that waits comes before what is published."""
        if (pending := self.pending) is not None:
            if pending.content.expires <= at:
                return "expired"
            return "waiting" if pending.ready_at is None else "approved"
        if self.last is None:
            return "declined"
        if self.last.move == "cancel":
            return "cancelled"
        return "published" if self.in_force(at) else "expired"


class Bulletins:
    """A fold: all bulletins by id."""

    kinds: ClassVar[frozenset[str]] = frozenset({"bulletin"})

    def __init__(self) -> None:
        self.rows: dict[str, Bulletin] = {}
        self._messages: dict[str, tuple[str, int]] = {}
        """By identifier: the bulletin, and which of its messages."""
        self.senders: set[str] = set()
        """Every sender that messages went out under."""

    def apply(self, event: Event) -> None:
        """Fold one event."""
        match event.data:
            case BulletinDrafted() as fact:
                self._drafted(event, fact)
            case BulletinApproved(draft=number, comment=comment) as fact:
                said = Judgement(fact.by, event.actor, event.occurred_at, comment)
                self._judged(event, number, lambda it: {"approvals": (*it.approvals, said)})
            case BulletinDeclined(draft=number, reason=reason) as fact:
                said = Judgement(fact.by, event.actor, event.occurred_at, reason)
                self._judged(event, number, lambda _: {"declined": said})
            case BulletinPublished() as fact:
                self._published(event, fact)
            case _:
                pass

    def message(self, identifier: str) -> Message | None:
        """Return a message that went out under this name."""
        found = self._messages.get(identifier)
        return None if found is None else self.rows[found[0]].messages[found[1]]

    def feed(self, at: datetime) -> list[Message]:
        """Return what the public feed lists, newest first: the last messages, and those before
        that still speak for a bulletin in force.
        """
        newest_first = sorted(self._all(), key=lambda message: message.seq, reverse=True)
        return [
            message
            for place, message in enumerate(newest_first)
            if place < LISTED or self._speaks(message, at)
        ]

    def _all(self) -> Iterator[Message]:
        for row in self.rows.values():
            yield from row.messages

    def _speaks(self, message: Message, at: datetime) -> bool:
        row = self.rows[message.bulletin]
        return row.last == message and row.in_force(at)

    def _drafted(self, event: Event, fact: BulletinDrafted) -> None:
        row = self.rows.get(event.key) or Bulletin(event.site, drill=event.drill)
        draft = Draft(
            fact.draft,
            fact.move,
            fact.content,
            fact.by,
            event.actor,
            event.occurred_at,
            fact.needs_approval,
            event.id,
        )
        about = row.about or fact.about
        self.rows[event.key] = row._replace(drafts=(*row.drafts, draft), about=about)

    def _judged(self, event: Event, number: int, change: Callable[[Draft], dict[str, Any]]) -> None:
        row = self.rows.get(event.key)
        if row is not None:
            drafts = tuple(
                draft._replace(**change(draft)) if draft.number == number else draft
                for draft in row.drafts
            )
            self.rows[event.key] = row._replace(drafts=drafts)

    def _published(self, event: Event, fact: BulletinPublished) -> None:
        row = self.rows.get(event.key)
        draft = next((d for d in row.drafts if d.number == fact.draft), None) if row else None
        if row is None or draft is None:
            return
        message = Message(
            event.key,
            fact.draft,
            fact.move,
            draft.content,
            fact.sender,
            fact.identifier,
            fact.sent,
            fact.references,
            fact.document,
            event.recorded_at,
            event.seq,
        )
        self._messages[fact.identifier] = (event.key, len(row.messages))
        self.senders.add(fact.sender)
        self.rows[event.key] = row._replace(messages=(*row.messages, message))
