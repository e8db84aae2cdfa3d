"""Where a command is run: shells, pipes, disks and settings that are not as they should be."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from services.cli.main import run
from tests.unit.cli.ended import Muster
from tests.unit.cli.fake import Fake, ok

MAIN = "from services.cli.main import main; main()"
SNOW_AS_GBK = b"\xb4\xf3\xd1\xa9"


def program(
    *arguments: str | bytes, stdout: Any = subprocess.PIPE, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run the command line in a process of its own, in English unless told otherwise."""
    return subprocess.run(
        [sys.executable, "-c", MAIN, *arguments],
        stdout=stdout,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        check=False,
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": os.pathsep.join(sys.path),
            "MUSTER_LANG": "en",
            **environment,
        },
    )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("options", [(), ("--json",)])
def test_an_answer_that_cannot_be_written_is_told_in_one_line(
    fake: Fake, options: tuple[str, ...]
) -> None:
    fake.on("GET /people", ok({"people": []}))
    with Path("/dev/full").open("w") as full:
        ended = program("people", *options, stdout=full, MUSTER_URL=fake.url, MUSTER_TOKEN="t")
    assert ended.returncode == 1
    assert "write the answer: No space left on device" in ended.stderr
    assert len(ended.stderr.splitlines()) == 1


def test_a_closed_stdout_is_no_error_of_the_program() -> None:
    ended = subprocess.run(
        ["/bin/sh", "-c", f'exec "{sys.executable}" -c "{MAIN}" version >&-'],
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert (ended.returncode, ended.stderr) == (0, "")


PLAIN = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


def test_words_are_sent_as_they_were_typed_though_the_locale_knows_no_chinese(fake: Fake) -> None:
    fake.on("POST /reports", ok({"id": "x", "status": "accepted", "seq": 1, "event": "e"}))
    ended = program("report", "雪很大", "--id", "x", MUSTER_URL=fake.url, MUSTER_TOKEN="t", **PLAIN)
    assert ended.returncode == 0, ended.stderr
    assert fake.asked[0].json["text"] == "雪很大"


def test_words_in_another_encoding_than_the_terminals_are_refused_before_anything_is_sent(
    fake: Fake,
) -> None:
    ended = program("report", SNOW_AS_GBK, MUSTER_URL=fake.url, MUSTER_TOKEN="t", **PLAIN)
    assert ended.returncode == 2
    assert "argument 2: it is not text in UTF-8" in ended.stderr
    assert fake.asked == []


def test_a_row_goes_into_a_pipe_as_one_line(muster: Muster, fake: Fake) -> None:
    long = "National Alpine Skiing Centre, upper slopes, first aid post behind the lift " * 3
    person: dict[str, Any] = {
        "id": "v1",
        "name": "李雪",
        "latin": "Li Xue",
        "role": "medical",
        "site": long,
    }
    person |= {"whereabouts": "present", "venue": "a", "evidence_age_s": 1}
    fake.on("GET /people", ok({"people": [person], "next": None}))
    assert [line for line in muster("people").out.splitlines() if "v1" in line and long in line]


@pytest.mark.parametrize(
    ("variable", "value", "en", "zh"),
    [
        ("MUSTER_LIMIT_BODY_BYTES", "many", "must be a whole number", "必须是整数"),
        ("MUSTER_LIMIT_SENDS_PER_S", "0", "must be greater than 0", "必须大于 0"),
        ("MUSTER_PORT", "70000", "must be at most 65535", "不能大于 65535"),
        ("MUSTER_CAP_PUBLIC", "perhaps", "must be true or false", "必须是 true 或 false"),
    ],
)
def test_a_wrong_setting_is_named_as_it_is_set(
    muster: Muster,
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
    value: str,
    en: str,
    zh: str,
) -> None:
    monkeypatch.setenv(variable, value)
    for language, said in (("en", en), ("zh", zh)):
        monkeypatch.setenv("MUSTER_LANG", language)
        ended = muster("up")
        assert ended.code == 2
        assert f"{variable}" in ended.err
        assert said in ended.err
        assert "Input should" not in ended.err


def test_a_number_out_of_range_is_told_in_the_persons_language(
    nowhere: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MUSTER_LANG", "zh")
    assert run(["up", "--port", "80000"]) == 2
    assert "--port 的值不对：不能大于 65535" in capsys.readouterr().err
