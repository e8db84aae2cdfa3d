"""The golden files: one message per type and version of event, as it stands in logs for ever.

`python -m tests.golden` adds the files that are missing, from tests/samples.py. It never writes
over one: a form that is in a log somewhere does not change. A changed fact gets a new version, an
upcaster from the old one, and a new file beside the old.
"""

from pathlib import Path

import orjson

from events import envelope
from events.catalogue import FACTS
from events.envelope import Event
from events.fact import Fact
from tests.moments import at
from tests.samples import SAMPLES

FOLDER = Path(__file__).parent / "unit" / "golden"


def path_of(wire_type: str) -> Path:
    return FOLDER / f"{wire_type}.json"


def wanted() -> set[str]:
    """Return every wire type that may be in a log: each fact in each version it ever had."""
    return {
        f"{fact.wire_type().rpartition('.v')[0]}.v{version}"
        for fact in FACTS
        for version in range(1, fact.VERSION + 1)
    }


def event_of(fact: Fact) -> Event:
    """Return an event with every attribute said."""
    return Event(
        id="0191d5a0-0000-7000-8000-0000000000ff",
        site="yanqing",
        kind="alert" if fact.NOUN == "deadline" else fact.NOUN,
        key="k-1",
        data=fact,
        occurred_at=at(0.25),
        recorded_at=at(3.5),
        actor="p-017",
        causation_id="0191d5a0-0000-7000-8000-00000000000a",
        correlation_id="0191d5a0-0000-7000-8000-00000000000b",
        source="muster",
        device="phone-7",
        clock_offset_ms=-1250,
        drill=True,
        digest="9f86d081884c7d65",
    )


def add_missing() -> list[Path]:
    """Write a file for each newest version that has none, and return the new ones."""
    added = []
    for fact in SAMPLES:
        path = path_of(fact.wire_type())
        if path.exists():
            continue
        body = orjson.loads(envelope.encode(event_of(fact)))
        with path.open("xb") as file:
            file.write(orjson.dumps(body, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
        added.append(path)
    return added


if __name__ == "__main__":
    for path in add_missing():
        print(f"added {path.name}: read it before you commit it")
