"""What a file is compared with, and what was asked for beside it."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from events.sealed import Sealed
from projections.people import Volunteer


class Known(NamedTuple):
    """The roster a file is compared with, and what the one who sends it may do."""

    people: Mapping[str, Volunteer]
    """Without who was erased."""
    is_erased: Callable[[str], bool]
    sees: Callable[[str], bool]
    """Whether a site is within the sender's right."""
    open: Callable[[Sealed], dict[str, Any] | None]


class Options(NamedTuple):
    """What was asked for beside the file."""

    phase: str | None = None
    templates: Mapping[str, str] = {}
    """By channel: the URL, with gaps for what a row says, that the channel's address is."""
