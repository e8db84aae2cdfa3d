"""What the command line imports before it knows what it is for."""

import subprocess
import sys

import pytest

SLOW = (
    "asyncio",
    "fastapi",
    "faststream",
    "httpx",
    "nats",
    "orjson",
    "pydantic",
    "rich",
    "structlog",
)

LOADED = f"import sys; print([name for name in {SLOW!r} if name in sys.modules])"

ASKING = (
    "import os, sys; os.environ['MUSTER_LANG'] = 'en'; from services.cli.main import run;"
    "run({arguments!r}); "
)


def loaded(code: str) -> str:
    said = subprocess.run(
        [sys.executable, "-c", code + LOADED], capture_output=True, text=True, check=True
    )
    return said.stdout.splitlines()[-1]


def test_the_commands_are_known_before_anything_slow_is_imported() -> None:
    assert loaded("import services.cli.main; ") == "[]"


@pytest.mark.parametrize(
    "arguments", [["report", "x", "--url", "http://127.0.0.1:1"], ["picture"], ["alerts", "list"]]
)
def test_a_command_that_asks_imports_nothing_of_the_server(arguments: list[str]) -> None:
    found = loaded(ASKING.format(arguments=arguments))
    for server in ("fastapi", "faststream", "nats", "orjson", "structlog", "rich"):
        assert f"'{server}'" not in found


def test_httpx_comes_without_its_own_command_line() -> None:
    found = loaded("from services.cli.client import import_httpx; import_httpx().Client; ")
    assert "'httpx'" in found
    assert "'rich'" not in found
