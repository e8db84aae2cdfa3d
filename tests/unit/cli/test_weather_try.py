"""`muster weather try`: a line for each file, an exit code for all, and no Muster asked."""

import io
import os
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from services.cli import weather_try_files
from services.cli.failure import Exit
from services.cli.main import run
from tests.unit.cli.ended import Ended, Muster
from tests.unit.weather.documents import ALERT
from tests.unit.weather.signing import signed, signer

LACKING = ALERT.replace("<status>Actual</status>", "")
EXERCISE = ALERT.replace("Actual", "Exercise")
FEED = "<feed><entry><title>A storm</title><link href='http://x.example/a.cap'/></entry></feed>"


@pytest.fixture
def tried(nowhere: Path, capfd: pytest.CaptureFixture[str]) -> Muster:
    """The command line, in an empty folder and with no Muster anywhere."""
    (nowhere / "good.xml").write_text(ALERT, encoding="utf-8")
    (nowhere / "lacking.cap").write_text(LACKING, encoding="utf-8")
    (nowhere / "exercise.xml").write_text(EXERCISE, encoding="utf-8")
    (nowhere / "feed.atom").write_text(FEED, encoding="utf-8")

    def tried(*arguments: str) -> Ended:
        capfd.readouterr()
        code = run(["weather", "try", *arguments])
        return Ended(code, *capfd.readouterr())

    return tried


def test_a_good_file_is_taken_and_told_whole(tried: Muster) -> None:
    ended = tried("good.xml", "--json")
    [found] = ended.jsons
    assert ended.code == Exit.OK
    assert (found["file"], found["taken"], found["reason"]) == ("good.xml", True, None)
    assert found["deviations"] == []
    warning = found["warning"]
    assert (warning["identifier"], warning["colour"], warning["hazard"]) == (
        "A1", "orange", "snowstorm",
    )  # fmt: skip
    assert warning["live"]
    assert warning["areas"]["bbox"] == [40.3, 115.6, 40.7, 116.0]
    assert warning["texts"][0]["headline"] == "延庆区气象台发布暴雪橙色预警[Ⅱ级/严重]"
    assert warning["expires"] == "2022-02-13T20:00:00+08:00"


def test_one_that_is_refused_says_why_and_ends_with_one(tried: Muster) -> None:
    ended = tried("lacking.cap", "good.xml", "--json")
    refused, taken = ended.jsons
    assert ended.code == Exit.REJECTED
    assert not refused["taken"]
    assert refused["warning"] is None
    assert (refused["reason"]["code"], refused["reason"]["element"]) == (
        "element-missing", "alert/status",
    )  # fmt: skip
    assert refused["reason"]["zh"].startswith("缺少")
    assert taken["taken"]


def test_what_is_no_real_warning_is_taken_and_not_live(tried: Muster) -> None:
    [found] = tried("exercise.xml", "--json").jsons
    assert found["taken"]
    assert not found["warning"]["live"]
    assert [each["code"] for each in found["deviations"]] == ["status-not-actual"]


def test_a_feed_lists_its_entries(tried: Muster) -> None:
    [found] = tried("feed.atom", "--json").jsons
    assert found["taken"]
    assert found["format"] == "atom"
    assert found["entries"][0]["link"] == "http://x.example/a.cap"


def test_a_folder_is_every_file_in_it(tried: Muster) -> None:
    ended = tried(".", "--json")
    assert [each["file"] for each in ended.jsons] == [
        "exercise.xml", "feed.atom", "good.xml", "lacking.cap",
    ]  # fmt: skip
    assert ended.code == Exit.REJECTED


