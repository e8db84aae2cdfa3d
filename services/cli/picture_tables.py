"""The picture as a person reads it in a terminal: the worst first, nothing that is empty."""

from typing import Any

from services.cli import weather_feeds_words as feed_words
from services.cli import words
from services.cli.language import read
from services.cli.terminal import console, table
from services.cli.times import shown, span
from services.cli.words import word

_URGENT = {"extreme", "severe"}


def show(picture: dict[str, Any], *, known_by: str | None = None) -> None:
    """Print a picture as `GET /api/v1/picture` answers it."""
    screen = console()
    title = words.PICTURE.fill(at=shown(picture["at"]), seq=picture["seq"])
    told = words.KNOWN_BY.fill(known_by=shown(known_by)) if known_by else ""
    screen.print(f"{title}{told}", style="bold")
    for line in _counts(picture["counts"]):
        screen.print(line)
    names = {venue["id"]: read(venue["name"]) for venue in picture["venues"]}
    for heading, columns, rows, style in (
        (
            words.NEED_HELP,
            ("name", "venue", "since", "owner", "id"),
            _need_help(picture, names),
            "red",
        ),
        (
            words.ALERTS,
            ("severity", "status", "since", "title", "venue", "owner", "id"),
            _alerts(picture, names),
            None,
        ),
        (
            words.INCIDENTS,
            ("severity", "status", "since", "category", "text", "venue", "owner", "id"),
            _incidents(picture, names),
            None,
        ),
        (
            words.WARNINGS,
            ("severity", "title", "expires", "venues", "sender"),
            _warnings(picture["warnings"], names, "expires"),
            None,
        ),
        (
            words.COMING,
            ("severity", "title", "from", "expires", "venues", "sender"),
            _warnings(picture["coming"], names, "effective", "expires"),
            None,
        ),
        (words.FEEDS, ("feed", "status", "heard", "trouble"), _feeds(picture), None),
        (
            words.ROLL_CALLS,
            ("title", "status", "expected", "safe", "need_help", "unaccounted", "id"),
            _roll_calls(picture),
            None,
        ),
        (
            words.VENUES,
            (
                "venue",
                "present",
                "expected",
                "missing",
                "on_the_way",
                "warnings",
                "incidents",
                "weather",
            ),
            _venues(picture),
            None,
        ),
    ):
        if rows:
            screen.print()
            headers = [str(words.COLUMNS[name]) for name in columns]
            screen.print(table(f"{heading} ({len(rows)})", headers, rows), style=style)


def _counts(counts: dict[str, Any]) -> list[str]:
    more = words.COUNTS_MORE.fill(
        alerts=counts["unacknowledged_alerts"],
        warnings=counts["warnings_in_force"],
        unaccounted=counts["unaccounted"],
        runs=counts["running_playbooks"],
        set_aside=counts["set_aside"],
    )
    return [str(words.COUNTS.fill(**counts["people"])), str(more)]


def _need_help(picture: dict[str, Any], names: dict[str, str]) -> list[list[str]]:
    return [
        [
            row["name"] or "-",
            _at(row["venue"], names),
            span(row["age_s"]),
            row.get("taken_by") or "",
            row["incident"] or "-",
        ]
        for row in picture["need_help"]
    ]


def _alerts(picture: dict[str, Any], names: dict[str, str]) -> list[list[str]]:
    return [
        [
            word(words.SEVERITY, row["severity"]),
            word(words.STATUS, row["status"]) + _level(row["level"]),
            span(row["age_s"]),
            read(row["title"]),
            _at(row["venue"], names, row["site"]),
            row["acknowledged_by"] or "-",
            row["id"],
        ]
        for row in picture["alerts"]
    ]


def _level(level: int) -> str:
    return f" ↑{level}" if level else ""


def _incidents(picture: dict[str, Any], names: dict[str, str]) -> list[list[str]]:
    return [
        [
            word(words.SEVERITY, row["severity"]),
            word(words.STATUS, row["status"]),
            span(row["age_s"]),
            row["category"],
            row["text"],
            _at(row["venue"], names, row["site"]),
            row["accepted_by"] or row["assigned_to"] or "-",
            row["id"],
        ]
        for row in picture["incidents"]
        if row.get("ended_at") is None and row["status"] not in {"closed", "merged"}
    ]


def _warnings(rows: list[dict[str, Any]], names: dict[str, str], *times: str) -> list[list[str]]:
    return [
        [
            word(words.SEVERITY, row["severity"]),
            _in_language(row["headline"]) or _in_language(row["event"]) or row["id"],
            *(shown(row[time]) for time in times),
            ", ".join(names.get(venue, venue) for venue in row["venues"]) or "-",
            row["sender"],
        ]
        for row in rows
    ]


def _feeds(picture: dict[str, Any]) -> list[list[str]]:
    return [
        [
            f"{read(row['name'])} ({row['id']})",
            word(feed_words.STATE, row["state"]),
            span(row["age_s"]),
            _trouble(row),
        ]
        for row in picture["feeds"]
    ]


def _trouble(feed: dict[str, Any]) -> str:
    if feed["trouble"] is None:
        return "-"
    reason = read(feed["reason"])
    return word(feed_words.TROUBLES, feed["trouble"]) + (f": {reason}" if reason else "")


def _in_language(texts: dict[str, str]) -> str:
    """Choose among CAP's texts, whose languages are RFC 3066 tags such as zh-CN."""
    by_language = {tag.partition("-")[0].lower(): text for tag, text in texts.items()}
    return read(by_language)


def _roll_calls(picture: dict[str, Any]) -> list[list[str]]:
    return [
        [
            read(row["title"]),
            word(words.STATUS, "closed" if row["closed_at"] else "open"),
            str(row["expected"]),
            str(row["safe"]),
            str(row["need_help"]),
            _unaccounted(row["unaccounted"], row["unaccounted_count"]),
            row["id"],
        ]
        for row in picture["roll_calls"]
    ]


def _unaccounted(people: list[dict[str, Any]], count: int) -> str:
    first = ", ".join(person["name"] for person in people[:5])
    more = f" +{count - 5}" if count > 5 else ""
    return f"{count}: {first}{more}" if people else "0"


def _venues(picture: dict[str, Any]) -> list[list[str]]:
    return [
        [
            f"{read(row['name'])} ({row['id']})",
            str(row["people"]["present"]),
            str(row["people"]["expected_now"]),
            str(row["people"]["missing"]),
            str(row["people"]["on_the_way"]),
            str(len(row["warnings"])),
            str(len(row["incidents"])),
            _weather(row["observation"]),
        ]
        for row in picture["venues"]
    ]


def _weather(seen: dict[str, Any] | None) -> str:
    if seen is None:
        return "-"
    units = (
        ("temperature_c", "°C"),
        ("wind_ms", "m/s"),
        ("gust_ms", "m/s↑"),
        ("visibility_m", "m"),
    )
    parts = [f"{seen[name]:g} {unit}" for name, unit in units if seen.get(name) is not None]
    return f"{', '.join(parts) or '-'} ({span(seen['age_s'])})"


def _at(venue: str | None, names: dict[str, str], site: str = "-") -> str:
    return names.get(venue, venue) if venue else site
