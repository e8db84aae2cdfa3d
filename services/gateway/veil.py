"""Events as they are shown: without the boxes of sealed details, without what leads to them,
without the code by which a person proves that a message came, and with the id where the name of an
erased person was.

A box tells nothing without its key. But keys may be lost to somebody one day, and what was handed
around before cannot be called back.
"""

from collections.abc import Container
from typing import Any

from events.care import CareAsked
from events.checkin import CheckInGiven
from events.envelope import Event
from events.fact import Fact
from events.message import MessageRequested
from events.presence import PresenceReported
from events.report import ReportSetAside
from events.sealed import Sealed
from events.volunteer import VolunteerChanged, VolunteerRegistered
from services.auth import Grant


def may_see(event: Event, grant: Grant) -> bool:
    """Tell whether an event is shown to a token at all.

    Who read what of whom, for which lane and what for, tells how somebody is: that is for whoever
    audits, and for nobody else.
    """
    return event.kind != "details" or grant.may("admin")


def veiled(event: Event, erased: Container[str]) -> Event:
    """Return an event as it is shown."""
    match event.data:
        case CheckInGiven() as fact:
            return _unlinked(event, fact.model_copy(update={"sealed": _emptied(fact.sealed)}))
        case PresenceReported(whereabouts="off-duty") as fact:
            # Of all of these, so that those with a detail do not stand out.
            return _unlinked(event, fact.model_copy(update={"detail": None}))
        case CareAsked() as fact:
            return _with(event, fact.model_copy(update={"sealed": _emptied(fact.sealed)}))
        case ReportSetAside(sealed=Sealed() as sealed) as fact:
            return _with(event, fact.model_copy(update={"sealed": _emptied(sealed)}))
        case MessageRequested() as fact:
            return _with(event, fact.model_copy(update={"code": None}))
        case VolunteerRegistered() | VolunteerChanged() as fact:
            return _with(event, _described(fact, event.key, is_erased=event.key in erased))
        case _:
            return event


def _described(
    fact: VolunteerRegistered | VolunteerChanged, id: str, *, is_erased: bool
) -> VolunteerRegistered | VolunteerChanged:
    if is_erased:
        gone: dict[str, Any] = {"name": id, "latin": id, "languages": (), "channels": ()}
        return fact.model_copy(update={**gone, "contact": None})
    contact = _emptied(fact.contact) if fact.contact else None
    return fact.model_copy(update={"contact": contact})


def _unlinked(event: Event, fact: Fact) -> Event:
    """Leave out the id its sender gave it and its digest: with both, whoever may report under the
    same name could try out what it says until it is taken for a repeat.
    """
    return event._replace(data=fact, causation_id=event.id, digest=None)


def _with(event: Event, fact: Fact) -> Event:
    return event._replace(data=fact)


def _emptied(sealed: Sealed) -> Sealed:
    return sealed.model_copy(update={"box": ""})
