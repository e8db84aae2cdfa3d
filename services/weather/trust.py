"""The signers that are trusted: certificates in a folder, those of signers or of authorities."""

from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from services.weather.cap.signature import NOBODY, Trust
from services.weather.cap.xmldsig import loaded

_SUFFIXES: Final = frozenset({".pem", ".crt", ".cer", ".der"})
FILE_BYTES_MAX: Final = 4 * 1024 * 1024


def trusted(folder: Path | None) -> Trust:
    """The certificates in `folder`, of files ending .pem, .crt, .cer or .der; without one, nobody.

    Raises:
        ValueError: there is no such folder, or a file in it is no certificate. To pass over one
            that was meant would turn a good signature into one of a stranger without a word.
    """
    if folder is None:
        return NOBODY
    if not folder.is_dir():
        raise ValueError(f"read trusted certificates: {folder} is not a folder")
    files = sorted(file for file in folder.iterdir() if file.suffix.casefold() in _SUFFIXES)
    found = dict.fromkeys(der for file in files for der in _certificates(file))
    return Trust(tuple(found))


def _certificates(file: Path) -> list[bytes]:
    try:
        if file.stat().st_size > FILE_BYTES_MAX:
            raise ValueError(f"more than {FILE_BYTES_MAX} bytes")
        content = file.read_bytes()
        if b"-----BEGIN CERTIFICATE-----" in content:
            found = x509.load_pem_x509_certificates(content)
        else:
            found = [x509.load_der_x509_certificate(content)]
        return [
            loaded(each.public_bytes(Encoding.DER)).public_bytes(Encoding.DER) for each in found
        ]
    except (ValueError, OSError) as error:
        raise ValueError(f"read trusted certificates: {file.name}: {error}") from error
