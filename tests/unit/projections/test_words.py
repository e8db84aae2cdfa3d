import re
from typing import get_args

import pytest
from hypothesis import given

from events.catalogue import FACTS
from events.envelope import Event
from events.fact import SEVERITIES, Text
from events.incident import Category, IncidentNoted, IncidentReported
from events.presence import Method, Whereabouts
from events.volunteer import Role
from events.weather import Colour, WarningIssued, WarningMessage, WarningText, WeatherObserved
from projections import terms
from projections.words import describe, described
from tests.unit.projections.build import NOON, incident, message, said
from tests.unit.projections.histories import logs, thorough


def test_every_fact_has_words() -> None:
    assert described() == set(FACTS)


@pytest.mark.parametrize(
    ("vocabulary", "keys"),
    [
        (terms.SEVERITY, SEVERITIES),
        (terms.CATEGORY, get_args(Category)),
        (terms.WHEREABOUTS, get_args(Whereabouts)),
        (terms.METHOD, get_args(Method)),
        (terms.ROLE, get_args(Role)),
        (terms.COLOUR, get_args(Colour)),
    ],
)
def test_every_value_has_words_in_both_languages(
    vocabulary: terms.Terms, keys: tuple[str, ...]
) -> None:
    assert set(vocabulary) == set(keys)
    for word in vocabulary.values():
        assert re.search(r"[\u4e00-\u9fff]", word.zh)
        assert word.en.isascii()


@thorough
@given(logs)
def test_every_event_can_be_said_in_both_languages(log: list[Event]) -> None:
    for event in log:
        said = describe(event)
        assert re.search(r"[\u4e00-\u9fff]", said.zh)
        assert said.en


def test_a_report_says_what_where_and_in_whose_words() -> None:
    assert describe(incident("i1", category="fire")) == Text(
        zh="上报事件，火情，严重，alpine：帮忙", en="reported: fire, severe at alpine: 帮忙"
    )


def test_a_warning_speaks_each_language_it_was_sent_in() -> None:
    fact = WarningIssued(message=message("m1", 0))
    assert describe(said(fact, "w1")) == Text(
        zh="发布预警（cma）：暴雪橙色预警", en="warning issued by cma: Orange blizzard warning"
    )


def test_a_warning_in_one_language_only_is_quoted_as_it_is() -> None:
    fact = WarningIssued(
        message=WarningMessage(
            sender="nws",
            identifier="x",
            sent=NOON,
            status="Actual",
            texts=(WarningText(language="en-US", event="Blizzard"),),
        )
    )
    assert describe(said(fact, "w1")).zh == "发布预警（nws）：Blizzard"


def test_measurements_carry_their_units() -> None:
    fact = WeatherObserved(temperature_c=-12.5, gust_ms=31)
    assert describe(said(fact, "alpine")) == Text(
        zh="天气实况，气温 -12.5 °C，阵风 31 m/s",
        en="observed, temperature -12.5 °C, gusts 31 m/s",
    )


def test_the_longest_words_still_fit() -> None:
    long = "字" * 4000
    fact = IncidentReported(category="other", severity="minor", text=long)
    assert len(describe(said(fact, "i1")).zh) == 4000
    assert len(describe(said(IncidentNoted(text=long), "i1")).en) == 4000
