import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.cli.main import run
from tests.unit.cli.ended import Ended, Muster
from tests.unit.cli.fake import Fake


@pytest.fixture
def fake() -> Iterator[Fake]:
    server = Fake()
    thread = threading.Thread(target=server.serve)
    thread.start()
    yield server
    server.stop()
    thread.join()


@pytest.fixture
def nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty folder to be in, with nothing in the environment; the language is English."""
    for name in ("MUSTER_URL", "MUSTER_TOKEN", "MUSTER_DATA", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("MUSTER_LANG", "en")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def muster(
    nowhere: Path,
    fake: Fake,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Muster:
    """The command line, in front of the fake server with a token of its."""
    monkeypatch.setenv("MUSTER_URL", fake.url)
    monkeypatch.setenv("MUSTER_TOKEN", "secret")

    def muster(*arguments: str) -> Ended:
        capsys.readouterr()
        code = run(arguments)
        out, err = capsys.readouterr()
        return Ended(code, out, err)

    return muster
