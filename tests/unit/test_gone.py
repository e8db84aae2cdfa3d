"""A set of ids that is small, and wrong about none of them."""

import pickle

from hypothesis import given
from hypothesis import strategies as st

from services.gone import Gone

ids = st.text(min_size=1, max_size=40)


@given(st.lists(ids, max_size=60), st.lists(ids, max_size=60))
def test_it_holds_what_was_put_in_and_nothing_else(put: list[str], asked: list[str]) -> None:
    gone = Gone()
    for id in put:
        gone.add(id)
    again: Gone = pickle.loads(pickle.dumps(gone))
    for id in (*put, *asked):
        assert (id in gone) == (id in again) == (id in set(put))
    assert len(gone) == len(again) == len(set(put))


def test_many_take_little_room() -> None:
    gone = Gone()
    for number in range(20_000):
        gone.add(f"message-{number}")
    assert len(gone) == 20_000
    assert len(pickle.dumps(gone)) < 20_000 * 12
    assert all(f"message-{number}" in gone for number in range(20_000))
    assert not any(f"message-{number}" in gone for number in range(20_000, 40_000))
