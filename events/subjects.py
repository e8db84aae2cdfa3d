"""The addresses of events in the log. One function builds a subject, one an aggregate's filter.

Every writer must send the byte-identical filter: on a cluster, mixed filters for one aggregate let
two writers win.
"""

import re
from functools import lru_cache
from typing import NamedTuple

ALL = "ev.>"

_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,64}")


class Address(NamedTuple):
    """Where an event lies: `ev.<site>.<kind>.<id>.<type>`."""

    site: str
    kind: str
    id: str
    type: str


def event(site: str, kind: str, id: str, type: str) -> str:
    """Return the subject of one event; raise ValueError on a part that may not stand in one."""
    return f"ev.{_token(site)}.{_token(kind)}.{_token(id)}.{_token(type)}"


def aggregate(site: str, kind: str, id: str) -> str:
    """Return the filter of an aggregate's events, as the expected-sequence header carries it."""
    return f"ev.{_token(site)}.{_token(kind)}.{_token(id)}.>"


def of_kind(kind: str, type: str = "*", site: str = "*") -> str:
    """Return the filter of one type of event of every aggregate of a kind."""
    return f"ev.{site}.{_token(kind)}.*.{type}"


def of_aggregate(kind: str, id: str, type: str = "*") -> str:
    """Return the filter of the events of one aggregate whose home site is not known."""
    return f"ev.*.{_token(kind)}.{_token(id)}.{type}"


def parse(subject: str) -> Address:
    """Take a subject apart; raise ValueError when it is not an event's."""
    head, *rest = subject.split(".")
    if head != "ev" or len(rest) != 4 or not all(map(_TOKEN.fullmatch, rest)):
        raise ValueError(f"parse subject {subject!r}: not ev.<site>.<kind>.<id>.<type>")
    return Address(*rest)


def report(site: str) -> str:
    """Return the subject on which a site's reporters send their reports."""
    return f"report.{_token(site)}"


def observations(site: str) -> str:
    """Return the filter under which a site's stations send what they measure:
    `obs.<site>.<station>`, which is the MQTT topic `obs/<site>/<station>`.
    """
    return f"obs.{_token(site)}.>"


def command(site: str, kind: str) -> str:
    """Return the subject on which a kind's decider at a site takes commands."""
    return f"cmd.{_token(site)}.{_token(kind)}"


def alert(site: str, venue: str | None, severity: str) -> str:
    """Return the subject on which responders hear of alerts: `alert.<site>.<venue>.<severity>`.

    An alert without a venue has `_` there.
    """
    return f"alert.{_token(site)}.{_token(venue or '_')}.{_token(severity)}"


@lru_cache(maxsize=1 << 16)
def _token(part: str) -> str:
    if not _TOKEN.fullmatch(part):
        raise ValueError(f"build subject: {part!r} is not 1 to 64 of A-Z a-z 0-9 _ -")
    return part
