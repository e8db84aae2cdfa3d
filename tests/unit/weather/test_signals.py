"""Colours and hazards, read from words and never from code numbers."""

import json
import re
from collections.abc import Iterator

import pytest

from services.weather.cap import CapInfo, colour_of, colour_of_message, hazard_of, read_cap
from services.weather.cap.signals import HAZARDS, SEVERITY_OF_COLOUR
from tests.unit.corpus import WHY_MISSING, folder, read


def info(headline: str = "", event: str = "x", **parameters: str) -> CapInfo:
    return CapInfo(
        event=event,
        urgency="Unknown",
        severity="Unknown",
        certainty="Unknown",
        headline=headline or None,
        parameters=tuple(parameters.items()),
    )


@pytest.mark.parametrize(
    ("headline", "colour", "hazard"),
    [
        ("延庆区气象台发布暴雪橙色预警[Ⅱ级/严重]", "orange", "snowstorm"),
        ("保定市气象台更新雷电黄色预警[Ⅲ级/较重]", "yellow", "lightning"),
        ("合肥市气象局发布寒潮蓝色预警[IV级/一般]", "blue", "cold-wave"),
        ("张家口市气象台发布道路结冰红色预警信号", "red", "road-icing"),
        ("【深圳市分区雷雨大风黄色预警信号】", "yellow", "thunderstorm-gale"),
        ("深圳市气象台发布高温白色预警", "white", "heat"),
        ("崇礼区气象台解除大风蓝色预警[Ⅳ级/一般]", "blue", "gale"),
        ("某地气象台发布大雾预警[Ⅱ级/严重]", "orange", "fog"),
        ("某地气象台发布霾预警（3级/较重）", "yellow", "haze"),
        ("【深汕特别合作区暴雨黄色预警信号升级为橙色】", "orange", "rainstorm"),
        ("全市大风红色预警信号降级为蓝色预警信号", "blue", "gale"),
        ("延庆区气象台将暴雪黄色预警升级为暴雪橙色预警", "orange", "snowstorm"),
        ("延庆区气象台将大风红色预警信号变更为大风黄色预警信号", "yellow", "gale"),
        ("新北市豪雨黃色燈號調整為橙色燈號", "orange", "rainstorm"),
        ("延庆区气象台解除暴雪橙色预警，发布暴雪蓝色预警", "blue", "snowstorm"),
        ("解除大风黄色预警信号，同时发布寒潮蓝色预警信号", "blue", "cold-wave"),
        ("Amber warning of snow affecting Grampian", "orange", None),
        ("Amber Rainstorm Warning Signal", None, "rainstorm"),
        ("AMBER Alert: child abduction", None, None),
        ("Freezing Rain Advisory", None, "road-icing"),
        ("Rainfall Advisory", None, "rainstorm"),
        ("延庆区气象台变更暴雪橙色预警为暴雪黄色预警", "yellow", "snowstorm"),
        ("发布暴雪橙色（Ⅱ级）预警", "orange", "snowstorm"),
        ("发布暴雪Ⅱ级预警", "orange", "snowstorm"),
        ("启动暴雪Ⅱ级应急响应", None, "snowstorm"),
        ("Status Yellow - Wind warning for Cork", "yellow", "gale"),
        ("Code Orange: gladheid", "orange", None),
        (
            "Baoding Meteorological Observatory updates lightning yellow warning",
            "yellow",
            "lightning",
        ),
        ("Blizzard [Level II/Severe]", "orange", "snowstorm"),
        ("Yuanshi updates blue warning for flash flood disasters [Level IV/General]", "blue", None),
        ("Red alert: cold wave", "red", "cold-wave"),
        ("Warning level: orange, road icing", "orange", "road-icing"),
        ("White water rafting, hail", None, "hail"),
        ("Redwood National Park: gale", None, "gale"),
        ("红色旅游景区大风", None, "gale"),
        ("Storm", None, None),
    ],
)
def test_titles(headline: str, colour: str | None, hazard: str | None) -> None:
    assert colour_of(info(headline)) == colour
    assert hazard_of(info(headline)) == hazard


def test_the_colour_wins_over_the_grade() -> None:
    assert colour_of(info("某台发布暴雪蓝色预警[Ⅱ级/严重]")) == "blue"


@pytest.mark.parametrize(
    ("level", "colour"),
    [
        ("2; yellow; Moderate", "yellow"),
        ("3; Orange; Severe", "orange"),
        ("4;red;Extreme", "red"),
        ("1; green; Minor", None),
        ("yellow", None),
    ],
)
def test_meteoalarm(level: str, colour: str | None) -> None:
    assert colour_of(info("Gewitterwarnung", awareness_level=level)) == colour
    assert colour_of(info("Gewitterwarnung", other=level)) is None


def test_the_event_names_the_hazard_before_the_headline_does() -> None:
    assert hazard_of(info("某台发布大风、寒潮蓝色预警", event="寒潮")) == "cold-wave"
    assert HAZARDS["cold-wave"].zh == "寒潮"


def test_colours_and_severities() -> None:
    assert [SEVERITY_OF_COLOUR[colour] for colour in ("blue", "yellow", "orange", "red")] == [
        "Minor", "Moderate", "Severe", "Extreme",
    ]  # fmt: skip
    [message] = read_cap(read("cap/capvalidator/cn_valid.xml"))
    assert colour_of_message(message) == "yellow"
    assert {SEVERITY_OF_COLOUR["yellow"]} == {part.severity for part in message.infos}


def shenzhen() -> Iterator[tuple[str, str, str]]:
    """Kind, colour and first words of real warnings, by their own structured fields."""
    place = folder()
    if place is None:
        pytest.skip(WHY_MISSING)
    for file in sorted((place / "cn" / "szWarn_all").rglob("*.json")):
        for warning in json.loads(file.read_text(encoding="utf-8")):
            title = warning["matter"].split("】")[0]
            yield warning["subCategory"].partition(".")[2], warning["wLevel"], title


def test_real_chinese_titles_say_what_their_fields_say() -> None:
    names = {"蓝色": "blue", "黄色": "yellow", "橙色": "orange", "红色": "red", "白色": "white"}
    hazards = coloured = 0
    for kind, level, title in shenzhen():
        if title.count("预警") > 1 or re.search("[、和]", title):
            continue  # It speaks of two signals.
        if kind in title and (found := hazard_of(info(kind))) is not None:
            hazards += 1
            assert hazard_of(info(title)) == found, title
        if level in title:
            coloured += 1
            assert colour_of(info(title)) == names[level], title
    assert hazards > 100
    assert coloured > 100
