"""The signature of a message: whether it fits, and whether its signer is trusted.

A signature that does not fit never makes a warning refused: most signed messages come to us
re-indented by whoever passed them on, which breaks a good one. It is named, and people see it.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Final

from services.weather.cap.deviations import Notes
from services.weather.cap.model import CapMessage, Signature
from services.weather.cap.parts import Alert
from services.weather.cap.verdict import NAMESPACE, Verdict
from services.weather.cap.xml import Node

if TYPE_CHECKING:
    from services.weather.cap.xmldsig import Checks

ATTRIBUTES_MAX: Final = 5_000
"""In a document whose signatures are checked: to bring one into canonical form costs the product of
its elements and its namespaces. Real signed warnings have fewer than a hundred.
"""


@dataclass(frozen=True, slots=True)
class Trust:
    """Certificates that are trusted, as DER: of signers themselves, or of authorities."""

    certificates: tuple[bytes, ...] = ()


NOBODY: Final = Trust()


# From what is worth most to what is worth least, where a message has several.
_BY_WORTH: Final[tuple[Signature, ...]] = ("good", "untrusted", "weak", "bad", "malformed")


def is_signature(node: Node) -> bool:
    """Whether `node` is an XML signature."""
    return node.name == "Signature" and node.namespace in {NAMESPACE, ""}


def is_signed(alert: Node) -> bool:
    """Whether `alert` carries a signature."""
    return any(map(is_signature, alert.children))


class Signed:
    """Checks the signatures of the messages of one body."""

    def __init__(self, trust: Trust) -> None:
        self._trust = trust
        self._checks: dict[int, Checks] = {}

    def checked(self, message: CapMessage, alert: Alert, notes: Notes) -> CapMessage:
        """`message` with the state of its signature, every fault noted."""
        if not is_signed(alert.node):
            return message
        verdicts = self._verdicts(alert, message.sent)
        for number, verdict in enumerate(verdicts, 1):
            if verdict.code:
                # Of several, one may fit and another not: each is named by itself.
                path = f"alert/Signature[{number}]" if len(verdicts) > 1 else "alert/Signature"
                notes.add(verdict.code, path, verdict.detail or verdict.signer)
        best = min(verdicts, key=lambda verdict: _BY_WORTH.index(verdict.state))
        return replace(message, signature=best.state, signer=best.signer)

    def _verdicts(self, alert: Alert, sent: datetime) -> list[Verdict]:
        # Few messages are signed, and what checks them takes a fifth of a second to import.
        from services.weather.cap.xmldsig import Checks

        document = alert.document
        if document is None or document.attributes > ATTRIBUTES_MAX:
            return [Verdict("malformed", "signature-malformed", detail="attributes")]
        if id(document) not in self._checks:
            self._checks[id(document)] = Checks(document.text, self._trust.certificates)
        return self._checks[id(document)].verdicts(alert.number, sent)
