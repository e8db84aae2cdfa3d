"""Real messages, all together and in any order: one warning for each chain, in one state."""

import random

import pytest

from projections.warnings import MOVES
from services.weather.naming import rank_of
from tests.unit.corpus import needs_corpus
from tests.unit.weather.living import Given, Weather, taken
from tests.unit.weather.real_chains import real_chains, real_messages

TOO_FEW_TO_MEAN_ANYTHING = 300

pytestmark = needs_corpus


def shuffled(seed: int) -> list[Given]:
    messages = [given for _, given in real_messages().values()]
    chosen = random.Random(seed)
    again = chosen.sample(messages, len(messages) // 5)
    messages += again
    chosen.shuffle(messages)
    return messages


def test_the_collection_has_chains() -> None:
    assert len(real_messages()) > TOO_FEW_TO_MEAN_ANYTHING
    lengths = sorted(map(len, real_chains()))
    assert lengths[-1] > 40
    assert sum(length > 2 for length in lengths) > 10


def spoken(weather: Weather, chain: list[Given]) -> list[str]:
    """Return the warnings that speak of those that were told any of these messages."""
    own = {(one.message.sender, one.message.identifier) for one in chain}
    status = chain[0].message.status
    return [
        id
        for id, row in weather.warnings.rows.items()
        if row.superseded_by is None
        and row.message.status == status
        and any((said.sender, said.identifier) in own for said in row.history)
    ]


@pytest.mark.parametrize("seed", range(3))
def test_every_chain_is_one_warning_that_says_its_last_word(seed: int) -> None:
    weather = taken(shuffled(seed))
    anew = 0
    for chain in real_chains():
        given = [one for _, one in chain]
        speaking = spoken(weather, given)
        assert len(speaking) <= 1
        if not speaking:
            anew += 1  # its sender said all of it anew
            continue
        last = max(given, key=lambda one: rank_of(one.message, MOVES.index(one.move)))
        row = weather.warnings.rows[speaking[0]]
        if row.message.identifier != last.message.identifier:
            anew += 1  # it speaks for another one too
            assert row.message.sent >= last.message.sent
            continue
        assert MOVES[row.precedence] == last.move
    assert anew < 5


def test_whatever_the_order_the_same_is_in_force_for_all_who_are_asked() -> None:
    weathers = [taken(shuffled(seed)) for seed in range(10, 13)]
    weathers.append(weathers[0].restarted())
    for weather in weathers:
        assert weather.in_force() == weather.shown() == weathers[0].in_force()
    assert weathers[0].log == weathers[-1].log
