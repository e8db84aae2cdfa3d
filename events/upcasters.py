"""How an old version of an event becomes the next one. Old events are read for ever.

A key is the wire type it starts from, for example `muster.incident.reported.v1`; the function gets
that version's payload as plain JSON values and returns the next version's. Each step has a golden
file of its old version in `tests/unit/golden`.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

Payload: TypeAlias = dict[str, Any]
Upcaster: TypeAlias = Callable[[Payload], Payload]

UPCASTERS: Mapping[str, Upcaster] = {}
