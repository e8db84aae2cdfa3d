"""How an old version of an event becomes the next one. Old events are read for ever.

A key is the wire type it starts from, for example `muster.incident.reported.v1`; the function gets
that version's payload as plain JSON values and returns the next version's. Each step has a golden
file of its old version in `tests/unit/golden`.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

Payload: TypeAlias = dict[str, Any]
Upcaster: TypeAlias = Callable[[Payload], Payload]


def _as_it_was(old: Payload) -> Payload:
    """What version 2 added has a value of its own for events that never heard of it."""
    return old


def _nobody_excused(old: Payload) -> Payload:
    return {**old, "excused": 0, "last_known": []}


UPCASTERS: Mapping[str, Upcaster] = {
    "muster.volunteer.registered.v1": _as_it_was,
    "muster.volunteer.changed.v1": _as_it_was,
    "muster.volunteer.shift-assigned.v1": _as_it_was,
    "muster.presence.reported.v1": _as_it_was,
    "muster.report.set-aside.v1": _as_it_was,
    "muster.token.created.v1": _as_it_was,
    "muster.rollcall.opened.v1": _as_it_was,
    "muster.rollcall.closed.v1": _nobody_excused,
    "muster.venue.registered.v1": _as_it_was,
    "muster.warning.issued.v1": _as_it_was,
    "muster.warning.updated.v1": _as_it_was,
    "muster.warning.cancelled.v1": _as_it_was,
    "muster.observation.observed.v1": _as_it_was,
    "muster.feed.registered.v1": _as_it_was,
}
