"""A picture in pieces is the same picture, and what is no piece of one is refused."""

from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.envelope import Event
from projections import pieces as pieces_of
from projections.picture import StaleSnapshot
from projections.pieces import Assembly, pieces
from projections.travel import fold
from tests.unit.projections.build import seen, volunteer
from tests.unit.projections.histories import logs, thorough


@thorough
@given(logs, st.integers(1, 3), st.floats(0, 1))
def test_a_picture_put_together_again_is_the_same_and_can_be_gone_on_from(
    log: list[Event], rows: int, share: float
) -> None:
    cut = round(share * len(log))
    before = fold(log[:cut])
    assembly = Assembly()
    with patch.object(pieces_of, "ROWS", rows):
        for line in pieces(before):
            assert b"\n" not in line
            assembly.add(line)
    again = assembly.picture()
    assert again.canonical() == before.canonical()
    assert fold(log[cut:], start=again).canonical() == fold(log).canonical()


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"people",
        b"people volunteers [1]",
        b'people volunteers {"a": 1}',
        b"nobody rows {}",
        b"people nothing {}",
        b"seq - null",
        b"\xff - 1",
    ],
)
def test_a_line_that_is_no_piece_is_refused(line: bytes) -> None:
    with pytest.raises(StaleSnapshot):
        Assembly().add(line)


def test_pieces_of_another_schema_are_refused() -> None:
    picture = fold([volunteer("a"), seen("a", 0)])
    assembly = Assembly()
    for line in pieces(picture):
        assembly.add(b"schema - 0" if line.startswith(b"schema ") else line)
    with pytest.raises(StaleSnapshot, match="schema 0"):
        assembly.picture()
