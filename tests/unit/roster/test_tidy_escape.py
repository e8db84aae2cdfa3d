"""A cell that begins as a formula does is marked as text, and reads back as it was."""

import pytest

from services.roster.tidy import escaped, unescaped


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
@pytest.mark.parametrize("marks", ["", "'", "''"])
def test_no_cell_is_a_formula(sign: str, marks: str) -> None:
    text = f"{marks}{sign}1+1"
    assert escaped(text) == f"'{text}"
    assert unescaped(escaped(text)) == text


def test_a_mark_before_a_number_is_taken_off_and_one_that_was_meant_stays() -> None:
    assert unescaped("'00123") == "00123"
    assert unescaped(escaped("'00123")) == "'00123"


@pytest.mark.parametrize("text", ["", "周心", "'", "O'Neil", "1+1"])
def test_anything_else_stays_as_it_is(text: str) -> None:
    assert unescaped(escaped(text)) == escaped(text) == text
