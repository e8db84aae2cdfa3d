"""The peer for ingest: the `eventsourcing` library, appending to SQLite in process.

Run as a module it reads a Job as JSON from its arguments and prints its Result as JSON.
"""

import sys
from pathlib import Path
from time import perf_counter
from typing import NamedTuple
from uuid import UUID

import orjson
from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from eventsourcing.sqlite import SQLiteApplicationRecorder

from tests.benchmarks.subject import VENUES, roster

_PRAGMAS = ("journal_mode", "synchronous", "wal_autocheckpoint")


class Job(NamedTuple):
    """What to append, for how long, and how many bytes an event should be when stored."""

    folder: str
    seconds: float
    event_bytes: int
    per_transaction: int


class Result(NamedTuple):
    """Events a second, the bytes they had, and how SQLite was set."""

    per_second: float
    event_bytes: float
    pragmas: dict[str, str]


class Person(Aggregate):
    """A person who is seen here and there."""

    def __init__(self, person: str) -> None:
        self.person = person
        self.whereabouts = "unknown"
        self.venue = ""

    @event("PresenceReported")
    def seen(self, whereabouts: str, venue: str, method: str, device: str, note: str) -> None:
        self.whereabouts = whereabouts
        self.venue = venue


def run(job: Job) -> Result:
    """Append presence to the aggregates of a roster, each append a transaction of its own."""
    path = Path(job.folder) / f"library-{job.per_transaction}.sqlite"
    app: Application[UUID] = Application(
        env={"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(path)}
    )
    people = [Person(person) for person in roster()]
    app.save(*people)
    padding = "x" * max(0, job.event_bytes - _bare_bytes(app))
    begun = perf_counter()
    count = 0
    while perf_counter() - begun < job.seconds:
        some = [
            people[number % len(people)] for number in range(count, count + job.per_transaction)
        ]
        for number, person in enumerate(some, count):
            person.seen("present", list(VENUES)[number % 3], "badge", "gate-03", padding)
        app.save(*some)
        count += job.per_transaction
    seconds = perf_counter() - begun
    result = Result(count / seconds, _bytes_of(app, count), _pragmas(app))
    app.close()
    return result


def _recorder(app: Application[UUID]) -> SQLiteApplicationRecorder:
    assert isinstance(app.recorder, SQLiteApplicationRecorder)
    return app.recorder


def _bare_bytes(app: Application[UUID]) -> int:
    """Return the bytes of an event without padding."""
    person = Person("v000")
    person.seen("present", next(iter(VENUES)), "badge", "gate-03", "")
    app.save(person)
    return round(_bytes_of(app, 1))


def _bytes_of(app: Application[UUID], count: int) -> float:
    """Return the mean size of the newest `count` events."""
    with _recorder(app).datastore.transaction(commit=False) as cursor:
        cursor.execute(
            "SELECT AVG(LENGTH(state)) FROM"
            " (SELECT state FROM stored_events ORDER BY rowid DESC LIMIT ?)",
            (count,),
        )
        return float(cursor.fetchone()[0])


def _pragmas(app: Application[UUID]) -> dict[str, str]:
    """Return how SQLite is set. `synchronous` 2 is FULL: with WAL, an fsync for each commit."""
    found = {}
    with _recorder(app).datastore.get_connection(commit=False) as connection:
        for name in _PRAGMAS:
            cursor = connection.cursor()
            cursor.execute(f"PRAGMA {name}")
            found[name] = str(cursor.fetchone()[0])
    return found


def main() -> None:
    """Do the job named on the command line."""
    result = run(Job(**orjson.loads(sys.argv[1])))
    sys.stdout.buffer.write(orjson.dumps(result._asdict()))


if __name__ == "__main__":
    main()
