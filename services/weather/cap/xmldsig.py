"""XML signatures by the W3C's recommendation, checked with signxml on a tree of lxml's.

lxml parses only what our own parser has passed: no DTD, and a limit on everything. What counts is
that the signature covers the alert it stands in, all of it, and nothing else. So it must be the
alert's own child, have one reference, to the alert itself, and no transform but the enveloped
signature's and a canonical form; anything else could point at a harmless copy elsewhere.
"""

import base64
import binascii
import warnings
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.utils import CryptographyDeprecationWarning
from lxml import etree
from signxml.algorithms import CanonicalizationMethod, DigestAlgorithm, SignatureMethod
from signxml.exceptions import SignXMLException
from signxml.verifier import SignatureConfiguration, XMLVerifier

from services.weather.cap.parts import is_alert
from services.weather.cap.verdict import NAMESPACE, Verdict

SIGNATURES_MAX: Final = 3
CERTIFICATES_MAX: Final = 4
CHAIN_MAX: Final = 4
RSA_BITS_MIN: Final = 2048
"""NIST SP 800-131A: shorter keys are no longer to be relied on."""
_TAG: Final = f"{{{NAMESPACE}}}Signature"
_ENVELOPED: Final = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
_TRANSFORMS: Final = frozenset({_ENVELOPED, *(method.value for method in CanonicalizationMethod)})
_METHODS: Final = frozenset(method for method in SignatureMethod if "HMAC" not in method.name)
_ERRORS: Final = (
    SignXMLException,
    InvalidSignature,
    UnsupportedAlgorithm,
    etree.LxmlError,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    ValueError,
    TypeError,
    KeyError,
    AttributeError,
    AssertionError,
    OverflowError,
)
"""What signxml and cryptography raise at what is not as they expect it."""


class Malformed(ValueError):
    """Names the part of a signature that cannot be right."""


class Checks:
    """Checks the alerts of one document, `text` without its XML declaration."""

    def __init__(self, text: str, trusted: Sequence[bytes]) -> None:
        self._trusted = [x509.load_der_x509_certificate(der) for der in trusted]
        try:
            root = etree.fromstring(text.encode("utf-8", "surrogatepass"), _parser())
        except (etree.XMLSyntaxError, ValueError):
            self._alerts: list[etree._Element] = []
        else:
            self._alerts = list(_alerts(root))

    def verdicts(self, number: int, sent: datetime) -> list[Verdict]:
        """One for each signature of the alert `number` of the document; at least one."""
        with warnings.catch_warnings():
            # Some real certificates have the number zero, which a later cryptography will refuse.
            warnings.simplefilter("ignore", CryptographyDeprecationWarning)
            return self._verdicts(number, sent)

    def _verdicts(self, number: int, sent: datetime) -> list[Verdict]:
        if number >= len(self._alerts):
            return [Verdict("malformed", "signature-malformed", detail="document")]
        alert = self._alerts[number]
        count = min(len(alert.findall(_TAG)), SIGNATURES_MAX)
        if not count:
            return [Verdict("malformed", "signature-malformed", detail="namespace")]
        return [self._verdict(alert, place, sent) for place in range(count)]

    def _verdict(self, alert: etree._Element, place: int, sent: datetime) -> Verdict:
        try:
            # What was signed last may cover the signatures before it, never those behind it.
            alone = [_alone(alert, place, before=before) for before in (False, True)[: place + 1]]
            certificates = _certificates(alone[0])
            _check_reference(alone[0])
        except Malformed as error:
            return Verdict("malformed", "signature-malformed", detail=str(error))
        except _ERRORS:
            return Verdict("malformed", "signature-malformed", detail="Signature")
        trees = [*alone, *(_as_root(tree, alert) for tree in alone if _is_wrapped(alert))]
        certificate = _signing(certificates)
        if any(_fits(tree, certificate) for tree in trees):
            return self._of_fitting(alone[0], certificate, certificates, sent)
        return Verdict("bad", "signature-bad", _subject(certificate))

    def _of_fitting(
        self,
        alert: etree._Element,
        certificate: x509.Certificate | None,
        others: Sequence[x509.Certificate],
        sent: datetime,
    ) -> Verdict:
        signer = _subject(certificate)
        if (weak := _weakness(alert, certificate)) is not None:
            return Verdict("weak", "signature-weak", signer, weak)
        if certificate is None:
            return Verdict("untrusted", "signature-untrusted", "", "KeyValue")
        if not _valid_at(certificate, sent):
            expired = f"{certificate.not_valid_after_utc:%Y-%m-%d} {signer}"
            return Verdict("untrusted", "signature-expired", signer, expired)
        if _is_trusted(certificate, others, self._trusted, sent):
            return Verdict("good", "", signer)
        return Verdict("untrusted", "signature-untrusted", signer)


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)


