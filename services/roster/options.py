"""Options as they are written in an address or on a command line: `field=what`."""

from collections.abc import Iterable

PAIRS_MAX = 60
TEXT_MAX = 2000


def pairs(written: Iterable[str]) -> dict[str, str]:
    """Return `name=text` pairs, the last of each name. Raises ValueError with one that is none."""
    found: dict[str, str] = {}
    for each in written:
        name, equals, text = each.partition("=")
        if not equals or not name.strip() or not text.strip() or len(text) > TEXT_MAX:
            raise ValueError(each[:64])
        found[name.strip()] = text.strip()
    if len(found) > PAIRS_MAX:
        raise ValueError(f"{len(found)} > {PAIRS_MAX}")
    return found
