"""Moments that tests speak of."""

from datetime import UTC, datetime, timedelta

NOON = datetime(2022, 2, 4, 12, 0, tzinfo=UTC)


def at(minutes: float) -> datetime:
    """Return the moment so many minutes after noon."""
    return NOON + timedelta(minutes=minutes)
