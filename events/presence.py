"""Evidence of where a person is and how they are. Observations: nobody decides on them.

They lie beside the volunteer, not in it, so that a decision about a shift never collides with the
hundred check-ins of a morning. The newest by `occurred_at` counts, whatever order they came in.
"""

from typing import ClassVar, Literal, TypeAlias

from events.fact import Fact, Id, Place

Whereabouts: TypeAlias = Literal["on-the-way", "present", "resting", "left"]
Method: TypeAlias = Literal["self", "lead", "badge", "device"]


class PresenceReported(Fact):
    """A person was seen, or said to be, somewhere in some state. The aggregate's id is theirs."""

    NOUN: ClassVar[str] = "presence"
    TYPE: ClassVar[str] = "reported"
    whereabouts: Whereabouts
    venue: Id | None = None
    place: Place | None = None
    method: Method = "self"


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
