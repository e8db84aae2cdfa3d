"""What was once written to a log can be read for ever, and is written the same way again."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from pydantic import BaseModel

from events import envelope
from events.catalogue import FACTS
from events.envelope import Unreadable
from tests import golden

FILES = sorted(golden.FOLDER.glob("*.json"))
NEWEST = {fact.wire_type() for fact in FACTS}
by_file = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
by_newest = pytest.mark.parametrize(
    "path", [path for path in FILES if path.stem in NEWEST], ids=lambda path: path.stem
)


def test_every_type_and_version_has_a_golden_file_and_there_are_no_others() -> None:
    assert {path.stem for path in FILES} == golden.wanted(), "see tests/golden.py"


@by_file
def test_a_golden_file_is_of_the_type_it_is_named_after(path: Path) -> None:
    assert read(path)["type"] == path.stem


@by_newest
def test_it_is_read_and_written_the_same_way_again(path: Path) -> None:
    assert rewritten(read(path)) == read(path)


@by_file
def test_it_is_read_as_the_newest_version_of_its_type(path: Path) -> None:
    assert rewritten(read(path))["type"] in NEWEST


@by_newest
def test_it_says_every_field_of_its_type(path: Path) -> None:
    data = envelope.decode(path.read_bytes()).data
    assert list(unsaid(data, read(path)["data"])) == []


@by_newest
def test_a_field_by_another_name_does_not_go_unseen(path: Path) -> None:
    for renamed in renamings(read(path)["data"]):
        body = {**read(path), "data": renamed}
        try:
            assert rewritten(body) != body
        except Unreadable:
            continue


def test_adding_golden_files_never_touches_one_that_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(golden, "FOLDER", tmp_path)
    old = golden.path_of("muster.run.ended.v1")
    old.write_text("as it was")
    added = {path.stem for path in golden.add_missing()}
    assert added == NEWEST - {"muster.run.ended.v1"}
    assert old.read_text() == "as it was"
    assert golden.add_missing() == []


def read(path: Path) -> dict[str, Any]:
    body: dict[str, Any] = orjson.loads(path.read_bytes())
    return body


def rewritten(body: dict[str, Any]) -> dict[str, Any]:
    again: dict[str, Any] = orjson.loads(envelope.encode(envelope.decode(orjson.dumps(body))))
    return again


def unsaid(value: Any, said: Any) -> Iterator[str]:
    """Name the fields a golden file is silent about, and lists in it that show no element."""
    match value:
        case BaseModel():
            for name in type(value).model_fields:
                if name not in said:
                    yield f"{type(value).__name__}.{name}"
                else:
                    yield from unsaid(getattr(value, name), said[name])
        case ():
            yield "an empty list"
        case tuple():
            for item, item_said in zip(value, said, strict=True):
                yield from unsaid(item, item_said)


def renamings(data: Any) -> Iterator[Any]:
    """Give the payload again and again, each time with one field of it by another name."""
    match data:
        case dict():
            for name, value in data.items():
                rest = {other: data[other] for other in data if other != name}
                yield {**rest, f"{name}_x": value}
                for inner in renamings(value):
                    yield {**rest, name: inner}
        case [first, *others]:
            for inner in renamings(first):
                yield [inner, *others]
