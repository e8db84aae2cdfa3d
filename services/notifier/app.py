"""The notifier service: tells people, by each channel once, and tests that they can be told."""

import secrets

from pydantic import TypeAdapter

from events.message import PAGE
from services.ask import Ask, Outcome
from services.metrics import METRICS
from services.node import Node, Service
from services.notifier.commands import MessageCommand, ReachCommand, RequestMessage
from services.notifier.decider import MESSAGE
from services.notifier.dispatch import Dispatcher
from services.notifier.outbox import Outbox
from services.notifier.reach import REACH
from services.notifier.reachability import REACTS_TO, Reachability
from services.reactor import Reactor

NAME = "notifier"
_CODE_BYTES = 16


def build(node: Node) -> Service:
    """Tell people from this process. Raises ValueError for a setting that cannot be read."""
    commands: TypeAdapter[MessageCommand] = TypeAdapter(MessageCommand)
    messages = node.decide(MESSAGE, commands)
    outbox = Outbox()
    node.fold("outbox", outbox)
    dispatcher = Dispatcher(node, outbox, messages)
    node.reader.add(dispatcher.apply, frozenset({"message"}))

    async def handle(ask: Ask) -> Outcome:
        command = ask.command
        if not isinstance(command, RequestMessage):
            return await messages.handle(ask)
        command = _addressed(node, command)
        outcome = await messages.handle(ask._replace(command=command))
        if outcome.event_ids and PAGE in command.channels:
            METRICS.messages.labels(PAGE, "delivered").inc()
        return outcome

    node.bus.serve(MESSAGE.kind, handle, commands.validate_python)
    asked: TypeAdapter[ReachCommand] = TypeAdapter(ReachCommand)
    tests = Reachability(node, node.decide(REACH, asked))
    node.bus.serve(REACH.kind, tests.handle, asked.validate_python)
    wheel = node.turn(REACH.kind)
    reactor = Reactor(node, NAME, REACTS_TO, tests.on_event)

    async def start() -> None:
        await dispatcher.start()
        await reactor.start()

    async def stop() -> None:
        await reactor.stop()
        await dispatcher.stop()

    return Service(
        NAME,
        start=start,
        stop=stop,
        busy=lambda: len(dispatcher) + len(reactor) + wheel.firing,
    )


def _addressed(node: Node, command: RequestMessage) -> RequestMessage:
    """Fill in by which channels a person is told, and what they answer with."""
    person = node.picture.people.volunteers.get(command.person)
    channels = command.channels or (person.channels if person else ())
    code = command.code or secrets.token_urlsafe(_CODE_BYTES)
    return command.model_copy(update={"channels": channels, "code": code})
