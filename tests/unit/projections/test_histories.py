"""The properties of a picture hold only for what its histories tell."""

import pytest
from hypothesis import Phase, find, settings
from hypothesis.errors import NoSuchExample

from events.fact import Fact
from projections.picture import Picture
from tests.unit.projections.histories import PROLOGUE, Told, facts

FOLDED = sorted(Picture()._folds, key=lambda kind: kind.wire_type())
SURELY = settings(
    max_examples=5000, derandomize=True, database=None, phases=(Phase.generate,), deadline=None
)


@pytest.fixture(scope="module")
def told() -> set[type[Fact]]:
    """The kinds of facts that come up, looked for until all have been seen."""
    seen = {type(event.data) for event in PROLOGUE}
    wanted = set(FOLDED)

    def are_all_there(one: Told) -> bool:
        seen.add(type(one[0]))
        return wanted <= seen

    try:
        find(facts(), are_all_there, settings=SURELY)
    except NoSuchExample:
        return seen
    return seen


@pytest.mark.parametrize("kind", FOLDED, ids=lambda kind: kind.wire_type())
def test_the_histories_tell_every_fact_that_the_picture_folds(
    kind: type[Fact], told: set[type[Fact]]
) -> None:
    assert kind in told
