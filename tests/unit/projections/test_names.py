"""Whom a picture mentions without listing them, by name."""

from typing import Any

import pytest

from projections import view as views
from tests.unit.projections.build import (
    at,
    incident,
    picture,
    roll_call,
    site,
    venue,
    volunteer,
)


def shown(listed: int, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    monkeypatch.setattr(views, "PEOPLE_LISTED", listed)
    people = (volunteer("a"), volunteer("b"), volunteer("c"))
    call, asked = incident("i1", person="a"), roll_call("r1", 1, "a", "b")
    return views.view(picture(site(), venue(), *people, call, asked), at(5))


def test_whoever_is_listed_is_not_named_again(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown(10, monkeypatch)["names"] == {}


def test_of_more_people_those_who_are_mentioned_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = shown(1, monkeypatch)
    assert [person["id"] for person in seen["people"]] == ["a"]
    assert seen["people_total"] == 3
    assert seen["names"] == {"b": {"name": "李b", "latin": "Li b"}}
