"""Moments and durations, as a person writes and reads them."""

from datetime import datetime

import typer

from services.cli import words


def moment(value: str | None, option: str) -> str | None:
    """Read a moment a person wrote, without an offset in this machine's zone; return ISO 8601."""
    if value is None:
        return None
    try:
        return datetime.fromisoformat(value.strip()).astimezone().isoformat()
    except (ValueError, OverflowError):
        reason = words.NOT_A_TIME.fill(value=repr(value))
        raise typer.BadParameter(str(reason), param_hint=option) from None


def shown(value: str | None) -> str:
    """Return a moment of Muster's in this machine's zone, to the second."""
    if not value:
        return "-"
    return datetime.fromisoformat(value).astimezone().isoformat(sep=" ", timespec="seconds")


def seconds_between(first: str, second: str) -> float:
    """Return the seconds from one moment to another."""
    return (datetime.fromisoformat(second) - datetime.fromisoformat(first)).total_seconds()


def span(seconds: float | None) -> str:
    """Return a duration in its two largest units: 45s, 3m10s, 2h05m, 3d04h."""
    if seconds is None:
        return "-"
    whole = round(seconds)
    if whole < 60:
        return f"{whole}s"
    if whole < 3600:
        return f"{whole // 60}m{whole % 60:02}s"
    if whole < 86_400:
        return f"{whole // 3600}h{whole % 3600 // 60:02}m"
    return f"{whole // 86_400}d{whole % 86_400 // 3600:02}h"
