"""Signers of alerts: authorities, certificates and keys made for one test run."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from lxml import etree
from signxml.algorithms import DigestAlgorithm, SignatureMethod
from signxml.signer import XMLSigner

from services.weather.cap.signature import Trust
from tests.unit.weather.documents import ALERT

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
BEGIN = datetime(2020, 1, 1, tzinfo=UTC)
END = datetime(2030, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Signer:
    """A key and its certificate; `chain` leads from it to its authority."""

    key: Key
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...] = ()

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)


@cache
def rsa_key(number: int = 0, bits: int = 2048) -> rsa.RSAPrivateKey:
    """A key; each number is another one."""
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def signer(
    common: str = "met.example",
    *,
    key: Key | None = None,
    by: Signer | None = None,
    ca: bool = False,
    begin: datetime = BEGIN,
    end: datetime = END,
) -> Signer:
    """A signer with a certificate issued `by` another, or by itself."""
    key = key or rsa_key()
    builder = (
        x509.CertificateBuilder()
        .subject_name(name(common))
        .issuer_name(by.certificate.subject if by else name(common))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(end)
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
    )
    certificate = builder.sign(by.key if by else key, hashes.SHA256())
    return Signer(key, certificate, (by.certificate, *by.chain) if by else ())


def trust(*signers: Signer) -> Trust:
    return Trust(tuple(each.der for each in signers))


class OldSigner(XMLSigner):
    """Signs with SHA-1 as well, which the library refuses to by itself."""

    def check_deprecated_methods(self) -> None:
        return


def signed(
    by: Signer,
    document: str = ALERT,
    *,
    method: SignatureMethod | None = None,
    digest: DigestAlgorithm = DigestAlgorithm.SHA256,
    with_chain: bool = True,
) -> bytes:
    """`document` with an enveloped signature as its last child."""
    is_rsa = isinstance(by.key, rsa.RSAPrivateKey)
    usual = SignatureMethod.RSA_SHA256 if is_rsa else SignatureMethod.ECDSA_SHA256
    root = etree.fromstring(document.encode())
    maker = OldSigner(signature_algorithm=method or usual, digest_algorithm=digest)
    chain = [by.certificate, *(by.chain if with_chain else ())]
    return etree.tostring(
        maker.sign(root, key=by.key, cert=chain), xml_declaration=True, encoding="UTF-8"
    )
