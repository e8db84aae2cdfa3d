"""CAP documents over HTTP: real ones, broken ones, and those that concern our venues."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio

from services.weather.cap import CapMessage
from services.weather.cap.signals import Colour
from services.weather.cap_write import write_cap
from services.weather.cma import Move, Observatory, Signal, cma_message
from tests.integration.edge import OVAL, SKI, TRACK, Edge, edge, enrol, is_refusal, put_on_post
from tests.unit.corpus import Row, needs_corpus, rows
from tests.unit.weather.documents import ALERT, changed

pytestmark = [pytest.mark.nats, pytest.mark.asyncio(loop_scope="module")]

XML = {"Content-Type": "application/cap+xml"}
CAP_ROWS = rows("cap-alert", "wrapped:", "xml-unparseable")
YANQING = Observatory(
    "11011941600000", "Yanqing Meteorological Observatory", "延庆区气象台",
    "110119000000", "Yanqing District", "延庆区",
)  # fmt: skip


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def muster(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Edge]:
    async with edge(tmp_path_factory.mktemp("cap")) as running:
        await enrol(
            running,
            [
                ("lead-ski", "yanqing", "team-leader", [SKI]),
                ("lead-track", "yanqing", "team-leader", [TRACK]),
                ("on-ski", "yanqing", "medical", []),
                ("came", "yanqing", "medical", []),
                ("off", "yanqing", "medical", []),
                ("b1", "beijing", "medical", [OVAL]),
            ],
        )
        await put_on_post(running, "on-ski", SKI)
        there = {"kind": "presence", "person": "came", "whereabouts": "present", "venue": SKI}
        await running.admin.report(there)
        await running.settle()
        yield running


async def send(muster: Edge, body: bytes) -> httpx.Response:
    answer = await muster.admin.post("/cap", body, headers=XML)
    assert answer.status_code in (200, 422), answer.text
    return answer


async def alerts(muster: Edge) -> list[dict[str, Any]]:
    await muster.settle()
    found: list[dict[str, Any]] = (await muster.admin.picture())["alerts"]
    return found


def by_expected(expected: str) -> list[Any]:
    return [pytest.param(row, id=row.path) for row in CAP_ROWS if row.expected == expected]


@needs_corpus
@pytest.mark.parametrize("row", by_expected("accept"))
async def test_a_good_document_is_accepted_and_folded(muster: Edge, row: Row) -> None:
    answer = await send(muster, row.file.read_bytes())
    assert answer.status_code == 200, answer.text
    results = answer.json()["results"]
    assert results
    for result in results:
        assert result["status"] == "accepted" or result["code"] == "not-a-warning"
        if result["status"] == "accepted":
            assert await is_folded(muster, result)


@needs_corpus
@pytest.mark.parametrize("row", by_expected("accept")[::20])
async def test_the_same_document_again_is_the_same_answer(muster: Edge, row: Row) -> None:
    first = await send(muster, row.file.read_bytes())
    last = await muster.node.reader.catch_up()
    again = await send(muster, row.file.read_bytes())
    assert again.json() == first.json()
    assert await muster.node.reader.catch_up() == last


async def is_folded(muster: Edge, result: dict[str, Any]) -> bool:
    answer = await muster.admin.get(f"/warnings/{result['warning']}/geometry")
    assert answer.status_code == 200
    assert answer.json()["id"] == result["warning"]
    return bool(result["seq"] <= muster.node.reader.checkpoint)


@needs_corpus
@pytest.mark.parametrize("row", by_expected("refuse"))
async def test_a_bad_document_is_refused_with_element_and_reason(muster: Edge, row: Row) -> None:
    answer = await send(muster, row.file.read_bytes())
    assert answer.status_code == 422
    assert is_refusal(answer.json())
    assert answer.json()["error"]["field"]


@needs_corpus
@pytest.mark.parametrize("row", by_expected("flag"))
async def test_what_is_wrong_with_an_odd_document_has_a_name(muster: Edge, row: Row) -> None:
    answer = await send(muster, row.file.read_bytes())
    if answer.status_code == 422:
        assert is_refusal(answer.json())
        return
    for result in answer.json()["results"]:
        if result["status"] == "rejected":
            assert is_refusal(result)
        else:
            assert result["deviations"]
            assert all(deviation["code"] for deviation in result["deviations"])


@needs_corpus
async def test_of_all_these_warnings_none_alerted_anybody(muster: Edge) -> None:
    assert await alerts(muster) == []
    shown = await muster.admin.picture()
    assert shown["roll_calls"] == shown["runs"] == shown["condition_failures"] == []


BOMB = '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
FILE = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
FAR = '<!DOCTYPE a SYSTEM "http://192.0.2.1/x.dtd">'
ATTACKS = {
    "a bomb": ALERT.replace("<alert", f"{BOMB}<alert", 1).replace("延庆区</", "&b;</"),
    "a file": ALERT.replace("<alert", f"{FILE}<alert", 1).replace("A1<", "&x;<", 1),
    "a far DTD": ALERT.replace("<alert", f"{FAR}<alert", 1),
    "one point": ALERT.replace(" 40.3,116.0 40.7,116.0 40.7,115.6 40.3,115.6", ""),
    "no XML": "help",
    "nothing": "",
    "half": ALERT[:300],
    "deep": "<a>" * 100_000,
    "no sender": ALERT.replace("duty@weather.example", ""),
}  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS)
async def test_attacks_are_refused_or_named(muster: Edge, attack: str) -> None:
    answer = await send(muster, ATTACKS[attack].encode())
    assert "root:" not in answer.text
    if answer.status_code == 422:
        assert is_refusal(answer.json())
        assert answer.json()["error"]["field"]
    else:
        assert attack == "one point"
        [result] = answer.json()["results"]
        assert {row["code"] for row in result["deviations"]} & {"polygon-too-few-points"}
        assert result["venues"] == []
    assert await muster.healthy()


@pytest.mark.parametrize("media_type", ["text/html", "text/plain", "multipart/form-data"])
async def test_another_media_type_is_refused(muster: Edge, media_type: str) -> None:
    answer = await muster.admin.post("/cap", changed(), headers={"Content-Type": media_type})
    assert answer.status_code == 415
    assert is_refusal(answer.json())


def signal(
    colour: Colour,
    sent: datetime,
    move: Move = "issue",
    previous: datetime | None = None,
    **hours: int,
) -> bytes:
    """A blizzard signal for Yanqing in the form of the real ones."""
    said = Signal(
        "snowstorm", colour, sent + timedelta(hours=hours.get("hours", 6)),
        "snow", "降雪", "stay in", "请留在室内", "forecaster", "预报员",
    )  # fmt: skip
    message: CapMessage = cma_message(YANQING, said, sent=sent, move=move, previous=previous)
    return write_cap(message)


async def test_an_orange_blizzard_alerts_the_venues_and_asks_who_is_safe(muster: Edge) -> None:
    now = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=5)
    blue = (await send(muster, signal("blue", now))).json()["results"][0]
    assert set(blue["venues"]) == {SKI, TRACK}
    assert await alerts(muster) == []

    minutes = [now + timedelta(minutes=n) for n in range(5)]
    orange = (await send(muster, signal("orange", minutes[1], "update", now))).json()["results"][0]
    assert (orange["warning"], orange["severity"]) == (blue["warning"], "severe")
    raised = {row["venue"]: row for row in await alerts(muster)}
    assert set(raised) == {SKI, TRACK}
    assert raised[SKI]["to"] == ["lead-ski", "came", "on-ski"]
    assert raised[TRACK]["to"] == ["lead-track"]
    assert "暴雪橙色预警" in raised[SKI]["title"]["zh"]
    assert "orange" in raised[SKI]["title"]["en"].lower()
    shown = await muster.admin.picture()
    calls = {row["venue"]: row for row in shown["roll_calls"]}
    assert set(calls) == {SKI, TRACK}
    assert {person["id"] for person in calls[SKI]["unaccounted"]} == {"came", "on-ski"}
    assert blue["warning"] in {row["id"] for row in shown["warnings"]}

    again = (await send(muster, signal("orange", minutes[2], "update", minutes[1]))).json()
    assert again["results"][0]["warning"] == blue["warning"]
    assert {row["id"] for row in await alerts(muster)} == {row["id"] for row in raised.values()}
    assert len((await muster.admin.picture())["roll_calls"]) == 2

    red = signal("red", minutes[3], "update", minutes[2])
    assert (await send(muster, red)).json()["results"][0]["severity"] == "extreme"
    assert len(await alerts(muster)) == 4

    lifted = (await send(muster, signal("red", minutes[4], "cancel", minutes[3]))).json()
    assert lifted["results"][0]["move"] == "cancel"
    assert await alerts(muster) == []
    shown = await muster.admin.picture()
    assert blue["warning"] not in {row["id"] for row in shown["warnings"]}
    # Whoever is missing is still missing: only a person ends a roll call.
    assert all(row["closed_at"] is None for row in shown["roll_calls"])


def chain(number: int) -> dict[str, bytes]:
    """A chain of three messages about Yanqing, every chain from a sender of its own."""
    now = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)

    def message(name: str, minutes: int, kind: str, refers: str | None) -> bytes:
        sent = (now + timedelta(minutes=minutes)).isoformat()
        expires = (now + timedelta(hours=9)).isoformat()
        sender = f"chain{number}@weather.example"
        reference = f"{sender},{refers},{now.isoformat()}" if refers else ""
        scope = "<scope>Public</scope>"
        return changed(
            ("A1", name),
            ("duty@weather.example", sender),
            ("2022-02-13T08:00:00+08:00", sent),
            ("2022-02-13T20:00:00+08:00", expires),
            ("<msgType>Alert", f"<msgType>{kind}"),
            (scope, f"{scope}<references>{reference}</references>" if refers else scope),
        )

    return {
        "issue": message("one", 0, "Alert", None),
        "update": message("two", 10, "Update", "one"),
        "cancel": message("three", 20, "Cancel", "two"),
    }


@pytest.mark.parametrize(
    "order", list(itertools.permutations(["issue", "update", "cancel"])), ids="-".join
)
async def test_a_chain_ends_the_same_in_whatever_order_it_comes(
    muster: Edge, order: tuple[str, ...]
) -> None:
    number = list(itertools.permutations(["issue", "update", "cancel"])).index(order)
    messages = chain(number)
    results = [(await send(muster, messages[name])).json()["results"][0] for name in order]
    assert await alerts(muster) == []
    shown = await muster.admin.picture()
    warnings = {result["warning"] for result in results}
    assert not warnings & {row["id"] for row in shown["warnings"]}


async def test_a_warning_lifted_while_it_is_still_being_acted_on_leaves_no_alert(
    muster: Edge,
) -> None:
    """Both documents at once, many times: the alert may be on its way when the end is read."""
    for number in range(100, 125):
        messages = chain(number)
        ends = messages["cancel"].replace(b"two", b"one")
        await asyncio.gather(*(send(muster, body) for body in (messages["issue"], ends)))
    assert await alerts(muster) == []


@pytest.mark.parametrize("status", ["Exercise", "Test", "System", "Draft"])
async def test_what_is_no_warning_alerts_nobody(muster: Edge, status: str) -> None:
    body = chain(200)["issue"].replace(b"Actual", status.encode()).replace(b"one", status.encode())
    [result] = (await send(muster, body)).json()["results"]
    assert result["status"] == "accepted"
    assert result["cap_status"] == status
    assert await alerts(muster) == []
    assert result["warning"] in {row["id"] for row in (await muster.admin.picture())["exercises"]}


async def test_a_headline_without_end_does_not_keep_the_alert_back(muster: Edge) -> None:
    body = chain(300)["issue"].replace("延庆区气象台发布".encode(), ("雪" * 9000).encode())
    [result] = (await send(muster, body)).json()["results"]
    raised = await alerts(muster)
    assert {row["about"]["id"] for row in raised} == {result["warning"]}
    assert (await muster.admin.picture())["condition_failures"] == []
    await muster.admin.post("/cap", chain(300)["cancel"].replace(b"two", b"one"), headers=XML)
    assert await alerts(muster) == []
