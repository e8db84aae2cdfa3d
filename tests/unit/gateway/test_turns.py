import asyncio
from typing import Any, cast

from services.gateway.reports import Asked, Headers, Reply, Reports
from services.gateway.turns import Request, Turns
from services.reporting.take import SHARE


class Paper:
    """A taking that is answered as soon as all of it is begun."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.begun = 0

    def go_on(self, most: int) -> int:
        some = min(most, self.count - self.begun)
        self.begun += some
        return some

    @property
    def all_begun(self) -> bool:
        return self.begun == self.count

    def then(self, call: Any) -> None:
        call()

    def answers(self, _: str) -> list[Any]:
        if self.count == 13:
            raise ZeroDivisionError
        return []


class Desk:
    """Reports by their number, written in the body."""

    def __init__(self) -> None:
        self.taken: list[Paper] = []

    def ask(self, _: Headers, body: bytes) -> Asked | Reply:
        if body == b"no":
            return Reply(422, b"")
        self.taken.append(Paper(int(body)))
        return Asked(cast("Any", self.taken[-1]), lambda _: Reply(200, body))


async def turns(*bodies: bytes) -> list[tuple[int, Reply | None]]:
    """Return the answers to requests that came together, with the turn of the loop they came in."""
    answers: list[tuple[int, Reply | None]] = []
    turn = 0
    line = Turns(cast("Reports", Desk()))
    for body in bodies:
        line.put(Request([], body, lambda reply: answers.append((turn, reply))))
    assert line.under_way == len(bodies)
    while len(answers) < len(bodies) and turn < 1000:
        await asyncio.sleep(0)
        turn += 1
    assert line.under_way == 0
    return answers


async def test_single_reports_are_taken_a_share_in_each_turn_of_the_loop() -> None:
    answers = await turns(*[b"1"] * (SHARE * 3))
    per_turn = [sum(at == turn for at, _ in answers) for turn in range(answers[-1][0] + 1)]
    assert max(per_turn) == SHARE
    assert sum(per_turn) == SHARE * 3


async def test_a_long_list_does_not_keep_the_loop() -> None:
    [(turn, reply)] = await turns(b"%d" % (SHARE * 10))
    assert turn >= 9
    assert reply is not None
    assert reply.status == 200


async def test_what_is_refused_and_what_fails_keeps_nothing_else_from_its_turn() -> None:
    replies = [reply for _, reply in await turns(b"no", b"torn", b"13", b"1", b"0")]
    assert [reply and reply.status for reply in replies] == [422, None, None, 200, 200]
