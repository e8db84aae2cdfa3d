"""A body as reports: what can be read, what is a call for help all the same, and what is neither.
Pure.
"""

from collections.abc import Sequence
from typing import Any

import orjson
from pydantic import TypeAdapter, ValidationError

from services.problems import Problem, problem_of
from services.reporting.draft import Refusal
from services.reporting.hearing import hear
from services.reporting.pieces import pieces
from services.reporting.report import REPORT, Report
from services.reporting.told import too_many

_MANY: TypeAdapter[list[Any]] = TypeAdapter(list[Report])
_NO_LIST = Problem(
    "json-invalid",
    "",
    "不是有效的 JSON 列表：括号或引号不配对",
    "is not a valid JSON list: its brackets or quotes do not match",
)


class Unreadable(Exception):
    """A whole body that cannot be taken apart into reports."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.en)
        self.problem = problem


def read_one(body: bytes, key: str | None = None) -> Any:
    """Return the report of a body, what was heard of a broken one, or a Refusal.

    `key` is its id where it carries none.
    """
    try:
        report = REPORT.validate_json(body, strict=True)
        if key is not None and report.id is None:
            return report.model_validate({**report.__dict__, "id": key})
    except ValidationError as error:
        return hear(body, key) or Refusal(_id_in(body), problem_of(error))
    return report


def read_many(body: bytes, most: int) -> list[Any]:
    """Return what `read_one` does for each of a JSON list. Raises Unreadable."""
    try:
        found: list[Any] = _MANY.validate_json(body, strict=True)
    except ValidationError:
        # What is right in a list still counts, though something of it is wrong.
        cut = pieces(body)
        if cut is None:
            raise Unreadable(_NO_LIST) from None
        return read_lines(cut, most)
    _limit(found, most)
    return found


def read_lines(lines: Sequence[bytes], most: int) -> list[Any]:
    """Return what `read_one` does for each line. Raises Unreadable."""
    _limit(lines, most)
    return [read_one(line) for line in lines]


def _limit(found: Sequence[Any], most: int) -> None:
    if len(found) > most:
        raise Unreadable(too_many(len(found), most))


def _id_in(body: bytes) -> str | None:
    """Return the id a broken report came with, so that its sender finds it again."""
    try:
        found = orjson.loads(body).get("id")
    except (orjson.JSONDecodeError, AttributeError):
        return None
    return found if isinstance(found, str) and len(found) <= 64 else None
