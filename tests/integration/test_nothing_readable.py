"""Nothing anybody said of themselves lies readable in a file, a log line or a metric; and of
whoever is erased not the key either.

A whole Muster in a process of its own, at its most talkative, with a second process that has the
keys too. Every detail is a mark that is found wherever it lies, in any encoding that something may
have put it in.
"""

import asyncio
import json
import threading
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import nats
import pytest

from services.ask import Ask
from services.ids import new_id
from services.node import Node
from services.volunteers.commands import RegisterVolunteer
from tests.servers import Muster, muster, node

pytestmark = [pytest.mark.nats, pytest.mark.timeout(120)]

TALKATIVE = {"MUSTER_LOG_LEVEL": "debug"}
ERASED, OTHERS = "v001", ("v002", "v003")
PEOPLE = (ERASED, *OTHERS)
PURPOSE = {"purpose": "follow up"}


def phone(person: str) -> str:
    return f"1398170{int(person[1:]):04}"


def words(person: str, what: str) -> str:
    return f"心事MARK-{what}-{person}\n“私密”"


def temperature(person: str) -> float:
    return 40 + int(person[1:]) / 1000 + 0.00026175


def marks() -> list[str]:
    """Return everything that must not be found, and the words that no other file has."""
    found = ["isolated", "not-fine"]
    for person in PEOPLE:
        found += [phone(person), f"{temperature(person)}"[:9]]
        found += [words(person, what) for what in ("TALK", "SICK", "ASIDE", "WRONG", "REUSED")]
    return [*found, "MARK-"]


