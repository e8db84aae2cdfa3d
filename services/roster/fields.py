"""From the text of a cell to the value of a field, one function a field.

Each is given a text in which something is meant; it returns None where it added a problem.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlsplit

from events.lane import Lane
from events.volunteer import Role
from services.roster.entries import Words
from services.roster.headers import Field
from services.roster.lanes import lane_of
from services.roster.numbers import as_written
from services.roster.problems import Problems, Spot
from services.roster.texts import named, shown, shown_value
from services.roster.tidy import is_lost
from services.roster.vocabulary import ROLES, Vocabulary, language_of

T = TypeVar("T", bound=str)

ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
MOBILE = re.compile(r"(?:\+?86|0086)?(1[3-9][0-9]{9})")
MAIL = re.compile(r"[^\s@,;:<>()\[\]\"\\]{1,64}@[A-Za-z0-9.-]{1,200}\.[A-Za-z]{2,24}")
_INTERNATIONAL = re.compile(r"\+[0-9]{6,15}")
_LANDLINE = re.compile(r"(?:0[0-9]{9,11}|[2-9][0-9]{6,7}|400[0-9]{7})")
_BETWEEN_DIGITS = re.compile(r"[\s().·\u2010-\u2015\u2212-]+")
_BETWEEN_PHONES = re.compile(r"[\s/|、，,;；或和]+")
_IDENTITY = re.compile(r"[1-9][0-9]{5}(?:18|19|20)[0-9]{9}[0-9Xx]")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_LIST = re.compile(r"[、，,;；/|\n]+")
_SPACED_LIST = re.compile(r"[、，,;；/|\s]+")
_LETTERS = re.compile(r"[^\W\d_]")
_NUMBERED = re.compile(r"[A-Za-z_-]*\d[A-Za-z0-9_-]*")
_DIGITS_MAX = 5
_NAME_MAX = 100
_ADDRESS_MAX = 2000
_LIST_MAX = {"leads": 50, "languages": 20, "lanes": 10, "phases": 20, "channels": 10}


@dataclass(frozen=True, slots=True)
class Cell:
    """A text, where it stands, and what it may stand for."""

    text: str
    spot: Spot
    words: Words
    problems: Problems

    def error(self, code: str, **told: object) -> None:
        """Say that the text will not do."""
        self.problems.error(code, self.spot, shown_value(self.spot.field, self.text), **told)

    def unknown(self, code: str, name: str, like: tuple[str, str] = ("", "")) -> None:
        """Say that a name stands for nothing, and which one is like it."""
        value = shown_value(self.spot.field, name)
        zh, en = like
        self.problems.error(code, self.spot, value, shown=shown(name), like_zh=zh, like_en=en)


def _id(cell: Cell) -> str | None:
    plain = as_written(cell.text, cell.spot, cell.problems)
    if plain is None or ID.fullmatch(plain):
        return plain
    cell.error("bad-id")
    return None


def is_identity_number(text: str) -> bool:
    """Tell whether a text is a number of a Chinese identity card: its last sign is a check.

    GB 11643-1999.
    """
    if not _IDENTITY.fullmatch(text):
        return False
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, text, strict=False))
    return "10X98765432"[total % 11] == text[-1].upper()


def _name(cell: Cell) -> str | None:
    if cell.text in cell.words.names:
        return cell.text
    if _too_long(cell, _NAME_MAX) or _has_lost(cell):
        return None
    if is_name(cell.text):
        return cell.text
    cell.error("bad-name")
    return None


def is_name(text: str) -> bool:
    """Tell whether a text may be somebody's name: neither a number, nor an id, nor an address."""
    digits = sum(character.isdigit() for character in text)
    letters = any(character.isalpha() for character in text)
    return letters and digits < _DIGITS_MAX and not _NUMBERED.fullmatch(text) and "@" not in text


def _has_lost(cell: Cell) -> bool:
    if is_lost(cell.text):
        cell.error("lost-characters")
        return True
    return False


def _latin(cell: Cell) -> str | None:
    if _too_long(cell, _NAME_MAX) or _has_lost(cell):
        return None
    if is_latin(cell.text):
        return cell.text
    cell.error("bad-latin")
    return None


def is_latin(text: str) -> bool:
    """Tell whether a text is a name in Latin letters, with or without accents and tones."""
    found = _LETTERS.findall(text)
    latin = all(ord(letter) < 0x250 or 0x1E00 <= ord(letter) < 0x1F00 for letter in found)
    return bool(found) and latin and is_name(text) and not is_lost(text)


def _phone(cell: Cell) -> str | None:
    plain = as_written(cell.text, cell.spot, cell.problems)
    if plain is None:
        return None
    phone = _bare_phone(plain)
    if phone is None:
        parts = [part for part in _BETWEEN_PHONES.split(plain) if part]
        several = len(parts) > 1 and all(_bare_phone(part) for part in parts)
        cell.error("several-phones" if several else "bad-phone")
    return phone