def _alerts(root: etree._Element) -> Iterator[etree._Element]:
    """The same elements, in the same order, that the reader takes for alerts."""
    waiting = [root]
    while waiting:
        element = waiting.pop()
        name = etree.QName(element)
        children = list(element.iterchildren("*"))  # without comments
        names = (etree.QName(child).localname for child in children)
        if is_alert(name.localname, name.namespace or "", names):
            yield element
        else:
            waiting.extend(reversed(children))


def _alone(alert: etree._Element, place: int, *, before: bool) -> etree._Element:
    """A copy of `alert` as a document of its own with its signature number `place` and, with
    `before`, those in front of it; the other signatures are taken out.
    """
    root = etree.fromstring(etree.tostring(alert, with_tail=False), _parser())
    for number, signature in enumerate(root.findall(_TAG)):
        if number > place or (number < place and not before):
            _take_out(root, signature)
    return root


def _is_wrapped(alert: etree._Element) -> bool:
    return alert.getparent() is not None


def _as_root(alone: etree._Element, alert: etree._Element) -> etree._Element:
    """A copy of `alone` without the namespaces that only its envelope brought: the usual canonical
    form would write them into what was signed without them.
    """
    envelope = alert.getparent()
    outer = envelope.nsmap if envelope is not None else {}
    own = [prefix for prefix, uri in alert.nsmap.items() if prefix and outer.get(prefix) != uri]
    copy = etree.fromstring(etree.tostring(alone), _parser())
    etree.cleanup_namespaces(copy, keep_ns_prefixes=own)
    return etree.fromstring(etree.tostring(copy), _parser())


def _take_out(root: etree._Element, signature: etree._Element) -> None:
    """Remove `signature` and keep the text behind it, which belongs to the alert."""
    before, tail = signature.getprevious(), signature.tail or ""
    if before is None:
        root.text = (root.text or "") + tail
    else:
        before.tail = (before.tail or "") + tail
    root.remove(signature)


class _Verifier(XMLVerifier):
    """Looks at the last signature of its root: those before it are part of what was signed."""

    def _get_signature(self, root: etree._Element) -> etree._Element:
        return root.findall(_TAG)[-1]


def _fits(root: etree._Element, certificate: x509.Certificate | None) -> bool:
    """Whether the last signature of `root` was made over it with this key, or with its own."""
    config = SignatureConfiguration(
        require_x509=certificate is not None,
        location="./",
        expect_references=1,
        signature_methods=_METHODS,
        digest_algorithms=frozenset(DigestAlgorithm),
        # Whether the certificate held when the message was sent is judged by itself.
        verification_time=certificate.not_valid_before_utc if certificate is not None else None,
    )
    verifier = _Verifier()
    try:
        result = verifier.verify(
            root,
            x509_cert=certificate,
            parser=_parser(),
            expect_config=config,
            # Canada's have names with blanks for an Id; what matters of the form was looked at.
            validate_schema=False,
        )
    except _ERRORS:
        return False
    results = result if isinstance(result, list) else [result]
    return len(results) == 1 and getattr(results[0].signed_xml, "tag", None) == root.tag


def _check_reference(root: etree._Element) -> None:
    """Refuse a signature whose one reference is not the whole of `root`, or that cuts out of it."""
    signature = root.findall(_TAG)[-1]
    for name in ("SignatureValue", "SignedInfo"):
        if len(signature.findall(f"{{{NAMESPACE}}}{name}")) != 1:
            raise Malformed(name)
    references = list(signature.iter(f"{{{NAMESPACE}}}Reference"))
    if len(references) != 1:
        raise Malformed("Reference")
    _plausible(signature, "SignatureValue", 32)
    _plausible(signature, "DigestValue", 20)
    uri = references[0].get("URI", "")
    if uri:
        ids = [value for element in root.iter() for value in _ids(element)]
        if uri[0] != "#" or uri[1:] not in set(_ids(root)) or ids.count(uri[1:]) != 1:
            raise Malformed(f"Reference URI {uri[:80]}")
    algorithms = {
        str(transform.get("Algorithm"))
        for transform in references[0].iter(f"{{{NAMESPACE}}}Transform")
    }
    if _ENVELOPED not in algorithms or not algorithms <= _TRANSFORMS:
        raise Malformed("Transform")


