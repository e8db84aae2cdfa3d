"""The first of a ranking are those who come first, whatever was put and dropped before."""

from hypothesis import given
from hypothesis import strategies as st

from projections import ranking
from projections.ranking import Rank, Ranking, first

people = st.sampled_from("abcdefgh")
ranks = st.tuples(st.integers(0, 2), st.sampled_from((float("-inf"), 1.0, 2.0, 3.0)), people)
steps = st.lists(
    st.one_of(
        ranks.map(lambda rank: ("put", rank)),
        people.map(lambda person: ("drop", person)),
        st.integers(0, 9).map(lambda most: ("ask", most)),
    ),
    max_size=60,
)


@given(steps, st.booleans())
def test_the_first_are_the_first(steps: list[tuple[str, object]], tidy: bool) -> None:
    held: dict[str, Rank] = {}
    before = ranking._STALE_MAX
    ranking._STALE_MAX = 2 if tidy else before
    try:
        of = Ranking()
        for step, what in steps:
            match step, what:
                case "put", (int(urgency), float(at), str(person)):
                    held[person] = (urgency, at, person)
                    of.put((urgency, at, person))
                case "drop", str(person):
                    held.pop(person, None)
                    of.drop(person)
                case _, int(most):
                    assert first([of], most) == [rank[2] for rank in sorted(held.values())[:most]]
            assert len(of) == len(held)
            assert set(of) == set(held)
    finally:
        ranking._STALE_MAX = before
    assert first([of], 99) == [rank[2] for rank in sorted(held.values())]


@given(st.lists(ranks, unique_by=lambda rank: rank[2]), st.integers(0, 9))
def test_several_rankings_are_one(all_of_them: list[Rank], most: int) -> None:
    here, there = Ranking(all_of_them[::2]), Ranking(all_of_them[1::2])
    for _ in range(2):
        assert first([here, there], most) == [rank[2] for rank in sorted(all_of_them)[:most]]
    assert first([], most) == []
