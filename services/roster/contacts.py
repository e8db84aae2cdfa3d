"""How a person is reached: their phone, and the address of each channel."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import quote

from services.roster.entries import Entry
from services.roster.fields import ID
from services.roster.problems import Problems, Spot

_GAP = re.compile(r"\{([^{}]*)\}")
_SCHEME = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*://[^\s/]")
_HAS_SCHEME = re.compile(r"^[A-Za-z0-9][A-Za-z0-9+._-]*:")
_FILLED = ("phone", "mail", "id")


class Contact(NamedTuple):
    """What is sealed. An address without `://` is only looked up, nothing is sent by it."""

    phone: str | None = None
    addresses: tuple[tuple[str, str], ...] = ()

    def details(self) -> dict[str, Any]:
        """Return it as it is sealed."""
        return {"phone": self.phone, "addresses": dict(self.addresses)}


NO_CONTACT = Contact()


def contact_of(details: Mapping[str, Any] | None) -> Contact:
    """Return what was sealed, or nothing."""
    said = details or {}
    return Contact(said.get("phone"), tuple((said.get("addresses") or {}).items()))


def same(one: Contact, other: Contact) -> bool:
    """Tell whether two say the same, in whatever order."""
    return one.details() == other.details()


def says_contact(entry: Entry, templates: Mapping[str, str]) -> bool:
    """Tell whether a file has anything to say of how people are reached."""
    return entry.phone is not None or bool(entry.addresses) or bool(templates)


def merged(entry: Entry, known: Contact, templates: Mapping[str, str]) -> Contact:
    """Return what is known once a row has been taken in. What has no column stays."""
    phone = known.phone if entry.phone is None else entry.phone or None
    addresses = dict(known.addresses)
    for channel, written in entry.addresses.items():
        if written:
            addresses[channel] = address(channel, written)
        else:
            addresses.pop(channel, None)
    values = {"id": entry.id or "", "phone": phone or ""}
    values |= {channel: handle(channel, known) for channel, known in addresses.items()}
    for channel, template in templates.items():
        if filled := _fill(template, values):
            addresses[channel] = filled
    return Contact(phone, tuple(addresses.items()))


def address(channel: str, written: str) -> str:
    """Return the address that stands for what somebody wrote."""
    if _HAS_SCHEME.match(written):
        return written
    return f"mailto:{written}" if channel == "mail" else f"{channel}:{written}"


def handle(channel: str, address: str) -> str:
    """Return an address as people write it."""
    return address.removeprefix("mailto:" if channel == "mail" else f"{channel}:")


def usable(contact: Contact) -> list[str]:
    """Return the channels that something can be sent by."""
    return [channel for channel, known in contact.addresses if "://" in known]


def judge_templates(templates: Mapping[str, str], name: str, problems: Problems) -> None:
    """Add what is wrong with the addresses that are made of other columns."""
    for channel, template in templates.items():
        gaps = set(_GAP.findall(template))
        known = all(gap in _FILLED or ID.fullmatch(gap) for gap in gaps)
        if not ID.fullmatch(channel) or not _SCHEME.match(template) or not gaps or not known:
            told = ", ".join(f"{{{gap}}}" for gap in _FILLED)
            problems.error("bad-template", Spot(name), channel=channel[:64], known=told)


def _fill(template: str, values: Mapping[str, str]) -> str | None:
    if not all(values.get(gap) for gap in _GAP.findall(template)):
        return None
    return _GAP.sub(lambda gap: quote(values[gap[1]], safe=""), template)
