"""FastStream handlers that get the message as it came.

The message is handed in as the body. Asked for beside the body, as FastStream has it, it is found
by a dependency that runs in a thread of its own: 5 ms for every message while others compute.
"""

from faststream.nats import NatsMessage


async def whole(message: NatsMessage) -> NatsMessage:
    """Decode nothing: the decoder of a subscriber whose handler wants the message."""
    return message
