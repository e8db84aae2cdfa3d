"""The weather of the story: the warnings that grow, and the foreign ones that concern nobody."""

from itertools import pairwise

import pytest

from services.scenario.foreign import NOT_FOUND, choose_foreign
from services.scenario.story import plan, story
from services.weather.cap.model import CapRefused
from services.weather.cap.read import read_cap
from tests.unit import corpus
from tests.unit.scenario.test_story import POINTS, messages, told
from tests.unit.weather.matched import venues_in


def test_the_blizzards_grow_and_are_cancelled_in_cmas_own_form() -> None:
    for name, venues in (
        ("blizzard-yanqing", {"alpine-ski-centre", "sliding-centre"}),
        ("blizzard-chongli", {"genting-snow-park", "biathlon-centre", "ski-jumping-centre"}),
    ):
        chain = messages(name)
        assert [m.msg_type for m in chain] == ["Alert", "Update", "Update", "Cancel"]
        assert [m.infos[1].severity for m in chain[:3]] == ["Minor", "Moderate", "Severe"]
        assert "解除暴雪橙色预警" in (chain[3].infos[1].headline or "")
        for before, after in pairwise(chain):
            (reference,) = after.references
            assert (reference.sender, reference.identifier) == (before.sender, before.identifier)
            assert reference.sent == after.sent
        for message in chain:
            assert set(venues_in(message.areas(), POINTS)) == venues
            assert [info.language for info in message.infos] == ["en-US", "zh-CN"]


def test_the_cold_wave_takes_in_every_venue_and_ends_by_itself() -> None:
    venues: set[str] = set()
    for name in ("cold-wave-beijing", "cold-wave-zhangjiakou"):
        chain = messages(name)
        assert [m.msg_type for m in chain] == ["Alert", "Update"]
        assert [m.infos[1].severity for m in chain] == ["Minor", "Moderate"]
        expires = chain[1].infos[1].expires
        assert expires is not None
        assert expires < told().ends_at
        venues |= set(venues_in(chain[1].areas(), POINTS))
    assert venues == {point.id for point in POINTS}


def test_only_the_orange_blizzard_is_severe() -> None:
    severe = {m.sender for m in messages("cap-") if m.infos[0].severity in ("Severe", "Extreme")}
    assert severe == {"Yanqing_Meteorological_Observatory", "Chongli_Meteorological_Observatory"}


def test_bad_warnings_are_refused() -> None:
    bad = [beat for beat in told().beats if beat.door == "cap" and beat.expect == "rejected"]
    assert len(bad) == 2
    for beat in bad:
        with pytest.raises(CapRefused):
            read_cap(beat.body)


def test_without_the_corpus_the_story_says_so_and_goes_on() -> None:
    assert told().remarks == (NOT_FOUND,)
    assert len(told().beats) > 1000


@corpus.needs_corpus
def test_twenty_real_foreign_warnings_are_read_and_concern_no_venue() -> None:
    place = corpus.folder()
    assert place is not None
    chosen = choose_foreign(place, plan(), 7)
    assert len(chosen) == 20
    assert chosen == choose_foreign(place, plan(), 7)
    assert chosen != choose_foreign(place, plan(), 8)
    accept = {row.path for row in corpus.rows("cap-alert") if row.expected == "accept"}
    for foreign in chosen:
        assert foreign.path in accept
        for message in read_cap(foreign.body):
            assert venues_in(message.areas(), POINTS) == ()
    of = story(7, foreign=chosen)
    assert of.remarks == ()
    assert sum(beat.door == "cap" and beat.expect == "accepted" for beat in of.beats) == 32
