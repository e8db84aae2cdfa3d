"""Bytes of an XML document to text. Only encodings that decode in linear time are read."""

import codecs
import re
from dataclasses import dataclass
from typing import Final, TypeAlias

from services.weather.cap.refusals import quoted, refuse

# gb18030 takes in gb2312 and gbk; documents declare the smaller and use the larger.
_ALIASES: Final = {
    "gb2312": "gb18030", "gbk": "gb18030", "gb18030": "gb18030", "cp936": "gb18030",
    "big5": "big5", "shift_jis": "shift_jis", "euc_jp": "euc_jp", "euc_kr": "euc_kr",
    "utf-8": "utf-8", "utf-16": "utf-16", "utf-16-le": "utf-16-le", "utf-16-be": "utf-16-be",
    "ascii": "ascii", "koi8-r": "koi8-r", "koi8-u": "koi8-u", "koi8-t": "koi8-t",
    "cp932": "cp932", "cp949": "cp949", "iso2022_jp": "iso2022_jp", "johab": "johab",
    "euc_jis_2004": "euc_jis_2004", "big5hkscs": "big5hkscs", "cp950": "cp950",
    "tis-620": "tis-620", "mac-roman": "mac-roman", "mac-cyrillic": "mac-cyrillic",
    "utf-8-sig": "utf-8", "utf-32": "utf-32", "utf-32-le": "utf-32-le", "utf-32-be": "utf-32-be",
}  # fmt: skip
_SINGLE_BYTE: Final = re.compile(r"(iso8859-\d+|cp125\d|cp874|cp437|cp85\d|cp86\d)")
# Declarations that mean an encoding Python calls otherwise.
_MEANT: Final = {
    "windows-31j": "cp932",
    "x-sjis": "cp932",
    "x-gbk": "gbk",
    "x-euc-jp": "euc_jp",
    "utf8mb4": "utf-8",
    "unicode": "utf-8",
    "ucs-2": "utf-16",
    "iso-10646-ucs-2": "utf-16",
    "iso-10646-ucs-4": "utf-32",
    "windows-874": "cp874",
    "windows-949": "cp949",
    "windows-950": "cp950",
    "windows-936": "gbk",
    "x-big5": "big5",
    "iso-8859-8-i": "iso8859-8",
    "iso-8859-6-i": "iso8859-6",
    "x-mac-cyrillic": "mac-cyrillic",
}
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    # Before UTF-16's, with which the little-endian one begins.
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED: Final = re.compile(
    rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']"""
)
_NAMED: Final = re.compile(r"""encoding\s{0,9}=\s{0,9}["']([^"']{1,40})""")
_PROOF_LETTERS: Final = 4
"""Two letters of GB18030 can be three of UTF-8 by chance; as many as these hardly ever are."""
_DECLARATION: Final = re.compile(r"<\?xml\s[^>]{0,400}\?>")
_BEGIN: Final = re.compile(r"<(?:\?xml\s|(?:[\w.-]{1,40}:)?alert[\s>])")
_ENDED: Final = re.compile(r"</[\w.:-]{1,80}\s*>[^<>]*\Z")
_CHINESE_WARNING: Final = re.compile("预警|警报|气象|信号")
_AFTER_CHARS_MAX: Final = 1_024
_BEFORE_CHARS_MAX: Final = 4_096
"""How far into a text its XML may begin: behind the headers of an answer that was saved whole."""


