"""The chains that real messages make: files of the collection that refer to one another."""

from functools import cache

from services.weather.cap import CapMessage, CapRefused
from services.weather.convert import move_of, warning_message
from services.weather.formats import read_any
from services.weather.match import GeocodeTable, Matcher
from services.weather.naming import Name, names_of
from tests.unit.corpus import rows
from tests.unit.weather.living import Given

_NO_VENUES = Matcher((), GeocodeTable())


@cache
def real_messages() -> dict[Name, tuple[CapMessage, Given]]:
    """Every message of the collection that warns or takes back, the first of each name."""
    found: dict[Name, tuple[CapMessage, Given]] = {}
    for row in rows():
        try:
            document = read_any(row.file.read_bytes(), name=row.path, feeds=True)
        except (CapRefused, OSError):
            continue
        for cap in document.messages:
            if (move := move_of(cap)) is not None:
                given = Given(move, warning_message(cap, _NO_VENUES))
                found.setdefault(names_of(given.message)[0], (cap, given))
    return found


@cache
def real_chains() -> list[list[tuple[CapMessage, Given]]]:
    """Messages that are connected by what they refer to, also by what is not in the collection."""
    messages = real_messages()
    neighbours: dict[Name, set[Name]] = {}
    for _, given in messages.values():
        own, *others = names_of(given.message)
        neighbours.setdefault(own, set())
        for name in others:
            neighbours[own].add(name)
            neighbours.setdefault(name, set()).add(own)
    chains: list[list[tuple[CapMessage, Given]]] = []
    left = set(neighbours)
    while left:
        waiting = [left.pop()]
        chain = set(waiting)
        while waiting:
            near = neighbours[waiting.pop()] - chain
            chain |= near
            waiting += near
        left -= chain
        chains.append([messages[name] for name in sorted(chain) if name in messages])
    return chains
