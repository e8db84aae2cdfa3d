"""Whether what was set aside may lie in the log for everyone to read. Pure.

Only what can be read as reports, of kinds that say nothing of how a person is, without a word that
somebody wrote freely. Everything else is sealed: in what cannot be read, anything may stand.
"""

import re

import orjson
from pydantic import ValidationError

from services.reporting.pieces import pieces
from services.reporting.private import details_of
from services.reporting.report import REPORT

_HEALTH = frozenset(
    [
        "cough",
        "covid",
        "depressed",
        "depression",
        "fever",
        "flu",
        "hiv",
        "ill",
        "isolated",
        "isolation",
        "mood",
        "pain",
        "pregnant",
        "quarantine",
        "quarantined",
        "sad",
        "sick",
        "suicide",
        "talk",
    ]
)
"""No id is made of these by chance: `village` is none of them."""


def is_clear(body: bytes) -> bool:
    """Tell whether a body surely holds no personal details."""
    found = pieces(body) if body.lstrip()[:1] == b"[" else [body]
    return bool(found) and all(_is_clear(piece) for piece in found or ())


def person_in(body: bytes) -> str | None:
    """Return whom a body says it is about, where it can be read at all."""
    try:
        said = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    found = said.get("person") if isinstance(said, dict) else None
    return found if isinstance(found, str) else None


def _is_clear(piece: bytes) -> bool:
    try:
        report = REPORT.validate_json(piece, strict=True)
    except ValidationError:
        return False
    if details_of(report) is not None or getattr(report, "text", None):
        return False
    named = (getattr(report, field, None) for field in ("id", "device", "person", "venue"))
    return not any(_HEALTH & _words(id) for id in named if id)


def _words(id: str) -> set[str]:
    return set(re.split(r"[^a-z]+", id.lower()))
