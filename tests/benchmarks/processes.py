"""Runs a module of this folder in a process of its own, with a job in and a result out."""

import subprocess
import sys
from pathlib import Path
from typing import Any, Protocol

import orjson

ROOT = Path(__file__).resolve().parents[2]
_LONGEST_S = 120


class Job(Protocol):
    """A named tuple of plain values."""

    def _asdict(self) -> dict[str, Any]: ...


def tell(result: Job) -> None:
    """Print a result for whoever asked, and all of it: an unbuffered stream may take a part."""
    with open(sys.stdout.fileno(), "wb", closefd=False) as out:
        out.write(orjson.dumps(result._asdict()))


def ask(module: str, job: Job) -> dict[str, Any]:
    """Return what `tests.benchmarks.<module>` makes of a job.

    Raises RuntimeError with its last words when it fails, TimeoutExpired when it does not end.
    """
    done = subprocess.run(
        [sys.executable, "-m", f"tests.benchmarks.{module}", orjson.dumps(job._asdict())],
        cwd=ROOT,
        capture_output=True,
        check=False,
        timeout=_LONGEST_S,
    )
    if done.returncode:
        raise RuntimeError(f"run {module}: it failed\n{done.stderr.decode()[-2000:]}")
    answer: dict[str, Any] = orjson.loads(done.stdout)
    return answer
