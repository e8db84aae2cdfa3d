import orjson
import pytest

from events.catalogue import FACTS
from projections.picture import SCHEMA, UNSEEN, Picture, StaleSnapshot
from tests.unit.projections.build import at, picture, seen, volunteer


def test_every_fact_is_either_folded_or_known_to_change_nothing() -> None:
    folded = {fact for fact in FACTS if Picture().folds(fact)}
    assert folded | UNSEEN == set(FACTS)
    assert not folded & UNSEEN


def test_it_knows_how_far_the_log_is_in_it() -> None:
    folded = picture(seen("a", 30), seen("a", 10, late=60))
    assert (folded.seq, folded.occurred_at, folded.recorded_at) == (2, at(30), at(70))


def test_a_sequence_that_was_passed_is_ignored() -> None:
    folded = picture(volunteer("a"), seen("a", 0))
    folded.apply(seen("b", 5)._replace(seq=2))
    assert "b" not in folded.people.evidence


@pytest.mark.parametrize(
    "damage",
    [b"", b"{}x", b"[]", orjson.dumps({"people": 3}), orjson.dumps({"schema": SCHEMA + 1})],
)
def test_a_snapshot_that_cannot_be_read_says_so(damage: bytes) -> None:
    with pytest.raises(StaleSnapshot, match="load snapshot"):
        Picture.load(damage)
