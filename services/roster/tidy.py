"""Puts text as people write it into the form it is kept in, and says what it changed."""

import re
import unicodedata

from projections.finder import key

__all__ = ["escaped", "key", "tidy", "tidy_name", "unescaped"]

FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_HAN = r"[\u3400-\u9fff\U00020000-\U0003ffff]"
_BETWEEN_HAN = re.compile(rf"(?<={_HAN}) +(?={_HAN})")
_PLAIN = re.compile(r"[!-~]+(?: [!-~]+)*")
_SIGNS = r"[=+\-@\t\r\n＝＋－＠]"
"""In full width too: there are spreadsheets that take them so."""
_ESCAPED = re.compile(rf"^'+{_SIGNS}")
_FORMULA = re.compile(rf"'*{_SIGNS}")


def tidy(text: str) -> tuple[str, tuple[str, ...]]:
    """Return a text without what nobody meant, and the codes of what was wrong with it.

    `full-width`: letters, digits and signs in full width. `spaces`: at the ends, several, or of
    another kind. `invisible`: characters that are not seen, and line breaks.
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
    return unicodedata.normalize("NFC", single), tuple(changed)


def _visible(character: str) -> str:
    match unicodedata.category(character):
        case "Cf" | "Cs" | "Co" | "Cn":
            return ""
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


def unescaped(text: str) -> str:
    """Return a cell of a text file without the mark that keeps it from being a formula."""
    if text.startswith('="') and text.endswith('"') and '"' not in text[2:-1]:
        return text[2:-1]
    return text[1:] if _ESCAPED.match(text) else text


def escaped(text: str) -> str:
    """Return a text for a cell of a text file, so that no spreadsheet takes it for a formula."""
    return f"'{text}" if _FORMULA.match(text) else text
