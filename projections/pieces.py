"""A picture in pieces, one a line: what of tens of thousands of people would be read for a second
without a pause can be read a piece at a time.

A line is the part of the picture, its field, and the field's rows or some of them, as JSON.
"""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from functools import cache
from itertools import islice
from typing import Any, get_type_hints

import orjson
from pydantic import TypeAdapter, ValidationError

from projections.picture import SCHEMA, Picture, StaleSnapshot, State, plain

ROWS = 500
"""Rows of a piece: about five milliseconds to read."""
_WHOLE = b"-"
"""In place of the field, where a part has none."""
_OPTIONS = orjson.OPT_SORT_KEYS | orjson.OPT_UTC_Z


def pieces(picture: Picture) -> Iterator[bytes]:
    """Yield the lines of a picture, without their ends. It must not change meanwhile."""
    state = picture.keep()
    for part in fields(state):
        value = getattr(state, part.name)
        if not is_dataclass(value):
            yield _line(part.name, _WHOLE.decode(), value)
            continue
        for field in fields(value):
            for some in _cut(getattr(value, field.name)):
                yield _line(part.name, field.name, some)


class Assembly:
    """Puts a picture together from its lines."""

    def __init__(self) -> None:
        self._state = State()

    def add(self, line: bytes) -> None:
        """Take one line. Raises StaleSnapshot when it is not one of this version's."""
        part, _, rest = line.partition(b" ")
        field, _, body = rest.partition(b" ")
        try:
            if field == _WHOLE:
                self._set(part.decode(), body)
            else:
                self._extend(getattr(self._state, part.decode()), field.decode(), body)
        except (ValidationError, AttributeError, KeyError, UnicodeDecodeError) as error:
            raise StaleSnapshot(
                f"read a piece of a picture: {line[:60]!r}: {type(error).__name__}"
            ) from error

    def picture(self) -> Picture:
        """Return the picture. Raises StaleSnapshot when it is of another schema."""
        if self._state.schema != SCHEMA:
            raise StaleSnapshot(f"read a picture: schema {self._state.schema}, not {SCHEMA}")
        return Picture(self._state)

    def _set(self, part: str, body: bytes) -> None:
        setattr(self._state, part, _adapter(State, part).validate_json(body))

    def _extend(self, part: Any, field: str, body: bytes) -> None:
        kind: type = type(part)
        rows = _adapter(kind, field).validate_json(body)
        if isinstance(rows, dict):
            getattr(part, field).update(rows)
        else:
            setattr(part, field, rows)


def _cut(value: Any) -> Iterator[Any]:
    if not isinstance(value, dict):
        yield value
        return
    rows = iter(value.items())
    while some := dict(islice(rows, ROWS)):
        yield some


def _line(part: str, field: str, value: Any) -> bytes:
    return f"{part} {field} ".encode() + orjson.dumps(value, default=plain, option=_OPTIONS)


@cache
def _adapter(owner: type, field: str) -> TypeAdapter[Any]:
    return TypeAdapter(get_type_hints(owner)[field])
