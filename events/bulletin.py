"""What Muster itself tells the public, as CAP: written, approved by a second person, published."""

from collections.abc import Iterable
from typing import Annotated, ClassVar, Final, Literal, TypeAlias

from pydantic import Field

from events.fact import Fact, Id, Instant, Ref, Severity, Text, Value, Words
from events.weather import CapStatus, Colour, WarningArea

BulletinMove: TypeAlias = Literal["issue", "update", "cancel"]
Urgency: TypeAlias = Literal["Immediate", "Expected", "Future", "Past", "Unknown"]
Certainty: TypeAlias = Literal["Observed", "Likely", "Possible", "Unlikely", "Unknown"]

PEOPLE: Final = 2
"""So many different people must stand for what is grave: its author and those who approve it."""
NOBODYS: Final = "token-"
"""What the name of a hand begins with that is nobody's own: such a token anyone may hold, also
somebody who holds another one.
"""


class Content(Value):
    """What a bulletin says, in both languages."""

    event: Text
    headline: Text
    description: Text
    instruction: Text
    category: Annotated[
        str,
        Field(
            pattern=r"^(Geo|Met|Safety|Security|Rescue|Fire|Health|Env|Transport|Infra|CBRNE|Other)$"
        ),
    ]
    severity: Severity
    urgency: Urgency = "Unknown"
    certainty: Certainty = "Unknown"
    colour: Colour | None = None
    response: (
        Literal[
            "Shelter",
            "Evacuate",
            "Prepare",
            "Execute",
            "Avoid",
            "Monitor",
            "Assess",
            "AllClear",
            "None",
        ]
        | None
    ) = None
    onset: Instant | None = None
    expires: Instant
    area: Text
    """What the place is called."""
    venues: tuple[Id, ...] = ()
    areas: tuple[WarningArea, ...] = ()
    status: CapStatus = "Actual"
    web: Annotated[str, Field(max_length=500)] = ""
    contact: Annotated[str, Field(max_length=500)] = ""


def people_of(hands: Iterable[str]) -> frozenset[str]:
    """Return the people among some hands."""
    return frozenset(hand for hand in hands if not hand.startswith(NOBODYS))


class BulletinDrafted(Fact):
    """Somebody wrote what is to be published: the first message, an update, or a cancellation. It
    replaces a draft that was not published yet.
    """

    NOUN: ClassVar[str] = "bulletin"
    TYPE: ClassVar[str] = "drafted"
    move: BulletinMove
    content: Content
    by: Id
    draft: Annotated[int, Field(ge=1)]
    """Its number. An approval is for one draft, not for what follows it."""
    needs_approval: bool
    about: Ref | None = None
    """The alert or warning it was made from."""


class BulletinApproved(Fact):
    """Another person than its author agrees that this draft goes out."""

    NOUN: ClassVar[str] = "bulletin"
    TYPE: ClassVar[str] = "approved"
    draft: int
    by: Id
    comment: Words = ""


class BulletinDeclined(Fact):
    """A second person does not agree, or its author takes the draft back."""

    NOUN: ClassVar[str] = "bulletin"
    TYPE: ClassVar[str] = "declined"
    draft: int
    by: Id
    reason: Words


class BulletinPublished(Fact):
    """The draft is out, signed, as one CAP message."""

    NOUN: ClassVar[str] = "bulletin"
    TYPE: ClassVar[str] = "published"
    draft: int
    move: BulletinMove
    sender: str
    identifier: str
    sent: Instant
    references: tuple[tuple[str, str, Instant], ...] = ()
    """(sender, identifier, sent) of the messages it follows."""
    document: str
    """SHA-256 of the document, in hex: it is kept byte for byte under this name."""


BulletinFact = BulletinDrafted | BulletinApproved | BulletinDeclined | BulletinPublished
FACTS: tuple[type[Fact], ...] = (
    BulletinDrafted,
    BulletinApproved,
    BulletinDeclined,
    BulletinPublished,
)
