"""Evidence of where a person is and how they are. Observations: nobody decides on them.

They lie beside the volunteer, not in it, so that a decision about a shift never collides with the
hundred check-ins of a morning. The newest by `occurred_at` counts, whatever order they came in.
"""

from typing import ClassVar, Literal, TypeAlias

from events.fact import Fact, Id, Place
from events.sealed import Sealed

Whereabouts: TypeAlias = Literal["on-the-way", "present", "resting", "left", "off-duty"]
"""`off-duty` is all that everyone sees of somebody sick or isolated: which, lies sealed beside."""

Method: TypeAlias = Literal["self", "lead", "badge", "device", "post-code", "person-code", "trip"]
"""How it is known: a button, a lead's word, a badge, a phone's location, the QR code of a post, the
QR code of the person scanned by a lead, the arrival of a journey."""


class PresenceReported(Fact):
    """A person was seen, or said to be, somewhere in some state. The aggregate's id is theirs."""

    NOUN: ClassVar[str] = "presence"
    TYPE: ClassVar[str] = "reported"
    VERSION: ClassVar[int] = 2
    whereabouts: Whereabouts
    venue: Id | None = None
    place: Place | None = None
    method: Method = "self"
    detail: Sealed | None = None
    """Why they are off duty, where that is their health."""


class SafetyReported(Fact):
    """A person said, or a lead said of them, that they are safe or need help.

    It answers every roll call that was open when it happened. "Need help" also opens an incident,
    which stays until a person closes it.
    """

    NOUN: ClassVar[str] = "presence"
    TYPE: ClassVar[str] = "safety-reported"
    answer: Literal["safe", "need-help"]
    venue: Id | None = None
    place: Place | None = None
    method: Method = "self"


PresenceFact = PresenceReported | SafetyReported
FACTS: tuple[type[Fact], ...] = (PresenceReported, SafetyReported)
