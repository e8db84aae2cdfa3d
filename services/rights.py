"""Who may read what is sealed. Pure. Whatever is not written here is denied, to admins too."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from events.access import AccessRole
from events.lane import Lane
from events.sealed import Topic
from services.auth import Grant

EPIDEMIC: Lane = "epidemic-prevention"
MIND: Lane = "mental-health"

_ROLE: Mapping[Topic, AccessRole] = {"contact": "responder", "set-aside": "commander"}
"""Topics that a role may read, within its sites."""
_FIELDS: Mapping[Topic, Mapping[Lane, frozenset[str]]] = {
    "check-in": {EPIDEMIC: frozenset({"temperature_c"}), MIND: frozenset({"answer", "text"})},
    "presence": {EPIDEMIC: frozenset({"state", "text"})},
}
"""Topics that lanes may read, and the fields of them that each may, within the token's sites."""
_CARE = frozenset({"person", "why"})


class Right(NamedTuple):
    """What somebody may read: every field where `fields` is None. `lanes` are those that say so."""

    lanes: tuple[Lane, ...] = ()
    fields: frozenset[str] | None = None

    def of(self, details: Mapping[str, Any]) -> dict[str, Any]:
        """Return what of the details is within it."""
        return {
            name: value
            for name, value in details.items()
            if self.fields is None or name in self.fields
        }


def may_read(
    grant: Grant, topic: Topic, site: str | None, lane: Lane | None = None
) -> Right | None:
    """Return the right of a token to read a topic of somebody at home in a site; None is no.

    `lane` is the one that a request for care is for. A site of None asks whether there is any site
    at all where it may.
    """
    if site is not None and not grant.sees(site):
        return None
    if topic == "care":
        return Right((lane,), _CARE) if lane is not None and lane in grant.lanes else None
    if role := _ROLE.get(topic):
        return Right() if grant.may(role) else None
    of_lanes = _FIELDS.get(topic, {})
    lanes = tuple(lane for lane in of_lanes if lane in grant.lanes)
    if not lanes:
        return None
    return Right(lanes, frozenset[str]().union(*(of_lanes[lane] for lane in lanes)))