def test_what_cannot_be_read_is_refused_and_keeps_no_other_from_being_judged(
    tried: Muster, nowhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (nowhere / "nowhere.xml").symlink_to("gone.xml")
    os.mkfifo(nowhere / "pipe")
    monkeypatch.setattr(weather_try_files, "PIPE_WITHIN_S", 0.1)
    with (nowhere / "pipe").open("r+b", buffering=0):  # a writer that says nothing
        ended = tried("nowhere.xml", "pipe", "good.xml", "--json")
    assert ended.code == Exit.REJECTED
    assert [each["taken"] for each in ended.jsons] == [False, False, True]
    reasons = [each["reason"] for each in ended.jsons[:2]]
    assert {reason["code"] for reason in reasons} == {"not-read"}
    assert "No such file" in reasons[0]["en"]
    assert "no end within" in reasons[1]["en"]
    assert all(reason["zh"] for reason in reasons)


def test_a_pipe_is_read_to_its_end(tried: Muster) -> None:
    out, into = os.pipe()
    os.write(into, ALERT.encode())
    os.close(into)
    try:
        [found] = tried(f"/dev/fd/{out}", "--json").jsons
    finally:
        os.close(out)
    assert found["taken"]


def test_standard_input_is_a_file_too(tried: Muster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(ALERT.encode())))
    [found] = tried("-", "--json").jsons
    assert (found["file"], found["taken"]) == ("-", True)


@pytest.mark.parametrize("arguments", [("missing.xml",), ("good.xml", "missing.xml"), ()])
def test_a_file_that_is_not_there_is_the_caller_s_mistake(
    tried: Muster, arguments: tuple[str, ...]
) -> None:
    ended = tried(*arguments, "--json")
    assert ended.code == Exit.USAGE
    assert ended.out == ""


def test_trust_is_named_by_an_option_or_by_the_environment(
    tried: Muster, nowhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = signer()
    (nowhere / "signed.xml").write_bytes(signed(office))
    (nowhere / "trust").mkdir()
    (nowhere / "trust" / "office.pem").write_bytes(office.pem)
    assert tried("signed.xml", "--json").jsons[0]["warning"]["signature"] == "untrusted"
    [found] = tried("signed.xml", "--trust", "trust", "--json").jsons
    assert (found["warning"]["signature"], found["warning"]["signer"]) == ("good", "CN=met.example")
    monkeypatch.setenv("MUSTER_TRUST", str(nowhere / "trust"))
    assert tried("signed.xml", "--json").jsons[0]["warning"]["signature"] == "good"
    assert tried("signed.xml", "--trust", "nowhere").code == Exit.USAGE


@pytest.mark.parametrize(
    ("language", "taken", "refused", "live"),
    [("en", "taken", "refused", "would be live"), ("zh", "可接受", "拒绝", "会生效")],
)
def test_a_person_reads_it_in_either_language(
    tried: Muster,
    monkeypatch: pytest.MonkeyPatch,
    language: str,
    taken: str,
    refused: str,
    live: str,
) -> None:
    monkeypatch.setenv("MUSTER_LANG", language)
    ended = tried("good.xml", "lacking.cap", "feed.atom")
    assert ended.code == Exit.REJECTED
    for said in (taken, refused, live, "alert/status", "A storm", "延庆区"):
        assert said in ended.out


class Answers(BaseHTTPRequestHandler):
    """Answers with an alert, with too much, or with a way elsewhere."""

    def do_GET(self) -> None:
        if self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "/a.xml")
            self.end_headers()
            return
        self.send_response(200 if self.path != "/gone" else 404)
        self.end_headers()
        self.wfile.write(ALERT.encode() if self.path != "/large" else b" " * 20_000_000)

    def log_message(self, format: str, *args: object) -> None:
        return


@pytest.fixture
def served() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_an_address_is_fetched(tried: Muster, served: str) -> None:
    ended = tried(f"{served}/a.xml", f"{served}/moved", "--json")
    assert ended.code == Exit.OK
    assert [each["file"] for each in ended.jsons] == [f"{served}/a.xml", f"{served}/moved"]
    assert all(each["warning"]["identifier"] == "A1" for each in ended.jsons)


@pytest.mark.parametrize("path", ["/gone", "/large"])
def test_what_is_not_to_be_had_is_refused(tried: Muster, served: str, path: str) -> None:
    ended = tried(served + path, "--json")
    [found] = ended.jsons
    assert ended.code == Exit.REJECTED
    assert found["reason"]["code"] == "not-fetched"
    assert found["reason"]["zh"]


def test_nobody_at_an_address_is_told(tried: Muster) -> None:
    [found] = tried("http://127.0.0.1:9/x.xml", "--json").jsons
    assert found["reason"]["code"] == "not-fetched"
