"""Deadlines: whoever keeps the time says that one has passed, and the kind it binds decides."""

from typing import Literal

from events.fact import Id
from services.decider import Command


class MissDeadline(Command):
    """The moment `name` was due has come. Many kinds have deadlines, so the kind is a field."""

    type: Literal["miss-deadline"] = "miss-deadline"
    kind: Id
    name: Id
