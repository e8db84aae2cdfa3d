"""What can be said of an XML signature without trusting anybody.

A signature is not verified. The keys in these messages come with the message itself and no list of
trusted issuers exists, so a good check would only prove that somebody signed; and most signed
messages reach us re-indented, which breaks a good signature. So every signed message is marked
`signature-unverified`, and one whose signature cannot be valid `signature-malformed`.
"""

import base64
import binascii
from typing import Final

from services.weather.cap.deviations import Notes
from services.weather.cap.xml import Node

NAMESPACE: Final = "http://www.w3.org/2000/09/xmldsig#"
_REQUIRED: Final = ("SignatureValue", "DigestValue")
_BASE64: Final = (*_REQUIRED, "X509Certificate")
_DIGEST_BYTES: Final = frozenset({20, 28, 32, 48, 64})
_DER_SEQUENCE: Final = b"\x30"


def note_signatures(alert: Node, notes: Notes) -> bool:
    """Note what is known of the signatures of `alert`; whether there is one."""
    signatures = [child for child in alert.children if is_signature(child)]
    for signature in signatures:
        fault = _fault(signature)
        if fault is None:
            notes.add("signature-unverified", "alert/Signature")
        else:
            notes.add("signature-malformed", f"alert/Signature//{fault}")
    return bool(signatures)


def is_signature(node: Node) -> bool:
    """Whether `node` is an XML signature."""
    return node.name == "Signature" and node.namespace in {NAMESPACE, ""}


def _fault(signature: Node) -> str | None:
    """Name of the first part that cannot be right."""
    texts: dict[str, list[str]] = {}
    for node in signature.walk():
        texts.setdefault(node.name, []).append(node.text)
    for name in _REQUIRED:
        if name not in texts:
            return name
    for name in _BASE64:
        for text in texts.get(name, []):
            if not _plausible(name, text):
                return name
    return None


def _plausible(name: str, text: str) -> bool:
    try:
        content = base64.b64decode("".join(text.split()), validate=True)
    except binascii.Error:
        return False
    if name == "DigestValue":
        return len(content) in _DIGEST_BYTES
    if name == "X509Certificate":
        return content.startswith(_DER_SEQUENCE)
    return len(content) >= 32
