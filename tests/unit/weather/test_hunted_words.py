"""Colours, hazards and ends of warnings, in the words of issuers round the world."""

import pytest

from services.weather.cap import CapInfo, colour_of, ends_warning, hazard_of
from services.weather.convert import move_of
from tests.unit.weather.documents import ALERT, codes, read_one

REFERENCE = "duty@weather.example,A0,2022-02-13T07:00:00+08:00"


def info(headline: str, *parameters: tuple[str, str], code: str = "") -> CapInfo:
    codes = (("SAME", code),) if code else ()
    return CapInfo(
        headline, "Unknown", "Unknown", "Unknown", parameters=parameters, event_codes=codes
    )


@pytest.mark.parametrize(
    ("words", "colour"),
    [
        ("Heavy Rain Warning - Orange", "orange"),
        ("Strong Wind Watch (Yellow)", "yellow"),
        ("Orange-level warning for gales", "orange"),
        ("Blue-green algae warning", None),
        ("紅色暴雨警告信號", "red"),
        ("黃色大雨特報", "yellow"),
        ("Red Flag Warning", None),
        ("Red River Flood Warning", None),
        ("Gale Warning - Red Sea", None),
        ("Gale warning: Red Sea", None),
        ("Yellow Sea Gale Warning", None),
        ("Blue Ridge Winter Storm Watch", None),
    ],
)
def test_a_colour_is_the_warning_s_own(words: str, colour: str | None) -> None:
    assert colour_of(info(words)) == colour


def test_a_parameter_may_say_the_colour() -> None:
    for name, value, colour in (
        ("ColourCode", "Orange", "orange"),
        ("alert_color", "黃色", "yellow"),
        ("alertlevel", "Red", "red"),
        ("alertlevel", "Green", None),
        ("ColorRisk", "#FFFE00", None),
        ("AlertLevel", "Advice", None),
        ("clothing", "red", None),
    ):
        assert colour_of(info("Storm", (name, value))) == colour, name


def test_a_blue_alert_is_about_a_person() -> None:
    assert colour_of(info("Blue Alert", code="BLU")) is None
    assert colour_of(info("Blue alert: cold wave")) == "blue"


@pytest.mark.parametrize(
    ("words", "hazard"),
    [
        ("海上陸上颱風警報", "typhoon"),
        ("八號東北烈風或暴風信號", "typhoon"),
        ("Aviso de Ciclón Tropical en el Pacífico", "typhoon"),
        ("Tropical Storm Warning", "typhoon"),
        ("大雨特報", "rainstorm"),
        ("陸上強風特報", "gale"),
        ("Damaging Winds", "gale"),
        ("Wind", "gale"),
        ("Thunderstorm with strong winds", "thunderstorm-gale"),
        ("Wind Chill Warning", "cold-wave"),
        ("Winter Storm Warning", "snowstorm"),
        ("Ice Storm Warning", "road-icing"),
        ("Bushfire", "forest-fire"),
        ("Anticyclone", None),
        ("Price warning", None),
        ("Storm surge", None),
    ],
)
def test_a_hazard_has_many_names(words: str, hazard: str | None) -> None:
    assert hazard_of(info(words)) == hazard


def test_meteoalarm_s_type_names_the_hazard_in_any_language() -> None:
    for kind, hazard in (
        ("1; Wind", "gale"),
        ("3; Thunderstorm", "lightning"),
        ("10; Rain", "rainstorm"),
        ("2; snow-ice", None),
        ("12; flood", None),
        ("", None),
    ):
        assert hazard_of(info("Silný vítr", ("awareness_type", kind))) == hazard
    assert hazard_of(info("Fog", ("awareness_type", "1; Wind"))) == "fog"


def message(kind: str, headline: str, severity: str = "Minor", response: str = "") -> bytes:
    said = f"<responseType>{response}</responseType>" if response else ""
    references = f"<references>{REFERENCE}</references>" if kind == "Update" else ""
    return (
        ALERT.replace("<msgType>Alert", f"<msgType>{kind}")
        .replace("<info>", references + "<info>")
        .replace("<urgency>", said + "<urgency>")
        .replace("<severity>Severe", f"<severity>{severity}")
        .replace("延庆区气象台发布暴雪橙色预警[Ⅱ级/严重]", headline)
        .encode()
    )


@pytest.mark.parametrize(
    ("kind", "headline"),
    [
        ("Update", "解除大雨特報"),
        ("Update", "解除海上陸上颱風警報"),
        ("Update", "取消暴雨警告信號"),
        ("Update", "某台发布解除大风预警的通知"),
        ("Alert", "某台解除大风蓝色预警[Ⅳ级/一般]"),
        ("Alert", "某台发布大风预警解除通知"),
        ("Update", "大风蓝色预警信号已解除"),
        ("Update", "未来三小时雪停，暴雪预警解除"),
        ("Update", "한파주의보 해제"),
        ("Update", "Aufhebung der WARNUNG vor STURM"),
        ("Update", "Cancelación del aviso de nevadas"),
        ("Update", "Winter Storm Warning CANCELLED"),
        ("Update", "The flood warning has been canceled."),
        ("Update", "Cancellation of the gale warning"),
    ],
)
def test_a_message_that_lifts_a_warning_ends_it(kind: str, headline: str) -> None:
    document = message(kind, headline)
    assert move_of(read_one(document)) == "cancel"
    assert "cancel-sent-as-update" in codes(document)


@pytest.mark.parametrize(
    ("kind", "headline", "severity", "response"),
    [
        ("Update", "某台解除大风预警并发布暴雪预警", "Minor", ""),
        ("Update", "Flood watch cancelled, flood warning in effect", "Minor", ""),
        ("Update", "Flood Watch cancelled and replaced by a Flood Warning", "Minor", ""),
        ("Update", "Winter Storm Warning cancelled", "Severe", ""),
        ("Update", "解除大雨特報", "Minor", "Evacuate"),
        ("Update", "Events are cancelled: storm warning", "Minor", ""),
        ("Alert", "Winter Storm Warning CANCELLED", "Minor", ""),
        ("Alert", "某台解除大风预警并发布暴雪预警", "Minor", ""),
        ("Update", "某台继续发布暴雪橙色预警，解除时间另行通知", "Severe", ""),
        ("Alert", "某台发布暴雪橙色预警，解除时间另行通知", "Severe", ""),
        ("Update", "某台繼續發布大雨特報，預計晚間解除", "Minor", ""),
        ("Update", "大风蓝色预警预计20时解除", "Minor", ""),
        ("Update", "大风蓝色预警信号，将于20时解除", "Minor", ""),
        ("Update", "大风预警尚未解除，请勿外出", "Minor", ""),
        ("Update", "预警解除前请勿上山", "Minor", ""),
        ("Alert", "大风蓝色预警发布，森林火险黄色预警解除", "Minor", ""),
        ("Update", "Aufhebung der WARNUNG vor STURM", "Severe", ""),
    ],
)
def test_a_message_that_may_still_warn_ends_nothing(
    kind: str, headline: str, severity: str, response: str
) -> None:
    document = message(kind, headline, severity, response)
    assert not ends_warning(read_one(document))
    assert "cancel-sent-as-update" not in codes(document)


def test_a_first_message_that_says_all_is_clear_warns_of_nothing() -> None:
    document = message("Alert", "All clear", response="AllClear")
    assert move_of(read_one(document)) == "cancel"
    assert "cancel-sent-as-update" in codes(document)
