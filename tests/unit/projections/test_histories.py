"""The properties of a picture hold only for what its histories tell."""

import pytest
from hypothesis import Phase, find, settings

from events.fact import Fact
from projections.picture import Picture
from tests.unit.projections.histories import PROLOGUE, facts

FOLDED = sorted(Picture()._folds, key=lambda kind: kind.wire_type())
SURELY = settings(
    max_examples=5000, derandomize=True, database=None, phases=(Phase.generate,), deadline=None
)


@pytest.mark.parametrize("kind", FOLDED, ids=lambda kind: kind.wire_type())
def test_the_histories_tell_every_fact_that_the_picture_folds(kind: type[Fact]) -> None:
    if not any(isinstance(event.data, kind) for event in PROLOGUE):
        assert find(facts(), lambda told: isinstance(told[0], kind), settings=SURELY)
