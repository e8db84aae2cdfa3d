"""Bytes of an XML document to text. Only encodings that decode in linear time are read."""

import codecs
import re
from dataclasses import dataclass
from typing import Final

from services.weather.cap.refusals import quoted, refuse

# gb18030 takes in gb2312 and gbk; documents declare the smaller and use the larger.
_ALIASES: Final = {
    "gb2312": "gb18030", "gbk": "gb18030", "gb18030": "gb18030", "cp936": "gb18030",
    "big5": "big5", "shift_jis": "shift_jis", "euc_jp": "euc_jp", "euc_kr": "euc_kr",
    "utf-8": "utf-8", "utf-16": "utf-16", "utf-16-le": "utf-16-le", "utf-16-be": "utf-16-be",
    "ascii": "ascii", "koi8-r": "koi8-r", "koi8-u": "koi8-u",
}  # fmt: skip
_SINGLE_BYTE: Final = re.compile(r"(iso8859-\d+|cp125\d|cp874)")
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED: Final = re.compile(
    rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']"""
)
_DECLARATION: Final = re.compile(r"<\?xml\s[^>]{0,400}\?>")


@dataclass(frozen=True, slots=True)
class Decoded:
    """The document without its XML declaration, and what was odd about its bytes."""

    text: str
    deviations: tuple[tuple[str, str], ...] = ()


def decode(body: bytes) -> Decoded:
    """Text of `body`.

    Raises:
        CapRefused: the encoding is unknown, or the bytes are not in it.
    """
    encoding, odd = _encoding(body)
    try:
        text = body.decode(encoding)
    except UnicodeDecodeError as error:
        raise refuse("encoding-broken", "", position=error.start, encoding=encoding) from error
    stripped = text.lstrip("\ufeff")
    bare = stripped.lstrip(" \t\r\n\ufeff\x00").rstrip(" \t\r\n\x00\x1a")
    declaration = _DECLARATION.match(bare)
    if declaration is not None:
        if not stripped.startswith(bare[:5]):
            odd = (*odd, ("text-before-xml", ""))
        bare = bare[declaration.end() :]
    return Decoded(bare, odd)


def _encoding(body: bytes) -> tuple[str, tuple[tuple[str, str], ...]]:
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return encoding, ()
    head = body[:4]
    if head.startswith(b"<\x00"):
        return "utf-16-le", ()
    if head.startswith(b"\x00<"):
        return "utf-16-be", ()
    declared = _DECLARED.search(body[:512])
    if declared is None:
        return "utf-8", ()
    name = declared.group(1).decode("ascii")
    encoding = _known(name)
    if encoding.startswith("utf-16"):
        # A declaration that is readable as ASCII is itself the proof that this is not UTF-16.
        return "utf-8", (("encoding-declared-wrong", name),)
    return encoding, ()


def _known(name: str) -> str:
    try:
        canonical = codecs.lookup(name).name
    except LookupError:
        canonical = ""
    if _SINGLE_BYTE.fullmatch(canonical):
        return canonical
    if canonical not in _ALIASES:
        raise refuse("encoding-unknown", "", value=quoted(name))
    return _ALIASES[canonical]
