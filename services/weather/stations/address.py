"""What an address of a station says: `obs.<site>.<station>`, or the MQTT topic that it is. Pure."""

import re
from typing import Final, NamedTuple

_SITE: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
_STATION: Final = re.compile(r"[A-Za-z0-9_.:-]{1,64}")


class Address(NamedTuple):
    """Where an observation was sent to. `topic` is how the station's owner writes it."""

    topic: str
    site: str
    station: str


def address_of(subject: str) -> Address:
    """Take a subject apart. A station or a site that may not be called so is empty.

    nats-server writes a topic's dot as `//`. What follows the station belongs to the station:
    some have a topic for each thing they measure.
    """
    topic = subject.replace("//", "\0").replace(".", "/").replace("\0", ".")
    _, site, station, *_ = (*topic.split("/"), "", "")
    return Address(
        topic,
        site if _SITE.fullmatch(site) else "",
        station if _STATION.fullmatch(station) else "",
    )
