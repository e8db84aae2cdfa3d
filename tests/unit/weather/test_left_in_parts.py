"""Several processes take messages of one chain at the same time, and none knows of the others' yet:
whoever looks at what they made of it makes it one warning.
"""

import random
from collections.abc import Iterator, Sequence
from itertools import permutations

import pytest

from services.weather.placing import Step, left_to_do, place
from tests.unit.projections.build import message
from tests.unit.weather.living import Given, Weather


def says(name: str, minutes: int, *refers: str, cancels: bool = False, hazard: str = "") -> Given:
    said = message(name, minutes, expires=900 + minutes).model_copy(
        update={"references": tuple(("cma", one) for one in refers), "hazard": hazard or "snow"}
    )
    return Given("cancel" if cancels else "update" if refers else "issue", said)


class Process:
    """Sees the log only as far as it has read it; what it decides is stored for all."""

    def __init__(self, log: Weather) -> None:
        self.log = log
        self.folds = Weather()

    def read(self) -> None:
        for event in self.log.log[len(self.folds.log) :]:
            self.folds._fold(event)

    def plan(self, given: Given) -> Sequence[Step]:
        """Decide where a message goes by what was read until now."""
        return place(self.folds.chains, self.folds.warnings.rows, *given).steps


def mended(log: Weather) -> Weather:
    """Return what comes of a log when a process that runs looks at what is doubtful in it."""
    for _ in range(5):
        doubtful, log.chains.doubtful = log.chains.doubtful, set()
        if not doubtful:
            return log
        for warning in sorted(doubtful):
            log.carry_out(left_to_do(log.chains, log.warnings.rows, warning))
    raise AssertionError("there is always something more to do")


def apart(said: Sequence[Given]) -> Weather:
    """Each message is taken by another process, and none has read any other."""
    log = Weather()
    plans = [Process(log).plan(given) for given in said]
    for plan in plans:
        log.carry_out(plan)
    return log


CHAIN = (says("a", 0), says("b", 1, "a"), says("c", 2, "b"), says("d", 3, "c"))


def called(order: Sequence[Given]) -> str:
    return "".join(given.message.identifier for given in order)


@pytest.mark.parametrize("order", list(permutations(CHAIN)), ids=called)
def test_a_chain_taken_by_four_processes_at_once_becomes_one(order: tuple[Given, ...]) -> None:
    log = apart(order)
    assert mended(log).in_force() == ["d"]
    assert log.shown() == ["d"]


def test_a_cancellation_that_another_process_took_ends_it() -> None:
    end = says("e", 4, "d", cancels=True)
    for order in permutations((*CHAIN[1:], end)):
        log = mended(apart((CHAIN[0], *order)))
        assert log.in_force() == log.shown() == []


def test_what_two_processes_were_told_anew_at_once_is_one() -> None:
    for one, other in permutations((says("a", 0), says("b", 1))):
        log = apart((one, other))
        assert len(log.in_force()) == 2
        assert mended(log).in_force() == ["b"]


def said_anew_beside(*others: Given) -> Weather:
    """One process is told the first warning anew while another takes messages of the first."""
    log = Weather()
    one, two = Process(log), Process(log)
    log.carry_out(one.plan(says("a", 0)))
    one.read()
    anew, *ends = one.plan(says("b", 5))
    log.carry_out([anew])
    for given in others:
        two.read()
        log.carry_out(two.plan(given))
    log.carry_out(ends)
    return log


def test_an_update_of_what_was_said_anew_at_once_is_heard() -> None:
    log = said_anew_beside(says("c", 6, "a"))
    assert log.in_force() == ["b"]
    assert mended(log).in_force() == log.shown() == ["c"]
    log.take(says("d", 7, "c"))
    assert log.in_force() == ["d"]


def test_what_was_said_anew_while_the_first_was_updated_is_one() -> None:
    for order in permutations((says("a", 0), says("b", 1), says("c", 2, "a"))):
        assert mended(apart(order)).in_force() == ["c"], called(order)


def test_two_that_superseded_each_other_do_not_leave_nobody_to_speak() -> None:
    log = said_anew_beside(says("c", 10, "a", "m"), says("m", 7))
    assert log.in_force() == []
    assert mended(log).in_force() == log.shown() == ["c"]
    log.take(says("d", 11, "c"))
    assert log.in_force() == ["d"]
    log.take(says("e", 12, "d", cancels=True))
    assert mended(log).in_force() == []


def test_a_ring_that_ended_with_a_cancellation_stays_silent() -> None:
    log = said_anew_beside(says("c", 10, "a", "m"), says("m", 7))
    log.take(says("d", 11, "c", cancels=True))
    assert mended(log).in_force() == []


@pytest.mark.parametrize("seed", range(300))
def test_however_processes_lag_there_is_one_warning_in_the_end(seed: int) -> None:
    chance = random.Random(seed)
    said = [*CHAIN, says("x", 2, hazard="gale"), says("y", 4, "x", hazard="gale")]
    chance.shuffle(said)
    log = Weather()
    processes = [Process(log) for _ in range(3)]
    waiting: list[Iterator[Step]] = []
    for given in [*said, *chance.sample(said, 3)]:
        process = chance.choice(processes)
        if chance.random() < 0.4:
            process.read()
        waiting.append(iter(process.plan(given)))
        while waiting and chance.random() < 0.7:
            step = next(chance.choice(waiting), None)
            log.carry_out([step] if step else [])
    for rest in waiting:
        log.carry_out(rest)
    assert mended(log).in_force() == log.shown() == ["d", "y"]


def test_of_what_is_whole_nothing_is_left_to_do() -> None:
    log = Weather()
    for given in CHAIN:
        log.take(given)
    count = len(log.log)
    assert len(mended(log).log) == count
    assert log.chains.doubtful == set()
