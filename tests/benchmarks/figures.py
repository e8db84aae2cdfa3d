"""The figures: what was measured, what was wanted, and whether it was reached."""

import math
import os
import platform
import subprocess
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal, NamedTuple

Verdict = Literal["met", "missed", ""]


class Figure(NamedTuple):
    """One line of the table. `ratio` is against what `beside` names; `more` explains the figure."""

    name: str
    value: float
    unit: str
    wanted: float | None = None
    at_most: bool = False
    """The figure must not exceed `wanted`, instead of reaching it."""
    ratio: float | None = None
    beside: str = ""
    more: str = ""

    @property
    def verdict(self) -> Verdict:
        """Whether the figure is what was wanted; empty where nothing was."""
        if self.wanted is None:
            return ""
        reached = self.value <= self.wanted if self.at_most else self.value >= self.wanted
        return "met" if reached else "missed"

    def shown(self) -> dict[str, Any]:
        """Return the figure as JSON has it."""
        return {**self._asdict(), "verdict": self.verdict}


def quantile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that `share` of all values do not exceed (nearest rank).

    Raises ValueError when there is no value.
    """
    if not values:
        raise ValueError("take a quantile of no values")
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def machine(folder: Path) -> dict[str, str]:
    """Return what the figures depend on: cores, file system of `folder`, and versions."""
    return {
        "cores": str(len(os.sched_getaffinity(0))),
        "cpu": _cpu(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "data on": _file_system(folder),
        "load average before": f"{os.getloadavg()[0]:.1f}",
        "python": platform.python_version(),
        "nats-server": _nats_server(),
        **{
            name: version(name)
            for name in ("nats-py", "pydantic", "orjson", "uvicorn", "uvloop", "eventsourcing")
        },
    }


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or "unknown"
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else "unknown"


def _file_system(folder: Path) -> str:
    """Name the file system: where it is memory, an fsync costs nothing and the figures say less."""
    try:
        mounts = [line.split() for line in Path("/proc/mounts").read_text().splitlines()]
    except OSError:
        return "unknown"
    real = folder.resolve()
    under = [mount for mount in mounts if real.is_relative_to(mount[1])]
    return max(under, key=lambda mount: len(mount[1]))[2] if under else "unknown"


def _nats_server() -> str:
    found = subprocess.run(
        [Path(sys.executable).with_name("nats-server"), "--version"],
        check=True,
        capture_output=True,
        text=True,
    )
    return found.stdout.split()[-1]
