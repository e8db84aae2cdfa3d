"""When a feed is asked again. Pure."""

from datetime import datetime, timedelta
from typing import Final

from services.weather.feeds.decider import FeedState, intervals

_JITTER: Final = 0.05
"""Of an interval, so that feeds, and processes that follow the same one, spread."""
_LONGEST_S: Final = 300.0
_LONGEST: Final = 8


def regular(state: FeedState, interval_s: int, chance: float) -> datetime | None:
    """Return when a feed in good order is due, None for at once. `chance` is from 0 to 1.

    It counts from when it was last heard, by whatever process: of several that follow it, one asks
    and the others hear of it through the log.
    """
    if state.heard is None or state.told_at is None:
        return None
    return state.told_at + timedelta(seconds=interval_s * (1 + _JITTER * chance))


def pause_s(interval_s: int, failures: int, retry_after_s: float, chance: float) -> float:
    """Return how long to wait after so many failures one after the other, in seconds.

    First half an interval, so that a hiccup is over before anybody is told; then ever longer, up to
    eight intervals or five minutes, so that a recovery is noticed. A server that says when it wants
    to be asked again is not asked before.
    """
    longest = max(interval_s, min(_LONGEST * interval_s, _LONGEST_S))
    grown = min(interval_s * 2.0 ** min(failures - 2, 10), longest)
    return max(retry_after_s, grown * (0.8 + 0.4 * chance))


def alarm_at(state: FeedState) -> datetime | None:
    """Return when somebody is told of trouble that is there now, None if somebody was."""
    known = state.followed
    if known is None or state.told_at is None or state.failed is not None:
        return None
    return state.told_at + intervals(known.interval_s)