def forms(mark: bytes) -> set[bytes]:
    """Return bytes in every encoding: plain, hexadecimal, base64 wherever it begins in a text."""
    found = {mark, mark.hex().encode(), mark.hex().upper().encode()}
    for shift in range(3):
        for encode in (b64encode, urlsafe_b64encode):
            # The first letter and the last depend on what stands beside it.
            whole = encode(bytes(shift) + mark)
            found.add(whole[-(-shift * 4 // 3) : (shift + len(mark)) * 4 // 3])
    return found


def text_forms(mark: str) -> set[bytes]:
    escaped = json.dumps(mark)[1:-1]
    plain = {mark, escaped, json.dumps(mark, ensure_ascii=False)[1:-1], repr(mark)[1:-1]}
    return {
        form
        for each in plain
        for form in (*forms(each.encode()), each.encode("utf-16-le"), each.encode("utf-16-be"))
    }


MARKS = sorted({form for mark in marks() for form in text_forms(mark) if len(form) > 4})


def found_in(what: bytes, looked_for: list[bytes]) -> list[bytes]:
    return [form for form in looked_for if form in what]


def found_under(folder: Path, looked_for: list[bytes]) -> list[tuple[str, bytes]]:
    return [
        (str(path.relative_to(folder)), form)
        for path in folder.rglob("*")
        if path.is_file()
        for form in found_in(path.read_bytes(), looked_for)
    ]


@contextmanager
def listened_to(data: Path, heard: list[str]) -> Iterator[Muster]:
    """Run a Muster; when it is gone, add all it said on stdout and stderr to what was heard."""
    with muster(data, env=TALKATIVE) as running:
        out = running.process.stdout
        assert out is not None
        drain = threading.Thread(target=lambda: heard.extend(out))
        drain.start()
        try:
            yield running
        finally:
            running.process.terminate()
            drain.join(20)
            running.stop()
            heard.append(running.said)


class Field:
    """Somebody with a token at the door of a Muster."""

    def __init__(self, http: httpx.AsyncClient, running: Muster, token: str) -> None:
        self.token = token
        self.http = http
        self.door = running.url
        self.rights = {"Authorization": f"Bearer {token}"}

    async def post(self, path: str, body: Any, **headers: str) -> httpx.Response:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"Content-Type": "application/json", **headers, **self.rights}
        address = f"{self.door}/api/v1{path}"
        return await self.http.post(address, content=content, headers=headers)

    async def get(self, path: str) -> str:
        answer = await self.http.get(self.door + path, headers=self.rights)
        assert answer.status_code == 200, answer.text
        return answer.text

    async def details(self, person: str, topic: str) -> list[Any]:
        answer = await self.post(f"/people/{person}/details", {"topic": topic, **PURPOSE})
        assert answer.status_code == 200, answer.text
        return [row["details"] for row in answer.json()["details"]]


async def of_lane(admin: Field, running: Muster, lane: str) -> Field:
    said = {"role": "responder", "name": lane, "lanes": [lane]}
    answer = await admin.post("/tokens", said)
    assert answer.status_code == 200, answer.text
    return Field(admin.http, running, answer.json()["token"])


async def register(admin: Field, other: Node) -> None:
    """Register people by a file, and one of them once more from another process."""
    rows = [f"{person},人员,yanqing,medical,{phone(person)}" for person in PEOPLE]
    bad = [f"x{number},,{phone(person)},,{phone(person)}9" for number, person in enumerate(PEOPLE)]
    templates = f"channel={quote('web=http://127.0.0.1:1/{phone}')}"
    for lines, query, status in (
        ([*rows, *bad], templates, 422),
        (rows, f"{templates}&dry_run=true", 200),
        (rows, templates, 200),
        (rows, templates, 200),
    ):
        content = "\n".join(["编号,姓名,站点,岗位,电话", *lines]).encode()
        answer = await admin.post(f"/roster/import?{query}", content, **{"X-Filename": "a.csv"})
        assert answer.status_code == status, answer.text
    person = PEOPLE[-1]
    await other.keys.fetch(person)
    contact = {"phone": phone(person), "addresses": {"web": f"http://127.0.0.1:1/{phone(person)}"}}
    command = RegisterVolunteer(
        site="yanqing", id=person, at=other.clock.now(), by="ana", name="人员", latin="R",
        role="medical", channels=("web",), contact=other.keys.seal(person, "contact", contact),
    )  # fmt: skip
    await other.bus.send(Ask(command, new_id(), new_id()))
    for person in PEOPLE:
        sent = await admin.post(f"/people/{person}/test-message", {})
        assert sent.status_code == 200, sent.text


def reports(person: str) -> list[dict[str, Any]]:
    return [
        {
            "kind": "check-in", "person": person, "id": f"c-{person}", "answer": "not-fine",
            "temperature_c": temperature(person), "text": words(person, "TALK"),
        },
        {
            "kind": "presence", "person": person, "whereabouts": "isolated",
            "text": words(person, "SICK"),
        },
    ]  # fmt: skip


def wrong(person: str) -> list[bytes]:
    """Return reports that are refused, each with a mark where it does not belong."""
    mark = words(person, "WRONG")
    check_in, _ = reports(person)
    refused: list[dict[str, Any]] = [
        {**check_in, "temperature_c": mark},
        {**check_in, "answer": mark},
        {**check_in, "day": mark},
        {**check_in, "id": mark},
        {**check_in, "person": mark},
        {**check_in, "device": mark},
        {**check_in, "text": mark * 200},
        {**check_in, mark: 1},
        {**check_in, "kind": mark},
        {**check_in, "at": mark},
        {**check_in, "person": "nobody"},
        {**check_in, "temperature_c": 99.0},
        {"kind": "presence", "person": person, "whereabouts": "present", "text": mark},
        {"kind": "presence", "person": person, "whereabouts": mark},
        {"kind": "presence", "person": person, "whereabouts": "isolated", "venue": mark},
        {**check_in, "text": words(person, "REUSED")},
    ]
    whole = [json.dumps(one, ensure_ascii=False).encode() for one in refused]
    return [*whole, json.dumps(check_in).encode()[:-9], f"{{{mark}".encode(), mark.encode()]


async def send_everything(running: Muster, admin: Field) -> None:
    """Send what is taken and what is not, through every door."""
    for person in PEOPLE:
        answers = (await admin.post("/reports", reports(person))).json()
        assert answers["accepted"] == 2, answers
    nc = await nats.connect(running.nats)
    for person in PEOPLE:
        bodies = wrong(person)
        for body in bodies:
            assert (await admin.post("/reports", body)).status_code == 422
            assert (
                b"rejected" in (await nc.request("report.yanqing", body, headers=admin.rights)).data
            )
            await nc.publish("report.yanqing", body, headers=admin.rights)
        lines = b"\n".join(body.replace(b"\n", b" ") for body in bodies)
        await admin.post("/reports", lines, **{"Content-Type": "application/x-ndjson"})
        await admin.post("/reports", b"[" + b",".join(bodies[:16]) + b"]")
        aside = {"kind": "check-in", "person": person, "text": words(person, "ASIDE")}
        await nc.publish("report.yanqing", json.dumps(aside).encode())
        await admin.post(f"/people/{person}/details", {"topic": words(person, "WRONG"), **PURPOSE})
        await admin.post(f"/people/{person}/erase", {"because": words(person, "WRONG")})
    await nc.flush()
    await nc.close()


async def shown(admin: Field) -> str:
    """Return what the picture, the timelines, the events and the metrics say."""
    paths = ["picture", "events?limit=1000", *(f"people/{person}/timeline" for person in PEOPLE)]
    texts = [await admin.get(f"/api/v1/{path}") for path in paths]
    return "\n".join([*texts, await admin.get("/metrics")])


async def set_aside(admin: Field, least: int) -> list[dict[str, Any]]:
    async with asyncio.timeout(20):
        while True:
            picture = json.loads(await admin.get("/api/v1/picture"))
            if picture["counts"]["set_aside"] >= least:
                return list(picture["set_aside"])
            await asyncio.sleep(0.1)


async def read_all(mind: Field, epidemic: Field, admin: Field, people: tuple[str, ...]) -> None:
    for person in people:
        [said] = await mind.details(person, "check-in")
        assert said == {"answer": "not-fine", "text": words(person, "TALK")}
        assert await epidemic.details(person, "check-in") == [
            {"temperature_c": temperature(person)}
        ]
        [note] = await epidemic.details(person, "presence")
        assert note == {"state": "isolated", "text": words(person, "SICK")}
        [contact] = await admin.details(person, "contact")
        assert contact["phone"] == phone(person)


async def test_nothing_readable_is_left_anywhere(tmp_path: Path) -> None:
    async with httpx.AsyncClient(timeout=30, trust_env=False) as http:
        await _nothing_readable_is_left(tmp_path, http)


async def _nothing_readable_is_left(folder: Path, http: httpx.AsyncClient) -> None:
    data, heard = folder / "data", list[str]()
    with listened_to(data, heard) as running:
        async with node(running.nats, folder / "other") as other:
            admin = Field(http, running, running.token)
            await register(admin, other)
            await send_everything(running, admin)
            lanes = ("mental-health", "epidemic-prevention")
            mind, epidemic = [await of_lane(admin, running, lane) for lane in lanes]
            await read_all(mind, epidemic, admin, PEOPLE)
            aside = await set_aside(admin, 20 * len(PEOPLE))
            read = await admin.post(f"/set-aside/{aside[0]['id']}/details", PURPOSE)
            assert "MARK-" in read.text
            keys = {person: [key for _, key in other.keys.of(person)] for person in PEOPLE}
            everything = await shown(admin)
    assert len(keys[ERASED]) > 5  # of reports set aside
    assert found_in(everything.encode(), MARKS) == []
    assert list(data.rglob("folded.pickle"))
    assert found_under(data, MARKS) == []
    assert found_in("".join(heard).encode(), MARKS) == []
    erased = sorted({form for key in keys[ERASED] for form in forms(key)})
    assert found_under(data, erased) != []
    with listened_to(data, heard) as running:
        admin, mind, epidemic = [
            Field(http, running, each.token) for each in (admin, mind, epidemic)
        ]
        await read_all(mind, epidemic, admin, PEOPLE)
        gone = await admin.post(f"/people/{ERASED}/erase", {"reason": "asked for it"})
        assert gone.status_code == 200, gone.text
        # At once, and not only when all has come to rest.
        assert found_under(data, erased) == []
        refused = await admin.post(f"/people/{ERASED}/details", {"topic": "contact", **PURPOSE})
        assert (refused.status_code, phone(ERASED) in refused.text) == (410, False)
        await read_all(mind, epidemic, admin, OTHERS)
        everything = await shown(admin)
    assert found_in(everything.encode(), MARKS) == []
    with listened_to(data, heard) as running:
        admin, mind, epidemic = [
            Field(http, running, each.token) for each in (admin, mind, epidemic)
        ]
        await read_all(mind, epidemic, admin, OTHERS)
    assert found_under(folder, [*MARKS, *erased]) == []
    assert found_in("".join(heard).encode(), [*MARKS, *erased]) == []
    living = sorted({form for person in OTHERS for key in keys[person] for form in forms(key)})
    assert {Path(path).parts[:4] for path, _ in found_under(data, living)} == {
        ("jetstream", "APP", "streams", "KV_KEYS")
    }


@pytest.mark.parametrize("beside", [b"", b"a", b"ab", b"abc", "上".encode()])
def test_the_search_finds_a_mark_in_whatever_form_it_lies(beside: bytes) -> None:
    for mark in marks():
        plain = beside + mark.encode() + beside
        said = json.dumps({"x": beside.decode() + mark})
        assert found_in(plain, MARKS)
        assert found_in(said.encode(), MARKS)
        assert found_in(json.dumps([said]).encode(), MARKS)
        assert found_in(plain.hex().encode(), MARKS)
        assert found_in(b64encode(plain), MARKS)
        assert found_in(urlsafe_b64encode(plain), MARKS)
        assert found_in(repr(plain.decode()).encode(), MARKS)
        assert found_in(plain.decode().encode("utf-16"), MARKS)
