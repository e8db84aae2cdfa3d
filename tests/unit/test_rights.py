"""Every role, lane, topic and site: what is not written here a second time is denied."""

from itertools import chain, combinations
from typing import Any, get_args

import pytest

from events.access import AccessRole
from events.lane import Lane
from events.sealed import Topic
from services.auth import Grant
from services.rights import may_read

ROLES: tuple[AccessRole, ...] = get_args(AccessRole)
LANES: tuple[Lane, ...] = get_args(Lane)
TOPICS: tuple[Topic, ...] = get_args(Topic)
DETAILS: dict[Topic, dict[str, Any]] = {
    "contact": {"phone": "1", "addresses": {}},
    "check-in": {"answer": "fine", "temperature_c": 36.5, "text": "x"},
    "presence": {"state": "sick", "text": "x"},
    "care": {"person": "p1", "why": "talk"},
    "set-aside": {"body": "x"},
}
BY_ROLE: dict[tuple[Topic, AccessRole], set[str]] = {
    ("contact", "responder"): {"phone", "addresses"},
    ("contact", "commander"): {"phone", "addresses"},
    ("contact", "admin"): {"phone", "addresses"},
    ("set-aside", "commander"): {"body"},
    ("set-aside", "admin"): {"body"},
}
BY_LANE: dict[tuple[Topic, Lane], set[str]] = {
    ("check-in", "epidemic-prevention"): {"temperature_c"},
    ("check-in", "mental-health"): {"answer", "text"},
    ("presence", "epidemic-prevention"): {"state", "text"},
}
SOME_LANES = [frozenset(some) for some in chain(*(combinations(LANES, n) for n in (0, 1, 2, 10)))]


@pytest.mark.parametrize("topic", TOPICS)
@pytest.mark.parametrize("role", ROLES)
def test_only_what_the_table_names_is_read(topic: Topic, role: AccessRole) -> None:
    for lanes in SOME_LANES:
        for sites, sees in ((None, True), (frozenset({"a", "b"}), True), (frozenset({"b"}), False)):
            grant = Grant("t", role, "x", sites, lanes)
            for asked in (None, *LANES):
                expected = set(BY_ROLE.get((topic, role), ()))
                expected |= {field for lane in lanes for field in BY_LANE.get((topic, lane), ())}
                if topic == "care" and asked in lanes:
                    expected |= {"person", "why"}
                right = may_read(grant, topic, "a", asked)
                if not sees or not expected:
                    assert right is None, (topic, role, lanes, sites, asked)
                else:
                    assert right is not None
                    assert right.of(DETAILS[topic]).keys() == expected
                    assert bool(right.lanes) == ((topic, role) not in BY_ROLE)


def test_an_admin_has_no_lane_by_being_one() -> None:
    admin = Grant("t", "admin", "root", None)
    for topic in ("check-in", "presence", "care"):
        assert may_read(admin, topic, "hq", "mental-health") is None


def test_whoever_may_read_nowhere_is_told_so_without_a_site() -> None:
    here = Grant("t", "reporter", "x", frozenset({"a"}), frozenset[Lane]({"mental-health"}))
    assert may_read(here, "check-in", None) is not None
    assert may_read(here, "contact", None) is None
