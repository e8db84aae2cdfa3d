"""Personal details inside an event: sealed with the person's own key, so that destroying the key
erases them while the event, its id and its place in the log stay.
"""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field, StringConstraints

from events.fact import Id, Value

Topic: TypeAlias = Literal["contact", "check-in", "presence", "care", "set-aside"]
"""What the details are about: it decides which lane or role may read them."""


class Sealed(Value):
    """AES-256-GCM under the key of `owner`: `box` is base64 of a 12-byte nonce and the ciphertext.

    Owner and topic are bound to the box, so that it opens nowhere else. The owner is a person, or,
    where even the person must not be seen, the request or the report itself.
    """

    owner: Id
    topic: Topic
    box: Annotated[
        str, Field(max_length=24_000), StringConstraints(pattern=r"^[A-Za-z0-9+/]+={0,2}$")
    ]
