"""Reports over NATS, and alerts on the subjects that responders subscribe to."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import nats
import nats.errors
import pytest
import pytest_asyncio
from nats.aio.client import Client
from nats.aio.msg import Msg

from services.embedded.config import field_inbox, field_user
from tests.integration.edge import OVAL, SKI, Edge, edge, enrol, is_refusal

pytestmark = [pytest.mark.nats, pytest.mark.asyncio(loop_scope="module")]

INCIDENT = {"kind": "incident", "text": "有烟", "venue": SKI}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def muster(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Edge]:
    async with edge(tmp_path_factory.mktemp("intake")) as running:
        await enrol(running, [("y1", "yanqing", "medical", [SKI])])
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def nc(muster: Edge) -> AsyncIterator[Client]:
    client = await nats.connect(muster.ready.nats)
    yield client
    await client.close()


async def ask(nc: Client, subject: str, body: Any, token: str | None, **headers: str) -> Any:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    said = {**headers, **({"Authorization": f"Bearer {token}"} if token else {})}
    reply = await nc.request(subject, data, timeout=5, headers=said or None)
    return json.loads(reply.data)


async def test_a_report_is_answered_as_over_http(muster: Edge, nc: Client) -> None:
    report = {**INCIDENT, "id": "both-doors"}
    said = await ask(nc, "report.yanqing", report, muster.admin.token)
    assert said["status"] == "accepted"
    assert await muster.admin.report(report) == said
    assert await ask(nc, "report.yanqing", report, muster.admin.token) == said


async def test_the_same_report_through_both_doors_at_once_is_one(muster: Edge, nc: Client) -> None:
    for number in range(10):
        report = {**INCIDENT, "id": f"race-{number}"}
        answers = await asyncio.gather(
            ask(nc, "report.yanqing", report, muster.admin.token),
            muster.admin.report(report),
            ask(nc, "report.yanqing", report, muster.admin.token),
        )
        assert all(answer == answers[0] for answer in answers)
    assert not muster.node.reader.broken


async def test_a_list_is_answered_one_by_one(muster: Edge, nc: Client) -> None:
    body = [INCIDENT, {"kind": "snow"}, {**INCIDENT, "text": "冰"}]
    said = await ask(nc, "report.yanqing", body, muster.admin.token)
    assert [one["status"] for one in said] == ["accepted", "rejected", "accepted"]
    assert is_refusal(said[1])


BAD = [b"{torn", b"", b"\xff\xfe", b"[", b"null", b"[" * 5000, b'[{"kind":"snow"}]', b'{"id":7}']


@pytest.mark.parametrize("media_type", ["", "application/json", "text/plain", "x/y; charset=none"])
@pytest.mark.parametrize("body", BAD)
async def test_rubbish_is_answered(muster: Edge, nc: Client, body: bytes, media_type: str) -> None:
    headers = {"content-type": media_type} if media_type else {}
    said = await ask(nc, "report.yanqing", body, muster.admin.token, **headers)
    assert is_refusal(said[0] if isinstance(said, list) else said)


async def test_without_the_right_token_nothing_is_taken(muster: Edge, nc: Client) -> None:
    far = await muster.caller("reporter", "beijing")
    watching = await muster.caller("monitor")
    last = await muster.node.reader.catch_up()
    for token in (None, "nonsense", far.token, watching.token):
        said = await ask(nc, "report.yanqing", INCIDENT, token)
        assert said["code"] == "no-rights"
        assert is_refusal(said)
    said = await ask(nc, "report.beijing", INCIDENT, far.token)
    assert said["code"] == "site-not-allowed"
    assert await muster.node.reader.catch_up() == last


async def aside(muster: Edge, count: int) -> list[dict[str, Any]]:
    """Return what was set aside, once there are so many."""
    async with asyncio.timeout(5):
        while True:
            shown = await muster.admin.picture()
            if shown["counts"]["set_aside"] >= count:
                return list(shown["set_aside"])
            await asyncio.sleep(0.02)


FORGOTTEN: dict[str, tuple[str, bytes]] = {
    "torn": ("report.yanqing", b"{torn"),
    "a made-up name": ("report.yanqing", json.dumps({**INCIDENT, "f" * 5000: 1}).encode()),
    "a made-up kind": ("report.yanqing", json.dumps({"kind": "k" * 9000}).encode()),
    "bytes": ("report.yanqing", b"\xff\x00\xfe"),
    "an unknown site": ("report.atlantis", b"{}"),
    "a site that can be none": ("report.b\xc3\xb6se".encode().decode("latin-1"), b"{}"),
    "a list": ("report.yanqing", json.dumps([INCIDENT, {"kind": "snow"}, 5]).encode()),
}  # fmt: skip


@pytest.mark.parametrize("what", FORGOTTEN)
async def test_what_nobody_answers_for_is_set_aside_where_a_person_sees_it(
    muster: Edge, nc: Client, what: str
) -> None:
    before = (await muster.admin.picture())["counts"]["set_aside"]
    subject, body = FORGOTTEN[what]
    await nc.publish(subject, body, headers={"Authorization": f"Bearer {muster.admin.token}"})
    rows = await aside(muster, before + 1)
    assert any("\u4e00" <= character <= "\u9fff" for character in rows[0]["reason"])
    assert (rows[0]["body"], rows[0]["sealed"]) == ("", True)
    assert body.decode("latin-1")[:40] not in str(rows) or len(body) < 9
    assert not muster.node.reader.broken


async def test_what_surely_says_nothing_of_a_person_is_set_aside_in_the_open(
    muster: Edge, nc: Client
) -> None:
    before = (await muster.admin.picture())["counts"]["set_aside"]
    report = {"kind": "presence", "person": "y1", "whereabouts": "present", "venue": "atlantis"}
    body = json.dumps(report).encode()
    token = muster.admin.token
    await nc.publish("report.yanqing", body, headers={"Authorization": f"Bearer {token}"})
    row = (await aside(muster, before + 1))[0]
    assert (row["body"], row["sealed"], row["field"]) == (body.decode(), False, "venue")


async def test_a_check_in_that_cannot_be_taken_is_sealed_and_its_reason_repeats_nothing(
    muster: Edge, nc: Client
) -> None:
    before = (await muster.admin.picture())["counts"]["set_aside"]
    report = {"kind": "check-in", "person": "y1", "answer": "SORROW", "SORROW": "SORROW"}
    body = json.dumps([report, {"kind": "SORROW"}, {**report, "day": "SORROW"}]).encode()
    token = muster.admin.token
    await nc.publish("report.yanqing", body, headers={"Authorization": f"Bearer {token}"})
    rows = (await aside(muster, before + 3))[:3]
    assert all(row["sealed"] for row in rows)
    events = (await muster.admin.get("/events?kind=report&limit=1000")).text
    assert "SORROW" not in events + str(rows)


async def test_a_report_that_nobody_waits_for_is_taken(muster: Edge, nc: Client) -> None:
    report = {**INCIDENT, "text": "无人等候"}
    await nc.publish(
        "report.yanqing",
        json.dumps(report).encode(),
        headers={"Authorization": f"Bearer {muster.admin.token}"},
    )
    async with asyncio.timeout(5):
        while "无人等候" not in str((await muster.admin.picture())["incidents"]):
            await asyncio.sleep(0.02)


@contextlib.asynccontextmanager
async def hearing(nc: Client, subject: str) -> AsyncIterator[list[dict[str, Any]]]:
    heard: list[dict[str, Any]] = []

    async def on_message(message: Msg) -> None:
        heard.append({"subject": message.subject, **json.loads(message.data)})

    subscription = await nc.subscribe(subject, cb=on_message)
    await nc.flush()
    try:
        yield heard
    finally:
        await subscription.unsubscribe()


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("alert.>", {SKI, OVAL, None}),
        ("alert.yanqing.>", {SKI}),
        (f"alert.*.{OVAL}.*", {OVAL}),
        ("alert.*.*.extreme", {OVAL}),
        ("alert.*._.*", {None}),
    ],
)
async def test_alerts_are_told_by_site_venue_and_severity(
    muster: Edge, nc: Client, subject: str, expected: set[str | None]
) -> None:
    async with hearing(nc, subject) as heard, hearing(nc, "alert.>") as all_:
        said = await muster.admin.report(
            {**INCIDENT, "severity": "severe"},
            {**INCIDENT, "severity": "extreme", "venue": OVAL},
            {"kind": "need-help"},
        )
        ids = {row["incident"] for row in said["results"]}
        await muster.settle()
        async with asyncio.timeout(5):
            while {told["alert"]["about"]["id"] for told in all_} < ids:
                await asyncio.sleep(0.01)
        await nc.flush()
        assert {told["alert"]["venue"] for told in heard} == expected
        for told in heard:
            alert = told["alert"]
            place = alert["venue"] or "_"
            assert told["subject"] == f"alert.{alert['site']}.{place}.{alert['severity']}"
            assert told["seq"] <= muster.node.reader.checkpoint
            assert told["correlation_id"]


async def field(muster: Edge, site: str, trouble: list[str]) -> Client:
    async def on_error(error: Exception) -> None:
        trouble.append(str(error))

    passwords = json.loads((Path(muster.ready.data) / "nats-passwords.json").read_text())
    return await nats.connect(
        muster.ready.nats.rsplit("@", 1)[1],
        user=field_user(site),
        password=passwords[field_user(site)],
        inbox_prefix=field_inbox(site),
        error_cb=on_error,
    )


async def test_a_field_user_reports_and_hears_at_its_own_site_only(muster: Edge) -> None:
    trouble: list[str] = []
    client = await field(muster, "beijing", trouble)
    try:
        phone = await muster.caller("reporter", "beijing")
        async with (
            hearing(client, "alert.beijing.>") as own,
            hearing(client, "alert.>") as all_,
            hearing(client, "alert.yanqing.>") as far,
            hearing(client, "ev.>") as log,
        ):
            said = await ask(
                client, "report.beijing", {"kind": "need-help", "venue": OVAL}, phone.token
            )
            assert said["status"] == "accepted"
            await muster.admin.report({"kind": "need-help", "venue": SKI})
            await muster.settle()
            async with asyncio.timeout(5):
                while not own:
                    await asyncio.sleep(0.01)
            await client.flush()
            assert {told["alert"]["site"] for told in own} == {"beijing"}
            assert all_ == far == log == []
        for subject in ("report.yanqing", "cmd.yanqing.alert", "alert.beijing._.severe", "ev.x"):
            with pytest.raises(nats.errors.Error):
                await client.request(subject, b"{}", timeout=0.3)
        assert any("ermissions" in text for text in trouble)
    finally:
        await client.close()
