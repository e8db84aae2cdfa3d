"""Everything a process has folded, in one file with its checkpoint, so that a restart need not
begin at the first event. Disposable: when it does not fit, the log is folded from the beginning.

It is a pickle, written and read only by the same code on the same machine, in a folder that only
the operator's account may open.
"""

import hashlib
import pickle
import sys
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import structlog
from nats.aio.client import Client

from services.log.errors import LogBroken
from services.log.load import first_after

_log = structlog.get_logger()

_NAME = "folded.pickle"


class Snapshot(NamedTuple):
    """The state of the folds by name, the last sequence they hold, and the id of that event."""

    code: str
    checkpoint: int
    event_id: str
    states: dict[str, Any]


@cache
def code_version() -> str:
    """Return a hash of the code that folds: a snapshot of other code is not read."""
    digest = hashlib.sha256(sys.version.encode())
    root = Path(__file__).resolve().parent.parent
    for package in ("events", "projections", "services"):
        for path in sorted((root / package).rglob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()


def save(folder: Path, checkpoint: int, event_id: str, states: dict[str, Any]) -> None:
    """Write a snapshot whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    snapshot = Snapshot(code_version(), checkpoint, event_id, states)
    fresh = folder / f"{_NAME}.new"
    fresh.touch(mode=0o600)
    fresh.write_bytes(pickle.dumps(tuple(snapshot), protocol=pickle.HIGHEST_PROTOCOL))
    fresh.replace(folder / _NAME)


async def restore(folder: Path, nc: Client) -> Snapshot | None:
    """Return the snapshot of a folder if it is of this code.

    Raises LogBroken when the log is not the one it was folded from, and LogUnavailable.
    """
    path = folder / _NAME
    if not path.exists():
        return None
    try:
        found = Snapshot(*pickle.loads(path.read_bytes()))  # noqa: S301 - our own file, see above
    except Exception as error:  # noqa: BLE001 - a damaged pickle may raise anything
        _log.warning("the snapshot is damaged and is not used", error=repr(error))
        return None
    if found.code != code_version():
        _log.info("the snapshot is of other code and is not used")
        return None
    event = await first_after(nc, found.checkpoint - 1)
    if event and (event.seq, event.id) == (found.checkpoint, found.event_id):
        return found
    raise LogBroken(
        f"start: event {found.checkpoint} of the log is not the one that was folded before, so "
        f"events have been lost or it is another log. 日志与上次运行时不同，事件可能已丢失。 "
        f"Look at it first; to go on with it as it is, remove {folder}"
    )
