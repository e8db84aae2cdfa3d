"""`read_any`: a body of any known format to CAP messages, known by what is in it.

Names and media types are not believed: real servers send CAP as text/html and zips as .xml.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from services.weather.cap.deviations import Notes
from services.weather.cap.encoding import decode
from services.weather.cap.model import (
    CapDocument,
    CapLimits,
    CapRefused,
    Deviation,
    FeedEntry,
)
from services.weather.cap.parts import split
from services.weather.cap.read import DEFAULT_LIMITS, alerts_in, read_alerts
from services.weather.cap.refusals import refuse
from services.weather.cap.signature import NOBODY, Trust
from services.weather.cap.xml import check_size, parse_text
from services.weather.formats import feed, listed, page, plain
from services.weather.formats.json_text import parse_json
from services.weather.formats.nodes import Found
from services.weather.formats.packed import GZIP, gunzip, packing, unzip
from services.weather.formats.text import decode_json, kind_of

LISTED_MAX: Final = 5_000
"""Warnings of one list in JSON."""


def read_any(
    body: bytes,
    *,
    name: str = "",
    limits: CapLimits = DEFAULT_LIMITS,
    trust: Trust = NOBODY,
    feeds: bool = False,
) -> CapDocument:
    """The messages in `body`. `name` is of a file, for reasons only.

    A feed or an index is read with `feeds`, its entries in the answer; without, only one that
    carries its alerts whole is taken.

    Raises:
        CapRefused: the body, or every message in it.
    """
    check_size(body, limits)
    how = packing(body)
    if how == "gzip":
        unpacked = gunzip(body, limits)
        if unpacked.startswith(GZIP):
            raise refuse("packed-unknown", "", value="gzip/gzip")
        document = read_any(unpacked, name=name, limits=limits, trust=trust, feeds=feeds)
        return replace(document, format=f"gzip/{document.format}")
    if how == "zip":
        return _members(body, limits, trust)
    document = _unpacked(body, limits, trust)
    if document.entries and not document.messages and not feeds:
        raise refuse("feed-not-alert", document.format, value=document.format)
    return document


def _members(body: bytes, limits: CapLimits, trust: Trust) -> CapDocument:
    documents: list[CapDocument] = []
    refused: list[CapRefused] = []
    for member in unzip(body, limits):
        if member.refused is not None:
            refused.append(member.refused)
            continue
        try:
            check_size(member.body, limits)
            if packing(member.body) is not None:
                raise refuse("packed-unknown", "", value="zip/zip")
            documents.append(_unpacked(member.body, limits, trust))
        except CapRefused as error:
            where = f"{member.name}: {error.element}" if error.element else member.name
            refused.append(CapRefused(error.code, where, error.reason, error.reason_zh))
    if not documents:
        raise refused[0]
    formats = sorted({document.format for document in documents})
    return CapDocument(
        messages=tuple(message for each in documents for message in each.messages),
        refused=(*refused, *(error for each in documents for error in each.refused)),
        format="zip/" + "+".join(formats),
        entries=tuple(entry for each in documents for entry in each.entries),
        deviations=tuple(odd for each in documents for odd in each.deviations),
    )


def _unpacked(body: bytes, limits: CapLimits, trust: Trust) -> CapDocument:
    kind = kind_of(body)
    if kind == "json":
        value, odd = parse_json(decode_json(body))
        listing = replace(limits, alerts_max=max(limits.alerts_max, LISTED_MAX))
        return _read(listed.read(value, listing, odd), listing, trust, siblings=False)
    if kind == "html":
        return CapDocument((), format="html", entries=page.read(plain.text_of(body)))
    if kind == "other":
        raise plain.refusal(body)
    return _xml(body, limits, trust)


def _xml(body: bytes, limits: CapLimits, trust: Trust) -> CapDocument:
    decoded = decode(body)
    texts = split(decoded.text)
    odd = decoded.deviations
    if len(texts) > 1:
        odd = (*odd, ("wrapped-document", f"{len(texts)} documents"))
    alerts, refused = [], []
    for text in texts:
        try:
            document = parse_text(text, limits, odd, feeds=True)
            if feed.is_feed(document):
                found, entries = feed.read(document, limits)
                return _read(found, limits, trust, entries=entries, siblings=False)
            alerts += alerts_in(document, limits)
        except CapRefused as error:
            refused.append(error)
    if not alerts:
        raise refused[0]
    return _read(Found("cap", tuple(alerts), tuple(refused)), limits, trust)


def _read(
    found: Found,
    limits: CapLimits,
    trust: Trust,
    *,
    entries: Iterable[FeedEntry] | None = None,
    siblings: bool = True,
) -> CapDocument:
    try:
        document = read_alerts(
            found.alerts, limits, trust, refused=found.refused, siblings=siblings
        )
    except CapRefused as error:
        if entries is None:
            raise
        # The feed itself was read; none of the alerts it carries can be taken.
        document = CapDocument((), (error,))
    notes = Notes(limits.deviations_max)
    for code, detail in found.odd:
        notes.add(code, "", detail)
    about: tuple[Deviation, ...] = notes.all()
    return replace(document, format=found.format, entries=tuple(entries or ()), deviations=about)
