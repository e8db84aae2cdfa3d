"""References of a story: found anywhere, and led to what they mean."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from services.scenario.day import START
from services.scenario.references import Unresolved, find, references, resolved


def test_references_are_found_and_replaced_anywhere() -> None:
    body = {"a": ["x", "{alert:slip}"], "b": 3, "c": {"d": "see {incident:slip}!"}}
    assert [reference.kind for reference in references(body)] == ["alert", "incident"]
    name: Callable[[Any], str] = lambda reference: f"<{reference.kind}>"  # noqa: E731 - short
    assert resolved(body, name) == {
        "a": ["x", "<alert>"], "b": 3, "c": {"d": "see <incident>!"},
    }  # fmt: skip


def test_a_closed_roll_call_is_not_the_one_that_is_meant() -> None:
    (reference,) = references("{rollcall:wukesong}")
    closed = {"id": "r1", "venue": "wukesong", "closed_at": datetime.isoformat(START)}
    with pytest.raises(Unresolved):
        find({"roll_calls": [closed]}, reference, {})
    still = {"id": "r2", "venue": "wukesong", "closed_at": None}
    assert find({"roll_calls": [closed, still]}, reference, {}) == "r2"
