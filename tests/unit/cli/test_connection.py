import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from services.cli.client import Client
from services.cli.connection import RUNNING, Connection, find
from services.cli.failure import Exit, Failure
from services.cli.main import run
from tests.unit.cli.ended import Muster
from tests.unit.cli.fake import CUT, Fake, Reply, no, ok


def running(folder: Path, url: str = "http://127.0.0.1:8080", pid: int | None = None) -> None:
    folder.mkdir(exist_ok=True)
    document = {
        "url": url,
        "nats": "nats://127.0.0.1:4222",
        "token": "t",
        "pid": pid or os.getpid(),
    }
    (folder / RUNNING).write_text(json.dumps(document))


def test_a_running_muster_is_found_by_its_data_folder(nowhere: Path) -> None:
    running(nowhere / "muster-data")
    assert find(None, None, None) == Connection("http://127.0.0.1:8080", "t")
    running(nowhere / "other", "http://127.0.0.1:9090/")
    assert find(None, None, nowhere / "other") == Connection("http://127.0.0.1:9090", "t")


def test_the_environment_may_name_the_data_folder(
    nowhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    running(nowhere / "d")
    monkeypatch.setenv("MUSTER_DATA", str(nowhere / "d"))
    assert find(None, None, None).token == "t"


def test_an_option_goes_before_the_environment_and_that_before_a_folder_here(
    nowhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    running(nowhere / "muster-data")
    monkeypatch.setenv("MUSTER_URL", "http://env:1")
    monkeypatch.setenv("MUSTER_TOKEN", "env")
    assert find(None, None, None) == Connection("http://env:1", "env")
    assert find("http://option:1", "option", None) == Connection("http://option:1", "option")


def test_a_folder_that_is_named_goes_before_the_environment(
    nowhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    running(nowhere / "d")
    monkeypatch.setenv("MUSTER_URL", "http://env:1")
    monkeypatch.setenv("MUSTER_TOKEN", "env")
    assert find(None, None, nowhere / "d") == Connection("http://127.0.0.1:8080", "t")


def test_the_token_of_a_folder_goes_nowhere_else(nowhere: Path) -> None:
    running(nowhere / "muster-data")
    assert find("http://elsewhere:1", None, None).token is None
    assert find("http://elsewhere:1", None, nowhere / "muster-data").token is None


def ended_pid() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


@pytest.mark.parametrize("text", ["", "[]", '{"url": "http://a"}', '{"url":1,"token":2,"pid":"x"}'])
def test_a_file_that_says_too_little(nowhere: Path, text: str) -> None:
    (nowhere / "muster-data").mkdir()
    (nowhere / "muster-data" / RUNNING).write_text(text)
    with pytest.raises(Failure, match="read muster-data") as raised:
        find(None, None, None)
    assert raised.value.exit == Exit.UNREACHABLE


def test_a_muster_that_ended_is_not_asked(nowhere: Path) -> None:
    running(nowhere / "muster-data", pid=ended_pid())
    with pytest.raises(Failure, match="which has ended") as raised:
        find(None, None, None)
    assert raised.value.exit == Exit.UNREACHABLE


def test_no_muster_anywhere_says_how_to_start_one(
    nowhere: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["picture"]) == 3
    out, err = capsys.readouterr()
    assert out == ""
    assert "muster up --data muster-data" in err


@pytest.mark.parametrize(
    "url",
    ["localhost:8080", "ftp://a", "http://", "http://[::1", "http://a:99999", "http://a:b"],
)
def test_an_address_that_is_none(
    nowhere: Path, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["picture", "--url", url]) == 2
    assert url in capsys.readouterr().err


@pytest.mark.parametrize("token", ["雪", "mst_a b", "mst_a\nb", "mst_\x7f", "mst_é"])
def test_a_token_that_no_header_can_carry_is_not_sent(
    nowhere: Path, fake: Fake, token: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["picture", "--url", fake.url, "--token", token]) == Exit.NO_RIGHTS
    assert "cannot be part of one" in capsys.readouterr().err
    assert fake.asked == []


def test_blanks_around_a_token_are_not_part_of_it() -> None:
    assert find("http://a", " mst_x\r\n", None).token == "mst_x"


def test_nobody_listening_is_told_at_once(
    nowhere: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["report", "x", "--url", "http://127.0.0.1:1"]) == 3
    assert "Connection refused" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("reply", "code", "said"),
    [
        (no(401, "unauthorized", "无", "unknown token"), 4, "missing, unknown or revoked"),
        (no(403, "forbidden", "无", "needs commander"), 4, "no right to do that (needs commander)"),
        (no(404, "not-found", "无", "no such site"), 1, "no such site"),
        (no(409, "illegal-move", "不可", "it is closed"), 1, "it is closed"),
        (no(422, "bad-field", "不对", "is no time", "as_of"), 1, "as_of: is no time"),
        (Reply(200, b"<html>", "text/html"), 3, "no answer of Muster: <html>"),
    ],
)
def test_what_muster_refuses_has_its_exit_code(
    muster: Muster, fake: Fake, reply: Reply, code: int, said: str
) -> None:
    fake.on("GET /picture", reply)
    ended = muster("picture")
    assert (ended.code, ended.out) == (code, "")
    assert said in ended.err
    assert len(fake.asked) == 1


def test_a_failure_in_json_has_both_languages_and_leaves_stdout_empty(
    muster: Muster, fake: Fake
) -> None:
    fake.on("GET /picture", no(409, "illegal-move", "事件已关闭", "it is closed"))
    ended = muster("picture", "--json")
    assert (ended.code, ended.out) == (1, "")
    error = json.loads(ended.err)["error"]
    assert error["code"] == "illegal-move"
    assert "事件已关闭" in error["reason"]["zh"]
    assert "it is closed" in error["reason"]["en"]


def test_an_error_is_told_in_the_persons_language(
    muster: Muster, fake: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake.on("GET /picture", no(403, "forbidden", "需要指挥员", "needs commander"))
    monkeypatch.setenv("MUSTER_LANG", "zh")
    assert "此令牌无权这样做（需要指挥员）" in muster("picture").err
    monkeypatch.delenv("MUSTER_LANG")
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.delenv("LC_MESSAGES", raising=False)
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert "此令牌无权这样做" in muster("picture").err
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    assert "no right to do that" in muster("picture").err


def test_a_lost_answer_is_not_asked_for_for_ever(nowhere: Path, fake: Fake) -> None:
    fake.on("GET /picture", CUT)
    with pytest.raises(Failure) as raised:
        ask(fake).get("/picture")
    assert raised.value.exit == Exit.UNREACHABLE
    assert 2 <= len(fake.asked) <= 4


def test_a_muster_that_goes_down_while_it_answers_is_asked_again(nowhere: Path, fake: Fake) -> None:
    down = Reply(500, b"Internal Server Error", "text/plain")
    fake.on("GET /picture", down, ok({"seq": 1}))
    assert ask(fake, 5).get("/picture") == {"seq": 1}
    fake.on("GET /picture", down)
    with pytest.raises(Failure, match="HTTP 500") as raised:
        ask(fake).get("/picture")
    assert raised.value.exit == Exit.UNREACHABLE


def test_what_may_not_be_said_twice_is_said_once(nowhere: Path, fake: Fake) -> None:
    fake.on("POST /tokens", CUT)
    with pytest.raises(Failure) as raised:
        ask(fake).post("/tokens", {}, repeatable=False)
    assert len(fake.asked) == 1
    assert raised.value.hint is not None
    assert "carried out or not" in raised.value.hint.en


def test_an_unavailable_muster_is_asked_again_when_it_says(nowhere: Path, fake: Fake) -> None:
    away = no(503, "log-unreachable", "日志不可用", "the log is unreachable")
    fake.on("GET /picture", away, away._replace(headers=(("retry-after", "0"),)), ok({"seq": 1}))
    assert ask(fake, 5).get("/picture") == {"seq": 1}
    assert len(fake.asked) == 3


def test_a_proxys_words_for_a_muster_that_is_away_are_not_taken_for_a_stranger(
    nowhere: Path, fake: Fake
) -> None:
    fake.on("GET /picture", Reply(502, b"<html>bad gateway", "text/html"), ok({"seq": 1}))
    assert ask(fake, 5).get("/picture") == {"seq": 1}


def ask(fake: Fake, patience_s: float = 0.3) -> Client:
    return Client(Connection(fake.url, None), patience_s=patience_s)
