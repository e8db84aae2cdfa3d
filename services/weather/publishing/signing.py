"""The key and the certificate that Muster signs with, and the signature (XMLDSig, enveloped)."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID
from lxml import etree
from signxml.algorithms import (
    CanonicalizationMethod,
    DigestAlgorithm,
    SignatureConstructionMethod,
    SignatureMethod,
)
from signxml.signer import XMLSigner

from services.settings import Settings

SHARED_AS: Final = "cap-signing"
"""Where the key lies in the bucket of keys, for all processes."""
KEY_FILE: Final = "cap-key.pem"
CERTIFICATE_FILE: Final = "cap-certificate.pem"
"""Where Muster kept them when each process had its own."""
_KEY_BITS: Final = 3072
"""As strong as a symmetric key of 128 bits (NIST SP 800-57, part 1, table 2)."""
_VALID: Final = timedelta(days=3653)
_CURVE: Final = "secp256r1"
_PEM: Final = "-----BEGIN "

_Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


class KeyUnusable(ValueError):
    """The key or the certificate cannot be signed with: why."""


class Signer:
    """Signs documents with one key."""

    def __init__(self, key: bytes, certificate: bytes) -> None:
        """Take a private key and its certificate, both PEM. Raises KeyUnusable."""
        self._key = _key(key)
        self._certificate = _certificate(certificate)
        if self._certificate.public_key() != self._key.public_key():
            raise KeyUnusable("sign cap: the certificate is not of this key")
        is_rsa = isinstance(self._key, rsa.RSAPrivateKey)
        self._signer = XMLSigner(
            method=SignatureConstructionMethod.enveloped,
            signature_algorithm=(
                SignatureMethod.RSA_SHA256 if is_rsa else SignatureMethod.ECDSA_SHA256
            ),
            digest_algorithm=DigestAlgorithm.SHA256,
            c14n_algorithm=CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0,
        )

    @property
    def certificate(self) -> str:
        """The certificate, PEM."""
        return self._certificate.public_bytes(serialization.Encoding.PEM).decode("ascii")

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate, in hex."""
        return self._certificate.fingerprint(hashes.SHA256()).hex()

    def sign(self, document: bytes) -> bytes:
        """Return a document of ours with its signature as the last element of its root."""
        signed = self._signer.sign(
            etree.fromstring(document), key=self._key, cert=[self._certificate]
        )
        return etree.tostring(signed, encoding="UTF-8", xml_declaration=True) + b"\n"


def signer_set(settings: Settings) -> Signer | None:
    """Return the signer by the key that is set, None where none is. Raises KeyUnusable."""
    if (settings.cap_key is None) != (settings.cap_cert is None):
        raise KeyUnusable("sign cap: MUSTER_CAP_KEY and MUSTER_CAP_CERT are set together or not")
    if settings.cap_key is None or settings.cap_cert is None:
        return None
    return Signer(_pem(settings.cap_key), _pem(settings.cap_cert))


def pair_of(data: Path, now: datetime) -> bytes:
    """Return a private key with its certificate, PEM: those that an earlier Muster left in the
    data folder, or else new ones. Raises KeyUnusable, OSError.
    """
    key_file, certificate_file = data / KEY_FILE, data / CERTIFICATE_FILE
    if not key_file.exists():
        made = rsa.generate_private_key(public_exponent=65537, key_size=_KEY_BITS)
        return _pem_of(made) + _self_signed(made, now)
    key = key_file.read_bytes()
    if not certificate_file.exists():
        # It was cut off between the two files: a key without a certificate gets one.
        return key + _self_signed(_key(key), now)
    return key + certificate_file.read_bytes()


def signer_by(pair: bytes) -> Signer:
    """Return the signer by a key with its certificate, PEM. Raises KeyUnusable."""
    return Signer(pair, pair)


def _pem(setting: str) -> bytes:
    """Return PEM that is the setting itself, or lies in the file that it names."""
    if setting.lstrip().startswith(_PEM):
        return setting.encode()
    try:
        return Path(setting).read_bytes()
    except (OSError, ValueError) as error:
        raise KeyUnusable(f"read cap key and certificate: {error}") from error


def _key(pem: bytes) -> _Key:
    try:
        key = serialization.load_pem_private_key(pem, password=None)
    except (ValueError, TypeError) as error:
        raise KeyUnusable(f"read cap key: {error}") from error
    if isinstance(key, rsa.RSAPrivateKey) and key.key_size >= 2048:
        return key
    if isinstance(key, ec.EllipticCurvePrivateKey) and key.curve.name == _CURVE:
        return key
    raise KeyUnusable("read cap key: it is neither RSA of 2048 bits or more nor ECDSA on P-256")


def _certificate(pem: bytes) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(pem)
    except ValueError as error:
        raise KeyUnusable(f"read cap certificate: {error}") from error


def _pem_of(key: _Key) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _self_signed(key: _Key, now: datetime) -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Muster CAP")])
    # A clock that is turned by hand may be far from the machine's, which readers go by.
    begins = min(now, datetime.now(UTC)) - timedelta(days=1)
    usage = x509.KeyUsage(
        digital_signature=True, content_commitment=True, key_encipherment=False,
        data_encipherment=False, key_agreement=False, key_cert_sign=False, crl_sign=False,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(max(now, datetime.now(UTC)) + _VALID)
        .add_extension(usage, critical=True)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.PEM)