def _plausible(signature: etree._Element, name: str, bytes_min: int) -> None:
    for element in signature.iter(f"{{{NAMESPACE}}}{name}"):
        try:
            content = base64.b64decode("".join((element.text or "").split()), validate=True)
        except (binascii.Error, ValueError) as error:
            raise Malformed(name) from error
        if len(content) < bytes_min:
            raise Malformed(name)


def _ids(element: etree._Element) -> list[str]:
    names = ("Id", "ID", "id", "{http://www.w3.org/XML/1998/namespace}id")
    return [value for name in names if (value := element.get(name)) is not None]


def _certificates(root: etree._Element) -> list[x509.Certificate]:
    """Those that the last signature carries, in its order; the first CERTIFICATES_MAX of them."""
    signature = root.findall(_TAG)[-1]
    found = []
    for element in list(signature.iter(f"{{{NAMESPACE}}}X509Certificate"))[:CERTIFICATES_MAX]:
        try:
            der = base64.b64decode("".join((element.text or "").split()), validate=True)
            found.append(loaded(der))
        except _ERRORS as error:
            raise Malformed("X509Certificate") from error
    return found


def loaded(der: bytes) -> x509.Certificate:
    """A certificate, with every field read that is asked for later: they are parsed when they are
    asked for, and raise then what this raises.
    """
    certificate = x509.load_der_x509_certificate(der)
    certificate.public_key()
    for name in (certificate.subject, certificate.issuer):
        name.rfc4514_string()
    _valid_at(certificate, certificate.not_valid_before_utc)
    return certificate


def _signing(certificates: Sequence[x509.Certificate]) -> x509.Certificate | None:
    """The one that issued none of the others: the rest lead from it to an authority."""
    issuers = [each.issuer for each in certificates if each.issuer != each.subject]
    ends = [each for each in certificates if each.subject not in issuers]
    return next(iter(ends or certificates), None)


def _weakness(root: etree._Element, certificate: x509.Certificate | None) -> str | None:
    """The algorithm or key length by which the last signature of `root` is not safe any more."""
    signature = root.findall(_TAG)[-1]
    for name in ("SignatureMethod", "DigestMethod"):
        for element in signature.iter(f"{{{NAMESPACE}}}{name}"):
            if "sha1" in (element.get("Algorithm") or "").casefold():
                return "SHA-1"
    key = certificate.public_key() if certificate is not None else None
    if isinstance(key, rsa.RSAPublicKey) and key.key_size < RSA_BITS_MIN:
        return f"RSA {key.key_size}"
    return None


def _valid_at(certificate: x509.Certificate, moment: datetime) -> bool:
    # `sent` is to the second, and a clock may be a little off from the one that made the key.
    leeway = timedelta(minutes=5)
    begins, ends = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    # The other way round it would overflow: some end with the year 9999.
    return begins - moment <= leeway and moment - ends <= leeway


def _subject(certificate: x509.Certificate | None) -> str:
    if certificate is None:
        return ""
    try:
        return certificate.subject.rfc4514_string()
    except ValueError:
        return ""


def _is_trusted(
    certificate: x509.Certificate,
    others: Sequence[x509.Certificate],
    trusted: Sequence[x509.Certificate],
    sent: datetime,
) -> bool:
    """Whether `certificate` is trusted itself, or leads to an authority that is.

    `others` came with the signature and may only stand between the two.
    """
    current, left = certificate, [other for other in others if other != certificate]
    for _ in range(CHAIN_MAX):
        if current in trusted:
            return True
        if any(_issued(current, authority, sent) for authority in trusted):
            return True
        issuer = next((other for other in left if _issued(current, other, sent)), None)
        if issuer is None:
            return False
        left.remove(issuer)
        current = issuer
    return False


def _issued(certificate: x509.Certificate, authority: x509.Certificate, sent: datetime) -> bool:
    if not _valid_at(authority, sent):
        return False
    try:
        constraints = authority.extensions.get_extension_for_class(x509.BasicConstraints)
        if not constraints.value.ca:
            return False
        certificate.verify_directly_issued_by(authority)
    except (*_ERRORS, x509.ExtensionNotFound):
        return False
    return True
