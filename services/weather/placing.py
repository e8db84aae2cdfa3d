"""What follows from a message for the warnings there are, so that one chain is one warning. Pure.

Where several warnings turn out to be one, the first one opened goes on: it is told the last word of
them all, then the others are superseded by it. Of two warnings of which one says the other anew the
one that warned last goes on. Every step may be repeated, so whoever was interrupted begins again.
"""

from collections.abc import Hashable, Iterable, Mapping
from typing import NamedTuple, TypeAlias

from events.ids import derive
from events.weather import WarningMessage
from projections.warnings import MOVES, Warned
from services.weather.chains import Chains
from services.weather.commands import Move
from services.weather.naming import Rank, about, names_of, new_id, rank_of

Rows: TypeAlias = Mapping[str, Warned]


class Tell(NamedTuple):
    """A warning is told a message."""

    warning: str
    move: Move
    message: WarningMessage


class End(NamedTuple):
    """A warning is superseded by another one."""

    warning: str
    successor: str


Step: TypeAlias = Tell | End


class Placing(NamedTuple):
    """Where a message goes."""

    warning: str
    """The one that speaks for the chain from now on."""
    holder: str
    """The one that has the message: another one, where that was told it before."""
    steps: tuple[Step, ...]
    """In this order. The first tells the holder the message."""
    other_words: bool = False
    """A message of this name was taken before, and it said something else."""


def place(chains: Chains, rows: Rows, move: Move, message: WarningMessage) -> Placing:
    """Return what a message leads to. `chains` and `rows` are folds of the same log."""
    rank = rank_of(message, MOVES.index(move))
    members = chains.met(message)
    warning = chains.living(members) if members else new_id(message)
    goes_on_in = chains.last_successor(warning)
    if goes_on_in not in members and _is_news_to(chains, goes_on_in, rank):
        # What was said anew elsewhere is being updated: from now on both are one chain.
        members = chains.linked([*members, goes_on_in])
        warning = goes_on_in
    known = next((one for one in members if _has(rows.get(one), message)), None)
    holder = known or warning
    told = Tell(holder, move, message)
    repeat = known is not None
    if known is not None and _says_otherwise(rows[known], message, rank):
        # What was taken first stands, and that has had its turn.
        return Placing(warning, holder, (told,), other_words=True)
    return Placing(
        warning,
        holder,
        (
            told,
            *_mend(chains, rows, members, warning, None if repeat else told),
            *_renewed(chains, rows, members, warning, (message, rank)),
        ),
    )


def touched(chains: Chains, move: Move, message: WarningMessage) -> set[Hashable]:
    """Return what `place` looks at or changes: two messages that have nothing of it in common can
    be placed at once.
    """
    rank = rank_of(message, MOVES.index(move))
    members = chains.met(message)
    warning = chains.living(members) if members else new_id(message)
    goes_on_in = chains.last_successor(warning)
    warnings = chains.linked([*members, goes_on_in, *chains.alike(message, rank)])
    return {*names_of(message), about(message), *warnings, *map(chains.last_successor, warnings)}


def mend(chains: Chains, rows: Rows) -> list[Step]:
    """Return what is left to do of chains whose warnings were not all made one."""
    return [step for members in chains.parted() for step in _made_one(chains, rows, members)]


def left_to_do(chains: Chains, rows: Rows, warning: str) -> list[Step]:
    """Return what is left to do about a warning after all that was said of it was folded: nothing,
    unless another process took what belongs to it at the same time.
    """
    if members := chains.split(warning):
        return _made_one(chains, rows, members)
    members = chains.linked([warning])
    living = chains.living(members)
    goes_on_in = chains.last_successor(living)
    if goes_on_in not in members:
        last = chains.last_warned(members)
        if last is None or not _is_news_to(chains, goes_on_in, last):
            return []
        members, living = chains.linked([*members, goes_on_in]), goes_on_in
    row = rows.get(living)
    steps = _mend(chains, rows, members, living, None)
    if row is None or row.precedence == 2:
        return steps
    ours = chains.last_warned(members) or rank_of(row.message, row.precedence)
    anew = chains.said_anew(members)
    return [*steps, *_renew(chains, rows, members, living, ours, anew)]


def _made_one(chains: Chains, rows: Rows, members: list[str]) -> list[Step]:
    """Make one warning of a chain. Where each is superseded by another, a new one has the last
    word: what was superseded speaks no more.
    """
    if any(chains.successor(one) is None for one in members):
        return _mend(chains, rows, members, chains.living(members), None)
    known = (row for one in members if (row := rows.get(one)) is not None)
    last = max(known, key=lambda row: rank_of(row.message, row.precedence), default=None)
    if last is None or last.precedence == 2:
        return []
    return [Tell(derive("warning", *members), MOVES[last.precedence], last.message)]


def _is_news_to(chains: Chains, warning: str, rank: Rank) -> bool:
    last = chains.last_warned([warning])
    return rank[1] < 2 and last is not None and rank > last


def _says_otherwise(row: Warned, message: WarningMessage, rank: Rank) -> bool:
    """Tell whether a message of this name is known that was sent, or warns, otherwise."""
    known = next(one for one in row.history if (one.sender, one.identifier) == _own(message))
    said = (message.sent, rank[1], message.colour, message.severity, message.expires)
    return said != (known.sent, known.precedence, known.colour, known.severity, known.expires)


def _own(message: WarningMessage) -> tuple[str, str]:
    return message.sender, message.identifier


def _has(row: Warned | None, message: WarningMessage) -> bool:
    own = _own(message)
    return row is not None and any((one.sender, one.identifier) == own for one in row.history)


def _mend(
    chains: Chains, rows: Rows, members: list[str], warning: str, told: Tell | None
) -> list[Step]:
    """Tell the warning that goes on the last word of all, and supersede the others."""
    words = [
        (rank_of(row.message, row.precedence), one, row.message)
        for one in members
        if (row := rows.get(one)) is not None
    ]
    if told is not None:
        own = rank_of(told.message, MOVES.index(told.move))
        words.append((own, told.warning, told.message))
    steps: list[Step] = []
    rank, speaker, last = max(words, key=lambda word: (word[0], word[1] == warning))
    if speaker != warning and not _has(rows.get(warning), last):
        steps.append(Tell(warning, MOVES[rank[1]], last))
    ended = [one for one in members if one != warning and chains.successor(one) not in members]
    return [*steps, *(End(one, warning) for one in ended)]


def _renewed(
    chains: Chains,
    rows: Rows,
    members: list[str],
    warning: str,
    said: tuple[WarningMessage, Rank],
) -> list[Step]:
    """Supersede what a message says anew, or what it says if that was said anew."""
    message, rank = said
    if rank[1] == 2:
        return []
    ours = max(rank, chains.last_warned(members) or rank)
    return _renew(chains, rows, members, warning, ours, chains.alike(message, rank))


def _renew(
    chains: Chains,
    rows: Rows,
    members: list[str],
    warning: str,
    ours: Rank,
    anew: Iterable[str],
) -> list[Step]:
    """Supersede what is said anew: others by this warning, or this one by another."""
    steps: list[Step] = []
    for one in anew:
        others = chains.linked([one])
        theirs = chains.last_warned(others)
        if one in members or theirs is None:
            continue
        other = chains.living(others)
        loser, winner = (other, warning) if ours > theirs else (warning, other)
        if chains.successor(loser) is None and not _is_cancelled(rows.get(loser)):
            steps.append(End(loser, winner))
    return list(dict.fromkeys(steps))


def _is_cancelled(row: Warned | None) -> bool:
    return row is not None and row.precedence == 2
