"""JSON from anywhere to values, with a limit on everything."""

import json
from collections.abc import Iterator
from typing import Any, Final

from services.weather.cap.model import CapRefused
from services.weather.cap.refusals import quoted, refuse
from services.weather.formats.text import Text

CONTAINERS_MAX: Final = 400_000
"""Objects and lists; each point of an outline is one. Real lists of warnings seen have 100,000."""
VALUES_MAX: Final = 2_000_000
DEPTH_MAX: Final = 64
REPEATED_MAX: Final = 20


class _Reader:
    def __init__(self) -> None:
        self.repeated: dict[str, None] = {}

    def pairs(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs) and len(self.repeated) < REPEATED_MAX:
            seen: set[str] = set()
            for name, _ in pairs:
                if name in seen:
                    self.repeated[name] = None
                seen.add(name)
        return found

    def constant(self, name: str) -> Any:
        raise refuse("json-broken", "", problem=f"{name} is no JSON number", line=1, column=1)


def parse_json(text: Text) -> tuple[Any, tuple[tuple[str, str], ...]]:
    """The value that `text` is, and what is odd about it. Of a key given twice the last counts.

    Raises:
        CapRefused: it is not JSON, has NaN or an endless number, is nested too deep, or has more
            values than any list of warnings.
    """
    source = text.text
    containers = source.count("{") + source.count("[")
    if containers > CONTAINERS_MAX:
        raise refuse("too-many", "", count=containers, limit=CONTAINERS_MAX)
    if (commas := source.count(",")) > VALUES_MAX:
        raise refuse("too-many", "", count=commas, limit=VALUES_MAX)
    reader = _Reader()
    try:
        value = json.loads(
            source,
            object_pairs_hook=reader.pairs,
            parse_constant=reader.constant,
            strict=False,  # a real one had line breaks in its texts
        )
    except RecursionError as error:
        raise refuse("nested-too-deep", "", limit=DEPTH_MAX) from error
    except json.JSONDecodeError as error:
        raise refuse(
            "json-broken", "", problem=error.msg.casefold(), line=error.lineno, column=error.colno
        ) from error
    except CapRefused:
        raise
    except ValueError as error:
        # A number with more digits than Python turns into one.
        raise refuse("json-broken", "", problem=quoted(str(error)), line=1, column=1) from error
    _check_depth(value)
    return value, (*text.odd, *(("json-key-repeated", name[:80]) for name in reader.repeated))


def _check_depth(value: Any) -> None:
    level = [value]
    for _ in range(DEPTH_MAX):
        level = [below for each in level for below in _below(each)]
        if not level:
            return
    raise refuse("nested-too-deep", "", limit=DEPTH_MAX)


def _below(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        return (each for each in value.values() if isinstance(each, dict | list))
    if isinstance(value, list):
        return (each for each in value if isinstance(each, dict | list))
    return iter(())
