"""A call for help is not merged to where nobody would be told of it any more."""

import pytest

from events.envelope import Event
from events.incident import IncidentAccepted, IncidentAssigned, IncidentClosed, IncidentMerged
from services.decider import Rejected
from services.incidents.app import guard
from services.incidents.commands import MergeIncident
from tests.unit.projections.build import at, incident, picture, said

CALL, FIRE = incident("call", person="a"), incident("fire", category="fire")
TAKEN = (
    said(IncidentAssigned(to="ana"), "call", 1),
    said(IncidentAccepted(by="ana"), "call", 2),
)
MERGE = MergeIncident(site="yanqing", id="call", at=at(9), by="bo", into="fire")


@pytest.mark.parametrize(
    ("events", "code"),
    [
        ((said(IncidentClosed(note="out"), "fire", 5),), "merge-target-ended"),
        (TAKEN, "merge-target-untaken"),
    ],
    ids=["over", "nobody's"],
)
def test_it_stays_where_somebody_is_told_of_it(events: tuple[Event, ...], code: str) -> None:
    with pytest.raises(Rejected) as refused:
        guard(picture(CALL, FIRE, *events), MERGE)
    assert refused.value.code == code


@pytest.mark.parametrize(
    "events",
    [
        (),
        (*TAKEN, said(IncidentAccepted(by="bo"), "fire", 3)),
        (said(IncidentMerged(into="fire"), "call", 3), said(IncidentClosed(), "fire", 5)),
    ],
    ids=["nobody's into nobody's", "taken into taken", "the same again"],
)
def test_it_goes_where_it_is_told_of_or_taken(events: tuple[Event, ...]) -> None:
    guard(picture(CALL, FIRE, *events), MERGE)
