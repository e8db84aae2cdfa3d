"""The driver: every beat at its time, tried until it is answered, and no surprise kept quiet."""

import asyncio
from datetime import time, timedelta
from typing import Any

import httpx
import orjson
import pytest

from events.fact import Text
from services.clock import ManualClock, ScaledClock
from services.scenario import driver, exchange
from services.scenario.beat import NDJSON, Beat, Part, Story
from services.scenario.day import START
from services.scenario.driver import Progress, Report, play
from services.scenario.exchange import GatewayGone
from services.scenario.phones import Phones

NOTE = Text(zh="试", en="try")
CAST = (Part("desk", "reporter"), Part("lead", "responder"), Part("wall", "monitor"))
Answer = tuple[int, Any] | Exception


class Gateway:
    """Answers what it is told to, and remembers what it was asked."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, str, bytes, str]] = []
        self.keys: list[str | None] = []
        self.tokens: list[dict[str, Any]] = []
        self.pictures: list[dict[str, Any]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path.removeprefix("/api/v1")
        if path == "/tokens":
            assert request.headers["authorization"] == "Bearer boss"
            self.tokens.append(orjson.loads(request.content))
            return httpx.Response(200, json={"token": f"token-of-{self.tokens[-1]['name']}"})
        token = request.headers["authorization"].removeprefix("Bearer token-of-")
        if path == "/picture":
            assert token == "wall"
            picture = self.pictures.pop(0) if len(self.pictures) > 1 else self.pictures[0]
            return httpx.Response(200, json=picture)
        self.asked.append((request.method, path, request.content, token))
        self.keys.append(request.headers.get("idempotency-key"))
        answer = self.answers.pop(0) if self.answers else (200, {"status": "accepted"})
        if isinstance(answer, Exception):
            raise answer
        status, body = answer
        if isinstance(body, list):
            lines = b"\n".join(map(orjson.dumps, body))
            return httpx.Response(status, content=lines, headers={"content-type": NDJSON})
        return httpx.Response(status, json=body)


def beat(name: str, minute: int = 0, **more: Any) -> Beat:
    said: dict[str, Any] = {
        "door": "report",
        "path": "/reports",
        "body": {"id": name},
        "who": "desk",
        "note": NOTE,
    }
    return Beat(id=name, at=START + timedelta(minutes=minute), **{**said, **more})


def of(*beats: Beat) -> Story:
    return Story(7, START, START + timedelta(hours=1), CAST, beats)


OWN = (Part("v012", "responder", ("hq",), lanes=("mental-health",), person="v012"),)


async def played(gateway: Gateway, *beats: Beat, **more: Any) -> Report:
    return await play(
        of(*beats),
        "http://muster.test",
        "boss",
        ManualClock(START),
        transport=httpx.MockTransport(gateway),
        **more,
    )


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange, "_PAUSE_S", 0.001)
    monkeypatch.setattr(driver, "FIND_S", 0.05)
    monkeypatch.setattr(driver, "_LOOK_AGAIN_S", 0.001)


async def test_each_of_the_cast_gets_a_token_and_speaks_with_it() -> None:
    gateway = Gateway()
    report = await played(gateway, beat("a"), beat("b", who="lead"))
    assert [token["name"] for token in gateway.tokens] == ["desk", "lead", "wall"]
    assert gateway.tokens[0] == {"role": "reporter", "name": "desk", "sites": []}
    assert [token for *_, token in gateway.asked] == ["desk", "lead"]
    assert gateway.keys == ["a", "b"]
    assert (report.played, report.accepted, report.surprises) == (2, 2, [])


async def test_somebodys_own_token_is_made_when_they_first_act() -> None:
    gateway = Gateway()
    story = Story(
        7, START, START + timedelta(hours=1), (*CAST, *OWN), (beat("a"), beat("b", who="v012"))
    )
    await play(
        story, "http://muster.test", "boss", ManualClock(START),
        transport=httpx.MockTransport(gateway),
    )  # fmt: skip
    assert [token["name"] for token in gateway.tokens] == ["desk", "lead", "wall", "v012"]
    assert gateway.tokens[-1] == {
        "role": "responder", "name": "v012", "sites": ["hq"],
        "lanes": ["mental-health"], "person": "v012",
    }  # fmt: skip


async def test_a_link_on_a_phone_is_followed_outside_of_the_api() -> None:
    asked: list[str] = []

    def gateway(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.raw_path.decode())
        if request.url.path.endswith("/tokens"):
            return httpx.Response(200, json={"token": "t"})
        return httpx.Response(200, text="<p>thanks</p>")

    phones = Phones()
    phones.url = "http://127.0.0.1:9"
    phones._links["v012"] = "/m/code/sms"
    story = of(
        beat("a", path="/roster/import?channel=sms={phones:sms}/{id}", body=b"xlsx"),
        beat("b", door="reach", path="{link:v012}", body=None),
    )
    report = await play(
        story, "http://muster.test", "boss", ManualClock(START),
        transport=httpx.MockTransport(gateway), phones=phones,
    )  # fmt: skip
    assert report.surprises == []
    assert asked[-2].startswith("/api/v1/roster/import?channel=sms=http://127.0.0.1:9/")
    assert asked[-1] == "/m/code/sms"


async def test_every_roll_call_that_is_known_must_count_everyone() -> None:
    counts = {"id": "r1", "expected": 5, "walk_ups": 1, "safe": 3, "need_help": 1, "excused": 1}
    gateway = Gateway(
        (200, {"status": "accepted", "id": "r1"}),
        (200, {**counts, "unaccounted_count": 1}),
        (200, {"status": "accepted"}),
        (200, {**counts, "unaccounted_count": 0}),
    )
    report = await played(
        gateway,
        beat("a", door="rollcall", path="/roll-calls", opens="count"),
        beat("b", 1, body={"id": "b", "kind": "safety"}),
    )
    assert [asked[:2] for asked in gateway.asked][1::2] == [("GET", "/roll-calls/r1")] * 2
    (surprise,) = report.surprises
    assert surprise.beat == "b"
    assert "of 6" in surprise.problem


async def test_a_text_that_came_of_it_is_passed_on() -> None:
    seen: list[Progress] = []
    await played(
        Gateway((200, {"a": 1})),
        beat("a", method="GET", body=None, prints=True),
        on_progress=seen.append,
    )
    assert [progress.text for progress in seen] == ['{"a":1}']


async def test_a_refused_token_ends_it() -> None:
    def refuse(_: httpx.Request) -> httpx.Response:
        return httpx.Response(403, json={"error": {"code": "role-not-allowed"}})

    with pytest.raises(PermissionError, match="make a token for desk: 403"):
        await play(
            of(beat("a")),
            "http://muster.test",
            "boss",
            ManualClock(START),
            transport=httpx.MockTransport(refuse),
        )


async def test_what_is_not_answered_is_sent_again_under_the_same_id() -> None:
    gateway = Gateway(
        httpx.ConnectError("refused"), (503, {"error": {}}), httpx.ReadError("cut"), (200, {})
    )
    report = await played(gateway, beat("a"))
    assert [content for _, _, content, _ in gateway.asked] == [b'{"id":"a"}'] * 4
    assert gateway.keys == ["a"] * 4
    assert (report.played, report.accepted, report.retries) == (1, 1, 3)


async def test_a_gateway_that_stays_away_is_given_up() -> None:
    gateway = Gateway(*[(503, {})] * 99)
    with pytest.raises(GatewayGone, match=r"post /reports: no answer in 0 s \(503"):
        await played(gateway, beat("a"), patience_s=0)


@pytest.mark.parametrize(
    ("more", "answer", "problem"),
    [
        ({}, (422, {"status": "rejected", "field": "kind"}), "not accepted (422)"),
        ({}, (200, {"status": "rejected"}), "number 0 is rejected"),
        ({"expect": "rejected"}, (200, {"status": "accepted"}), "not rejected"),
        ({"expect": "rejected"}, (401, {"error": {}}), "not rejected for what it says (401)"),
        ({"expect": "rejected", "field": "kind"}, (422, {"field": "at"}), "is kind, not at"),
        ({"expect": "rejected", "field": "kind"}, (422, {}), "is kind, not unnamed"),
        ({"expect": "conflict"}, (200, {}), "no conflict"),
        ({"opens": "slip"}, (200, {"status": "accepted"}), "does not tell what it opened"),
        (
            {"body": [{}, {}], "rejects": (1,)},
            (200, {"results": [{"status": "accepted"}] * 2}),
            "number 1 is accepted",
        ),
        (
            {"body": [{}, {}], "rejects": (1,), "content_type": NDJSON},
            (200, [{"status": "accepted"}]),
            "1 answers for 2 reports",
        ),
    ],
)
async def test_an_answer_that_was_not_expected_is_a_surprise(
    more: dict[str, Any], answer: Answer, problem: str
) -> None:
    report = await played(Gateway(answer), beat("a", **more))
    (surprise,) = report.surprises
    assert problem in surprise.problem
    assert surprise.beat == "a"
    assert surprise.note == NOTE
    assert report.accepted == report.rejected == report.conflicts == 0


@pytest.mark.parametrize(
    ("more", "answer"),
    [
        ({"expect": "rejected", "field": "kind"}, (422, {"status": "rejected", "field": "kind"})),
        ({"expect": "rejected", "field": "lat"}, (422, {"error": {"field": "place.lat"}})),
        ({"expect": "rejected"}, (409, {"error": {"code": "id-reused"}})),
        ({"expect": "conflict"}, (409, {"error": {}})),
        (
            {"body": [{}, {}], "rejects": (1,), "content_type": NDJSON},
            (200, [{"status": "accepted"}, {"status": "rejected"}]),
        ),
    ],
)
async def test_a_refusal_that_was_expected_is_none(more: dict[str, Any], answer: Answer) -> None:
    report = await played(Gateway(answer), beat("a", **more))
    assert report.surprises == []
    assert report.accepted + report.rejected + report.conflicts == 1


async def test_repeats_must_be_answered_alike() -> None:
    same = (200, {"status": "accepted", "seq": 4})
    gateway = Gateway(same, same, same)
    report = await played(gateway, beat("a", times=3))
    assert (len(gateway.asked), report.sends, report.surprises) == (3, 3, [])
    other = (200, {"status": "accepted", "seq": 5})
    report = await played(Gateway(same, other, same), beat("a", times=3))
    assert "otherwise" in report.surprises[0].problem


async def test_a_list_carries_its_ids_inside() -> None:
    gateway = Gateway((200, {"results": []}))
    await played(gateway, beat("a", body=[{"id": "x"}]))
    assert gateway.keys == [None]


async def test_what_was_opened_is_referred_to_by_its_id() -> None:
    gateway = Gateway((200, {"status": "accepted", "incident": "i1"}), (200, {}))
    report = await played(
        gateway,
        beat("a", opens="slip"),
        beat("b", door="incident", path="/incidents/{incident:slip}/merge",
             body={"into": "{incident:slip}"}),
    )  # fmt: skip
    assert gateway.asked[1][:3] == ("POST", "/incidents/i1/merge", b'{"into":"i1"}')
    assert report.surprises == []


async def test_alerts_are_looked_for_in_the_picture_until_they_show() -> None:
    alert = {"id": "al", "about": {"kind": "warning", "id": "w1"}, "venue": "wukesong"}
    gateway = Gateway((200, {"results": [{"status": "accepted", "warning": "w1"}]}))
    gateway.pictures = [{"alerts": []}, {"alerts": [{**alert, "status": "raised"}]}]
    report = await played(
        gateway,
        beat("a", door="cap", path="/cap", body=b"<alert/>", opens="snow"),
        beat("b", door="alert", path="/alerts/{alert:snow@wukesong}/acknowledge", body={}),
        beat("c", door="alert", path="/alerts/acknowledge", body={"ids": "{alerts:unanswered}"}),
    )
    assert [path for _, path, *_ in gateway.asked] == [
        "/cap", "/alerts/al/acknowledge", "/alerts/acknowledge",
    ]  # fmt: skip
    assert gateway.asked[2][2] == b'{"ids":["al"]}'
    assert report.surprises == []


async def test_a_reference_that_leads_to_nothing_is_a_surprise_unless_it_is_optional() -> None:
    gateway = Gateway()
    gateway.pictures = [{"alerts": [], "roll_calls": []}]
    report = await played(
        gateway,
        beat("a", path="/incidents/{incident:slip}/accept"),
        beat("b", path="/roll-calls/{rollcall:wukesong}/close"),
        beat("c", path="/alerts/acknowledge", body={"ids": "{alerts:unanswered}"}, optional=True),
    )
    assert gateway.asked == []
    assert (report.played, report.skipped) == (0, 3)
    assert [surprise.beat for surprise in report.surprises] == ["a", "b"]
    assert "no answer has told it" in report.surprises[0].problem
    assert "the picture shows none" in report.surprises[1].problem


async def test_a_clock_that_stands_still_is_turned_from_sleeper_to_sleeper() -> None:
    clock = ManualClock(START)
    happened: list[str] = []

    async def escalation() -> None:
        for minute in (5, 7):
            await clock.sleep_until(START + timedelta(minutes=minute))
            happened.append(f"wake {minute}, clock {clock.now() - START}")

    def gateway(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/tokens"):
            return httpx.Response(200, json={"token": "t"})
        happened.append(f"beat, clock {clock.now() - START}")
        return httpx.Response(200, json={})

    async def settle() -> None:
        for _ in range(5):
            await asyncio.sleep(0)

    task = asyncio.create_task(escalation())
    await asyncio.sleep(0)
    story = of(beat("a", 6), beat("b", 6), beat("c", 8))
    await play(
        story, "http://muster.test", "boss", clock,
        settle=settle, transport=httpx.MockTransport(gateway),
    )  # fmt: skip
    await task
    assert happened == [
        "wake 5, clock 0:05:00",
        "beat, clock 0:06:00",
        "beat, clock 0:06:00",
        "wake 7, clock 0:07:00",
        "beat, clock 0:08:00",
    ]
    assert clock.now() == story.ends_at


async def test_a_running_clock_is_waited_for_and_lateness_is_measured() -> None:
    gateway = Gateway()
    clock = ScaledClock(START, speed=36_000)  # an hour in 0.1 s
    report = await play(
        of(beat("a", 30)), "http://muster.test", "boss", clock,
        transport=httpx.MockTransport(gateway),
    )  # fmt: skip
    assert clock.now() >= START + timedelta(hours=1)
    assert report.accepted == 1
    assert report.behind_s >= 0


async def test_it_says_how_far_it_is() -> None:
    gateway = Gateway((422, {}), (200, {}))
    seen: list[Progress] = []
    await played(gateway, beat("a"), beat("b", 9), on_progress=seen.append)
    assert [(p.played, p.total, p.at, p.surprises) for p in seen] == [
        (1, 2, START, 1),
        (2, 2, START + timedelta(minutes=9), 1),
    ]
    assert len(gateway.asked) == 2


def test_a_story_can_be_cut_short() -> None:
    short = of(beat("a"), beat("b", 9), beat("c", 11)).until(time(5, 40))
    assert [kept.id for kept in short.beats] == ["a", "b"]
    assert short.ends_at == START + timedelta(minutes=10)
    assert short.until(time(23)).ends_at == short.ends_at
