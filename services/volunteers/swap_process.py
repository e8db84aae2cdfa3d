"""Carries a swap out once both agreed: the one command that is next, whatever came before.

Two people, two aggregates, and nothing that spans both. The giver goes first: they give their
shift up, take the other one, and the time of what they gave up is kept free for it to come back.
Then the taker. What the taker's rules say decides for both, and the giver's part is settled: done,
or taken back. Only then has the swap ended.

Everything is read from what is recorded of the two, so that a process that was killed goes on
where it was, and two processes at it do the same.
"""

from datetime import datetime
from typing import Any, NamedTuple

from events.fact import Text
from events.ids import derive
from events.volunteer import ShiftAssigned
from services.decider import Command
from services.volunteers import refusals
from services.volunteers.shift_commands import (
    ExchangeShift,
    RefuseExchange,
    SettleExchange,
    TakenShift,
)
from services.volunteers.swap import Swap
from services.volunteers.swap_commands import CompleteSwap, FailSwap
from services.volunteers.volunteer import Volunteer

SERVICE = "service:volunteers"

_UNSAID = Text(zh="未说明", en="not said")


class Parties(NamedTuple):
    """A swap and the two people, as they are recorded at this moment."""

    id: str
    swap: Swap
    giver: Volunteer
    taker: Volunteer
    site: str
    """The home site of the swap, which is the giver's."""
    taker_site: str


def next_command(parties: Parties, at: datetime) -> Command | None:
    """Return what is to be done next for a swap, None when it has ended or is not agreed to."""
    if not parties.swap.is_agreed:
        return None
    gave = parties.giver.step(parties.id)
    if gave is not None and gave.step == "held":
        return _taker_goes(parties, at)
    if parties.swap.end is not None:
        return None
    if gave is None:
        return _giver_goes(parties, at)
    who: dict[str, Any] = {"site": parties.site, "id": parties.id, "at": at, "by": SERVICE}
    if gave.step == "done":
        return CompleteSwap(**who)
    return FailSwap(**who, reason=_why(parties))


def _giver_goes(parties: Parties, at: datetime) -> Command:
    giver, shift, taker, in_return = _said(parties)
    who: dict[str, Any] = {
        "site": parties.site,
        "id": giver,
        "at": at,
        "by": SERVICE,
        "swap": parties.id,
    }
    if in_return is None:
        return ExchangeShift(**who, gives=shift, hold=True)
    theirs = parties.taker.shift(in_return)
    if theirs is None:
        return RefuseExchange(**who, reason=refusals.not_theirs(taker, in_return).reason)
    takes = _place(theirs, derive(parties.id, "giver"), taker)
    return ExchangeShift(**who, gives=shift, takes=takes, hold=True)


def _taker_goes(parties: Parties, at: datetime) -> Command:
    giver, shift, taker, in_return = _said(parties)
    took = parties.taker.step(parties.id)
    if took is not None:
        return _settle(parties, at, back=took.step != "done")
    who: dict[str, Any] = {
        "site": parties.taker_site,
        "id": taker,
        "at": at,
        "by": SERVICE,
        "swap": parties.id,
    }
    held = parties.giver.held
    if held is None or held.shift is None:
        return RefuseExchange(**who, reason=refusals.not_theirs(giver, shift).reason)
    takes = _place(held.shift, derive(parties.id, "taker"), giver)
    return ExchangeShift(**who, gives=in_return, takes=takes)


def _settle(parties: Parties, at: datetime, *, back: bool) -> Command:
    giver, *_ = _said(parties)
    return SettleExchange(
        site=parties.site,
        id=giver,
        at=at,
        by=SERVICE,
        swap=parties.id,
        took=derive(parties.id, "giver"),
        back=derive(parties.id, "back") if back else None,
    )


def _said(parties: Parties) -> tuple[str, str, str, str | None]:
    proposed = parties.swap.proposed
    assert proposed is not None  # noqa: S101 - what nobody proposed, nobody agreed to
    return proposed.giver, proposed.shift, proposed.taker, proposed.in_return


def _place(shift: ShiftAssigned, id: str, whose: str) -> TakenShift:
    """Return somebody's shift as another person takes it: in their place, under an id of its own.

    A cancelled id is never planned again for a person, and calendars know a shift by its id.
    """
    return TakenShift(
        shift=id,
        venue=shift.venue,
        starts_at=shift.starts_at,
        ends_at=shift.ends_at,
        role=shift.role,
        instead_of=whose,
    )


def _why(parties: Parties) -> Text:
    for person in (parties.taker, parties.giver):
        step = person.step(parties.id)
        if step is not None and step.step == "refused" and step.reason is not None:
            return step.reason
    return _UNSAID
