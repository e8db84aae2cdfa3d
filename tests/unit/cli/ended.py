"""How a command ended, for the tests."""

import json
from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias


class Ended(NamedTuple):
    """A command that has ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def jsons(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]


Muster: TypeAlias = Callable[..., Ended]
