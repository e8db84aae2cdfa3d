"""Ids of what follows from something else. Those of what does not are made at the edge (UUIDv7)."""

from uuid import UUID, uuid5

_NAMESPACE = UUID("6d757374-6572-5000-8000-6d7573746572")


def derive(cause: str, *what: str) -> str:
    """Return the id that always follows from `cause`: a retry makes the same event again.

    `what` tells several consequences of one cause apart, for example the name of a step.
    """
    return str(uuid5(_NAMESPACE, "\x1f".join((cause, *what))))
