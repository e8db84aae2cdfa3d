"""What may be asked about a warning."""

from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import Field, StringConstraints

from events.bulletin import BulletinMove, Content
from events.fact import Id, Instant, Line, Ref, Text, Words
from events.feed import PUSHERS_MAX, Adapter, Trouble
from events.weather import WarningMessage
from services.deadlines import MissDeadline
from services.decider import Command

Move: TypeAlias = Literal["issue", "update", "cancel"]


class TakeMessage(Command):
    """A sender's message belongs to this warning. Messages may come in any order, and again."""

    KIND: ClassVar[str] = "warning"
    type: Literal["take-message"] = "take-message"
    move: Move
    message: WarningMessage


class Supersede(Command):
    """Another warning speaks in this one's place."""

    KIND: ClassVar[str] = "warning"
    type: Literal["supersede"] = "supersede"
    successor: Id


WarningCommand: TypeAlias = Annotated[
    TakeMessage | Supersede | MissDeadline, Field(discriminator="type")
]


class TakeDocument(Command):
    """A document with warnings came in, as sent, in base64. It is kept, then its messages are told
    apart by the service.
    """

    KIND: ClassVar[str] = "cap"
    type: Literal["take-document"] = "take-document"
    body: Annotated[str, Field(max_length=8 * 1024 * 1024)]
    feed: Id | None = None
    """The feed that brought it; none where it was handed in."""
    media_type: str = ""
    """As its sender named it."""
    source: str = ""
    """Where it was had from, such as an address or a file's name; empty where it was handed in."""
    vouched: bool = False
    """Whether somebody stands for it who may decide which senders are believed: a commander, or
    who follows the feeds. Others do not speak for the senders that feeds bring.
    """


class DraftBulletin(Command):
    """This is to be told the public: a first message, an update, or a cancellation."""

    KIND: ClassVar[str] = "bulletin"
    type: Literal["draft-bulletin"] = "draft-bulletin"
    move: BulletinMove
    content: Content
    hand: Id
    """Whose hand it is: the person whose token was used, or else that token."""
    after: Annotated[int, Field(ge=0)] = 0
    """The last draft that its author knows of; 0 where there is none."""
    about: Ref | None = None
    drill: bool = False
    """What it is about is a drill, so it may not be meant."""


class ApproveBulletin(Command):
    """Agree that a draft goes out."""

    KIND: ClassVar[str] = "bulletin"
    type: Literal["approve-bulletin"] = "approve-bulletin"
    draft: Annotated[int, Field(ge=1)]
    hand: Id
    comment: Words = ""


class DeclineBulletin(Command):
    """Do not agree that a draft goes out, or take one's own back."""

    KIND: ClassVar[str] = "bulletin"
    type: Literal["decline-bulletin"] = "decline-bulletin"
    draft: Annotated[int, Field(ge=1)]
    hand: Id
    reason: Annotated[Words, StringConstraints(pattern=r"\S")]


class PublishBulletin(Command):
    """A draft is signed and kept, and goes out as the message of this name."""

    KIND: ClassVar[str] = "bulletin"
    type: Literal["publish-bulletin"] = "publish-bulletin"
    draft: Annotated[int, Field(ge=1)]
    sender: str
    identifier: str
    sent: Instant
    document: str


BulletinCommand: TypeAlias = Annotated[
    DraftBulletin | ApproveBulletin | DeclineBulletin | PublishBulletin,
    Field(discriminator="type"),
]


class ShowBulletin(Command):
    """Show the CAP message that a draft would be."""

    KIND: ClassVar[str] = "cap-out"
    type: Literal["show-bulletin"] = "show-bulletin"


class ShowCertificate(Command):
    """Show the certificate that what is published can be checked with."""

    KIND: ClassVar[str] = "cap-out"
    type: Literal["show-certificate"] = "show-certificate"


CapOutCommand: TypeAlias = Annotated[ShowBulletin | ShowCertificate, Field(discriminator="type")]


class _Feed(Command):
    KIND: ClassVar[str] = "feed"


class RegisterFeed(_Feed):
    """Follow a feed, or follow it otherwise than until now; see `FeedRegistered`."""

    type: Literal["register-feed"] = "register-feed"
    name: Text
    adapter: Adapter
    url: Annotated[str, Field(max_length=2000)] = ""
    interval_s: Annotated[int, Field(ge=5, le=86_400)]
    may_be_empty: bool = False
    private: bool = False
    pushers: Annotated[tuple[Line, ...], Field(max_length=PUSHERS_MAX)] = ()


class RemoveFeed(_Feed):
    """Follow it no longer."""

    type: Literal["remove-feed"] = "remove-feed"
    reason: Words = ""


class AskFeed(_Feed):
    """Ask it now, whenever its turn would be. Answered by the process that follows it."""

    type: Literal["ask-feed"] = "ask-feed"


class HearFeed(_Feed):
    """It answered, and could be read."""

    type: Literal["hear-feed"] = "hear-feed"
    entries: Annotated[int, Field(ge=0)] = 0
    taken: Annotated[int, Field(ge=0)] = 0
    refused: Annotated[int, Field(ge=0)] = 0


class TroubleFeed(_Feed):
    """Nothing could be had from it, and why."""

    type: Literal["trouble-feed"] = "trouble-feed"
    trouble: Trouble
    reason: Text


FeedCommand: TypeAlias = Annotated[
    RegisterFeed | RemoveFeed | AskFeed | HearFeed | TroubleFeed | MissDeadline,
    Field(discriminator="type"),
]


class TakeObservations(Command):
    """Observations came in, as sent, in base64: JSON with units, or METAR. The service tells them
    apart and answers each.
    """

    KIND: ClassVar[str] = "observation"
    type: Literal["take-observations"] = "take-observations"
    body: Annotated[str, Field(max_length=8 * 1024 * 1024)]
    media_type: str = ""
    venue: Id | None = None
    """The venue of those that name none."""
    key: Annotated[str, StringConstraints(max_length=200)] | None = None
    """Recognises a body without ids and times when it is sent again."""
    actor: str
    """Who the log says did it."""
    sites: tuple[Id, ...] | None = None
    """The sites the sender may speak for; None for all."""


class LookAtRules(Command):
    """Tell the rules that measurements are held against, and where they stand."""

    KIND: ClassVar[str] = "rule"
    type: Literal["look-at-rules"] = "look-at-rules"
    venue: Id | None = None
    """With it, every rule of this venue, whether it warns or not."""
