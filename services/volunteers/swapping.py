"""Carries swaps out, and tells the two people what is asked of them and what came of it."""

from collections.abc import Iterable

from events.envelope import Event
from events.fact import Ref, Text
from events.ids import derive
from events.swap import SwapAgreed, SwapDeclined, SwapDone, SwapFailed, SwapProposed
from projections.moment import iso
from projections.people import Shift
from projections.swaps import Swap as Row
from services.aggregates import Aggregates
from services.ask import Ask
from services.decider import Command
from services.node import Node
from services.notifier.commands import RequestMessage
from services.volunteers.swap import Swap
from services.volunteers.swap_process import SERVICE, Parties, next_command
from services.volunteers.volunteer import Volunteer

NAME = "swaps"
REACTS_TO = tuple(("swap", type) for type in ("proposed", "agreed", "declined", "done", "failed"))
_STEPS_MAX = 8
"""Commands for one swap; four is what it takes."""


class Unfinished(Exception):
    """A swap that has not ended after all the steps there are."""


class Swapping:
    """Reacts to one event of a swap at a time; doing it again changes nothing."""

    def __init__(
        self, node: Node, volunteers: Aggregates[Volunteer], swaps: Aggregates[Swap]
    ) -> None:
        self._node = node
        self._volunteers = volunteers
        self._swaps = swaps

    async def on_event(self, event: Event, _: int) -> None:
        """Do what follows from an event. Raises what kept it from being done."""
        match event.data:
            case SwapProposed():
                await self._ask_them(event)
            case SwapAgreed():
                await self._carry_out(event)
            case SwapDeclined(person=person, reason=reason):
                row = self._row(event.key)
                others = [other for other in row.people if other != person]
                zh, en = f"换班被 {person} 拒绝：{reason}", f"{person} declined to swap: {reason}"
                await self._tell(event, others, Text(zh=zh, en=en))
            case SwapDone():
                await self._tell(event, self._row(event.key).people, _DONE)
            case SwapFailed(reason=why):
                text = Text(
                    zh=f"换班未成，班次不变：{why.zh}"[:4000],
                    en=f"no swap, your shifts are as they were: {why.en}"[:4000],
                )
                await self._tell(event, self._row(event.key).people, text)
            case _:
                pass

    async def _carry_out(self, event: Event) -> None:
        node = self._node
        for _ in range(_STEPS_MAX):
            command = next_command(await self._parties(event.key), node.clock.now())
            if command is None:
                return
            await self._send(event, command, command.id, type(command).__name__)
        raise Unfinished(f"carry out swap {event.key}: not ended after {_STEPS_MAX} steps")

    async def _parties(self, id: str) -> Parties:
        swap = await self._swaps.current(id)
        giver, taker = swap.people or ("", "")
        people = self._node.picture.people.volunteers
        home = people.get(giver), people.get(taker)
        row = self._row(id)
        return Parties(
            id,
            swap,
            self._volunteers.state(giver),
            self._volunteers.state(taker),
            row.site,
            home[1].site if home[1] else row.site,
        )

    def _row(self, id: str) -> Row:
        return self._node.picture.swaps.rows[id]

    async def _ask_them(self, event: Event) -> None:
        # Who proposed agreed in the same breath, by the next event.
        await self._node.reader.catch_up()
        row = self._row(event.key)
        text = self._proposal(event.key, row)
        await self._tell(event, [who for who in row.people if who not in row.agreed], text)

    def _proposal(self, id: str, row: Row) -> Text:
        zh = (
            f"提议换班 {id}：{row.taker} 接替 {row.giver} 的班次 {self._when(row.giver, row.shift)}"
        )
        en = (
            f"swap {id} is proposed: {row.taker} takes {row.giver}'s shift"
            f" {self._when(row.giver, row.shift)}"
        )
        if row.in_return is not None:
            back = self._when(row.taker, row.in_return)
            zh, en = f"{zh}，{row.giver} 接替 {back}", f"{en}, and gives {back} in return"
        return Text(zh=f"{zh}。请同意或拒绝。", en=f"{en}. Please agree or decline.")

    def _when(self, person: str, id: str) -> str:
        shifts = self._node.picture.people.shifts.get(person, ())
        found: Shift | None = next((shift for shift in shifts if shift.id == id), None)
        if found is None:
            return id
        return f"{found.venue} {iso(found.starts_at)} - {iso(found.ends_at)}"

    async def _tell(self, event: Event, people: Iterable[str], text: Text) -> None:
        volunteers = self._node.picture.people.volunteers
        for person in people:
            known = volunteers.get(person)
            message = RequestMessage(
                site=known.site if known else event.site,
                id=derive(event.key, person, "swap", event.type),
                at=self._node.clock.now(),
                by=SERVICE,
                person=person,
                purpose="swap",
                about=Ref(kind="swap", id=event.key),
                text=text,
            )
            await self._send(event, message, person)

    async def _send(self, event: Event, command: Command, *marks: str) -> None:
        """Have a command decided, and wait until what came of it is folded."""
        ask = Ask(
            command,
            derive(event.id, command.KIND, *marks),
            event.correlation_id,
            event.id,
            drill=event.drill,
        )
        outcome = await self._node.bus.send(ask)
        await self._node.reader.reached(outcome.seq)


_DONE = Text(zh="换班完成，请查看您的新班次", en="the swap is done, please look at your new shifts")
