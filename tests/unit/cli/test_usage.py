"""What holds for every command: choices, help, errors, completion."""

import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any, Literal, get_args

import pytest
from typer.main import get_command

from events.access import AccessRole
from events.fact import Severity
from events.incident import Category
from events.lane import Lane
from events.presence import Method, Whereabouts
from events.rollcall import Excuse
from events.weather import Precipitation
from projections.answers import Standing
from projections.journeys import Status
from services.cli import choices, words
from services.cli.language import Said, both, read
from services.cli.main import app
from services.cli.times import span
from services.reporting.report import Answer, Health
from tests.unit.cli.ended import Muster


@pytest.mark.parametrize(
    ("here", "there"),
    [
        (choices.Severity, Severity),
        (choices.Category, Category),
        (choices.Whereabouts, Literal[Whereabouts, Health]),
        (choices.Method, Method),
        (choices.Role, AccessRole),
        (choices.Standing, Standing),
        (choices.Excuse, Excuse),
        (choices.JourneyStatus, Status),
        (choices.CheckIn, Answer),
        (choices.Precipitation, Precipitation),
        (choices.Lane, Lane),
    ],
)
def test_the_choices_are_those_of_the_events(here: Any, there: Any) -> None:
    assert get_args(here) == get_args(there)


def commands() -> Iterator[tuple[str, Any]]:
    def walk(path: str, command: Any) -> Iterator[tuple[str, Any]]:
        for name, each in getattr(command, "commands", {}).items():
            yield from walk(f"{path} {name}".strip(), each)
        if not hasattr(command, "commands"):
            yield path, command

    yield from walk("", get_command(app))


COMMANDS = dict(commands())


def test_every_command_there_should_be_is() -> None:
    assert set(COMMANDS) == {
        "up", "demo", "run", "version", "report", "cap", "picture", "replay",
        "alerts follow", "alerts list", "alerts acknowledge", "alerts close",
        "log show", "log follow", "token create", "token list", "token revoke",
        "incident triage", "incident assign", "incident accept", "incident contain",
        "incident resolve", "incident close", "incident reopen", "incident merge", "incident note",
        "help", "take", "journey plan", "journey replan", "journey depart", "journey arrive",
        "journey cancel", "journey list",
        "roll-call open", "roll-call show", "roll-call add", "roll-call excuse",
        "roll-call answer", "roll-call remind", "roll-call close", "roll-call reopen",
        "code venue", "code person",
        "check-in", "day show", "day report", "day people", "care list", "care take", "care end",
        "people", "roster import", "roster export",
        "shift assign", "shift cancel", "shift list", "shift swap", "shift stand-in",
        "shift agree", "shift decline", "shift swaps", "board", "training",
        "leave approve", "leave withdraw", "phase plan", "phase list", "phase readiness",
        "reach test", "messages", "person show", "person details", "person erase",
        "weather at", "weather feeds add", "weather feeds ask", "weather feeds remove",
        "weather observe", "weather rules", "weather try",
        "bulletin draft", "bulletin list", "bulletin show", "bulletin approve", "bulletin decline",
        "bulletin update", "bulletin cancel", "bulletin feed",
    }  # fmt: skip


@pytest.mark.parametrize("path", sorted(set(COMMANDS) - {"version"}))
def test_every_command_can_answer_in_json_and_explains_itself(path: str) -> None:
    command = COMMANDS[path]
    options = {name for each in command.params for name in each.opts}
    assert "--json" in options
    assert command.help
    assert [each.name for each in command.params if not each.help] == []


def catalogue() -> Iterator[tuple[str, Said]]:
    for name, value in vars(words).items():
        if isinstance(value, Said):
            yield name, value
        elif isinstance(value, dict) and name.isupper():
            yield from ((f"{name}[{key}]", said) for key, said in value.items())


