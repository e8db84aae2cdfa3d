"""Which warnings a message speaks of."""

from events.weather import WarningMessage
from services.weather.chains import Chains
from services.weather.naming import names_of, new_id
from tests.unit.projections.build import message, warned


def refers(identifier: str, *to: str, sender: str = "cma") -> WarningMessage:
    references = tuple((sender, one) for one in to)
    return message(identifier, 0).model_copy(update={"references": references, "sender": sender})


def test_a_message_names_itself_and_the_oldest_last() -> None:
    assert names_of(refers("c", "a", "b", "c")) == [("cma", "c"), ("cma", "b"), ("cma", "a")]


def test_whoever_takes_the_first_message_or_one_that_names_it_makes_the_same_warning() -> None:
    assert new_id(refers("a")) == new_id(refers("c", "a", "b"))
    assert new_id(refers("a")) != new_id(refers("a", sender="other"))


def test_what_is_not_meant_is_a_chain_of_its_own() -> None:
    chains = Chains()
    chains.apply(warned("w1", refers("a")))
    for status in ("Exercise", "Test", "System", "Draft"):
        drill = refers("b", "a").model_copy(update={"status": status})
        assert chains.met(drill) == []
        assert new_id(drill) != new_id(refers("a"))
    assert chains.met(refers("b", "a")) == ["w1"]


def test_warnings_of_our_own_rules_are_no_chains() -> None:
    chains = Chains()
    own = refers("a", sender="muster").model_copy(update={"rule": "gale"})
    chains.apply(warned("w1", own))
    assert chains.met(refers("b", "a", sender="muster")) == []


def test_a_fold_of_the_log_tells_the_warnings_in_the_order_they_were_opened() -> None:
    chains = Chains()
    for warning, said in (("w9", refers("a")), ("w1", refers("c", "b"))):
        chains.apply(warned(warning, said))
    assert chains.met(refers("b", "a")) == ["w9", "w1"]
    assert list(chains.parted()) == []
    chains.apply(warned("w9", refers("b", "a")))
    assert list(chains.parted()) == [["w9", "w1"]]