Odd: TypeAlias = tuple[tuple[str, str], ...]
"""Codes of deviations, with their details."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """The document without its XML declaration, and what was odd about its bytes."""

    text: str
    deviations: Odd = ()


def decode(body: bytes) -> Decoded:
    """Text of `body`.

    Raises:
        CapRefused: the encoding is unknown, or the bytes are not in it.
    """
    encoding, odd = _encoding(body)
    text, odd = _text(body, encoding, odd)
    stripped = text.lstrip("\ufeff")
    bare = stripped.lstrip(" \t\r\n\ufeff\x00").rstrip(" \t\r\n\x00\x1a")
    if not bare.startswith("<") and (begin := _BEGIN.search(bare, 0, _BEFORE_CHARS_MAX)):
        odd = (*odd, ("text-before-xml", bare[:40]))
        bare = bare[begin.start() :]
        stripped = bare
    declaration = _DECLARATION.match(bare)
    if declaration is not None:
        if not stripped.startswith(bare[:5]):
            odd = (*odd, ("text-before-xml", ""))
        wrong = _contradicts(declaration[0], encoding)
        if wrong is not None and not any(code == "encoding-declared-wrong" for code, _ in odd):
            odd = (*odd, ("encoding-declared-wrong", wrong))
        bare = bare[declaration.end() :]
    end = bare.rfind(">") + 1
    if 0 < len(bare) - end <= _AFTER_CHARS_MAX and "<" not in bare[end:] and _ENDED.search(bare):
        odd = (*odd, ("text-after-xml", bare[end:].strip()))
        bare = bare[:end]
    return Decoded(bare, odd)


def _text(body: bytes, encoding: str, odd: Odd) -> tuple[str, Odd]:
    """The text of `body`, by another encoding than was declared only where it proves itself.

    Bytes beyond ASCII that are UTF-8 throughout are nothing else. Chinese offices write GB18030
    and declare UTF-8; there the words of a warning are the proof.
    """
    if not encoding.startswith("utf-") and not body.isascii():
        try:
            text = body.decode("utf-8")
        except UnicodeDecodeError:
            text = ""
        if text and (_SINGLE_BYTE.fullmatch(encoding) or _letters(text) >= _PROOF_LETTERS):
            return text, (*odd, ("encoding-declared-wrong", encoding))
    try:
        return body.decode(encoding), odd
    except UnicodeDecodeError as error:
        other = "gb18030" if encoding == "utf-8" else "utf-8"
        try:
            text = body.decode(other)
        except UnicodeDecodeError:
            text = ""
        if text and (other == "utf-8" or _CHINESE_WARNING.search(text)):
            return text, (*odd, ("encoding-declared-wrong", encoding))
        raise refuse("encoding-broken", "", position=error.start, encoding=encoding) from error


def _letters(text: str) -> int:
    """How many letters of `text` are beyond ASCII."""
    return len(text) - len(text.encode("ascii", "ignore"))


def _contradicts(declaration: str, encoding: str) -> str | None:
    """The encoding that `declaration` names where the bytes themselves proved it to be another."""
    named = _NAMED.search(declaration)
    if named is None or not encoding.startswith("utf-"):
        return None
    try:
        canonical = codecs.lookup(_MEANT.get(named[1].casefold(), named[1])).name
    except LookupError:
        canonical = ""
    return None if canonical.startswith(encoding[:6].rstrip("-")) else named[1]


def _encoding(body: bytes) -> tuple[str, Odd]:
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return encoding, ()
    head = body[:4]
    if head == b"<\x00\x00\x00":
        return "utf-32-le", ()
    if head == b"\x00\x00\x00<":
        return "utf-32-be", ()
    if head.startswith(b"<\x00"):
        return "utf-16-le", ()
    if head.startswith(b"\x00<"):
        return "utf-16-be", ()
    declared = _DECLARED.search(body[: _BEFORE_CHARS_MAX + 512])
    if declared is None:
        return "utf-8", ()
    name = declared.group(1).decode("ascii")
    encoding = _known(name)
    if encoding.startswith(("utf-16", "utf-32")):
        # A declaration that is readable as ASCII is itself the proof that this is neither.
        return "utf-8", (("encoding-declared-wrong", name),)
    return encoding, ()


def _known(name: str) -> str:
    try:
        canonical = codecs.lookup(_MEANT.get(name.casefold(), name)).name
    except LookupError:
        canonical = ""
    if _SINGLE_BYTE.fullmatch(canonical):
        return canonical
    if canonical not in _ALIASES:
        raise refuse("encoding-unknown", "", value=quoted(name))
    return _ALIASES[canonical]
