from hypothesis import given
from hypothesis import strategies as st

from events.envelope import Event
from projections.still import still
from projections.travel import fold
from tests.unit.projections.histories import logs, thorough


@thorough
@given(logs, st.floats(0, 1))
def test_a_still_picture_stays_as_it_was_while_the_log_goes_on(
    log: list[Event], share: float
) -> None:
    cut = round(share * len(log))
    live = fold(log[:cut])
    before = live.canonical()
    kept = still(live)
    assert fold(log[cut:], start=live).canonical() == fold(log).canonical()
    assert kept.canonical() == before


@thorough
@given(logs, st.floats(0, 1))
def test_a_still_picture_can_be_gone_on_from(log: list[Event], share: float) -> None:
    cut = round(share * len(log))
    live = fold(log[:cut])
    before = live.canonical()
    assert fold(log[cut:], start=still(live)).canonical() == fold(log).canonical()
    assert live.canonical() == before
