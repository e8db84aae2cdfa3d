"""A CAP message as Muster holds it: what the issuer said, in one form, with every oddity named.

Source of names and values: Common Alerting Protocol 1.2 (OASIS), section 3.2. Texts are None where
the issuer left them out or empty. Times are aware and keep the offset they were sent with.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, TypeAlias

Version: TypeAlias = Literal["1.0", "1.1", "1.2"]
Status: TypeAlias = Literal["Actual", "Exercise", "System", "Test", "Draft"]
MsgType: TypeAlias = Literal["Alert", "Update", "Cancel", "Ack", "Error"]
Scope: TypeAlias = Literal["Public", "Restricted", "Private"]
Urgency: TypeAlias = Literal["Immediate", "Expected", "Future", "Past", "Unknown"]
Severity: TypeAlias = Literal["Extreme", "Severe", "Moderate", "Minor", "Unknown"]
Certainty: TypeAlias = Literal["Observed", "Likely", "Possible", "Unlikely", "Unknown"]

CATEGORIES: Final = (
    "Geo", "Met", "Safety", "Security", "Rescue", "Fire",
    "Health", "Env", "Transport", "Infra", "CBRNE", "Other",
)  # fmt: skip
RESPONSE_TYPES: Final = (
    "Shelter", "Evacuate", "Prepare", "Execute", "Avoid",
    "Monitor", "Assess", "AllClear", "None",
)  # fmt: skip

Point: TypeAlias = tuple[float, float]
"""Latitude, longitude in WGS-84 degrees."""
Ring: TypeAlias = tuple[Point, ...]
"""A closed outline: at least four points, the first repeated as the last."""
Circle: TypeAlias = tuple[float, float, float]
"""Latitude, longitude in WGS-84 degrees, radius in kilometres."""
Pair: TypeAlias = tuple[str, str]
"""A value name and its value."""
Signature: TypeAlias = Literal["none", "good", "untrusted", "weak", "bad", "malformed"]
"""Of an XML signature: as the fact has it, which tells what each means."""


@dataclass(frozen=True, slots=True)
class CapLimits:
    """How much of a document is read before it is refused.

    Among real warnings seen, the largest has 1.7 MB and 93,000 points.
    """

    body_bytes_max: int = 4 * 1024 * 1024
    depth_max: int = 64
    elements_max: int = 100_000
    markup_bytes_max: int = 512 * 1024
    """Of one tag, comment or instruction."""
    attribute_chars_max: int = 16_384
    text_chars_max: int = 100_000
    alerts_max: int = 1_000
    infos_max: int = 100
    areas_max: int = 5_000
    shapes_max: int = 5_000
    points_max: int = 200_000
    deviations_max: int = 200


@dataclass(frozen=True, slots=True)
class Deviation:
    """Something in a message that is not as the standard wants it, though the message was taken.

    `detail` holds values as sent, shortened; the sentence for `code` is in `deviations.py`.
    """

    code: str
    element: str
    detail: str


@dataclass(frozen=True, slots=True)
class CapReference:
    """An earlier message that this one speaks of. Match on sender and identifier only:
    issuers are known to write the wrong time.
    """

    sender: str
    identifier: str
    sent: datetime | None


@dataclass(frozen=True, slots=True)
class CapResource:
    """A file beside the message, `size` in bytes. Embedded content is not kept."""

    description: str | None
    mime_type: str | None
    uri: str | None
    size: int | None


@dataclass(frozen=True, slots=True)
class CapArea:
    """A place. Altitude and ceiling as sent: the standard says feet above mean sea level."""

    description: str
    polygons: tuple[Ring, ...] = ()
    circles: tuple[Circle, ...] = ()
    geocodes: tuple[Pair, ...] = ()
    altitude: float | None = None
    ceiling: float | None = None


@dataclass(frozen=True, slots=True)
class CapInfo:
    """What is said in one language about one hazard."""

    event: str
    urgency: Urgency
    severity: Severity
    certainty: Certainty
    language: str = "en-US"
    categories: tuple[str, ...] = ()
    response_types: tuple[str, ...] = ()
    effective: datetime | None = None
    onset: datetime | None = None
    expires: datetime | None = None
    sender_name: str | None = None
    headline: str | None = None
    description: str | None = None
    instruction: str | None = None
    web: str | None = None
    contact: str | None = None
    audience: str | None = None
    event_codes: tuple[Pair, ...] = ()
    parameters: tuple[Pair, ...] = ()
    resources: tuple[CapResource, ...] = ()
    areas: tuple[CapArea, ...] = ()


@dataclass(frozen=True, slots=True)
class CapMessage:
    """One alert document. `sender` and `identifier` together are its identity."""

    identifier: str
    sender: str
    sent: datetime
    status: Status
    msg_type: MsgType
    scope: Scope = "Public"
    source: str | None = None
    restriction: str | None = None
    addresses: str | None = None
    codes: tuple[str, ...] = ()
    note: str | None = None
    references: tuple[CapReference, ...] = ()
    incidents: tuple[str, ...] = ()
    infos: tuple[CapInfo, ...] = ()
    version: Version = "1.2"
    deviations: tuple[Deviation, ...] = ()
    signature: Signature = "none"
    signer: str = ""
    """Subject of the certificate that the signature fits, or of the one it came with."""

    def in_language(self, language: str) -> CapInfo | None:
        """The part in `language` ("zh" takes "zh-CN" too), else the first part there is."""
        wanted = language.casefold().split("-")[0]
        matching = (i for i in self.infos if i.language.casefold().split("-")[0] == wanted)
        return next(matching, self.infos[0] if self.infos else None)

    def areas(self) -> tuple[CapArea, ...]:
        """Every area of every part, once."""
        return tuple(dict.fromkeys(area for info in self.infos for area in info.areas))


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One line of a feed or an index: where an alert is to be had, and what is said of it there.

    `updated` is as the feed wrote it; `cap` holds the entry's own CAP elements, name and text.
    """

    title: str
    link: str
    updated: str = ""
    id: str = ""
    cap: tuple[Pair, ...] = ()


@dataclass(frozen=True, slots=True)
class CapDocument:
    """What came in one body: the messages taken, and those inside the same body that were not.

    `format` names what was recognised; `entries` are those of a feed or an index, which may also
    have messages in it; `deviations` are about the body and not about one message.
    """

    messages: tuple[CapMessage, ...]
    refused: tuple["CapRefused", ...] = ()
    format: str = "cap"
    entries: tuple[FeedEntry, ...] = ()
    deviations: tuple[Deviation, ...] = ()


class CapRefused(ValueError):
    """A document, or one message in it, that is not taken.

    Attributes:
        code: stable kebab-case name of the reason.
        element: path of the element at fault, such as `alert/info/severity`; empty for the body.
        reason: the reason in English, lower case, with the values it is about.
        reason_zh: the same in Chinese.
    """

    def __init__(self, code: str, element: str, reason: str, reason_zh: str) -> None:
        super().__init__(f"read cap: {element + ': ' if element else ''}{reason}")
        self.code = code
        self.element = element
        self.reason = reason
        self.reason_zh = reason_zh
