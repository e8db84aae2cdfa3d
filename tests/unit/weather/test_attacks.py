"""What is made to hurt costs little: neither memory nor time, whatever it is packed in."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.unit.weather.attacks import ATTACKS, PEAK

ROOT = Path(__file__).resolve().parents[3]
GROWN_MIB_MAX = 192
"""Twelve times the largest body. One that unpacks, expands or recurses grows by gigabytes."""
CPU_S_MAX = 20
"""A hundred times what the worst takes on a fast machine; what is quadratic takes hours."""

pytestmark = [
    pytest.mark.skipif(not PEAK.exists(), reason="only Linux tells how far a process has grown"),
    pytest.mark.timeout(300),
]


@pytest.fixture(scope="module")
def costs() -> dict[str, dict[str, Any]]:
    """What each attack cost, all in one process: what one leaves behind, the next one shows."""
    program = [sys.executable, "-m", "tests.unit.weather.attacks"]
    said = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, check=True)
    found = [json.loads(line) for line in said.stdout.splitlines()]
    return {each["name"]: each for each in found}


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_costs_neither_memory_nor_time(
    name: str, costs: dict[str, dict[str, Any]]
) -> None:
    cost = costs[name]
    assert cost["code"] == ATTACKS[name][1]
    assert cost["mib"] < GROWN_MIB_MAX
    assert cost["cpu_s"] < CPU_S_MAX
