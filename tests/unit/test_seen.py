"""What is remembered of each event is what was noted of it, however it is packed."""

from hypothesis import given
from hypothesis import strategies as st

from services.log.seen import Seen, Sighting
from tests.unit.projections.build import safe

digests = st.none() | st.integers(0, 2**64 - 1).map("{:016x}".format) | st.text(max_size=20)
ids = st.uuids().map(str) | st.text(min_size=1, max_size=40)


@given(ids, st.integers(1, 2**63 - 1), digests)
def test_an_event_is_found_as_it_was_noted(id: str, seq: int, digest: str | None) -> None:
    seen = Seen()
    assert seen.find(id) is None
    seen.note(safe("a", 0)._replace(id=id, digest=digest), seq)
    assert seen.find(id) == Sighting(seq, digest)
    again = Seen()
    again.restore(seen.state())
    assert again.find(id) == Sighting(seq, digest)


@given(ids, st.integers(1, 2**40), digests)
def test_the_same_event_is_new_once_and_another_of_its_id_never(
    id: str, seq: int, digest: str | None
) -> None:
    seen = Seen()
    event = safe("a", 0)._replace(id=id, digest=digest, seq=seq)
    assert seen.first_time(event)
    assert seen.first_time(event)
    assert not seen.first_time(event._replace(seq=seq + 1))
    assert seen.find(id) == Sighting(seq, digest)
    assert len(seen) == 1
