"""Rules are read from files: what cannot be used says the file, the rule, the field and why."""

import re
from pathlib import Path

import pytest

from services.weather.rules.load import LIBRARY, RuleError, load_rules
from services.weather.rules.measures import MEASURES
from tests.unit.weather.measurements import GALE, RULES, observed, wanted

DOCS = Path(__file__).resolve().parents[3] / "docs/weather-rules.md"
RULE = """
scale: {zh: 本站标准, en: our own scale}
source: the house
rules:
  - id: wind
    hazard: gale
    name: {zh: 风, en: wind}
    levels:
      yellow:
        any: [{measure: gust_ms, at_least: 10}]
      red:
        any: [{measure: gust_ms, at_least: 20}]
    lower_below: {gust_ms: 2}
    hold_for_min: 30
    holds_h: 3
    texts:
      headline: {zh: "${venue}风", en: "wind at ${venue}"}
      description: {zh: "${values}", en: "${values}"}
      instruction: {zh: 小心, en: be careful}
      lifted: {zh: 风停, en: calm}
"""


def load(folder: Path, text: str) -> None:
    (folder / "mine.yaml").write_text(text, encoding="utf-8")
    load_rules(folder)


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("gust_ms, at_least: 10", "gusts, at_least: 10", "rule wind: levels.yellow.any.0.measure"),
        ("at_least: 10", "at_least: much", "rule wind: levels.yellow.any.0.at_least"),
        ("at_least: 10", "at_least: .nan", "rule wind: levels.yellow.any.0.at_least"),
        ("at_least: 10", "at_least: 10, below: 3", "needs one of .* has at_least, below"),
        ("{measure: gust_ms, at_least: 10}", "{measure: gust_ms}", "needs one of .* has none"),
        ("gust_ms, at_least: 10", "precipitation, at_least: 10", "`is` goes with precipitation"),
        ("gust_ms, at_least: 10", "snowfall_mm, at_least: 10", "snowfall_mm needs over_h"),
        ("at_least: 10}", "at_least: 10, over_h: 99}", "over_h"),
        ("at_least: 20", "at_least: 10", "wind: levels.red: gust_ms 10 is met no later than yell"),
        ("yellow:\n        any: [{measure", "purple:\n        any: [{measure", "levels.purple"),
        ("any: [{measure: gust_ms, at_least: 20}]", "any: []", "levels.red: needs either any or"),
        ("lower_below: {gust_ms: 2}", "lower_below: {}", "lower_below: says nothing of gust_ms"),
        ("{gust_ms: 2}", "{gust_ms: 2, wind_ms: 1}", "no level asks about wind_ms"),
        ("{gust_ms: 2}", "{gust_ms: -2}", "rule wind: lower_below.gust_ms"),
        ("hold_for_min: 30", "hold_for_min: -1", "rule wind: hold_for_min"),
        ("holds_h: 3", "holds_h: 0", "rule wind: holds_h"),
        ("holds_h: 3", "hold_h: 3", "rule wind: hold"),
        ("id: wind", "id: a.b", "rule a.b: id"),
        ("    hazard: gale\n", "", "rule wind: hazard"),
        ("en: calm", "fr: calme", "rule wind: texts.lifted"),
        ("wind at ${venue}", "wind at ${place}", "texts: headline.en: no \\['place'\\], there is"),
        ("wind at ${venue}", "5 $ a day", "headline.en: a \\$ must"),
        ("source: the house\n", "", "source"),
        ("rules:", "rule:", "rules"),
        ("id: wind", "id: [wind", "mine.yaml"),
    ],
)
def test_a_rule_that_cannot_be_used_says_what_is_wrong(
    tmp_path: Path, old: str, new: str, named: str
) -> None:
    assert old in RULE
    with pytest.raises(RuleError, match=named) as refused:
        load(tmp_path, RULE.replace(old, new, 1))
    assert "mine.yaml" in str(refused.value)


def test_the_rule_that_was_changed_above_is_right(tmp_path: Path) -> None:
    load(tmp_path, RULE)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match=r"nowhere: there is no such folder"):
        load_rules(tmp_path / "nowhere")


def test_two_rules_of_one_id_are_refused(tmp_path: Path) -> None:
    (tmp_path / "other.yaml").write_text(RULE, encoding="utf-8")
    with pytest.raises(RuleError, match="wind stands there twice"):
        load(tmp_path, RULE)


def test_every_rule_names_its_scale_and_source() -> None:
    assert all(rule.scale.zh and rule.scale.en and rule.source for rule in RULES.values())
    assert len({rule.scale.en for rule in RULES.values()}) == len(list(LIBRARY.glob("*.yaml")))


def test_the_page_tells_every_rule_and_every_measure() -> None:
    text = DOCS.read_text(encoding="utf-8")
    assert [id for id in RULES if f"`{id}`" not in text] == []
    assert [measure for measure in MEASURES if f"`{measure}`" not in text] == []


def test_the_page_tells_the_limits_of_the_gale_as_they_are() -> None:
    text = DOCS.read_text(encoding="utf-8")
    (row,) = re.findall(r"^\| `gale`.*$", text, re.MULTILINE)
    cells = [cell.strip() for cell in row.strip("|").split("|")][1:]
    assert cells == [
        ", ".join(f"{one.limit}" for one in GALE.levels[colour].any) for colour in GALE.colours
    ]


def test_the_example_of_the_page_is_so() -> None:
    text = DOCS.read_text(encoding="utf-8").partition("| time | gust | warning |")[2]
    rows = re.findall(r"^\| (\d+):(\d+) \| ([\d.]+) \| (\w+)", text, re.MULTILINE)
    assert len(rows) == 6
    events = []
    for hour, minute, gust, colour in rows:
        at = int(hour) * 60 + int(minute)
        events.append(observed(at, gust_ms=float(gust)))
        assert wanted(events, minute=at).colour == colour
