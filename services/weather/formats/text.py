"""Bytes that are not XML to text, and what kind of text it is."""

import codecs
import re
from typing import Final, Literal, NamedTuple, TypeAlias

from services.weather.cap.refusals import refuse

Kind: TypeAlias = Literal["xml", "html", "json", "other"]

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_HEAD_BYTES: Final = 8_192
_HTML: Final = re.compile(
    r"<!doctype\s+html|<(?:html|head|body|pre|table|ul|h[1-6])[\s>]", re.IGNORECASE
)
_XML: Final = re.compile(
    r"<(?:\?xml\s|!DOCTYPE|!--|[\w.-]{1,40}:?[\w.-]{0,40}[\s/>])", re.IGNORECASE
)
_ALERT_BELOW: Final = re.compile(r"<(?:\?xml\s|(?:[\w.-]{1,40}:)?alert[\s>])")
_JSON: Final = re.compile(
    r"(?:(?:var|let|const)\s+)?(?:[\w.$]{1,80}\s*(?:=|\()\s*)?[\[{]\s*[\[{\"\]}\d'tfn-]"
)
_CALL: Final = re.compile(r"(?:(?:var|let|const)\s+)?[\w.$]{1,80}\s*(=|\()\s*")


class Text(NamedTuple):
    """A text, and what is odd about how it was written (code and detail)."""

    text: str
    odd: tuple[tuple[str, str], ...] = ()


def kind_of(body: bytes) -> Kind:
    """What the beginning of `body` looks like. Never raises."""
    head = body[:_HEAD_BYTES]
    encoding = _encoding(head) or "utf-8"
    text = head.decode(encoding, "replace").lstrip("\ufeff \t\r\n\x00\ufffd")
    if _HTML.match(text):
        return "html"
    if text.startswith("<") and _XML.match(text):
        after = re.sub(
            r"\A(?:<\?xml[^>]{0,400}\?>|<!--.{0,2000}?-->|\s)+", "", text, flags=re.DOTALL
        )
        return "html" if _HTML.match(after) else "xml"
    if _JSON.match(text):
        return "json"
    return "xml" if _ALERT_BELOW.search(text, 0, 4_096) or text.startswith("<") else "other"


def decode_json(body: bytes) -> Text:
    """Text of JSON, out of the call or assignment that it may stand in.

    It is UTF-8 by its standard. Chinese pages also write GB18030, which few other bytes are.

    Raises:
        CapRefused: it is neither, nor any UTF that shows by its first bytes.
    """
    encoding = _encoding(body)
    odd: tuple[tuple[str, str], ...] = ()
    try:
        text = body.decode(encoding or "utf-8")
    except UnicodeDecodeError as error:
        if encoding is not None:
            raise refuse("encoding-broken", "", position=error.start, encoding=encoding) from error
        try:
            text = body.decode("gb18030")
        except UnicodeDecodeError:
            raise refuse("encoding-broken", "", position=error.start, encoding="utf-8") from error
        odd = (("encoding-guessed", "gb18030"),)
    bare = text.strip("\ufeff \t\r\n\x00\x1a")
    call = _CALL.match(bare)
    if call is not None:
        odd = (*odd, ("wrapped-document", call[0].strip()))
        bare = bare[call.end() :].rstrip("; \t\r\n")
        bare = bare.removesuffix(")") if call[1] == "(" else bare
    return Text(bare, odd)


def _encoding(body: bytes) -> str | None:
    """The encoding that the first bytes prove, None where they prove none."""
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return encoding
    head = body[:4]
    if len(head) < 4:
        return None
    zeros = "".join("0" if byte == 0 else "x" for byte in head)
    by_zeros = {"x000": "utf-32-le", "000x": "utf-32-be", "x0x0": "utf-16-le", "0x0x": "utf-16-be"}
    return by_zeros.get(zeros)
