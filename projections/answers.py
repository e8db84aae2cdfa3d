"""Who answered a roll call, and how everyone it asks for stands."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from heapq import nsmallest
from typing import Literal, NamedTuple, TypeAlias

from events.rollcall import LAST_KNOWN_MAX, LastKnown
from projections.calls import Call, covers
from projections.people import Answer, Evidence, People
from projections.rollcalls import RollCall

EARLY_ANSWER = timedelta(minutes=10)
"""How long before the opening somebody may have said that they are safe. Who said so while the
order to count was on its way is not asked again; what is older than that is too old to trust."""

Standing: TypeAlias = Literal["safe", "need-help", "excused", "unaccounted"]
STANDINGS: tuple[Standing, ...] = ("need-help", "unaccounted", "safe", "excused")

Calls: TypeAlias = Mapping[str, Sequence[Call]]
"""The calls for help of each person, over or not."""


class Result(NamedTuple):
    """Everyone who is counted, each in exactly one of these."""

    safe: Collection[str]
    need_help: Collection[str]
    excused: Collection[str]
    unaccounted: Collection[str]


class Found(NamedTuple):
    """Somebody who was missing when a roll call was closed, and whose answer is known since."""

    person: str
    answer: Answer
    after_closing: bool
    """They gave it after the closing; otherwise it only came later than that."""


def standing(people: People, row: RollCall, person: str, calls: Iterable[Call]) -> Standing:
    """Return how one person stands, or stood when the roll call was closed.

    A call for help counts before all else, until a person closes it. Then the newest answer, then
    what somebody excused them for. `calls` are the person's own. Nothing here depends on the
    moment it is asked at, or on the order in which things were told.

    Who closed a call has not said that the person is safe, and nobody needs help any more: so they
    are unaccounted for, and asked again, until an answer comes that is newer than the call.
    """
    calls = tuple(calls)
    if any(_waited(call, row.closed_at) for call in calls):
        return "need-help"
    answer = answer_to(people, row, person)
    if answer is not None and not _is_over(answer, calls, row.closed_at):
        return answer.answer
    return "excused" if person in row.excused else "unaccounted"


def answer_to(people: People, row: RollCall, person: str) -> Answer | None:
    """Return the newest answer of a person to a roll call, whenever it was recorded."""
    for answer in people.answers.get(person, ()):
        if row.closed_at is not None and answer.at > row.closed_at:
            continue
        counts = answer.at >= row.opened_at or _counts_early(people, row, person, answer)
        return answer if counts else None
    return None


def counts_since(row: RollCall) -> datetime:
    """Return the moment before which no answer counts."""
    return row.opened_at - EARLY_ANSWER


def result(people: People, row: RollCall, calls: Calls) -> Result:
    """Return how everyone who is counted stands, in the order they are listed."""
    found: dict[Standing, list[str]] = {name: [] for name in STANDINGS}
    for person in row.asked():
        found[standing(people, row, person, calls.get(person, ()))].append(person)
    return Result(found["safe"], found["need-help"], found["excused"], found["unaccounted"])


def unaccounted(people: People, row: RollCall, calls: Calls) -> Iterator[str]:
    """Yield who is missing, each as they stand when it is their turn."""
    for person in row.asked():
        if standing(people, row, person, calls.get(person, ())) == "unaccounted":
            yield person


def found_since(people: People, row: RollCall, calls: Calls) -> list[Found]:
    """Return who was missing when it was closed and has answered since, the newest answer first.

    The counts of the closing stay as they were written down; this stands beside them.
    """
    if row.closing is None or row.closed_at is None:
        return []
    missing = dict.fromkeys(row.closing.unaccounted)
    each = (found_of(people, row, person, calls.get(person, ())) for person in missing)
    return in_order(found for found in each if found is not None)


def found_of(people: People, row: RollCall, person: str, calls: Iterable[Call]) -> Found | None:
    """Return the answer of somebody who was missing when it was closed; None if there is none."""
    newest = next(iter(people.answers.get(person, ())), None)
    if newest is not None and row.closed_at is not None and newest.at > row.closed_at:
        return Found(person, newest, after_closing=True)
    answer = answer_to(people, row, person)
    if answer is None or _is_over(answer, calls, row.closed_at):
        return None
    return Found(person, answer, after_closing=False)


def in_order(found: Iterable[Found]) -> list[Found]:
    """Return who was found, the newest answer first."""
    return sorted(found, key=lambda one: (one.answer.at, one.person), reverse=True)


def least_seen(people: People, persons: Iterable[str], most: int) -> list[str]:
    """Return those of whom was heard the longest ago, at most so many; first, who never was."""
    return nsmallest(most, persons, key=lambda person: (_heard_at(people, person), person))


def last_known(people: People, missing: Iterable[str]) -> tuple[LastKnown, ...]:
    """Return what was last known of those missing, in the order of `least_seen`."""
    return tuple(
        _last_known(people, person) for person in least_seen(people, missing, LAST_KNOWN_MAX)
    )


def _waited(call: Call, closed_at: datetime | None) -> bool:
    """Tell whether a call is not over, or was not when the roll call was closed."""
    return call.until is None if closed_at is None else call.lasts(closed_at)


def _is_over(answer: Answer, calls: Iterable[Call], closed_at: datetime | None) -> bool:
    """Tell whether an answer was a call for help that a person has closed, or had when the roll
    call was closed.
    """
    return answer.answer == "need-help" and any(
        covers(call, answer)
        and call.until is not None
        and (closed_at is None or call.until <= closed_at)
        for call in calls
    )


def _counts_early(people: People, row: RollCall, person: str, answer: Answer) -> bool:
    """Tell whether an answer from before the opening counts: who was seen after it may have gone
    anywhere since, and is asked.
    """
    evidence = people.evidence.get(person)
    return (
        answer.answer == "safe"
        and row.opened_at - answer.at <= EARLY_ANSWER
        and (evidence is None or evidence[:2] < answer[:2])
    )


def newest_of(people: People, person: str) -> Evidence | Answer | None:
    """Return the newest evidence of a person, of either kind."""
    evidence = people.evidence.get(person)
    answer = next(iter(people.answers.get(person, ())), None)
    if evidence is None or answer is None:
        return evidence or answer
    return answer if answer[:2] > evidence[:2] else evidence


def _heard_at(people: People, person: str) -> float:
    newest = newest_of(people, person)
    return newest.at.timestamp() if newest else float("-inf")


def _last_known(people: People, person: str) -> LastKnown:
    newest, seen = newest_of(people, person), people.evidence.get(person)
    if newest is None:
        return LastKnown(person=person)
    return LastKnown(
        person=person,
        at=newest.at,
        venue=newest.venue or (seen.venue if seen else None),
        whereabouts=seen.whereabouts if seen else None,
        method=newest.method,
    )