def _bare_phone(text: str) -> str | None:
    """Return a phone number as its digits, after a plus where it names a country."""
    bare = _BETWEEN_DIGITS.sub("", text.removeprefix("tel:"))
    if text.startswith("-"):
        return None  # a sum that was taken for a number
    if mobile := MOBILE.fullmatch(bare):
        return mobile[1]
    bare = re.sub(r"^00", "+", bare)
    return bare if _INTERNATIONAL.fullmatch(bare) or _LANDLINE.fullmatch(bare) else None


def _mail(cell: Cell) -> str | None:
    if "://" in cell.text:
        return read_address(cell)
    bare = cell.text.removeprefix("mailto:")
    if MAIL.fullmatch(bare):
        return bare
    cell.error("bad-mail")
    return None


def read_address(cell: Cell) -> str | None:
    """Return the address of a channel: a URL, or what a person is called there."""
    if _too_long(cell, _ADDRESS_MAX):
        return None
    if "://" not in cell.text or _is_url(cell.text):
        return cell.text
    cell.error("bad-address")
    return None


def _is_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return bool(parts.scheme and (parts.netloc or parts.path)) and " " not in text


def _role(cell: Cell) -> Role | None:
    return _known(ROLES, "unknown-role", cell)


def _site(cell: Cell) -> str | None:
    return _known(cell.words.sites, "unknown-site", cell)


def _venue(cell: Cell) -> str | None:
    return _known(cell.words.venues, "unknown-venue", cell)


def _leads(cell: Cell) -> tuple[str, ...] | None:
    """What has the form of an id is left for the known roster to judge."""

    def one(name: str) -> str | None:
        found = cell.words.venues.find(name) or cell.words.sites.find(name)
        if found is None and ID.fullmatch(name):
            return name
        if found is None:
            cell.unknown("unknown-place", name, cell.words.venues.like(name))
        return found

    return _listed(_LIST, cell, one)


def _languages(cell: Cell) -> tuple[str, ...] | None:
    def one(name: str) -> str | None:
        if (tag := language_of(name)) is None:
            cell.unknown("unknown-language", name)
        return tag

    whole = language_of(cell.text)  # "sign language" has a space, and is one
    return (whole,) if whole else _listed(_SPACED_LIST, cell, one)


def _lanes(cell: Cell) -> tuple[Lane, ...] | None:
    def one(name: str) -> Lane | None:
        if (lane := lane_of(name)) is None:
            cell.unknown("unknown-lane", name)
        return lane

    whole = lane_of(cell.text)
    return (whole,) if whole else _listed(_LIST, cell, one)


def _phases(cell: Cell) -> tuple[str, ...] | None:
    """What has the form of an id is left for the known roster to judge."""

    def one(name: str) -> str | None:
        found = cell.words.phases.find(name)
        if found is None and ID.fullmatch(name):
            return name
        if found is None:
            cell.unknown("unknown-phase", name, cell.words.phases.like(name))
        return found

    return _listed(_LIST, cell, one)


def _channels(cell: Cell) -> tuple[str, ...] | None:
    def one(name: str) -> str | None:
        if ID.fullmatch(name):
            return name
        cell.unknown("unknown-channel", name)
        return None

    return _listed(_SPACED_LIST, cell, one)


def read_people(text: str) -> tuple[str, ...]:
    """Return the ids or names in a list, as they are written."""
    return tuple(part for each in _LIST.split(text) if (part := each.strip()))


def _listed(
    parting: re.Pattern[str], cell: Cell, one: Callable[[str], T | None]
) -> tuple[T, ...] | None:
    names = [part for each in parting.split(cell.text) if (part := each.strip())]
    found = [one(name) for name in names]
    kept = tuple(dict.fromkeys(each for each in found if each is not None))
    most = _LIST_MAX[cell.spot.field]
    if len(kept) > most:
        cell.error("too-many", most=most)
        return None
    return None if None in found else kept


def _known(vocabulary: Vocabulary[T], code: str, cell: Cell) -> T | None:
    found = vocabulary.find(cell.text)
    if found is None:
        cell.unknown(code, cell.text, vocabulary.like(cell.text))
    return found


def _too_long(cell: Cell, most: int) -> bool:
    if len(cell.text) <= most:
        return False
    named_as = named(cell.spot.field)
    cell.problems.error("too-long", cell.spot, length=len(cell.text), most=most, **named_as)
    return True


READERS: Mapping[Field, Callable[[Cell], object]] = {
    "id": _id,
    "name": _name,
    "latin": _latin,
    "role": _role,
    "site": _site,
    "venue": _venue,
    "leads": _leads,
    "languages": _languages,
    "lead": lambda cell: cell.text,
    "lanes": _lanes,
    "phases": _phases,
    "phone": _phone,
    "channels": _channels,
    "mail": _mail,
}
"""What reads the text of each field; what it returns is the entry's attribute of that name."""
