"""The command line in front of a real Muster: one process, its nats-server, its data folder."""

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import pytest

from events.incident import IncidentReported
from services.cli.connection import RUNNING

pytestmark = pytest.mark.nats

MUSTER = [sys.executable, "-c", "from services.cli.main import main; main()"]
READY_S = 30.0


class Up:
    """A `muster up` on a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "data"
        self._stderr = (folder / "stderr").open("ab")
        self._process: subprocess.Popen[str] | None = None
        self.ready: dict[str, str] = {}

    def start(self, port: str = "0") -> None:
        self._process = subprocess.Popen(
            [*MUSTER, "up", "--data", str(self.data), "--port", port, "--json"],
            stdout=subprocess.PIPE,
            stderr=self._stderr,
            text=True,
            env=environment(),
        )
        line = output(self._process).readline()
        assert line, (self.data.parent / "stderr").read_text()
        self.ready = json.loads(line)

    def stop(self) -> int:
        """Ask it to end; return its exit code."""
        if self._process is None:
            return 0
        self._process.send_signal(signal.SIGTERM)
        code = self._process.wait(timeout=20)
        output(self._process).close()
        self._process = None
        return code

    def close(self) -> None:
        self.stop()
        self._stderr.close()

    def muster(self, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        """Run a command against it, found by its data folder."""
        return subprocess.run(
            [*MUSTER, *arguments, "--data", str(self.data)],
            capture_output=True,
            text=True,
            check=False,
            timeout=30,
            env=environment(**more),
        )

    def answer(self, *arguments: str, code: int = 0) -> Any:
        ended = self.muster(*arguments, "--json")
        assert ended.returncode == code, ended.stderr
        return json.loads(ended.stdout)

    def follow(self, *arguments: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [*MUSTER, *arguments, "--json", "--data", str(self.data)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=environment(),
        )


def environment(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MUSTER_")}
    wide = {"COLUMNS": "200"}  # a narrow table breaks the words that are looked for
    return {**kept, **wide, "MUSTER_LANG": "en", "PYTHONPATH": os.pathsep.join(sys.path), **more}


def output(process: "subprocess.Popen[str]") -> IO[str]:
    assert process.stdout is not None
    return process.stdout


@contextmanager
def running_in(folder: Path) -> Iterator[Up]:
    running = Up(folder)
    try:
        running.start()
        yield running
    finally:
        running.close()


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    """One that the tests share: each asks about what it made itself."""
    with running_in(tmp_path_factory.mktemp("up")) as running:
        yield running


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Up]:
    """One that a test may stop."""
    with running_in(tmp_path) as running:
        yield running


def test_up_says_where_it_is_and_leaves_a_note_for_its_owner_alone(own: Up) -> None:
    up = own
    assert set(up.ready) == {"url", "nats", "token", "data"}
    note = up.data / RUNNING
    assert note.stat().st_mode & 0o777 == 0o600
    assert json.loads(note.read_text())["url"] == up.ready["url"]
    second = up.muster("up")
    assert second.returncode == 1
    assert "already in use by process" in second.stderr
    assert up.stop() == 0
    assert not note.exists()
    assert up.muster("picture").returncode == 3


def test_a_report_is_followed_to_its_end(up: Up) -> None:
    report = up.answer(
        "report", "smoke in the lift", "--venue", "alpine-ski-centre",
        "--severity", "severe", "--category", "fire",
    )  # fmt: skip
    incident = report["incident"]
    shown = up.muster("log", "show", "--kind", "incident", "--json").stdout.splitlines()
    told = map(json.loads, shown)
    [event] = [each for each in told if each["subject"] == f"incident/{incident}"]
    assert event["type"] == IncidentReported.wire_type()
    assert event["seq"] == report["seq"]

    [alert] = eventually(
        lambda: [row for row in up.answer("alerts", "list") if row["about"]["id"] == incident]
    )
    assert up.answer("alerts", "acknowledge", alert["id"], "--comment", "on my way")["events"]
    for move in (
        ("triage", "--severity", "moderate", "--category", "equipment"),
        ("assign", "--to", "team:snow"),
        ("note", "it was a motor"),
    ):
        assert up.answer("incident", move[0], incident, *move[1:])["status"] == "accepted"
    rows = eventually(
        lambda: [row for row in up.answer("picture")["incidents"] if row["status"] == "assigned"]
    )
    assert [(row["id"], row["severity"]) for row in rows] == [(incident, "moderate")]

    refused = up.muster("incident", "reopen", incident, "--reason", "no")
    assert refused.returncode == 1
    assert "assigned" in refused.stderr

    before = up.answer("replay", "--as-of", "2020-01-01T00:00+08:00")
    assert before["incidents"] == []
    in_words = up.muster("picture").stdout
    assert "it was" not in in_words
    assert "smoke in the lift" in in_words


def test_a_file_says_which_of_its_lines_were_rejected(up: Up, tmp_path: Path) -> None:
    reports = [
        {"id": "one", "kind": "incident", "text": "ice", "venue": "sliding-centre"},
        {"id": "two", "kind": "incident", "text": "ice", "venue": "nowhere"},
        {"id": "three", "kind": "incident", "text": "more ice"},
    ]
    file = tmp_path / "r.ndjson"
    file.write_text("\n".join(map(json.dumps, reports)) + "\nnot json\n")
    first = up.answer("report", "--file", str(file), code=1)
    assert (first["accepted"], first["rejected"]) == (2, 2)
    assert [(row["line"], row.get("field")) for row in first["rejections"]] == [
        (2, "venue"),
        (4, None),
    ]
    assert up.answer("report", "--file", str(file), code=1) == first
    told = up.muster("log", "show", "--type", "reported", "--json").stdout.splitlines()
    texts = [json.loads(line)["data"]["text"] for line in told]
    assert sorted(text for text in texts if "ice" in text.split()) == ["ice", "more ice"], (
        "sent twice, recorded once"
    )


def test_a_token_opens_what_its_role_may(up: Up) -> None:
    made = up.answer("token", "create", "--role", "reporter", "--name", "li")
    as_li = ("--url", up.ready["url"], "--token", made["token"])
    reported = subprocess.run(
        [*MUSTER, "report", "fog", *as_li], capture_output=True, check=False, env=environment()
    )
    assert reported.returncode == 0
    for forbidden in (("token", "list"), ("alerts", "follow"), ("log", "show")):
        ended = subprocess.run(
            [*MUSTER, *forbidden, *as_li], capture_output=True, check=False, env=environment()
        )
        assert ended.returncode == 4, forbidden
    assert made["id"] in up.muster("token", "list").stdout
    assert up.muster("token", "revoke", made["id"]).returncode == 0
    again = subprocess.run(
        [*MUSTER, "report", "fog", *as_li], capture_output=True, check=False, env=environment()
    )
    assert again.returncode == 4


def test_a_roll_call_is_opened_and_closed(up: Up) -> None:
    opened = up.answer("roll-call", "open", "--venue", "alpine-ski-centre", "--title", "Blizzard")
    rows = eventually(
        lambda: [row for row in up.answer("picture")["roll_calls"] if row["id"] == opened["id"]]
    )
    assert [row["title"]["en"] for row in rows] == ["Blizzard"]
    assert up.answer("roll-call", "close", opened["id"], "--note", "all found")["events"]
    assert up.muster("roll-call", "close", "nope").returncode == 1


CAP = """<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">
<identifier>t-1</identifier><sender>test@example.org</sender><sent>{sent}</sent>
<status>Actual</status><msgType>Alert</msgType><scope>Public</scope>
<info><language>en-US</language><category>Met</category><event>Blizzard</event>
<urgency>Immediate</urgency><severity>Severe</severity><certainty>Likely</certainty>
<headline>Blizzard</headline>
<area><areaDesc>Yanqing</areaDesc><circle>40.55,115.81 20</circle></area></info></alert>"""


def test_a_warning_is_sent_as_a_file(up: Up, tmp_path: Path) -> None:
    sent = time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime())
    (tmp_path / "a.xml").write_text(CAP.format(sent=sent))
    (tmp_path / "b.xml").write_text("<alert/>")
    [result] = up.answer("cap", str(tmp_path / "a.xml"))["results"]
    assert result["identifier"] == "t-1"
    assert "alpine-ski-centre" in result["venues"]
    refused = up.muster("cap", str(tmp_path / "b.xml"))
    assert refused.returncode == 1
    assert "b.xml: rejected: " in refused.stdout
    assert f"kept as {hashlib.sha256(b'<alert/>').hexdigest()}" in refused.stdout
    again = up.muster("cap", str(tmp_path / "a.xml"))
    assert "  severe; not signed\n" in again.stdout
    assert "  alpine-ski-centre: 0 on post, by a circle\n" in again.stdout


def test_who_follows_misses_nothing_over_a_restart(own: Up) -> None:
    up = own
    port = up.ready["url"].rpartition(":")[2]
    alerts, log = up.follow("alerts", "follow", "--after", "0"), up.follow("log", "follow")
    try:
        up.answer("report", "first fire", "--category", "fire", "--severity", "severe",
                  "--venue", "alpine-ski-centre")  # fmt: skip
        before = json.loads(output(alerts).readline())
        assert up.stop() == 0
        up.start(port)
        up.answer("report", "second fire", "--category", "fire", "--severity", "severe",
                  "--venue", "sliding-centre")  # fmt: skip
        told = [before]
        while len({each["alert"]["id"] for each in told}) < 2:
            told.append(json.loads(output(alerts).readline()))
        sequences = [each["seq"] for each in told]
        assert sequences == sorted(set(sequences))

        read: list[dict[str, Any]] = []
        while not read or read[-1]["seq"] < sequences[-1]:
            read.append(json.loads(output(log).readline()))
        seen = [event["seq"] for event in read]
        assert seen == list(range(seen[0], seen[-1] + 1))
    finally:
        for follower in (alerts, log):
            follower.send_signal(signal.SIGINT)
            assert follower.wait(timeout=10) == 130
            output(follower).close()


def test_the_demonstration_plays_its_morning(tmp_path: Path) -> None:
    ended = subprocess.run(
        [*MUSTER, "demo", "--speed", "0", "--until", "06:30", "--once", "--json", "--data",
         str(tmp_path / "demo")],
        capture_output=True, text=True, check=False, timeout=50, env=environment(),
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr[-2000:]
    [line] = ended.stdout.splitlines()
    assert json.loads(line)["data"] == str(tmp_path / "demo")


def test_a_service_nobody_knows(tmp_path: Path) -> None:
    ended = subprocess.run(
        [*MUSTER, "run", "nope", "--nats", "nats://127.0.0.1:1"],
        capture_output=True, text=True, check=False, timeout=20, env=environment(),
    )  # fmt: skip
    assert ended.returncode == 2
    assert "must be one of sites, access" in ended.stderr


def eventually(look: Any) -> Any:
    """Return the first thing that is not empty."""
    until = time.monotonic() + READY_S
    while not (found := look()):
        assert time.monotonic() < until, "nothing came"
        time.sleep(0.1)
    return found