def places(text: str) -> set[str]:
    import string

    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_both_languages_say_the_same() -> None:
    said = dict(catalogue())
    assert len(said) > 100
    assert {name: text for name, text in said.items() if places(text.zh) != places(text.en)} == {}
    chinese = {name for name, text in said.items() if any("一" <= c <= "鿿" for c in text.zh)}
    names = {"REFUSED", "READY_MQTT", "READY_NATS"}
    assert set(said) - chinese <= names


def test_values_are_filled_in_in_each_language() -> None:
    why = Said("已关闭", "it is closed")
    assert words.REJECTED.fill(field="", why=why) == Said(
        "被拒绝：已关闭", "rejected: it is closed"
    )


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        ({"zh": "雪", "en": "snow"}, "雪", "snow"),
        ({"en": "snow"}, "snow", "snow"),
        ({"fr": "neige"}, "neige", "neige"),
        ({}, "", ""),
        (None, "", ""),
        ("snow", "snow", "snow"),
    ],
)
def test_a_text_is_read_in_the_language_there_is(
    monkeypatch: pytest.MonkeyPatch, text: Any, zh: str, en: str
) -> None:
    monkeypatch.setenv("MUSTER_LANG", "zh")
    assert (read(text), both("一", "one")) == (zh, "一")
    monkeypatch.setenv("MUSTER_LANG", "en")
    assert (read(text), both("一", "one")) == (en, "one")


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(None, "-"), (0, "0s"), (59.4, "59s"), (190, "3m10s"), (7500, "2h05m"), (273_600, "3d04h")],
)
def test_a_duration_is_told_in_two_units(seconds: float | None, shown: str) -> None:
    assert span(seconds) == shown


@pytest.mark.parametrize(
    ("arguments", "en", "zh"),
    [
        (("incident", "traige", "i1"), "command traige; did you mean triage?", "没有命令 traige"),
        (("frobnicate",), "there is no command frobnicate", "没有命令 frobnicate"),
        (("picture", "--sit", "x"), "no option --sit; did you mean --site?", "没有选项 --sit"),
        (("incident", "accept"), "ID is missing", "缺少 ID"),
        (("token", "create", "--name", "x"), "--role is missing", "缺少 --role"),
        (("log", "show", "--after", "-1"), "--after: ", "--after 的值不对"),
        (("picture", "--json", "extra"), "extra", "extra"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_and_the_way_to_the_help_shown(
    muster: Muster, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], en: str, zh: str
) -> None:
    for language, said in (("en", en), ("zh", zh)):
        monkeypatch.setenv("MUSTER_LANG", language)
        ended = muster(*arguments)
        assert (ended.code, ended.out) == (2, "")
        assert said in ended.err
        assert "--help" in ended.err


def test_muster_alone_shows_its_help(muster: Muster) -> None:
    ended = muster()
    assert ended.code == 2
    assert "roll-call" in ended.out + ended.err


def test_the_version(muster: Muster) -> None:
    assert muster("version").out.startswith("muster 0.")


def program(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from services.cli.main import main; main()", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(sys.path), **environment},
    )


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("muster incident tri", "triage"),
        ("muster report x --severity sev", "severe"),
        ("muster roll-call op", "open"),
    ],
)
def test_the_shell_completes(line: str, found: str) -> None:
    count = str(len(line.split()) - 1)
    ended = program(_MUSTER_COMPLETE="complete_bash", COMP_WORDS=line, COMP_CWORD=count)
    assert ended.stdout.split() == [found]


def test_completion_can_be_installed(tmp_path: Any) -> None:
    ended = program(
        "--install-completion",
        "bash",
        HOME=str(tmp_path),
        _TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION="1",
    )
    assert ended.returncode == 0
    assert "_MUSTER_COMPLETE" in (tmp_path / ".bash_completions/muster.sh").read_text()


def test_help_is_in_the_persons_language() -> None:
    assert "act on an incident" in program("--help", LANG="C.UTF-8").stdout
    assert "处置事件" in program("--help", MUSTER_LANG="zh", LANG="C.UTF-8").stdout
