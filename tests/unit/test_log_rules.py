"""What the stream of events must be. The rules one by one are tried on a real server."""

import pytest

from services.provision.rules import (
    Needs,
    growth,
    new_config,
    old_server,
    unknown,
    weaknesses,
)

NEEDS = Needs(max_bytes=1000, max_msg_bytes=100)


def test_what_is_created_is_what_is_accepted() -> None:
    assert weaknesses(new_config("EV", NEEDS), NEEDS) == []
    assert unknown(new_config("EV", NEEDS)) == []
    assert growth(new_config("EV", NEEDS), NEEDS) == {}


def test_nothing_at_all_is_weak_in_many_ways() -> None:
    fields = {weakness.field for weakness in weaknesses({}, NEEDS)}
    assert {"storage", "discard", "deny_delete", "deny_purge", "max_bytes", "subjects"} <= fields


def test_every_reason_is_given_in_english_and_chinese() -> None:
    for weakness in weaknesses({}, NEEDS):
        english, chinese = weakness.why.split(" / ")
        assert english.isascii()
        assert not chinese.isascii()


def test_a_weakness_names_the_setting_what_it_is_and_what_it_must_be() -> None:
    (weakness,) = weaknesses({**new_config("EV", NEEDS), "deny_purge": False}, NEEDS)
    assert str(weakness).startswith("deny_purge: found False, required true: ")


def test_a_setting_of_a_later_server_is_named_when_it_is_in_use() -> None:
    config = {**new_config("EV", NEEDS), "allow_amnesia": True, "allow_more": False}
    assert unknown(config) == ["allow_amnesia"]


def test_only_limits_that_are_set_are_raised() -> None:
    config = new_config("EV", NEEDS)
    assert growth({**config, "max_bytes": 999}, NEEDS) == {"max_bytes": 1000}
    assert growth({**config, "max_bytes": -1}, NEEDS) == {}
    assert growth({**config, "max_bytes": 1001}, NEEDS) == {}


@pytest.mark.parametrize("version", ["2.15.1", "2.15.2", "2.16.0-dev", "3.0.0"])
def test_a_server_that_fsyncs_everything(version: str) -> None:
    assert old_server(version) == []


@pytest.mark.parametrize("version", ["2.15.0", "2.14.9", "2.9.99", "0.0.0-unknown"])
def test_a_server_that_is_too_old(version: str) -> None:
    (weakness,) = old_server(version)
    assert weakness.field == "server version"
    assert weakness.found == version
    assert weakness.required == "at least 2.15.1"
