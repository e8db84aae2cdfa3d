from itertools import permutations

from events.weather import WarningMessage
from services.weather.chains import Chains, names_of
from tests.unit.projections.build import message, warned


def refers(identifier: str, *to: str, sender: str = "cma") -> WarningMessage:
    references = tuple((sender, one) for one in to)
    return message(identifier, 0).model_copy(update={"references": references, "sender": sender})


def take(chains: Chains, said: WarningMessage) -> list[str]:
    """What the weather service does: every warning a message speaks of gets it."""
    warnings = chains.warnings_for(said)
    for warning in warnings:
        chains.join(said, warning)
    return warnings


def test_a_message_names_itself_and_the_oldest_last() -> None:
    assert names_of(refers("c", "a", "b", "c")) == [("cma", "c"), ("cma", "b"), ("cma", "a")]


def test_a_chain_is_one_warning_in_either_direction() -> None:
    for order in ((refers("a"), refers("b", "a")), (refers("b", "a"), refers("a"))):
        chains = Chains()
        one, two = (take(chains, said) for said in order)
        assert one == two


def test_the_same_name_of_two_senders_is_two_warnings() -> None:
    chains = Chains()
    assert take(chains, refers("a")) != take(chains, refers("a", sender="other"))


def test_what_a_missing_middle_had_parted_is_told_to_all_of_it() -> None:
    """Whatever the order, once all have come every warning of the chain hears of the next one."""
    messages = [refers("a"), refers("b", "a"), refers("c", "b"), refers("d", "c")]
    for order in permutations(messages):
        chains = Chains()
        opened = {warning for said in order for warning in take(chains, said)}
        assert set(take(chains, refers("e", "d"))) == opened


def test_a_fold_of_the_log_knows_what_the_service_knew() -> None:
    chains, again = Chains(), Chains()
    for said in (refers("a"), refers("c", "b"), refers("b", "a")):
        for warning in take(chains, said):
            again.apply(warned(warning, said))
    for identifier in ("a", "b", "c"):
        assert set(again.warnings_for(refers("n", identifier))) == set(
            chains.warnings_for(refers("n", identifier))
        )
    assert len(again.warnings_for(refers("n", "b"))) == 2
