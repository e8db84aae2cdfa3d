"""Puts text as people write it into the form it is kept in, and says what it changed."""

import re
import unicodedata

from projections.finder import key
from services.roster.traditional import simplified

__all__ = ["escaped", "is_lost", "key", "tidy", "tidy_name", "unescaped", "word_key"]

FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_HAN = r"[\u3400-\u9fff\U00020000-\U0003ffff]"
_BETWEEN_HAN = re.compile(rf"(?<={_HAN}) +(?={_HAN})")
_PLAIN = re.compile(r"[!-~]+(?: [!-~]+)*")
_SIGNS = r"[=+\-@\t\r\n＝＋－＠]"
"""In full width too: there are spreadsheets that take them so."""
_ESCAPED = re.compile(rf"^'+(?:{_SIGNS}|[0-9])")
"""With a digit too: so some programs keep a number's zeros."""
_FORMULA = re.compile(rf"'*{_SIGNS}|'+[0-9]")
_RADICALS = {code: unicodedata.normalize("NFKC", chr(code)) for code in (*range(0x2E80, 0x2FD6),)}
"""Parts of characters that look like whole ones: what is copied from a PDF has them."""
_NONE = {
    *range(0xFDD0, 0xFDF0),
    *(plane << 16 | end for plane in range(17) for end in (0xFFFE, 0xFFFF)),
}
_LOST = re.compile(r"[?\ufffd\ue000-\uf8ff\U000f0000-\U0010fffd]|锟斤|斤拷|烫烫|屯屯")


def word_key(text: str) -> str:
    """Return what the words of a roster are compared by: as names are, and in either script."""
    return key(simplified(text))


def tidy(text: str) -> tuple[str, tuple[str, ...]]:
    """Return a text without what nobody meant, and the codes of what was wrong with it.

    `full-width`: letters, digits and signs in full width. `spaces`: at the ends, several, or of
    another kind. `invisible`: characters that are not seen, and line breaks. `look-alike`: parts
    of characters that stand for whole ones.
    """
    if _PLAIN.fullmatch(text):
        return text, ()
    changed: list[str] = []
    half = text.translate(FULL_WIDTH)
    if half != text:
        changed.append("full-width")
    seen = "".join(_visible(character) for character in half)
    if seen != half:
        changed.append("invisible")
    single = " ".join(seen.split())
    if single != seen:
        changed.append("spaces")
    whole = single.translate(_RADICALS)
    if whole != single:
        changed.append("look-alike")
    return unicodedata.normalize("NFC", whole), tuple(changed)


def _visible(character: str) -> str:
    match unicodedata.category(character):
        case "Cf" | "Cs":
            return ""
        case "Cn":  # but a character that is newer than this table, in a rare name
            return "" if ord(character) in _NONE else character
        case "Cc":
            return " "
        case _:
            return character


def tidy_name(text: str) -> tuple[str, tuple[str, ...]]:
    """As `tidy`; a short Chinese name that was spaced out to the width of the others is closed."""
    single, changed = tidy(text)
    closed = _BETWEEN_HAN.sub("", single)
    if closed != single and "spaces" not in changed:
        changed = (*changed, "spaces")
    return closed, changed


def is_lost(text: str) -> bool:
    """Tell whether a name has lost characters on its way: to question marks, or to nonsense."""
    return _LOST.search(text) is not None


def unescaped(text: str) -> str:
    """Return a cell of a text file without the mark that keeps it from being a formula."""
    if text.startswith('="') and text.endswith('"') and '"' not in text[2:-1]:
        return text[2:-1]
    return text[1:] if _ESCAPED.match(text) else text


def escaped(text: str) -> str:
    """Return a text for a cell of a text file, so that no spreadsheet takes it for a formula."""
    return f"'{text}" if _FORMULA.match(text) else text
