"""Check-ins and sick notes: sealed before they are stored, once, answered as everything else is."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
import pytest_asyncio

from events.checkin import CheckInGiven
from events.sealed import Sealed
from tests.integration.edge import Edge, edge, enrol, is_refusal
from tests.servers import node

pytestmark = [pytest.mark.nats, pytest.mark.asyncio(loop_scope="module")]

PEOPLE = 1000


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def muster(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Edge]:
    async with edge(tmp_path_factory.mktemp("check-ins")) as running:
        people = [(f"v{number:04}", "yanqing", "medical", ()) for number in range(PEOPLE + 60)]
        await enrol(running, people)
        yield running


def check_in(person: str, **more: Any) -> dict[str, Any]:
    return {"kind": "check-in", "person": person, "answer": "talk", "text": "睡不着", **more}


async def event(muster: Edge, seq: int) -> dict[str, Any]:
    [found] = (await muster.admin.get(f"/events?after={seq - 1}&limit=1")).json()["events"]
    return dict(found)


async def opened(muster: Edge, seq: int) -> Any:
    [stored] = await muster.node.events_at([seq])
    sealed = getattr(stored.data, "sealed", None) or getattr(stored.data, "detail", None)
    assert isinstance(sealed, Sealed)
    return muster.node.keys.open(sealed)


async def test_the_first_check_in_makes_the_key_and_all_open(muster: Edge) -> None:
    for answer in ("fine", "talk"):
        said = await muster.admin.report(check_in("v0000", answer=answer, temperature_c=36.5))
        assert said["status"] == "accepted", said
        assert await opened(muster, said["seq"]) == {
            "answer": answer,
            "temperature_c": 36.5,
            "text": "睡不着",
        }


async def test_a_sick_note_is_stored_as_off_duty(muster: Edge) -> None:
    note = {"kind": "presence", "person": "v0001", "whereabouts": "sick", "text": "发烧"}
    said = await muster.admin.report(note)
    stored = await event(muster, said["seq"])
    assert stored["data"]["whereabouts"] == "off-duty"
    assert await opened(muster, said["seq"]) == {"state": "sick", "text": "发烧"}


async def test_a_repeat_is_answered_as_the_first_time_and_other_words_are_refused(
    muster: Edge,
) -> None:
    first = check_in("v0002", id="c-1")
    one, other = await asyncio.gather(muster.admin.report(first), muster.admin.report(first))
    assert one == other == await muster.admin.report(first)
    reused = await muster.admin.report({**first, "text": "好多了"})
    assert (reused["status"], reused["code"]) == ("rejected", "id-reused")
    assert "好多了" not in str(reused)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"person": "v9999"}, "person"),
        ({"temperature_c": 29.9}, "temperature_c"),
        ({"temperature_c": 45.1}, "temperature_c"),
        ({"temperature_c": "37"}, "temperature_c"),
        ({"answer": "so-so"}, "answer"),
        ({"answer": None}, "answer"),
        ({"day": "2022-02-30"}, "day"),
        ({"day": "tomorrow"}, "day"),
        ({"text": "x" * 2001}, "text"),
        ({"mood": "sad"}, "mood"),
        ({"venue": "sliding-centre"}, "venue"),
    ],
)
async def test_what_is_wrong_with_one_is_named(muster: Edge, more: Any, field: str) -> None:
    answer = await muster.admin.post("/reports", check_in("v0003") | more)
    assert answer.status_code == 422
    assert is_refusal(answer.json())
    assert answer.json()["field"] == field
    assert "睡不着" not in answer.text


async def test_a_thousand_new_people_check_in_at_once(muster: Edge) -> None:
    reports = [check_in(f"v{number:04}", id=f"m-{number}") for number in range(50, PEOPLE + 50)]
    began = monotonic()
    answer = await muster.admin.report(*reports)
    took = monotonic() - began
    assert answer["accepted"] == PEOPLE, answer
    assert [one["id"] for one in answer["results"]] == [one["id"] for one in reports]
    began = monotonic()
    assert (await muster.admin.report(*reports))["results"] == answer["results"]
    print(f"{PEOPLE} check-ins of new people: {took:.2f} s, again: {monotonic() - began:.2f} s")
    assert took < 5


async def test_whoever_needs_no_key_waits_for_none(muster: Edge) -> None:
    """The others in a list are stored before a key is made for the one who has none."""
    others = [
        {"kind": "safety", "person": f"v{number:04}", "answer": "safe"} for number in range(20)
    ]
    answer = await muster.admin.report(check_in("v0040"), *others)
    first, *rest = [one["seq"] for one in answer["results"]]
    assert first > max(rest)


async def test_a_list_says_of_each_what_is_wrong_with_it(muster: Edge) -> None:
    answer = await muster.admin.report(
        check_in("v0041", id="a"), check_in("nobody", id="b"), check_in("v0042", id="c", day="x")
    )
    said = [(one["id"], one["status"], one.get("field")) for one in answer["results"]]
    assert said == [
        ("a", "accepted", None),
        ("b", "rejected", "person"),
        ("c", "rejected", "day"),
    ]


async def test_a_service_of_its_own_opens_what_the_gateway_sealed(
    muster: Edge, tmp_path: Path
) -> None:
    said = await muster.admin.report(check_in("v0043"))
    async with node(muster.ready.nats, tmp_path) as other:
        [stored] = await other.events_at([said["seq"]])
        assert isinstance(stored.data, CheckInGiven)
        details = other.keys.open(stored.data.sealed)
        assert details is not None
        assert details["answer"] == "talk"
