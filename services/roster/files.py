"""Tells from its first bytes what a file is, and opens it; its name is not trusted."""

from services.roster.delimited import read_delimited
from services.roster.sheets import Table, Unreadable
from services.roster.xlsx import read_xlsx

_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHERS = (
    (b"%PDF", "pdf"),
    (b"\x89PNG", "picture"),
    (b"\xff\xd8\xff", "picture"),
    (b"GIF8", "picture"),
    (b"Rar!", "archive"),
    (b"7z\xbc\xaf", "archive"),
    (b"\x1f\x8b", "archive"),
)


def open_file(content: bytes, name: str) -> list[Table]:
    """Return the tables of a file. Raises Unreadable, also while rows are being read."""
    if not content.strip(b"\0 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise Unreadable("empty-file")
    if content.startswith(_ZIP):
        return read_xlsx(content)
    if content.startswith(_OLE):
        raise Unreadable(_kind_of_ole(content))
    for begin, code in _OTHERS:
        if content.startswith(begin):
            raise Unreadable(code)
    return [read_delimited(content, name)]


def _kind_of_ole(content: bytes) -> str:
    """Return what a compound file is: it names its parts in UTF-16."""
    if "EncryptedPackage".encode("utf-16-le") in content:
        return "password"
    return "xls"
