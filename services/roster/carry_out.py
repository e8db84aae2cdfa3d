"""Writes what a plan says: keys, boxes, and a command for each person, many at once."""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from events.ids import derive
from events.sealed import Sealed
from services.ask import Ask
from services.decider import Rejected
from services.ids import new_id
from services.keyring import CannotOpen, Erased
from services.node import Node
from services.roster.contacts import NO_CONTACT, Contact, contact_of, same
from services.roster.plan import Change
from services.volunteers.commands import RegisterVolunteer

_AT_ONCE = 250
"""Commands on their way at a time: one atomic batch, and few enough for others in between."""


class Refusal(NamedTuple):
    """A person who was not taken: something changed while the import was under way."""

    id: str
    error: Rejected


class Written(NamedTuple):
    """What came of it. `seq` is the last event's sequence."""

    events: int
    seq: int
    refused: tuple[Refusal, ...]


async def carry_out(node: Node, changes: Sequence[Change], by: str, at: datetime) -> Written:
    """Write every change. What was written before an interruption is no change the next time.

    Raises LogUnavailable, LogFull, LogBroken.
    """
    cause = new_id()
    events, seq = 0, 0
    refused: list[Refusal] = []
    for piece in _pieces(changes):
        for one in await asyncio.gather(*(_write(node, change, by, at, cause) for change in piece)):
            if isinstance(one, Refusal):
                refused.append(one)
            else:
                events += one[0]
                seq = max(seq, one[1])
    return Written(events, seq, tuple(refused))


def _pieces(changes: Sequence[Change]) -> Iterator[Sequence[Change]]:
    for first in range(0, len(changes), _AT_ONCE):
        yield changes[first : first + _AT_ONCE]


async def _write(
    node: Node, change: Change, by: str, at: datetime, cause: str
) -> tuple[int, int] | Refusal:
    row = change.row
    try:
        contact = row.contact
        if change.contact is not None:
            contact = await box(node, change.id, change.contact, row.contact)
        command = RegisterVolunteer(
            site=row.site,
            id=change.id,
            at=at,
            by=by,
            name=row.name,
            latin=row.latin,
            role=row.role,
            leads=row.leads,
            languages=row.languages,
            lead=row.lead,
            helpers=row.helpers,
            lanes=row.lanes,
            phases=row.phases,
            channels=row.channels,
            contact=contact,
        )
        outcome = await node.bus.send(Ask(command, derive(cause, change.id), cause))
    except Rejected as error:
        return Refusal(change.id, error)
    return len(outcome.event_ids), outcome.seq


async def box(node: Node, person: str, contact: Contact, known: Sealed | None) -> Sealed | None:
    """Return how a person is reached in a box: the one that is known, where it holds the same.

    Raises Rejected for who was erased, LogUnavailable, LogFull.
    """
    if contact == NO_CONTACT:
        return None
    if known is not None and (found := opened(node, known)) and same(contact_of(found), contact):
        return known
    try:
        await node.keys.make(person)
    except Erased as error:
        raise Rejected(
            "erased",
            zh=f"登记 {person}：此人的个人信息已被清除，编号不能再用",
            en=f"register {person}: they are erased for good, take another id",
            field="id",
        ) from error
    return node.keys.seal(person, "contact", contact.details())


def opened(node: Node, sealed: Sealed) -> dict[str, Any] | None:
    """Return what a box holds, None where its key is gone, or is not the one that sealed it."""
    try:
        return node.keys.open(sealed)
    except CannotOpen:
        return None
